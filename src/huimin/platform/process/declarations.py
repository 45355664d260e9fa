"""What a city declares of supervision: the levels of its cards, in `supervision.yaml`."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from django.conf import settings
from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.platform.process.rules.supervision import Level, Moment

STANDARD: Final = Path(__file__).with_name("supervision.yaml")


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


class SupervisionFile(Declaration):
    """`supervision.yaml`: the levels, lowest first."""

    levels: Annotated[tuple[LevelDeclaration, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_code_once(self) -> "SupervisionFile":
        codes = [level.code for level in self.levels]
        if len(set(codes)) < len(codes):
            raise ValueError("a level is declared twice")
        return self

    @property
    def as_rules(self) -> tuple[Level, ...]:
        """The levels as the rules take them."""
        return tuple(Level(level.code, level.raised, level.days_over) for level in self.levels)

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
