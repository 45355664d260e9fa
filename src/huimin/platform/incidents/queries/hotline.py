"""What the hotline's desk reads: calls of a number, whom to tell, whom to call back, the three rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from huimin.kernel.refusals import NotFound
from huimin.platform.catalogue.queries.search import Found, search
from huimin.platform.incidents.declarations.channels import hotline
from huimin.platform.incidents.models import Call

NEWEST_FIRST: Final = ("-received_at", "-id")
BY_SURVEY: Final = ("survey_at", "id")
BY_END: Final = ("tell_by", "id")
EARLIER: Final = 5
_SALT: Final = "incidents.hotline.phone"


class NoSuchCall(NotFound):
    """There is no such call."""

    zh = "没有这个来电记录。"
    en = "There is no such call."


def phone_digests(phone: str) -> list[str]:
    """What a number is found again by: keyed digests, under the installation's key first and then those that went before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_SALT, phone, secret=secret, algorithm="sha256").hexdigest() for secret in secrets]


def earlier_calls(phone: str) -> list[Call]:
    """The latest calls of a number, the newest first."""
    if not phone:
        return []
    found = Call.objects.select_related("incident").filter(phone_digest__in=phone_digests(phone))
    return list(found.order_by(*NEWEST_FIRST)[:EARLIER])


def access_call(number: str) -> Call:
    """The call of this number, for whoever works at the desk. Raises NoSuchCall."""
    found = Call.objects.select_related("incident").filter(number=number).first()
    if found is None:
        raise NoSuchCall
    return found


def calls() -> QuerySet[Call]:
    """Every call; page it by NEWEST_FIRST."""
    return Call.objects.select_related("incident")


def calls_to_survey(*, at: datetime) -> QuerySet[Call]:
    """Callers who are to be called back by now; page them by BY_SURVEY."""
    return calls().filter(survey=Call.Survey.WAITING, survey_at__lte=at)


def calls_to_tell() -> QuerySet[Call]:
    """Callers who have not heard yet what becomes of it; page them by BY_END."""
    return calls().filter(outcome=Call.Outcome.TICKET, told_at=None)


def known_guides(text: str, *, most: int = 4) -> Sequence[Found]:
    """The guides that answer a question best."""
    return search(text, most=most) if len(text.strip()) > 1 else []


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The three rates of a department in a month, as counts: what is divided by what stands in the city's `hotline.yaml`."""

    department: str
    tickets: int = 0
    due: int = 0
    in_time: int = 0
    reached: int = 0
    resolved: int = 0
    satisfied: int = 0

    @property
    def response(self) -> float | None:
        """按时反馈 ÷ 应反馈, in percent; None where none was due."""
        return _percent(self.in_time, self.due)

    @property
    def resolution(self) -> float | None:
        """已解决 ÷ 回访到, in percent."""
        return _percent(self.resolved, self.reached)

    @property
    def satisfaction(self) -> float | None:
        """基本满意及以上 ÷ 回访到, in percent."""
        return _percent(self.satisfied, self.reached)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def month_of(day: date) -> tuple[datetime, datetime]:
    """From when until when (exclusive) the day's month lasts."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    since, until = (timezone.make_aware(datetime.combine(one, time.min)) for one in (first, following))
    return since, until


def rates(*, month: date, at: datetime) -> Mapping[str, Rates]:
    """The three rates of the tickets taken in a month, by the department that first received them; ALL holds all of them together.

    A ticket counts as due once the caller was told or the time for it has run out.
    """
    since, until = month_of(month)
    taken = Call.objects.filter(outcome=Call.Outcome.TICKET, received_at__gte=since, received_at__lt=until)
    counted = taken.values("department").annotate(
        tickets=Count("id"),
        due=Count("id", filter=Q(told_at__isnull=False) | Q(tell_by__lt=at)),
        in_time=Count("id", filter=Q(in_time=True)),
        reached=Count("id", filter=Q(survey=Call.Survey.DONE)),
        resolved=Count("id", filter=Q(survey=Call.Survey.DONE, resolved=True)),
        satisfied=Count("id", filter=Q(survey=Call.Survey.DONE, satisfied__in=hotline().satisfied)),
    )
    rows = {row["department"]: Rates(**row) for row in counted.order_by("department")}
    names = ("tickets", "due", "in_time", "reached", "resolved", "satisfied")
    whole = Rates(department=ALL, **{name: sum(getattr(row, name) for row in rows.values()) for name in names})
    return {ALL: whole} | {code or NOBODY: row for code, row in rows.items()}


ALL: Final = "all"
NOBODY: Final = "-"
"""Tickets that no department has received yet."""
