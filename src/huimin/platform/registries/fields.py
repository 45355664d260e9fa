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
from huimin.platform.identity.declarations import Names, this_city

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


def is_english(language: str) -> bool:
    """Whether a language tag asks for English; every other reader is shown Chinese."""
    return language.lower().startswith("en")


def in_language(names: Names, language: str) -> str:
    """The one of two names that this reader sees."""
    return names.en if is_english(language) else names.zh


@cache
def department_names() -> Mapping[str, Names]:
    """The names of this city's departments, by code."""
    return {declared.code: declared.names for declared in this_city().departments.departments}


def department_name(code: str, language: str) -> str:
    """A department's name; its code where the city no longer declares it."""
    names = department_names().get(code)
    return in_language(names, language) if names else code


@cache
def source_name(resource: str, language: str) -> str:
    """The name of the department that speaks through a resource."""
    source = sources().get(resource)
    return department_name(source.department, language) if source else resource


@cache
def posts_with(duty: str) -> Mapping[str, str]:
    """The first post of each department that has this duty: department code → post code."""
    departments = this_city().departments
    found: dict[str, str] = {}
    for department in departments.departments:
        for post in departments.posts_of(department):
            if post.duty == duty:
                found.setdefault(department.code, f"{department.code}.{post.code}")
    return found


def post_name(code: str, language: str) -> str:
    """A post as `市公安局 实名核查员`; its code where the city no longer declares it."""
    department_code = code.partition(".")[0]
    departments = this_city().departments
    for department in departments.departments:
        if department.code == department_code:
            titles = {f"{department.code}.{post.code}": post.names for post in departments.posts_of(department)}
            title = in_language(titles[code], language) if code in titles else code
            join = ", " if is_english(language) else " "
            return f"{in_language(department.names, language)}{join}{title}"
    return code


def purpose_name(code: str, language: str) -> str:
    """What a purpose is called; its code where the city no longer declares it."""
    names = this_city().grants.purposes.get(code)
    return in_language(names, language) if names else code


def day_text(day: date | None) -> str:
    """A source's day as it is written beside a value."""
    return day.isoformat() if day else ""
