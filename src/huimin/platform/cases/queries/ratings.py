"""Ratings: one's own, those whose loop an official works on, the supervisor's list, and what they come to in figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.rules import BAD, withheld_groups
from huimin.platform.journal.rules import Actor
from huimin.platform.process import queries as process

SALT: Final = "cases.rating"
ON_THE_SCREEN: Final = timedelta(minutes=30)
"""How long a window's screen may be rated on: the person stands there."""
NEWEST_FIRST: Final = ("-rated_at", "-id")


class NoSuchRating(NotFound):
    """There is no such rating, or the reader may not know of it."""

    zh = "没有这条评价，或者您无权查看。"
    en = "There is no such rating, or you may not see it."


class CodeNotGood(NotFound):
    """The code to rate by was not given by us, or its time is over."""

    zh = "这个评价码无效或者已经过期。可以登录后在“我的办件”里评价。"
    en = "This code is not good or no longer so. You can sign in and rate under “My cases”."


def rating_code(number: str, channel: Rating.Channel) -> str:
    """What lets somebody rate a case without signing in: of a receipt as long as the paper lasts, of a window's screen ON_THE_SCREEN."""
    return signing.dumps([number, channel.value], salt=SALT)


def read_code(code: str) -> tuple[str, Rating.Channel]:
    """The case's number and the channel of a code. Raises CodeNotGood."""
    try:
        number, channel = signing.loads(code, salt=SALT)
        if channel == Rating.Channel.SCREEN:
            signing.loads(code, salt=SALT, max_age=ON_THE_SCREEN)
    except signing.BadSignature as wrong:
        raise CodeNotGood from wrong
    return number, Rating.Channel(channel)


def good_code(code: str, number: str) -> str:
    """The code again where it is one for this case, else blank: what stands in an address may be anything."""
    try:
        return code if read_code(code)[0] == number else ""
    except CodeNotGood:
        return ""


def find_rating_of(case: Case) -> Rating | None:
    """What was said of this case, if anything was."""
    return Rating.objects.filter(case=case).first()


def get_rating(case: Case) -> Rating:
    """What was said of this case. Raises NoSuchRating."""
    if found := find_rating_of(case):
        return found
    raise NoSuchRating


def ratings_called(references: Sequence[str]) -> dict[str, Rating]:
    """Ratings by reference, in one read that touches no case."""
    numbers = [reference.removeprefix("rating:") for reference in references]
    return {one.reference: one for one in Rating.objects.filter(public_id__in=numbers)}


def may_know_the_case(rating: Rating, actor: Actor, *, at: datetime) -> bool:
    """Whether the actor holds the rating's work at the post that verifies, himself or for a colleague who is away: nobody else may."""
    verifier = ratings().loop.verifier
    hands = [actor.ref, *process.stood_in_for(actor.ref, at)]
    return any(
        process.work_in_hand(hand, verifier).filter(process__subject=rating.reference).exists() for hand in hands
    )


def waits_for_rater(rating: Rating) -> bool:
    """Whether the rater may still object that his rating was not taken."""
    return bool(process.find_waiting_for_applicant(rating.reference))


def may_read_ratings(actor: Actor) -> bool:
    """Whether the actor may read one rating after the other: in the department that verifies. Others have the figures."""
    return bool(actor.post) and actor.post.partition(".")[0] == ratings().loop.verifier.partition(".")[0]


def ratings_for(actor: Actor, *, bad: bool = False, department: str = "", service: str = "") -> QuerySet[Rating]:
    """The ratings that the actor may read, in no order: page them by NEWEST_FIRST."""
    if not may_read_ratings(actor):
        return Rating.objects.none()
    found = Rating.objects.filter(level__gte=BAD) if bad else Rating.objects.all()
    narrowed = {"department": department, "service": service}
    return found.filter(**{name: value for name, value in narrowed.items() if value})


def given_in(since: datetime, until: datetime) -> Iterator[tuple[str, int, datetime]]:
    """The service applied for, the level and the instant of each rating given in a time (`until` exclusive); read in portions."""
    found = Rating.objects.filter(rated_at__gte=since, rated_at__lt=until).order_by()
    rows = found.values_list("service", "level", "rated_at").iterator(chunk_size=2000)
    return ((service.partition(".")[0], level, rated_at) for service, level, rated_at in rows)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the ratings of one service, department, channel or month come to. A share is of a hundred; None where there is nothing to share.

    `good` are levels 1 to 3 (好评率), `mended` the bad ones taken up that were answered, `in_time` of those the ones answered within the
    limit, `content` of those called back and reached the ones that are satisfied now.
    """

    of: Any
    rated: int
    bad: int
    good_share: int | None
    mended_share: int | None
    in_time_share: int | None
    content_share: int | None


BY: Final[Mapping[str, Any]] = {
    "service": F("service"),
    "department": F("department"),
    "channel": F("channel"),
    "month": TruncMonth("rated_at"),
}
"""The ways in which ratings are counted."""


def figures(by: str, *, since: datetime, fewest: int = 1) -> list[Figures]:
    """What the ratings since then come to, by `service`, `department`, `channel` or `month`.

    Groups of fewer than `fewest` are left out, and with them what would let a reader reckon them from the others (`rules.withheld_groups`).
    """
    bad = Q(level__gte=BAD)
    taken_up = bad & ~Q(step=Rating.Step.DISMISSED)
    grouped = (
        Rating.objects.filter(rated_at__gte=since)
        .values(of=BY[by])
        .annotate(
            rated=Count("pk"),
            bad=Count("pk", filter=bad),
            taken_up=Count("pk", filter=taken_up),
            answered=Count("pk", filter=taken_up & Q(answered_at__isnull=False)),
            in_time=Count("pk", filter=taken_up & Q(in_time=True)),
            reached=Count("pk", filter=taken_up & Q(again__isnull=False)),
            content=Count("pk", filter=taken_up & Q(again__lt=BAD)),
        )
        .order_by("-rated", "of")
    )
    rows = list(grouped)
    withheld = withheld_groups([row["rated"] for row in rows], fewest=fewest)
    return [
        Figures(
            of=row["of"],
            rated=row["rated"],
            bad=row["bad"],
            good_share=_share(row["rated"] - row["bad"], row["rated"]),
            mended_share=_share(row["answered"], row["taken_up"]),
            in_time_share=_share(row["in_time"], row["answered"]),
            content_share=_share(row["content"], row["reached"]),
        )
        for place, row in enumerate(rows)
        if place not in withheld
    ]


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
