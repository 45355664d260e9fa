"""`profile.yaml`: what is asked of somebody who is not signed in, to tell him what he may have: each answer stands for registry fields."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.words import Name, Words


class Choice(Declaration):
    """An answer, and the fields that it stands for."""

    code: Name
    names: Words
    gives: dict[Name, str] = Field(min_length=1)


class Asked(Declaration):
    """A question: an age in completed years (`most`), or one of several choices."""

    code: Name
    names: Words
    most: int | None = Field(default=None, ge=1)
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Asked":
        if (self.most is None) == (not self.choices):
            raise ValueError("a question asks for an age or offers choices")
        return self

    @property
    def fields(self) -> frozenset[str]:
        """The registry fields that its answers tell."""
        told = frozenset(field for choice in self.choices for field in choice.gives)
        return told if self.choices else frozenset({"birth_date"})

    def values(self, answer: str, places: Mapping[str, str], *, on: date) -> dict[str, str]:
        """The fields that an answer stands for; `places` fills what is the city's own. None for an answer that there is not."""
        if self.most is not None:
            return {"birth_date": born(int(answer), on).isoformat()}
        chosen = next((choice for choice in self.choices if choice.code == answer), None)
        return {field: value.format(**places) for field, value in chosen.gives.items()} if chosen else {}


class Asking(Declaration):
    """The questions to one kind of applicant, and what is taken for granted of whoever asks for himself."""

    given: dict[Name, str] = {}
    questions: tuple[Asked, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The registry fields that are told or taken for granted."""
        return frozenset(self.given).union(*(question.fields for question in self.questions))


class Profile(Declaration):
    """`profile.yaml`."""

    person: Asking
    organisation: Asking


def born(age: int, on: date) -> date:
    """The last day on which somebody of this age can have been born."""
    year = on.year - age
    return date(year, 2, 28) if (on.month, on.day) == (2, 29) and not _is_leap(year) else date(year, on.month, on.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
