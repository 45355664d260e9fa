"""How incidents are evaluated (GB/T 30428.4 绩效评价): the counts of a period, and the rates and mean times that come of them.

Every incident of the period is counted by what its own times say, so that a figure can always be opened down to its incidents. What was
due is counted with what was done: an incident counts as due to be disposed of, checked or closed once its limit lies within the period
or the step is done, so that nobody's rate gains by leaving work undone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is known of one incident's way: when each step was done (None: not yet), by when it should have been, how often it came back.

    `returns`: how often a department gave it back as not its own. `reworks`: how often a check sent it back.
    """

    reported_at: datetime
    ended_unfiled_at: datetime | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    dispose_by: datetime | None = None
    disposed_at: datetime | None = None
    checked_at: datetime | None = None
    close_by: datetime | None = None
    closed_at: datetime | None = None
    returns: int = 0
    reworks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a period came to, of whatever part of the city. Times are minutes, added up over the incidents counted beside them."""

    reported: int = 0
    decided: int = 0
    """Reports of which it is settled whether they become an incident: filed or not filed."""
    filed: int = 0
    dispatched: int = 0
    dispatched_right: int = 0
    due_disposal: int = 0
    disposed: int = 0
    disposed_on_time: int = 0
    due_check: int = 0
    checked: int = 0
    due_close: int = 0
    closed: int = 0
    closed_on_time: int = 0
    overdue: int = 0
    reworked: int = 0
    minutes_to_file: int = 0
    minutes_to_dispatch: int = 0
    minutes_to_dispose: int = 0
    minutes_to_close: int = 0
    """From the report to the close."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in COUNTED})


COUNTED: Final = tuple(field.name for field in fields(Counts))


def _minutes(since: datetime | None, until: datetime | None) -> int:
    return max(0, round((until - since) / timedelta(minutes=1))) if since and until else 0


def _due(by: datetime | None, done: datetime | None, now: datetime) -> bool:
    return done is not None or (by is not None and by <= now)


def _on_time(by: datetime | None, done: datetime | None) -> bool:
    return done is not None and (by is None or done <= by)


def counts_of(course: Course, *, at: datetime) -> Counts:
    """What one incident adds to its period, as of an instant."""
    one = course
    late = (by := one.close_by) is not None and (one.closed_at or at) > by
    return Counts(
        reported=1,
        decided=int(bool(one.filed_at or one.ended_unfiled_at)),
        filed=int(bool(one.filed_at)),
        dispatched=int(bool(one.dispatched_at)),
        dispatched_right=int(bool(one.dispatched_at) and not one.returns),
        due_disposal=int(bool(one.dispatched_at) and _due(one.dispose_by, one.disposed_at, at)),
        disposed=int(bool(one.disposed_at)),
        disposed_on_time=int(_on_time(one.dispose_by, one.disposed_at)),
        due_check=int(bool(one.disposed_at)),
        checked=int(bool(one.checked_at)),
        due_close=int(bool(one.filed_at) and _due(one.close_by, one.closed_at, at)),
        closed=int(bool(one.closed_at)),
        closed_on_time=int(_on_time(one.close_by, one.closed_at)),
        overdue=int(bool(one.filed_at) and late),
        reworked=int(bool(one.reworks)),
        minutes_to_file=_minutes(one.reported_at, one.filed_at),
        minutes_to_dispatch=_minutes(one.filed_at, one.dispatched_at),
        minutes_to_dispose=_minutes(one.dispatched_at, one.disposed_at),
        minutes_to_close=_minutes(one.reported_at, one.closed_at),
    )


def total(several: Iterable[Counts]) -> Counts:
    """All of them together."""
    return sum(several, Counts())


class Measure(StrEnum):
    """A measure by the standard's words (its rates in percent, its mean times in hours)."""

    FILING = "filing"
    RIGHT_DISPATCH = "right_dispatch"
    DISPOSAL = "disposal"
    ON_TIME_DISPOSAL = "on_time_disposal"
    CHECK = "check"
    CLOSE = "close"
    ON_TIME_CLOSE = "on_time_close"
    REWORK = "rework"
    HOURS_TO_FILE = "hours_to_file"
    HOURS_TO_DISPATCH = "hours_to_dispatch"
    HOURS_TO_DISPOSE = "hours_to_dispose"
    HOURS_TO_CLOSE = "hours_to_close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A sum of counts over another one, times `scale`: 100 for percent, 1/60 for hours of minutes."""

    of: str
    among: str
    scale: float = 100.0

    def value(self, counts: Counts) -> float | None:
        """The figure; None where there is nothing to count among."""
        among = getattr(counts, self.among)
        return self.scale * getattr(counts, self.of) / among if among else None


_HOURS: Final = 1 / 60

MEASURES: Final[Mapping[Measure, Ratio]] = MappingProxyType(
    {
        Measure.FILING: Ratio(of="filed", among="decided"),
        Measure.RIGHT_DISPATCH: Ratio(of="dispatched_right", among="dispatched"),
        Measure.DISPOSAL: Ratio(of="disposed", among="due_disposal"),
        Measure.ON_TIME_DISPOSAL: Ratio(of="disposed_on_time", among="due_disposal"),
        Measure.CHECK: Ratio(of="checked", among="due_check"),
        Measure.CLOSE: Ratio(of="closed", among="due_close"),
        Measure.ON_TIME_CLOSE: Ratio(of="closed_on_time", among="due_close"),
        Measure.REWORK: Ratio(of="reworked", among="disposed"),
        Measure.HOURS_TO_FILE: Ratio(of="minutes_to_file", among="filed", scale=_HOURS),
        Measure.HOURS_TO_DISPATCH: Ratio(of="minutes_to_dispatch", among="dispatched", scale=_HOURS),
        Measure.HOURS_TO_DISPOSE: Ratio(of="minutes_to_dispose", among="disposed", scale=_HOURS),
        Measure.HOURS_TO_CLOSE: Ratio(of="minutes_to_close", among="closed", scale=_HOURS),
    }
)
"""立案率 准确派遣率 处置率 按期处置率 核查率 结案率 按期结案率 返工率, and the mean times of filing, dispatching, disposing, closing."""

RATES: Final = tuple(measure for measure, ratio in MEASURES.items() if ratio.scale == 100.0)
TIMES: Final = tuple(measure for measure, ratio in MEASURES.items() if ratio.scale != 100.0)
RISING: Final = frozenset(RATES) - {Measure.REWORK, Measure.FILING}
"""Measures of which more is better; of a rework and of the hours less is. Of the filing rate neither is: it says what is reported."""


def ranked(rows: Mapping[str, Counts], measure: Measure) -> list[str]:
    """The keys of the rows, the best by a measure first; those without a figure come last, equals by their key."""
    ratio = MEASURES[measure]
    sign = -1 if measure in RISING else 1

    def place(key: str) -> tuple[bool, float, str]:
        value = ratio.value(rows[key])
        return value is None, sign * (value or 0.0), key

    return sorted(rows, key=place)


def publishable(rows: Mapping[str, Counts], *, smallest: int) -> set[str]:
    """The keys of the rows that may be published beside their total: none that speaks of some, but fewer than `smallest`, reports.

    Where only one such row would be left out, the next smallest is left out with it, so that the total does not give it away.
    """
    few = {key for key, counts in rows.items() if 0 < counts.reported < smallest}
    others = sorted((counts.reported, key) for key, counts in rows.items() if key not in few and counts.reported)
    if len(few) == 1 and others:
        few.add(others[0][1])
    return set(rows) - few
