"""Hot spots: which place × topic comes up more often than it used to, and by how much more than chance would have it (未诉先办).

The counts of a place and topic in the weeks before say what to expect; how unlikely as many as now would be is the tail of the Poisson
distribution. The expectation takes in one more incident in all those weeks, so that what was never seen before does not become certain
by a single report.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

FEWEST: Final = 3
"""Fewer incidents than this in a week are no hot spot, whatever was expected."""
CHANCE: Final = 0.01
"""A place and topic is a hot spot where as many would come by chance in fewer than one week of a hundred."""


class Spot(NamedTuple):
    """A place (any code that begins with the district's six digits) and a topic (a class or a group of them)."""

    place: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """A spot, how many incidents it had in the week, how many were expected, and the chance of so many or more."""

    spot: Spot
    number: int
    expected: float
    chance: float
    weeks: tuple[int, ...]
    """The counts of the weeks before, the oldest first."""

    @property
    def is_new(self) -> bool:
        """Whether there was none in all the weeks before."""
        return not any(self.weeks)


def tail(number: int, expected: float) -> float:
    """The chance of `number` or more where `expected` (> 0) come on average: the upper tail of the Poisson distribution."""
    below = math.fsum(
        math.exp(count * math.log(expected) - expected - math.lgamma(count + 1)) for count in range(number)
    )
    return min(1.0, max(0.0, 1.0 - below))


def hot_spots(now: Mapping[Spot, int], before: Mapping[Spot, Sequence[int]], *, weeks: int) -> list[HotSpot]:
    """The hot spots of a week, the least likely first.

    `now` counts the week, `before` the `weeks` before it, the oldest first; a spot that `before` does not name had none. Raises ValueError
    for counts of another number of weeks.
    """
    return sorted(_hot(now, before, weeks), key=lambda one: (one.chance, -one.number, one.spot))


def _hot(now: Mapping[Spot, int], before: Mapping[Spot, Sequence[int]], weeks: int) -> Iterable[HotSpot]:
    for spot, number in now.items():
        if number < FEWEST:
            continue
        past = tuple(before.get(spot, (0,) * weeks))
        if len(past) != weeks:
            raise ValueError(f"{spot}: {len(past)} weeks, not {weeks}")
        expected = (sum(past) + 1) / weeks
        chance = tail(number, expected)
        if chance < CHANCE and number > expected:
            yield HotSpot(spot=spot, number=number, expected=expected, chance=chance, weeks=past)
