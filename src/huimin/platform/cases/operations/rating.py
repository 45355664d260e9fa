"""Ratings 好差评 (GB/T 39735): rate a case once, add to it once; the loop after a bad one, which runs as a process."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.events import (
    BadRatingTaken,
    CaseRated,
    RatedCaseShown,
    RaterAnswered,
    RatingSupplemented,
)
from huimin.platform.cases.models import LEVELS, Rating
from huimin.platform.cases.queries.files import access_case_to_act_on, lock_case
from huimin.platform.cases.queries.progress import Standing, standing_of
from huimin.platform.cases.queries.ratings import get_rating, read_code
from huimin.platform.cases.rules import BAD
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import find_waiting_for_applicant

KIND: Final = "bad_rating"
RATER: Final = Actor(kind="system", ref="cases.rater")
"""Acts in the rater's place wherever an official could read who did something."""

STEPS: Final[Mapping[str, Rating.Step]] = {
    "verify": Rating.Step.OPEN,
    "appeal": Rating.Step.DISMISSED,
    "review": Rating.Step.OBJECTED,
    "mend": Rating.Step.VERIFIED,
    "call_back": Rating.Step.ANSWERED,
    "mend_again": Rating.Step.UNHAPPY,
    "call_back_again": Rating.Step.ANSWERED,
    "dismissed": Rating.Step.DISMISSED,
    "closed": Rating.Step.CLOSED,
}
"""How a rating stands while its process rests at a step, and at the ends that it may reach."""

MENDED: Final = frozenset({"mend", "mend_again"})
ANSWERS: Final = frozenset(
    {
        ("verify", "dismissed"),
        ("review", "dismissed"),
        *((node, outcome) for node in MENDED for outcome in ("mended", "explained")),
    }
)
"""Steps and outcomes whose words the rater reads."""


class NotOverYet(Refusal):
    """Only what has ended can be rated."""

    zh = "办结后才能评价。"
    en = "It can be rated once it has ended."


class RatedAlready(Refusal):
    """One rating for one case (一事一评)."""

    zh = "这件事已经评价过。还想说的，可以登录后追加一次。"
    en = "This has been rated already. Sign in to add to it once."


class NoSuchLevel(BadInput):
    """There are five levels."""

    zh = "请选择一个满意程度。"
    en = "Please choose how satisfied you are."


class NoSuchMark(BadInput):
    """What was ticked does not belong to the level."""

    zh = "请选择与满意程度相符的评价。"
    en = "Please tick what belongs to the level you chose."


class NothingToAdd(BadInput):
    """Adding to a rating means saying something."""

    zh = "请写下要追加的话。"
    en = "Please write what you want to add."


class AddedAlready(Refusal):
    """A rating is added to once (追评)."""

    zh = "已经追加过一次，不能再追加。"
    en = "You have added to it once already."


class NotWaitingForYou(Refusal):
    """The loop does not wait for the rater's word now."""

    zh = "现在不需要您答复。"
    en = "It does not wait for a word from you now."


class SaidOtherwise(Refusal):
    """The rater himself has said how satisfied he is; a call-back cannot record another level."""

    zh = "本人已在网上选了“{level}”，请按本人的选择登记回访。"
    en = "The rater has chosen “{level}” himself; record the call-back as he said."


def rate_case(
    number: str, *, level: int, marks: Sequence[str] = (), words: str = "", actor: Actor, at: datetime
) -> Rating:
    """Rate one's own case that has ended, once: 1 very satisfied … 5 very dissatisfied; from BAD on the loop begins by itself.

    Raises NoSuchCase, MayOnlyLook, NotOverYet, RatedAlready, NoSuchLevel, NoSuchMark.
    """
    access_case_to_act_on(number, actor, at=at)
    return _rate(number, channel=Rating.Channel.ONLINE, level=level, marks=marks, words=words, at=at)


def rate_by_code(code: str, *, level: int, marks: Sequence[str] = (), words: str = "", at: datetime) -> Rating:
    """Rate with the code of a receipt, or on a window's screen. Raises CodeNotGood, and what `rate_case` raises but for the access."""
    number, channel = read_code(code)
    return _rate(number, channel=channel, level=level, marks=marks, words=words, at=at)


def _rate(
    number: str, *, channel: Rating.Channel, level: int, marks: Sequence[str], words: str, at: datetime
) -> Rating:
    if level not in LEVELS:
        raise NoSuchLevel(field="level")
    if not set(marks) <= set(ratings().marks_of(level)):
        raise NoSuchMark(field="level")
    with transaction.atomic():
        case = lock_case(number)
        if case.is_open:
            raise NotOverYet
        if Rating.objects.filter(case=case).exists():
            raise RatedAlready
        rating = Rating(
            case=case,
            service=case.service,
            department=case.department,
            level=level,
            channel=channel.value,
            marks=list(dict.fromkeys(marks)),
            words=words.strip(),
            rated_at=at,
        )
        if level >= BAD:
            loop = ratings().loop
            posts = {
                "verifier": loop.verifier,
                "chief": loop.chief,
                "handler": f"{case.department}.{loop.handler}",
            }
            rating.process = process.start(KIND, subject=rating.reference, data=posts, actor=RATER, at=at).number
            rating.step = Rating.Step.OPEN.value
        rating.save(force_insert=True)
        fact = CaseRated(
            subject=rating.reference,
            service=rating.service,
            department=rating.department,
            level=level,
            channel=rating.channel,
        )
        publish(fact, actor=RATER, at=at)
    return rating


