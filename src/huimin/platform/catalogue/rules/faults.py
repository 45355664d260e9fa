"""A fault of a declaration, found when several parts are held together: in which file, at which place, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.catalogue.declarations.words import Words

Where = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`file` is the name inside the service's folder, `where` the path of keys in it."""

    file: str
    where: Where
    saying: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record's item is written: its type, its codes, and what the city's source can write of it.

    `codes`: the codes that the item holds; `written`: the values that the department's files have a place for. None of either: any.
    """

    kind: str
    codes: frozenset[str] | None = None
    written: frozenset[str] | None = None
    is_delivered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What declarations may name: registry fields and further words for them, licence types, items of resources, functions."""

    fields: Mapping[str, Mapping[str, Words]]
    """Registry (`people`, `organisations`) → field → names."""
    asked_as: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Registry → field → other words under which a form would ask for it."""
    licences: Mapping[str, LicenceType]
    resources: Mapping[str, Mapping[str, Place]]
    functions: frozenset[str]
    issuers: frozenset[str]
    """The functions whose departments have a credit code, without which nobody issues a licence."""


def repeated(file: str, where: Where, codes: Iterable[str]) -> Iterator[Fault]:
    """One fault for each code that stands twice; `where` leads to the list."""
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            yield Fault(file, (*where, place, "code"), f"the code {code} stands twice")
        seen.add(code)
