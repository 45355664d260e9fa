"""When electronic supervision raises a card over a clock, by thresholds that are declared (`supervision.yaml`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from huimin.kernel.workdays import WorkCalendar
from huimin.platform.process.rules.clocks import Clock, Due, after_office_time, end_of
from huimin.platform.process.rules.graph import LimitUnit

_DAY = timedelta(days=1)


class Moment(StrEnum):
    """At which point of a clock a card is raised."""

    WARNING = "warning"
    """When lists turn yellow."""
    LAST_DAY = "last_day"
    """When the last day of the limit begins."""
    RUN_OUT = "run_out"
    """When the limit has run out."""


_SHARES: Final = {Moment.WARNING: 5, Moment.LAST_DAY: 10}
"""A clock of hours has no days to warn by: it warns when its last fifth, and again when its last tenth, begins."""


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of card: its code and when it is raised; `days_over` working days later when it is given."""

    code: str
    moment: Moment
    days_over: int = 0


def raised_at(level: Level, clock: Clock, due: Due, calendar: WorkCalendar) -> datetime:
    """The instant at which a card of this level falls due: never before the clock began."""
    if level.moment is Moment.RUN_OUT:
        at = due.at if not level.days_over else end_of(calendar.add(due.on, level.days_over))
    elif clock.limit.unit is LimitUnit.HOURS:
        at = due.at - timedelta(hours=clock.limit.amount) / _SHARES[level.moment]
    elif clock.limit.unit is LimitUnit.OFFICE_HOURS:
        whole = timedelta(hours=clock.limit.amount)
        at = after_office_time(clock, calendar, whole - whole / _SHARES[level.moment])
    else:
        at = end_of(due.warn_on if level.moment is Moment.WARNING else due.on) - _DAY
    return max(at, clock.started_at)


def next_card(
    levels: Sequence[Level], reached: str, clock: Clock, due: Due | None, calendar: WorkCalendar
) -> datetime | None:
    """When the next card above the level that was reached falls due; None when there is none, or the clock stands."""
    if due is None:
        return None
    times = [raised_at(level, clock, due, calendar) for level in _above(levels, reached)]
    return min(times, default=None)


def level_at(
    levels: Sequence[Level], reached: str, clock: Clock, due: Due | None, calendar: WorkCalendar, at: datetime
) -> str:
    """The highest level above the one reached whose card is due at the instant; empty when none is."""
    if due is None:
        return ""
    return next(
        (level.code for level in reversed(_above(levels, reached)) if raised_at(level, clock, due, calendar) <= at), ""
    )


def _above(levels: Sequence[Level], reached: str) -> Sequence[Level]:
    codes = [level.code for level in levels]
    return levels[codes.index(reached) + 1 :] if reached in codes else levels