def add_to_rating(number: str, *, words: str, actor: Actor, at: datetime) -> Rating:
    """追评: add to one's rating of a case, once. Raises NoSuchCase, MayOnlyLook, NoSuchRating, NothingToAdd, AddedAlready."""
    if not words.strip():
        raise NothingToAdd(field="words")
    rating = _own(number, actor, at)
    with transaction.atomic():
        rating = _locked(rating)
        if rating.more_at is not None:
            raise AddedAlready
        _keep_more(rating, words.strip(), at)
        fact = RatingSupplemented(subject=rating.reference, service=rating.service, department=rating.department)
        publish(fact, actor=RATER, at=at)
    return rating


def _keep_more(rating: Rating, words: str, at: datetime) -> None:
    rating.more, rating.more_at = words, at
    rating.save(update_fields=["more", "more_at"])


def answer_the_answer(number: str, *, level: int, actor: Actor, at: datetime) -> Rating:
    """The rater himself says how satisfied he is with what was answered, before he is called back.

    Raises NoSuchCase, MayOnlyLook, NoSuchRating, NoSuchLevel, NotWaitingForYou.
    """
    if level not in LEVELS:
        raise NoSuchLevel(field="level")
    rating = _own(number, actor, at)
    with transaction.atomic():
        rating = _locked(rating)
        if rating.step != Rating.Step.ANSWERED:
            raise NotWaitingForYou
        rating.own_again = level
        rating.save(update_fields=["own_again"])
        fact = RaterAnswered(
            subject=rating.reference, service=rating.service, department=rating.department, level=level
        )
        publish(fact, actor=RATER, at=at)
    return rating


def object_to_dismissal(number: str, *, reason: str, actor: Actor, at: datetime) -> Rating:
    """The rater does not accept that his rating was not taken; it is reviewed.

    Raises NoSuchCase, MayOnlyLook, NoSuchRating, NotWaitingForYou, NothingToAdd.
    """
    if not reason.strip():
        raise NothingToAdd(field="words")
    rating = _own(number, actor, at)
    waiting = next(iter(find_waiting_for_applicant(rating.reference)), None)
    if waiting is None:
        raise NotWaitingForYou
    process.answer_for_applicant(number=waiting.number, outcome="objected", note=reason.strip(), actor=RATER, at=at)
    return rating


def _own(number: str, actor: Actor, at: datetime) -> Rating:
    return get_rating(access_case_to_act_on(number, actor, at=at))


def _locked(rating: Rating) -> Rating:
    return Rating.objects.select_for_update().get(pk=rating.pk)


def note_rated_case_shown(rating: Rating, *, actor: Actor, at: datetime) -> None:
    """Write down that who verifies is about to see which case a rating is about."""
    fact = RatedCaseShown(
        subject=rating.reference,
        service=rating.service,
        department=rating.department,
        case_ref=rating.case.number,
    )
    with transaction.atomic():
        publish(fact, actor=actor, at=at)


def record_call_back(reference: str, outcome: str) -> None:
    """Keep the level that a call-back found; nobody was reached: none. Raises SaidOtherwise. Part of a process's own transaction."""
    rating = Rating.objects.select_for_update().get(public_id=reference.removeprefix("rating:"))
    level = int(outcome.removeprefix("level_")) if outcome.startswith("level_") else None
    if rating.own_again is not None and level != rating.own_again:
        raise SaidOtherwise(level=str(LEVELS[rating.own_again]))
    rating.again, rating.own_again = level, None
    rating.save(update_fields=["again", "own_again"])


def follow_rating(reference: str, *, item: str = "", remark: str = "", actor: Actor, at: datetime) -> None:
    """Bring a rating to where its process stands now, and keep the answer that was given with a work item. Twice changes nothing."""
    with transaction.atomic():
        rating = Rating.objects.select_for_update().get(public_id=reference.removeprefix("rating:"))
        found = standing_of(reference, item=item, remark=remark, at=at)
        step = STEPS[found.node]
        answered = _keep_answer(rating, found, at)
        if step == rating.step and not answered:
            return
        rating.step = step.value
        rating.save(update_fields=["step", "answer", "answered_at", "in_time"])
        fact = BadRatingTaken(
            subject=rating.reference, service=rating.service, department=rating.department, step=step.value
        )
        publish(fact, actor=actor, at=at)


def _keep_answer(rating: Rating, found: Standing, at: datetime) -> bool:
    """Keep what the rater is to read; for what the department mended also when, and whether in time. False where nothing is new."""
    if (found.done, found.outcome) not in ANSWERS or not found.remark or found.remark == rating.answer:
        return False
    rating.answer = found.remark
    if found.done in MENDED:
        rating.in_time = found.in_time and rating.in_time is not False
        rating.answered_at = rating.answered_at or at
    return True
