"""What a city declares of processes: in `supervision.yaml` the levels of its cards and the violations that rules look for, in
`office_hours.yaml` when its offices work.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

from django.conf import settings
from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.workdays import OFFICE_HOURS
from huimin.platform.process.rules.supervision import Level, Moment
from huimin.platform.process.rules.violations import Measure

STANDARD: Final = Path(__file__).with_name("supervision.yaml")
HOURS: Final = "office_hours.yaml"


class Names(Declaration):
    """The two names that everything has."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def said(self, language: str) -> str:
        """The name in that language."""
        return self.en if language.startswith("en") else self.zh


class LevelDeclaration(Declaration):
    """A level of cards."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=12)]
    names: Names
    raised: Moment
    days_over: int = Field(default=0, ge=0, le=365)
    explain: bool = True
    points: int = Field(default=0, ge=0, le=100)


class ViolationDeclaration(Declaration):
    """A violation that a rule looks for: what it is called, what it says, by which law, and the card it gets.

    `among` are the outcomes or reasons that the rule looks at, `at_most` how many are allowed.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=24)]
    names: Names
    says: Names
    basis: Names
    level: str
    points: int = Field(ge=0, le=100)
    among: tuple[str, ...] = ()
    at_most: int = Field(default=0, ge=0, le=100)

    @property
    def as_measure(self) -> Measure:
        """What the rule takes of it."""
        return Measure(among=frozenset(self.among), at_most=self.at_most)


class SupervisionFile(Declaration):
    """`supervision.yaml`: the levels, lowest first, and the violations."""

    levels: Annotated[tuple[LevelDeclaration, ...], Field(min_length=1)]
    violations: tuple[ViolationDeclaration, ...] = ()

    @model_validator(mode="after")
    def _each_code_once(self) -> "SupervisionFile":
        codes = [level.code for level in self.levels]
        if len(set(codes)) < len(codes):
            raise ValueError("a level is declared twice")
        rules = [violation.code for violation in self.violations]
        if len(set(rules)) < len(rules):
            raise ValueError("a violation is declared twice")
        if lost := {violation.level for violation in self.violations} - set(codes):
            raise ValueError(f"no such level: {', '.join(sorted(lost))}")
        return self

    @property
    def as_rules(self) -> tuple[Level, ...]:
        """The levels as the rules take them."""
        return tuple(Level(level.code, level.raised, level.days_over) for level in self.levels)

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What each declared violation's rule takes, by code."""
        return {violation.code: violation.as_measure for violation in self.violations}

    def find_violation(self, code: str) -> ViolationDeclaration | None:
        """The violation of this code; None for a card over a clock, and for a rule that the city declares no more."""
        return next((violation for violation in self.violations if violation.code == code), None)

    def points_of(self, level: str) -> int:
        """What a card over a clock counts when it is upheld."""
        return next((one.points for one in self.levels if one.code == level), 0)

    def named(self, code: str, language: str) -> str:
        """What people call a level; its code when the city declares it no more."""
        return next((level.names.said(language) for level in self.levels if level.code == code), code)


@lru_cache(maxsize=4)
def _read(path: Path) -> SupervisionFile:
    return load(SupervisionFile, path)


def supervision() -> SupervisionFile:
    """The city's levels, or those that come with the house. Raises DeclarationWrong."""
    own = Path(settings.CITIES) / settings.CITY / "supervision.yaml"
    return _read(own if own.is_file() else STANDARD)


class OpenHours(Declaration):
    """A span of a working day, `"09:00"` to `"12:00"`."""

    opens: time
    closes: time


class OfficeHoursFile(Declaration):
    """`office_hours.yaml`: the hours in which a limit in office hours runs, in order."""

    hours: Annotated[tuple[OpenHours, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeHoursFile":
        times = [moment for span in self.hours for moment in (span.opens, span.closes)]
        if not all(earlier < later for earlier, later in pairwise(times)):
            raise ValueError("the hours are not in order")
        return self


@lru_cache(maxsize=4)
def _hours_of(path: Path) -> tuple[tuple[time, time], ...]:
    return tuple((span.opens, span.closes) for span in load(OfficeHoursFile, path).hours)


def office_hours() -> Sequence[tuple[time, time]]:
    """When the city's offices work on a working day; the kernel's hours where it declares none. Raises DeclarationWrong."""
    own = Path(settings.CITIES) / settings.CITY / HOURS
    return _hours_of(own) if own.is_file() else OFFICE_HOURS
