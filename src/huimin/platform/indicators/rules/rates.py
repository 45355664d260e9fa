"""The five rates (五率) of electronic supervision, each defined here and nowhere else, over the counts of a month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a month came to, of whatever part of the city.

    Of the cases lodged in the month: `received`, `online` (without going to a counter), `accepted` and `not_accepted` (so far). Of those
    decided in it: `finished`, `timed` (under a clock of the whole), `on_time` (by the last day), `early` (before the last day), and `days`,
    working days from lodging to decision, added up. Of the ratings given in it: `rated`, and `satisfied` (levels 1 to 3).
    """

    received: int = 0
    online: int = 0
    accepted: int = 0
    not_accepted: int = 0
    finished: int = 0
    timed: int = 0
    on_time: int = 0
    early: int = 0
    days: int = 0
    rated: int = 0
    satisfied: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in COUNTED})

    @property
    def average_days(self) -> float | None:
        """Working days from lodging to decision, on average; None where nothing was decided."""
        return self.days / self.finished if self.finished else None


COUNTED: Final = tuple(field.name for field in fields(Counts))


def total(several: Iterable[Counts]) -> Counts:
    """All of them together."""
    return sum(several, Counts())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate: how many of what, of how many. Both are sums of counts."""

    of: tuple[str, ...]
    among: tuple[str, ...]

    def numerator(self, counts: Counts) -> int:
        """What is counted."""
        return sum(getattr(counts, name) for name in self.of)

    def denominator(self, counts: Counts) -> int:
        """What it is counted among."""
        return sum(getattr(counts, name) for name in self.among)

    def percent(self, counts: Counts) -> float | None:
        """The share in percent; None where there is nothing to count among."""
        among = self.denominator(counts)
        return 100 * self.numerator(counts) / among if among else None


RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "acceptance": Rate(of=("accepted",), among=("accepted", "not_accepted")),
        "online": Rate(of=("online",), among=("received",)),
        "on_time": Rate(of=("on_time",), among=("timed",)),
        "early": Rate(of=("early",), among=("timed",)),
        "satisfaction": Rate(of=("satisfied",), among=("rated",)),
    }
)
"""受理率、网办率、按时办结率、提前办结率、满意率. Of a step or a person only the two of time can be told."""
