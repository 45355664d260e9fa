"""Evaluation of incidents (GB/T 30428.4) from what they say of themselves: tallies of months, and the incidents behind a figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, Sum
from django.utils import timezone

from huimin.platform.incidents.declarations import limits
from huimin.platform.incidents.models import Disposal, Incident
from huimin.platform.incidents.models.command import IncidentTally
from huimin.platform.incidents.queries.board import Commanded
from huimin.platform.incidents.rules.evaluation import COUNTED, MEASURES, Counts, Course, Measure, counts_of
from huimin.platform.incidents.rules.states import State
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import Clock, due
from huimin.platform.process.rules.limits import limit_said

BY: Final = ("division", "street", "department", "topic")
"""The parts by which a month is counted."""
NOT_COUNTED: Final = (State.VOID, State.JOINED)
"""What was void, or is dealt with under another number, is no incident of its own."""
MOST_BEHIND: Final = 500
"""How many incidents behind a figure are named at most."""
_PORTION: Final = 2_000


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_back(today: date, number: int) -> list[date]:
    """The current month and those before it, the current one first."""
    found = [month_of(today)]
    while len(found) < number:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return found


def span_of(month: date) -> tuple[datetime, datetime]:
    """The instants at which a month begins and has ended, in the city's time zone."""
    first, last = (timezone.make_aware(datetime.combine(day, time.min)) for day in (month, month_after(month)))
    return first, last


@dataclass(frozen=True, kw_only=True)
class Walked:
    """An incident with its course, and the parts that it is counted in."""

    number: str
    parts: tuple[str, str, str, str]
    course: Course


def courses_of(month: date, whose: Commanded | None = None, **parts: str) -> Iterator[Walked]:
    """The incidents reported in a month, in the order of their rows: of the named parts if any are (`division`, `street`, `department`,
    `topic`), and of what one commands, if given.

    Read in portions, so that no month is held in memory whole.
    """
    since, until = span_of(month)
    found = Incident.objects.filter(reported_at__gte=since, reported_at__lt=until).exclude(state__in=NOT_COUNTED)
    found = whose.within(found) if whose is not None else found
    last = 0
    while portion := list(_narrowed(found, parts).filter(pk__gt=last).order_by("pk").select_related("lead")[:_PORTION]):
        last = portion[-1].pk
        ends = _disposal_ends(portion)
        yield from (_walked(one, ends.get(one.pk)) for one in portion)


def _narrowed(found: Any, parts: Mapping[str, str]) -> Any:
    named: dict[str, Q] = {
        "division": Q(division=parts.get("division", "")),
        "street": Q(street=parts.get("street", "")),
        "department": Q(lead__code=parts["department"]) if parts.get("department") else Q(lead=None),
        "topic": Q(class_code__startswith=parts["topic"]) if parts.get("topic") else Q(class_code=""),
    }
    for name in parts:
        found = found.filter(named[name])
    return found


def _disposal_ends(incidents: list[Incident]) -> dict[int, datetime]:
    """By when the leading department has to have dealt with each, in its latest round."""
    rows = Disposal.objects.filter(incident__in=incidents, is_lead=True, due_at__isnull=False)
    ends = rows.order_by("round", "pk").values_list("incident_id", "due_at")
    return {incident: due_at for incident, due_at in ends if due_at is not None}


def _walked(one: Incident, dispose_by: datetime | None) -> Walked:
    return Walked(
        number=one.number,
        parts=(one.division, one.street, one.lead.code if one.lead else "", one.class_code[:-3]),
        course=Course(
            reported_at=one.reported_at,
            ended_unfiled_at=one.ended_at if one.state == State.NOT_FILED else None,
            filed_at=one.filed_at,
            dispatched_at=one.dispatched_at,
            dispose_by=dispose_by,
            disposed_at=one.disposed_at,
            checked_at=one.checked_at,
            close_by=_close_by(dispose_by, urgent=one.urgent),
            closed_at=one.closed_at,
            returns=one.returned,
            reworks=one.reworked,
        ),
    )


def _close_by(dispose_by: datetime | None, *, urgent: bool) -> datetime | None:
    """By when it should be closed: a check and a close, each within its limit, after the end of the disposal's."""
    end = dispose_by
    for step in ("check", "close"):
        if end is not None:
            found = due(Clock(end, limit_said(limits().step(step, urgent=urgent))), work_calendar())
            end = found.at if found else None
    return end


def tallied(month: date, by: str, whose: Commanded | None = None, **parts: str) -> dict[str, Counts]:
    """What a month came to by one of BY, within the narrower parts that are named; of the districts one commands, if given."""
    return {str(key): counts for key, counts in _summed(by, IncidentTally.objects.filter(month=month), whose, parts)}


def tallied_by_month(since: date, whose: Commanded | None = None, **parts: str) -> dict[date, Counts]:
    """What each month from `since` on came to, the earliest first."""
    return dict(_summed("month", IncidentTally.objects.filter(month__gte=since), whose, parts))


def _summed(by: str, rows: Any, whose: Commanded | None, parts: Mapping[str, str]) -> Iterator[tuple[Any, Counts]]:
    if whose is not None and whose.divisions:
        rows = rows.filter(division__in=whose.divisions)
    summed = rows.filter(**parts).values(by).annotate(**{f"all_{one}": Sum(one) for one in COUNTED}).order_by(by)
    for row in summed:
        yield row[by], Counts(**{one: row[f"all_{one}"] for one in COUNTED})


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The incidents behind a figure: those that count in it, and those among which they count that do not; at most MOST_BEHIND of each."""

    counted: list[str]
    missed: list[str]
    is_more: bool


def behind(measure: Measure, month: date, whose: Commanded, *, at: datetime, **parts: str) -> Behind:
    """The numbers of the incidents behind a measure of a month, told by the same rule as the figure itself."""
    ratio, counted, missed = MEASURES[measure], list[str](), list[str]()
    for walked in courses_of(month, whose, **parts):
        counts = counts_of(walked.course, at=at)
        if getattr(counts, ratio.among):
            (counted if getattr(counts, ratio.of) else missed).append(walked.number)
    return Behind(
        counted=counted[:MOST_BEHIND],
        missed=missed[:MOST_BEHIND],
        is_more=max(len(counted), len(missed)) > MOST_BEHIND,
    )


def untallied_months(today: date) -> list[date]:
    """The months since the first report, up to the current one, that were never tallied."""
    first = Incident.objects.order_by("reported_at").values_list("reported_at", flat=True).first()
    if first is None:
        return []
    known = set(IncidentTally.objects.values_list("month", flat=True).distinct())
    found, month = [], month_of(timezone.localdate(first))
    while month <= month_of(today):
        found += [] if month in known else [month]
        month = month_after(month)
    return found
