"""`cities/<slug>/offices.yaml`: where one can come, when, and how many at a time."""

from datetime import time
from functools import cache
from pathlib import Path

from django.conf import settings
from pydantic import Field, RootModel, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.refusals import NotFound
from huimin.platform.catalogue.declarations.words import Words


class NoSuchOffice(NotFound):
    """The city declares no office of this code."""

    zh = "没有这个办事大厅。"
    en = "There is no such office."


class Hours(Declaration):
    """From when to when (exclusive) windows take people, local time."""

    opens: str = Field(pattern=r"^\d\d:\d\d$")
    closes: str = Field(pattern=r"^\d\d:\d\d$")

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "Hours":
        if time.fromisoformat(self.opens) >= time.fromisoformat(self.closes):
            raise ValueError("an office opens before it closes")
        return self


class Office(Declaration):
    """An office: its department, its address, its hours on working days, and its slots.

    `slot_minutes` is how long a slot lasts, `capacity` how many come in one, `days_ahead` how far it can be booked.
    """

    names: Words
    address: Words
    department: str
    hours: tuple[Hours, ...] = Field(min_length=1)
    slot_minutes: int = Field(ge=5, le=240)
    capacity: int = Field(ge=1, le=200)
    days_ahead: int = Field(ge=1, le=60)
    synthetic: bool = Field(description="an invented office of the demonstration")


class OfficesFile(RootModel[dict[str, Office]]):
    """Offices by code."""


@cache
def offices() -> dict[str, Office]:
    """The city's offices by code; none where the file is missing. Raises `DeclarationWrong` with file and line."""
    path = Path(settings.CITIES) / settings.CITY / "offices.yaml"
    return load(OfficesFile, path).root if path.exists() else {}


def get_office(code: str) -> Office:
    """The office of this code. Raises NoSuchOffice."""
    if office := offices().get(code):
        return office
    raise NoSuchOffice
