"""Shares and ratios of an age structure, by the definitions that Chinese statistics use.

All of it is read off published figures: where one of them is withheld, what would give it away is None too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huimin.platform.indicators.rules.bands import AgeBand

CHILD_UNTIL: Final = 15
WORKING_UNTIL: Final = 65
OLD_FROM: Final = 60


class AgeingStage(StrEnum):
    """How far a population has aged."""

    NOT_YET = "not_yet"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


_STAGES: Final = (
    (AgeingStage.SEVERE, 30.0, 21.0),
    (AgeingStage.MODERATE, 20.0, 14.0),
    (AgeingStage.MILD, 10.0, 7.0),
)


def ageing_stage(share_60: float, share_65: float) -> AgeingStage:
    """The stage by the shares, in percent, of people of 60 and over and of 65 and over: whichever reaches further.

    Mild from 10 or 7 percent, moderate from 20 or 14, severe from 30 or 21: the wording of the national bulletins on ageing.
    """
    reached = (stage for stage, old, older in _STAGES if share_60 >= old or share_65 >= older)
    return next(reached, AgeingStage.NOT_YET)


@dataclass(frozen=True, slots=True)
class AgeStructure:
    """People by band of age, as published; None is withheld. Shares and ratios are percent, not rounded."""

    bands: Mapping[AgeBand, int | None]

    def between(self, first: int, until: int | None = None) -> int | None:
        """People from `first` up to, not including, `until`; None where a figure is withheld or a band crosses an edge."""
        wanted = AgeBand(first, None if until is None else until - 1)
        inside = {band: number for band, number in self.bands.items() if band.is_within(wanted)}
        crossing = any(
            band not in inside and (until is None or band.first < until) and (band.last is None or band.last >= first)
            for band in self.bands
        )
        numbers = [number for number in inside.values() if number is not None]
        return None if crossing or len(numbers) < len(inside) else sum(numbers)

    @property
    def of_known_age(self) -> int | None:
        """Everybody whose age is known."""
        return self.between(0)

    def share_from(self, age: int) -> float | None:
        """The share of people of this age and over among those of known age."""
        return _percent(self.between(age), self.of_known_age)

    @property
    def stage(self) -> AgeingStage | None:
        """How far the population has aged."""
        shares = self.share_from(OLD_FROM), self.share_from(WORKING_UNTIL)
        return None if shares[0] is None or shares[1] is None else ageing_stage(shares[0], shares[1])

    @property
    def child_ratio(self) -> float | None:
        """少年儿童抚养比: people of 0 to 14 a hundred of 15 to 64."""
        return _percent(self.between(0, CHILD_UNTIL), self.between(CHILD_UNTIL, WORKING_UNTIL))

    @property
    def old_ratio(self) -> float | None:
        """老年人口抚养比: people of 65 and over a hundred of 15 to 64."""
        return _percent(self.between(WORKING_UNTIL), self.between(CHILD_UNTIL, WORKING_UNTIL))

    @property
    def dependency_ratio(self) -> float | None:
        """总抚养比: both together."""
        child, old = self.child_ratio, self.old_ratio
        return None if child is None or old is None else child + old


def _percent(part: int | None, whole: int | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None
