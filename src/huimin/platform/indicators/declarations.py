"""What a city publishes: `cities/<slug>/statistics.yaml`, read into populations, dimensions and releases.

A dimension is a named expression over registry fields with a closed list of categories that does not depend on the data, so
that an empty category looks the same in every city. Everybody whom no category holds is counted under `unknown`.
"""

from calendar import month_name
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, Literal

from django.conf import settings
from pydantic import Field, model_validator

from huimin.kernel.codes import code_list
from huimin.kernel.declarations import Declaration, DeclarationWrong, Mistake, load
from huimin.kernel.identifiers import divisions_within
from huimin.platform.catalogue.library import services
from huimin.platform.indicators.rules import AgeBand, age_bands
from huimin.platform.registries.declarations import authority, city

UNKNOWN: Final = "unknown"
"""The category of those of whom no register says which it is."""

CASE_FIELDS: Final = ("month", "service", "timely", "satisfied", "days")
"""What a case can be counted by (`case_rows`): month and working days of the decision or lodging, its service, whether it was in time; or
of a rating its month, service, and whether it was good."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]


class Names(Declaration):
    """A name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.en if language.lower().startswith("en") else self.zh


class Coded(Declaration):
    """Categories are the codes of a national code list; `only` some of them, `top` the topmost code that includes each."""

    names: Names
    by: Literal["codes"]
    field: str
    codes: str
    only: tuple[str, ...] = ()
    top: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The registry fields that it is read from."""
        return (self.field,)

    def categories(self) -> Mapping[str, Names]:
        """Each code with its names, in the standard's order."""
        codes = code_list(self.codes)
        wanted = self.only or tuple(code for code in codes if not self.top or codes.entry(code).parent is None)
        return {code: Names(zh=codes.label(code), en=codes.label(code, "en")) for code in wanted}


class Aged(Declaration):
    """Categories are bands of completed years on the reference day, beginning at these ages; the last one is open."""

    names: Names
    by: Literal["age"]
    field: str
    starts: tuple[int, ...]

    @model_validator(mode="after")
    def _bands_begin_at_zero(self) -> "Aged":
        age_bands(self.starts)
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The registry fields that it is read from."""
        return (self.field,)

    @property
    def bands(self) -> Mapping[str, AgeBand]:
        """Each band by its code, youngest first."""
        return {band.code: band for band in age_bands(self.starts)}

    def categories(self) -> Mapping[str, Names]:
        """Each band with its names."""
        return {code: _band_names(band) for code, band in self.bands.items()}


class Divided(Declaration):
    """Categories are the city's districts, by the first of these address fields that says anything."""

    names: Names
    by: Literal["division"]
    fields: tuple[str, ...] = Field(min_length=1)

    def categories(self) -> Mapping[str, Names]:
        """Each district with its names, in the order of their codes."""
        return {one.code: Names(zh=one.zh, en=one.en) for one in divisions_within(city().division)}


class Listed(Declaration):
    """Categories are listed here, each with the registry's values that it stands for."""

    names: Names
    by: Literal["values"]
    field: str
    values: dict[Code, "ListedValue"] = Field(min_length=1)

    @property
    def fields(self) -> tuple[str, ...]:
        """The registry fields that it is read from."""
        return (self.field,)

    def categories(self) -> Mapping[str, Names]:
        """Each category with its names, in the order listed."""
        return {code: value.names for code, value in self.values.items()}


class Offered(Declaration):
    """Categories are the services that the city offers, by their codes."""

    names: Names
    by: Literal["services"]
    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        """What it is read from."""
        return (self.field,)

    def categories(self) -> Mapping[str, Names]:
        """Each service with its names, in the order of their codes."""
        return {code: Names(zh=one.item.names.zh, en=one.item.names.en) for code, one in sorted(services().items())}


class Monthly(Declaration):
    """Categories are the months of a year; what is counted lies within twelve months, so each comes once."""

    names: Names
    by: Literal["months"]
    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        """What it is read from."""
        return (self.field,)

    def categories(self) -> Mapping[str, Names]:
        """Each month with its names."""
        return {f"{number:02}": Names(zh=f"{number}月", en=month_name[number]) for number in range(1, 13)}


class ListedValue(Declaration):
    """A category: its names, and which of the registry's values belong to it."""

    names: Names
    of: tuple[str, ...] = Field(min_length=1)


Dimension = Annotated[Coded | Aged | Divided | Listed | Offered | Monthly, Field(discriminator="by")]


class Population(Declaration):
    """Who or what is counted: an entity of the registry, or a case of the last twelve months, without those whose field holds a value of
    `without`. Beside each published figure the `average` of a number may be published.

    `chain` puts its dimensions in an order in which every release crosses two neighbours; the protection of small figures rests
    on it. A coarser form of a dimension stands before the finer one. The totals of the `headline` dimensions, the most important
    first, are the last to be withheld.
    """

    names: Names
    unit: Names
    source: Names
    registry: Literal["people", "organisations", "cases_received", "cases_finished", "cases_rated"]
    without: dict[str, str] = {}
    average: "Average | None" = None
    chain: tuple[Code, ...] = Field(min_length=1)
    headline: tuple[Code, ...] = ()


