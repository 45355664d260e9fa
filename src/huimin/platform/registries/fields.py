"""What registry fields are called and how their values read, as `fields.yaml` declares them; which department speaks through a resource."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import model_validator

from huimin.kernel.codes import code_list
from huimin.kernel.declarations import Declaration, load
from huimin.platform.exchange.declarations import sources
from huimin.platform.identity.declarations import Names
from huimin.platform.identity.names import department_name as department_name
from huimin.platform.identity.names import department_names as department_names
from huimin.platform.identity.names import in_language as in_language
from huimin.platform.identity.names import is_english as is_english
from huimin.platform.identity.names import post_name as post_name
from huimin.platform.identity.names import posts_with as posts_with
from huimin.platform.identity.names import purpose_name as purpose_name

PEOPLE: Final = "people"
ORGANISATIONS: Final = "organisations"
PLACES: Final = "places"
RESOURCE: Final[Mapping[str, str]] = {
    PEOPLE: "registries.people",
    ORGANISATIONS: "registries.organisations",
    PLACES: "registries.places",
}
"""What grants call each registry."""
TRUTHS: Final = {"true": ("是", "Yes"), "false": ("否", "No")}


class FieldWords(Declaration):
    """One field: its names, how its values read, and whether it can only be corrected at a counter."""

    names: Names
    kind: Literal["text", "number", "date", "truth", "code"]
    codes: str | None = None
    window: bool = False

    @model_validator(mode="after")
    def _a_code_has_its_list(self) -> "FieldWords":
        if (self.kind == "code") != (self.codes is not None):
            raise ValueError("a field of kind code names its code list, and no other does")
        return self

    def label(self, language: str) -> str:
        """What the reader sees for the field."""
        return in_language(self.names, language)

    def text(self, value: str, language: str) -> str:
        """A stored value as it reads: a code by its label, a truth by its word, anything else as it is."""
        if self.kind == "truth":
            return TRUTHS[value][is_english(language)]
        if self.codes is not None:
            codes = code_list(self.codes)
            # Industries are kept with their section's letter (C34); the list knows divisions by their digits.
            code = value if value in codes else value[1:]
            return codes.label(code, language) if code in codes else value
        return value.removesuffix(".0") if self.kind == "number" else value

    @property
    def is_tabular(self) -> bool:
        """Whether it is set in tabular numerals."""
        return self.kind in {"number", "date"}


class Fields(Declaration):
    """`fields.yaml`: the fields of both registries, in the order in which they are shown."""

    people: dict[str, FieldWords]
    organisations: dict[str, FieldWords]


@cache
def _declared() -> Fields:
    return load(Fields, Path(__file__).with_name("fields.yaml"))


def fields_of(registry: str) -> Mapping[str, FieldWords]:
    """The fields of `people` or `organisations`, in the order in which they are shown."""
    found: Mapping[str, FieldWords] = getattr(_declared(), registry)
    return found


@cache
def source_name(resource: str, language: str) -> str:
    """The name of the department that speaks through a resource."""
    source = sources().get(resource)
    return department_name(source.department, language) if source else resource


def day_text(day: date | None) -> str:
    """A source's day as it is written beside a value."""
    return day.isoformat() if day else ""
