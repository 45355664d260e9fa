"""Every legal clock of a replayed year, counted again from the law's words and the calendar, day by day, by nothing of the house's.

The first day of a limit is the day after the event; of working days only those count on which the State works; a day on which the clock stands as
it ends does not count; a limit in days of the calendar that would end on a day off ends on the next working day. When a clock
stood is told by where the case's steps stood, not by what is noted of its pauses.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

import holidays

from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.models.supervision import Card

BEIJING = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
Span = tuple[datetime, datetime | None]


@cache
def works(day: date) -> bool:
    """Whether the State works on this day."""
    known = holidays.country_holidays("CN", years=day.year)
    return day in known.weekend_workdays or (day.weekday() < 5 and day not in known)


def local(instant: datetime) -> date:
    return instant.astimezone(BEIJING).date()


def stands(day: date, stood: Sequence[Span]) -> bool:
    """Whether the clock stood as this day ended."""
    end = datetime.combine(day + DAY, time(), tzinfo=BEIJING)
    return any(start < end and (over is None or over >= end) for start, over in stood)


def ends(started_at: datetime, amount: int, unit: str, stood: Sequence[Span]) -> datetime:
    """The instant after which a limit is not kept."""
    if unit == "hours":
        return (
            started_at + timedelta(hours=amount) + sum(((over - start) for start, over in stood if over), timedelta())
        )
    day, left = local(started_at), amount
    while left:
        day += DAY
        left -= (unit == "days" or works(day)) and not stands(day, stood)
    while unit == "days" and not works(day):
        day += DAY
    return datetime.combine(day + DAY, time(), tzinfo=BEIJING)


def stops_of(process: Process) -> list[Span]:
    """When the clock of the whole had to stand: while a token rested in a step that is drawn to stop it."""
    nodes = process.definition.graph.nodes
    stopping = [name for name, node in nodes.items() if node.stops]
    if not stopping:
        return []
    spans: list[Span] = list(
        WorkItem.objects.filter(process=process, node__in=stopping, parent=None).values_list("opened_at", "closed_at")
    )
    timers = Deadline.objects.filter(process=process, node__in=stopping, purpose="timer")
    spans += timers.values_list("started_at", "closed_at")
    whole: list[Span] = []
    for start, over in sorted(spans, key=lambda span: span[0]):
        if whole and whole[-1][1] is not None and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], None if over is None else max(whole[-1][1], over))
        elif not whole or whole[-1][1] is not None:
            whole.append((start, over))
    return whole


def counted() -> Iterator[tuple[Deadline, datetime | None, datetime | None]]:
    """Every clock with the end that the store holds, and the end by the law's words; None where it stood to the last."""
    for deadline in Deadline.objects.select_related("process__definition").order_by("pk").iterator(chunk_size=500):
        stood = stops_of(deadline.process) if deadline.purpose == "process" else []
        stood = [(start, over) for start, over in stood if deadline.closed_at is None or start < deadline.closed_at]
        # What closed it closed the step that stopped it: it never went on.
        standing = any(over is None or over == deadline.closed_at for _start, over in stood)
        by_law = None if standing else ends(deadline.started_at, deadline.amount, deadline.unit, stood)
        yield deadline, deadline.due_at, by_law


def late_ones(since: datetime) -> tuple[set[int], set[int]]:
    """The clocks that had run out at some midnight while they ran, by the law's words; and those that have the card for it."""
    late = set()
    for deadline, _held, by_law in counted():
        supervised = deadline.purpose in ("limit", "process")
        if supervised and by_law and (deadline.closed_at is None or deadline.closed_at > by_law + timedelta(minutes=1)):
            late.add(deadline.pk)
    return late, set(Card.objects.filter(level="overdue", raised_at__gte=since).values_list("deadline", flat=True))


def described(deadline: Deadline, *ends_: Any) -> str:
    process = deadline.process
    return f"{process.subject} {process.definition.code} {deadline.purpose} {deadline.node} {deadline.amount} {deadline.unit}: {ends_}"