class Average(Declaration):
    """A number whose average is published beside each published figure: its field, and what it is called."""

    field: str
    names: Names


class ReleaseDeclaration(Declaration):
    """One table: what it is called, whom it counts, by which one or two dimensions (rows first)."""

    names: Names
    population: Code
    by: tuple[Code, ...] = Field(min_length=1, max_length=2)


class Statistics(Declaration):
    """`statistics.yaml`: the smallest figure that is published, the base to which figures are rounded, and what is released."""

    smallest: int = Field(ge=3, le=1000)
    round_to: int = Field(default=1, ge=1, le=1000)
    unknown: Names
    dimensions: dict[Code, Dimension]
    populations: dict[Code, Population]
    releases: dict[Code, ReleaseDeclaration] = Field(min_length=1)

    @model_validator(mode="after")
    def _rounding_hides_nothing_small(self) -> "Statistics":
        if self.smallest % self.round_to:
            raise ValueError("smallest must be a multiple of round_to, or a published figure could round below it")
        return self

    @model_validator(mode="after")
    def _names_meet(self) -> "Statistics":
        for code, population in self.populations.items():
            if lost := set(population.chain) - self.dimensions.keys():
                raise ValueError(f"populations.{code}.chain: no such dimension: {', '.join(sorted(lost))}")
            if lost := set(population.headline) - set(population.chain):
                raise ValueError(f"populations.{code}.headline: not in the chain: {', '.join(sorted(lost))}")
            if len(set(population.chain)) < len(population.chain):
                raise ValueError(f"populations.{code}.chain: a dimension stands twice")
        for code, release in self.releases.items():
            if release.population not in self.populations:
                raise ValueError(f"releases.{code}.population: no such population: {release.population}")
            chain = self.populations[release.population].chain
            if lost := set(release.by) - set(chain):
                raise ValueError(
                    f"releases.{code}.by: not in the chain of {release.population}: {', '.join(sorted(lost))}"
                )
            if len(release.by) == 2 and {*release.by} not in [{*pair} for pair in pairwise(chain)]:
                raise ValueError(f"releases.{code}.by: {' and '.join(release.by)} are no neighbours in the chain")
        return self

    def releases_of(self, population: str) -> dict[str, ReleaseDeclaration]:
        """The releases that count this population."""
        return {code: release for code, release in self.releases.items() if release.population == population}

    def category_names(self, dimension: str) -> dict[str, Names]:
        """Every category of a dimension with its names, `unknown` last."""
        return {**self.dimensions[dimension].categories(), UNKNOWN: self.unknown}

    def parents(self, one: str, two: str) -> dict[str, str] | None:
        """Category of `two` → the category of `one` that holds all of it, where `two` is a finer form of `one`; else None."""
        coarse, fine = self.dimensions[one], self.dimensions[two]
        if not (isinstance(coarse, Aged) and isinstance(fine, Aged) and coarse.field == fine.field):
            return None
        found = {
            code: outer
            for code, band in fine.bands.items()
            for outer, held in coarse.bands.items()
            if band.is_within(held)
        }
        return {**found, UNKNOWN: UNKNOWN} if len(found) == len(fine.bands) else None


def _band_names(band: AgeBand) -> Names:
    if band.last is None:
        return Names(zh=f"{band.first}岁及以上", en=f"{band.first} and over")
    return Names(zh=f"{band.first}–{band.last}岁", en=f"{band.first}–{band.last}")


@cache
def statistics() -> Statistics:
    """What this city publishes. Raises `DeclarationWrong` with file and line, also where a field or code list is not there."""
    path = Path(settings.CITIES) / settings.CITY / "statistics.yaml"
    declared = load(Statistics, path)
    wrong = [Mistake(path, 1, where, saying) for where, saying in _lost(declared)]
    if wrong:
        raise DeclarationWrong(mistakes=tuple(wrong))
    return declared


def _lost(declared: Statistics) -> list[tuple[str, str]]:
    """Fields that the registry does not have, and refinements that stand the wrong way round."""
    found: list[tuple[str, str]] = []
    for code, population in declared.populations.items():
        fields = getattr(authority(), population.registry, CASE_FIELDS)
        averaged = {population.average.field} if population.average else set()
        used = (
            averaged
            | {field for name in population.chain for field in declared.dimensions[name].fields}
            | set(population.without)
        )
        found += [(f"populations.{code}", f"no such registry field: {field}") for field in sorted(used - set(fields))]
        ages = [name for name in population.chain if isinstance(declared.dimensions[name], Aged)]
        found += [
            (f"populations.{code}.chain", f"{two} must be a finer form of {one} and stand right after it")
            for one, two in pairwise(ages)
            if declared.parents(one, two) is None or (one, two) not in set(pairwise(population.chain))
        ]
    return found
