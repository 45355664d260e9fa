"""Clocks: when a limit ends that is counted in working days, days, hours or office hours, and may have been stopped meanwhile.

The day of an event does not count (民法典 art. 201). A day counts when the clock runs as that day ends: so the day
on which a clock is stopped does not count, the day on which it goes on does. A limit in days of the calendar that
would end on a day off ends on the next working day (民法典 art. 203). Days are those of Beijing time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final

from huimin.kernel.workdays import WorkCalendar
from huimin.platform.process.rules.graph import Limit, LimitUnit

BEIJING: Final = timezone(timedelta(hours=8))
NO_TURN: Final = date(9999, 12, 31)
"""The day on which a clock without end turns yellow: never; a value and not a gap, so that lists can be ordered by
it.
"""

_DAY: Final = timedelta(days=1)
_WARNING_SHARE: Final = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood from one instant to another; `resumed_at` is None while it stands."""

    stopped_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs from an instant, with its pauses in order of time, none overlapping."""

    started_at: datetime
    limit: Limit
    pauses: tuple[Pause, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether it stands now."""
        return bool(self.pauses) and self.pauses[-1].resumed_at is None


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends: the last day on which it is kept, the instant after which it is not, and the day from
    which to warn.

    `provisional` says that the count ran through a year whose holidays were not announced.
    """

    on: date
    at: datetime
    warn_on: date
    provisional: bool


class Standing(StrEnum):
    """What a clock says on a day."""

    NONE = "none"
    RUNNING = "running"
    DUE = "due"
    LATE = "late"
    STOPPED = "stopped"


def day_of(instant: datetime) -> date:
    """The day in Beijing on which an instant falls."""
    return instant.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """The instant at which a day in Beijing has ended."""
    return datetime.combine(day + _DAY, time(), tzinfo=BEIJING)


def due(clock: Clock, calendar: WorkCalendar) -> Due | None:
    """When the limit ends; None while the clock is stopped, since then nobody can know."""
    if clock.is_stopped:
        return None
    return _ENDS[clock.limit.unit](clock, calendar)


def days_left(clock: Clock, calendar: WorkCalendar, on: date) -> int:
    """Working days left on a day, also of a stopped clock (what will be left when it goes on); negative when late.

    Of a limit in days, hours or office hours: the working days until the day on which it ends.
    """
    end = due(clock, calendar)
    if end is not None:
        return calendar.between(on, end.on)
    stopped_at = clock.pauses[-1].stopped_at
    as_if_resumed = Clock(clock.started_at, clock.limit, (*clock.pauses[:-1], Pause(stopped_at, stopped_at)))
    end = _ENDS[clock.limit.unit](as_if_resumed, calendar)
    return calendar.between(day_of(stopped_at), end.on)


def standing(due_on: date | None, warn_on: date, *, stopped: bool, on: date) -> Standing:
    """What the clock of an open piece of work says on a day."""
    if stopped:
        return Standing.STOPPED
    if due_on is None:
        return Standing.NONE
    if on > due_on:
        return Standing.LATE
    return Standing.DUE if on >= warn_on else Standing.RUNNING


def uncovered(pauses: Sequence[Pause], start: datetime, end: datetime) -> list[Pause]:
    """The parts of a span in which a clock with these pauses, in order, did not stand."""
    gaps = []
    for pause in pauses:
        if start < min(pause.stopped_at, end):
            gaps.append(Pause(start, min(pause.stopped_at, end)))
        start = max(start, pause.resumed_at or end)
    return [*gaps, Pause(start, end)] if start < end else gaps


def _stands_over(clock: Clock, day: date) -> bool:
    """Whether the clock stood as that day ended."""
    return any(
        day_of(pause.stopped_at) <= day and (pause.resumed_at is None or day < day_of(pause.resumed_at))
        for pause in clock.pauses
    )


def _last_day(clock: Clock, counts: Callable[[date], bool]) -> date:
    """The day on which so many days that count have passed since the start."""
    day, left = day_of(clock.started_at), clock.limit.amount
    while left:
        day += _DAY
        left -= counts(day) and not _stands_over(clock, day)
    return day


def _due(clock: Clock, calendar: WorkCalendar, on: date, at: datetime) -> Due:
    started_on = day_of(clock.started_at)
    lead = max(1, calendar.between(started_on, on) // _WARNING_SHARE)
    return Due(on, at, max(calendar.add(on, -lead), started_on), provisional=not calendar.is_certain(started_on, on))


def _after_working_days(clock: Clock, calendar: WorkCalendar) -> Due:
    unbroken = calendar.add(day_of(clock.started_at), clock.limit.amount)
    last = _last_day(clock, calendar.is_working) if clock.pauses else unbroken
    return _due(clock, calendar, last, end_of(last))


def _after_days(clock: Clock, calendar: WorkCalendar) -> Due:
    last = _last_day(clock, lambda _day: True)
    while not calendar.is_working(last):
        last += _DAY
    return _due(clock, calendar, last, end_of(last))


def _after_hours(clock: Clock, calendar: WorkCalendar) -> Due:
    stood = sum(
        ((pause.resumed_at or pause.stopped_at) - pause.stopped_at for pause in clock.pauses), start=timedelta()
    )
    at = clock.started_at + timedelta(hours=clock.limit.amount) + stood
    return _due(clock, calendar, day_of(at), at)


def after_office_time(clock: Clock, calendar: WorkCalendar, length: timedelta) -> datetime:
    """The instant at which offices have been open so long since the clock started, the time in which it stood left out."""
    day = day_of(clock.started_at)
    while True:
        for opens, closes in calendar.hours if calendar.is_working(day) else ():
            start = max(datetime.combine(day, opens, tzinfo=BEIJING), clock.started_at)
            end = datetime.combine(day, closes, tzinfo=BEIJING)
            for span in uncovered(clock.pauses, start, end) if start < end else ():
                assert span.resumed_at is not None
                if span.stopped_at + length <= span.resumed_at:
                    return span.stopped_at + length
                length -= span.resumed_at - span.stopped_at
        day += _DAY


def _after_working_hours(clock: Clock, calendar: WorkCalendar) -> Due:
    at = after_office_time(clock, calendar, timedelta(hours=clock.limit.amount))
    return _due(clock, calendar, day_of(at), at)


_ENDS: Final[dict[LimitUnit, Callable[[Clock, WorkCalendar], Due]]] = {
    LimitUnit.WORKING_DAYS: _after_working_days,
    LimitUnit.DAYS: _after_days,
    LimitUnit.HOURS: _after_hours,
    LimitUnit.OFFICE_HOURS: _after_working_hours,
}
