"""What a city declares in its folder `incidents/`: limits by class and grade of the area, the grades, the first routing table."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Final

from django.conf import settings
from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.platform.incidents.declarations.classes import DEFAULT
from huimin.platform.incidents.rules.routing import ANY, Route

GRADES: Final = ("A", "B", "C")
"""Areas of the first, second and third grade: a limit is the shorter the busier the place."""

Said = Annotated[str, Field(pattern=r"^(PT\d{1,4}H|P\d{1,3}D|officeHours:\d{1,3}|workingDays:\d{1,3})$")]
Grade = Annotated[str, Field(pattern=r"^[ABC]$")]
ClassPrefix = Annotated[str, Field(pattern=r"^(\*|C?([0-9]{2}|[0-9]{5})|C)$")]
Department = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*|\{district\}|\{owner\})$")]


class StepLimits(Declaration):
    """How long each step of the command centre and of the grid worker may take."""

    verify: Said
    file: Said
    dispatch: Said
    check: Said
    close: Said


class LimitsFile(Declaration):
    """`limits.yaml`: the steps' limits; by class (or large class, or `*`) × grade that of the disposal; that of urgent incidents.

    `reopen_days` is how long its reporter may open a closed incident again; `most_reports_an_hour` what one sender of a channel may send;
    `after_photos` how many photos of afterwards a department has to give.
    """

    standard_ref: str = DEFAULT
    steps: StepLimits
    urgent_steps: StepLimits
    urgent: Mapping[Grade, Said]
    classes: Mapping[ClassPrefix, Mapping[Grade, Said]]
    reopen_days: Annotated[int, Field(ge=1, le=365)] = 15
    most_reports_an_hour: Mapping[str, Annotated[int, Field(ge=1)]] = {}
    after_photos: Annotated[int, Field(ge=0, le=9)] = 0
    closes_by_itself: bool = False

    @model_validator(mode="after")
    def _every_grade(self) -> "LimitsFile":
        short = [code for code, grades in self.classes.items() if set(grades) != set(GRADES)]
        if short or set(self.urgent) != set(GRADES):
            raise ValueError(f"a limit is wanted for each of the grades A, B and C: {', '.join(short) or 'urgent'}")
        return self

    def disposal(self, class_code: str, grade: str, *, urgent: bool) -> str | None:
        """How long a department may take: the longest declared beginning of the class, or `*`. None where there is none."""
        grades: Mapping[str, str] | None = self.urgent if urgent else None
        for length in range(len(class_code), 1, -1) if grades is None else ():
            grades = grades or self.classes.get(class_code[:length])
        grades = grades or self.classes.get(ANY)
        return grades.get(grade) if grades else None

    def step(self, name: str, *, urgent: bool) -> str:
        """How long a step may take."""
        return str(getattr(self.urgent_steps if urgent else self.steps, name))


class AreasFile(Declaration):
    """`areas.yaml`: the grade of a cell by its own code or that of its community or street; `otherwise` for all others."""

    otherwise: Grade = "C"
    grades: Mapping[Grade, tuple[Annotated[str, Field(pattern=r"^[0-9]{6}[0-9A-Z]{0,9}$")], ...]] = {}

    def grade_of(self, cell: str) -> str:
        """The grade of a cell; what is written for the longest beginning of its code counts."""
        said = self._by_code
        for length in (15, 12, 9, 6):
            if grade := said.get(cell[:length]):
                return grade
        return self.otherwise

    @cached_property
    def _by_code(self) -> Mapping[str, str]:
        return {code: grade for grade, codes in self.grades.items() for code in codes}


class RouteRow(Declaration):
    """A row of the routing table; see `rules.routing.Route`."""

    of_class: ClassPrefix
    division: Annotated[str, Field(pattern=r"^(\*|[0-9]{6})$")] = ANY
    owner: Annotated[str, Field(pattern=r"^(\*|\{owner\}|[a-z][a-z0-9_]*)$")] = ANY
    departments: Annotated[tuple[Department, ...], Field(min_length=1, max_length=8)]
    by_itself: bool = False

    @property
    def as_rule(self) -> Route:
        """The row as the rules take it."""
        return Route(**self.model_dump())


class RoutingFile(Declaration):
    """`routing.yaml`: the table with which a city begins; later editions are drafted, tested and published on a page."""

    standard_ref: str = DEFAULT
    rows: Annotated[tuple[RouteRow, ...], Field(min_length=1)]


STANDARD: Final = Path(__file__).parent.parent / "defaults"
"""What holds in a city that declares nothing of its own."""


def declared_in(name: str) -> Path:
    """The city's own file of this name, or that of the house."""
    own = Path(settings.CITIES) / settings.CITY / "incidents" / name
    return own if own.is_file() else STANDARD / name


@lru_cache(maxsize=4)
def _limits(path: Path) -> LimitsFile:
    return load(LimitsFile, path)


@lru_cache(maxsize=4)
def _areas(path: Path) -> AreasFile:
    return load(AreasFile, path)


@lru_cache(maxsize=4)
def _routing(path: Path) -> RoutingFile:
    return load(RoutingFile, path)


def limits() -> LimitsFile:
    """The city's limits. Raises DeclarationWrong."""
    return _limits(declared_in("limits.yaml"))


def areas() -> AreasFile:
    """The grades of the city's areas. Raises DeclarationWrong."""
    return _areas(declared_in("areas.yaml"))


def routing() -> RoutingFile:
    """The routing table with which the city begins. Raises DeclarationWrong."""
    return _routing(declared_in("routing.yaml"))
