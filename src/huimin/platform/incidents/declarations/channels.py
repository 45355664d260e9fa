"""What a city declares of its doors in `incidents/`: `open311.yaml`, `reporting.yaml`, `hotline.yaml`; and the keywords of classes."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, RootModel, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.platform.incidents.declarations.classes import DEFAULT, Names, standard
from huimin.platform.incidents.declarations.local import declared_in

KEYWORDS: Final = Path(__file__).with_name("keywords.yaml")
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
ClassCode = Annotated[str, Field(pattern=r"^C?[0-9]{5}$")]


class Choice(Declaration):
    """An answer that may be chosen."""

    key: Code
    names: Names


class Attribute(Declaration):
    """A further question of a class, as Open311 asks it."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=32)]
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool = False
    names: Names
    hint: Names | None = None
    values: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _lists_have_values(self) -> "Attribute":
        if self.datatype.endswith("list") != bool(self.values):
            raise ValueError(f"{self.code}: a list has values, anything else has none")
        return self


class Neighbour(Declaration):
    """Another place's Open311 endpoint. Its address and our key there stand in the environment (`HUIMIN_NEIGHBOUR_<CODE>_URL`, `_KEY`).

    `classes`: our class → its service code.
    """

    names: Names
    jurisdiction_id: str = ""
    classes: Mapping[ClassCode, str]


class Open311File(Declaration):
    """`open311.yaml`. `withheld`: classes that never leave the house; `batch`: classes answered by a token at first."""

    jurisdiction_id: str = Field(min_length=3)
    changeset: str
    contact: Names
    key_service: Names
    demonstration_key: str = Field(min_length=4)
    reads_a_minute: int = Field(ge=1)
    reports_an_hour: int = Field(ge=1)
    withheld: tuple[ClassCode, ...] = ()
    batch: tuple[ClassCode, ...] = ()
    attributes: Mapping[ClassCode, tuple[Attribute, ...]] = {}
    neighbours: Mapping[Code, Neighbour] = {}

    @model_validator(mode="after")
    def _classes_exist(self) -> "Open311File":
        named = {*self.withheld, *self.batch, *self.attributes}
        named |= {code for neighbour in self.neighbours.values() for code in neighbour.classes}
        if lost := named - standard(DEFAULT).classes.keys():
            raise ValueError(f"no such classes: {sorted(lost)}")
        return self


class ReportingFile(Declaration):
    """`reporting.yaml`: who may report and how often, and from how near an open incident is offered as the same."""

    signed_in_only: bool
    anonymous: bool
    anonymous_never: tuple[ClassCode, ...] = ()
    reports_a_day: int = Field(ge=1)
    reports_an_hour_from_an_address: int = Field(ge=1)
    similar_metres: int = Field(ge=10, le=1000)
    most_photos: int = Field(ge=1, le=9)
    photo_megabytes: int = Field(ge=1, le=20)

    def may_be_anonymous(self, class_code: str) -> bool:
        """Whether somebody may report this without saying who he is."""
        return self.anonymous and class_code not in self.anonymous_never


class Within(Declaration):
    """By when the caller hears what was done: so many hours or days from the call, round the clock."""

    names: Names
    hours: int = 0
    days: int = 0

    @model_validator(mode="after")
    def _is_some_time(self) -> "Within":
        if bool(self.hours) == bool(self.days):
            raise ValueError("either hours or days")
        return self

    @property
    def span(self) -> timedelta:
        """How long."""
        return timedelta(hours=self.hours, days=self.days)


class RateWords(Declaration):
    """A rate's name and its formula in words."""

    names: Names
    formula: Names


class HotlineFile(Declaration):
    """`hotline.yaml`: the kinds of limit, the kinds of question, the call-back, the three rates."""

    limits: Mapping[Literal["urgent", "utility", "ordinary", "hard"], Within]
    categories: Mapping[Code, Names]
    satisfied: tuple[int, ...]
    survey_tries: int = Field(ge=1)
    survey_after_hours: int = Field(ge=0)
    retry_hours: int = Field(ge=1)
    rates: Mapping[Literal["response", "resolution", "satisfaction"], RateWords]

    def limit(self, code: str) -> Within:
        """The limit of this kind. Raises KeyError."""
        return {str(kind): one for kind, one in self.limits.items()}[code]

    @model_validator(mode="after")
    def _says_all(self) -> "HotlineFile":
        if len(self.limits) != 4 or len(self.rates) != 3:
            raise ValueError("four limits and three rates are declared")
        return self


class KeywordsFile(RootModel[Mapping[ClassCode, tuple[str, ...]]]):
    """`keywords.yaml`: everyday words by class."""


@lru_cache(maxsize=8)
def _open311(path: Path) -> Open311File:
    return load(Open311File, path)


@lru_cache(maxsize=8)
def _reporting(path: Path) -> ReportingFile:
    return load(ReportingFile, path)


@lru_cache(maxsize=8)
def _hotline(path: Path) -> HotlineFile:
    return load(HotlineFile, path)


def open311() -> Open311File:
    """The city's, or what comes with the house. Raises DeclarationWrong."""
    return _open311(declared_in("open311.yaml"))


def reporting() -> ReportingFile:
    """The city's, or what comes with the house. Raises DeclarationWrong."""
    return _reporting(declared_in("reporting.yaml"))


def hotline() -> HotlineFile:
    """The city's, or what comes with the house. Raises DeclarationWrong."""
    return _hotline(declared_in("hotline.yaml"))


@cache
def keywords() -> Mapping[str, tuple[str, ...]]:
    """Class of an event → its everyday words, the standard's own name among them. Raises DeclarationWrong."""
    declared = load(KeywordsFile, KEYWORDS).root
    return {one.code: (one.names.zh, *declared.get(one.code, ())) for one in standard(DEFAULT).events}
