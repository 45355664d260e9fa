"""Periods of days or of instants, with an exclusive end."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from huimin.kernel.refusals import BadInput

Moment = TypeVar("Moment", date, datetime)


class PeriodEmpty(BadInput):
    """A period must hold at least one day or instant."""

    zh = "结束时间应晚于开始时间。"
    en = "The end must be later than the start."


@dataclass(frozen=True, slots=True)
class Period(Generic[Moment]):
    """From `start`, which it holds, until `until`, which it does not; without an end when `until` is None.

    Both are days (`date`) or both are instants (`datetime`); never one of each. It is never empty:
    raises `PeriodEmpty`.
    """

    start: Moment
    until: Moment | None = None

    def __post_init__(self) -> None:
        if self.until is not None:
            if isinstance(self.start, datetime) != isinstance(self.until, datetime):
                raise TypeError("a period is of days or of instants")
            if self.until <= self.start:
                raise PeriodEmpty

    def contains(self, moment: Moment) -> bool:
        """Whether the moment lies in the period."""
        if isinstance(self.start, datetime) != isinstance(moment, datetime):
            raise TypeError("a period of days holds days, one of instants holds instants")
        return self.start <= moment and (self.until is None or moment < self.until)

    def covers(self, other: "Period[Moment]") -> bool:
        """Whether the whole of the other lies in this."""
        return self.intersection(other) == other

    def overlaps(self, other: "Period[Moment]") -> bool:
        """Whether they have a moment in common; meeting end to start is not overlapping."""
        return (self.until is None or other.start < self.until) and (other.until is None or self.start < other.until)

    def intersection(self, other: "Period[Moment]") -> "Period[Moment] | None":
        """What they have in common, or None."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.until, other.until) if end is not None]
        return Period(max(self.start, other.start), min(ends) if ends else None)

    def ended_by(self, moment: Moment) -> bool:
        """Whether the period is over at the moment."""
        return self.until is not None and self.until <= moment
