"""What is declared of planned rounds of visits: `rounds.yaml`."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.refusals import NotFound
from huimin.platform.grid.declarations import Names

DECLARED: Final = Path(__file__).with_name("rounds.yaml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
Days = Annotated[int, Field(ge=1, le=400)]


class NoSuchRound(NotFound):
    """No round of this code is declared."""

    zh = "没有“{code}”这种探访。"
    en = "There is no round “{code}”."


class Who(Declaration):
    """Whom a round looks after: those from an age on, perhaps only those who live alone; or those named on its list."""

    age_from: Annotated[int, Field(ge=0, le=120)] = 0
    alone: bool = False
    named: bool = False

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.named == bool(self.age_from or self.alone):
            raise ValueError("either `named`, or an age or living alone")
        return self

    def born_until(self, today: date) -> date:
        """The latest day of birth of those who are old enough today. Raises ValueError only beyond the calendar."""
        try:
            return today.replace(year=today.year - self.age_from)
        except ValueError:  # 29 February
            return today.replace(year=today.year - self.age_from, day=28)


class Question(Declaration):
    """A question at the door and its choices."""

    names: Names
    choices: Mapping[Code, Names]


class Round(Declaration):
    """A round: whom, how often, what is asked, when a visit counts as missed."""

    names: Names
    who: Who
    every_days: Days
    missed_after_days: Days
    questions: Mapping[Code, Question]

    @model_validator(mode="after")
    def _missed_before_the_next(self) -> Self:
        if self.missed_after_days > self.every_days:
            raise ValueError("a visit is missed before the next one is due")
        return self


class Rounds(Declaration):
    """All of them."""

    purpose: str
    days_after_refusal: Days
    rounds: Mapping[Code, Round]


@lru_cache(maxsize=1)
def rounds() -> Rounds:
    """The declaration. Raises what `kernel.declarations.load` raises, with file and line."""
    return load(Rounds, DECLARED)


def round_coded(code: str) -> Round:
    """The round of this code. Raises NoSuchRound."""
    found = rounds().rounds.get(code)
    if found is None:
        raise NoSuchRound(code=code[:24])
    return found
