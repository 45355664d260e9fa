"""What a city declares of ratings and of matters that could not be got done: `ratings.yaml`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Annotated, Final, Literal, get_args

from django.conf import settings
from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load

STANDARD: Final = Path(__file__).with_name("ratings.yaml")
DEFINITIONS: Final = Path(__file__).with_name("definitions")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=24)]
Post = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
Days = Annotated[int, Field(ge=1, le=120)]
Level = Literal["1", "2", "3", "4", "5"]


class Names(Declaration):
    """The two names that everything has."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The name in that language."""
        return self.en if language.startswith("en") else self.zh


class LoopDays(Declaration):
    """The limits of the loop after a bad rating, in working days."""

    verify: Days
    appeal: Days
    review: Days
    mend: Days
    call_back: Days
    mend_again: Days


class Loop(Declaration):
    """Who verifies a bad rating and calls back, who reviews an objection, which post of the rated department mends; how long."""

    verifier: Post
    chief: Post
    handler: Code
    days: LoopDays


class StuckDays(Declaration):
    """The limits of a matter that could not be got done, in working days."""

    take: Days
    settle: Days
    tell: Days
    reopen: Days
    review: Days


class Stuck(Declaration):
    """Who coordinates what could not be got done, who reviews it, which post of the department settles it; how long; what may be wrong."""

    counter: Post
    chief: Post
    handler: Code
    days: StuckDays
    kinds: Annotated[Mapping[Code, Names], Field(min_length=1)]


class RatingsFile(Declaration):
    """`ratings.yaml`: what may be ticked at each level, the loop after a bad rating, the counter for what could not be got done.

    Figures of fewer than `smallest` ratings are shown only to who may read the ratings themselves.
    """

    smallest: Annotated[int, Field(ge=3, le=1000)]
    marks: Mapping[Level, Mapping[Code, Names]]
    loop: Loop
    stuck: Stuck

    @model_validator(mode="after")
    def _five_levels(self) -> "RatingsFile":
        if set(self.marks) != set(get_args(Level)):
            raise ValueError("marks: there are five levels")
        return self

    def marks_of(self, level: int) -> Mapping[str, Names]:
        """What may be ticked at a level, 1 to 5."""
        return next(marks for code, marks in self.marks.items() if code == str(level))

    def named_marks(self, level: int, codes: list[str], language: str) -> list[str]:
        """What was ticked, in words; a mark that the city declares no more says its code."""
        declared = self.marks_of(level)
        return [declared[code].text(language) if code in declared else code for code in codes]

    def drawings(self) -> Mapping[str, str]:
        """The two processes as BPMN, by their codes, with the city's limits filled in."""
        limits = {"bad_rating": self.loop.days, "stuck_matter": self.stuck.days}
        return {
            code: Template((DEFINITIONS / f"{code}.bpmn").read_text(encoding="utf-8")).substitute(days.model_dump())
            for code, days in limits.items()
        }


@lru_cache(maxsize=4)
def _read(path: Path) -> RatingsFile:
    return load(RatingsFile, path)


def ratings() -> RatingsFile:
    """The city's file, or the one that comes with the house. Raises DeclarationWrong."""
    own = Path(settings.CITIES) / settings.CITY / "ratings.yaml"
    return _read(own if own.is_file() else STANDARD)
