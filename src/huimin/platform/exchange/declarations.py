"""What a resource is (GB/T 21063, the 2017 compilation guide) and how one department's files map onto it.

A resource belongs to a domain (`domains/*/resources/<code>.yaml`); who delivers it, in which files and local codes, is the
city's to say (`cities/<slug>/sources/<code>.yaml`). Both are immutable once loaded; a mistake is a start-up error.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from django.conf import settings
from pydantic import ConfigDict, Field, model_validator

from huimin.kernel.declarations import Declaration, DeclarationWrong, Mistake, load
from huimin.platform.exchange.forms import Form
from huimin.platform.identity.rules import Mask


class ItemType(StrEnum):
    """The kinds of information item; each has one normalisation in the lake."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    TRUTH = "truth"
    CITIZEN_ID = "citizen_id"
    USCC = "uscc"
    PERSON_NAME = "person_name"
    ORGANISATION_NAME = "organisation_name"
    HOLDER_NAME = "holder_name"
    PHONE = "phone"
    ADDRESS = "address"
    INDUSTRY = "industry"


MASKS: Final[Mapping[ItemType, Mask]] = MappingProxyType(
    {
        ItemType.PERSON_NAME: Mask.NAME,
        ItemType.HOLDER_NAME: Mask.NAME,
        ItemType.CITIZEN_ID: Mask.NUMBER,
        ItemType.PHONE: Mask.PHONE,
        ItemType.ADDRESS: Mask.ADDRESS,
        # Nobody knows what stands in a free text.
        ItemType.TEXT: Mask.HIDDEN,
    }
)
"""How an item of a person is shown to another department unless it needs, and is granted, the whole of it."""
PUBLIC_OF_FIRMS: Final = frozenset({ItemType.ADDRESS, ItemType.TEXT})
"""What a register of organisations holds openly."""

ShareType = Literal["open", "conditional", "withheld"]
CYCLE_DAYS = {"realtime": 1, "daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


class Names(Declaration):
    """A name in both languages."""

    zh: str
    en: str


class Item(Declaration):
    """An information item of a resource: its type, its code list, its own share type, and the registry evidence it feeds."""

    zh: str
    en: str
    type: ItemType
    codes: str | None = None
    feeds: str | None = None
    share: ShareType | None = None

    @model_validator(mode="after")
    def _a_code_has_its_list(self) -> "Item":
        if (self.type is ItemType.CODE) != (self.codes is not None):
            raise ValueError("an item of type code names its code list, and no other does")
        return self


class Resource(Declaration):
    """An information resource: what the catalogue shows and what landing checks against."""

    code: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    names: Names
    classification: str
    abstract: Names
    format: Literal["file", "spreadsheet", "database", "service"]
    share: ShareType
    share_condition: Names | None = None
    open: bool
    cycle: Literal["realtime", "daily", "weekly", "monthly", "quarterly", "yearly"]
    subject: Literal["person", "organisation", "person_or_organisation"]
    absence: Literal["unknown", "means_no"]
    items: dict[str, Item]

    def share_of(self, item: str) -> ShareType:
        """How this item is shared: its own share type, else that of the resource."""
        return self.items[item].share or self.share

    def mask_of(self, item: str) -> Mask | None:
        """How this item is shown to another department that was not granted the whole of it; None where it is always shown whole."""
        declared = self.items[item]
        if declared.feeds == "birth_date":
            return Mask.YEAR
        if self.subject == "organisation" and declared.type in PUBLIC_OF_FIRMS:
            return None
        return MASKS.get(declared.type)

    @property
    def address_item(self) -> str | None:
        """The item by which a record lies in a district: where its subject lives, else its other address; None where it has none."""
        named = (self.item_feeding(evidence) for evidence in ("residence_address", "hukou_address", "address"))
        addresses = (name for name, item in self.items.items() if item.type is ItemType.ADDRESS)
        return next((name for name in named if name), next(addresses, None))

    @property
    def number_items(self) -> list[str]:
        """The items by which one record can be asked for: numbers of people and of organisations."""
        return [name for name, item in self.items.items() if item.type in (ItemType.CITIZEN_ID, ItemType.USCC)]

    def item_feeding(self, evidence: str) -> str | None:
        """The item that feeds this registry evidence, or None."""
        return next((name for name, item in self.items.items() if item.feeds == evidence), None)


class Column(Declaration):
    """Where an item's text comes from in the department's row.

    `from` names the delivered column; `codes` translates the department's own codes (what it does not list is out of range);
    `part` cuts characters (first, length; from 1); `when` takes the value only where other columns hold these texts;
    `divide` scales a number; `constant` is a value that every row of this resource states.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    source: str | None = Field(default=None, alias="from")
    codes: dict[str, str] | None = None
    part: tuple[int, int] | None = None
    when: dict[str, str] | None = None
    divide: int | None = None
    constant: str | None = None


class Records(Declaration):
    """Which delivered columns say what a record is: its number, its day, and (for increments) its envelope, GB/T 39046."""

    id: str
    as_of: str
    event_at: str | None = None
    operation: str | None = None


class Source(Declaration):
    """How one department's files become records of one resource."""

    resource: str
    department: str
    files: list[str] = Field(min_length=1)
    full: list[str] | None = Field(
        default=None, description="patterns of full deliveries; without it every file is one"
    )
    form: Form
    records: Records
    columns: dict[str, str | Column]

    def column(self, item: str) -> Column | None:
        """The mapping of an item, or None where this department does not deliver it."""
        mapped = self.columns.get(item)
        return Column(source=mapped) if isinstance(mapped, str) else mapped


class City(Declaration):
    """`city.yaml`: which prefecture this installation serves."""

    division: str = Field(pattern=r"^\d{4}00$", description="its division code, GB/T 2260")


@cache
def city() -> City:
    """The city that this installation serves."""
    return load(City, Path(settings.CITIES) / settings.CITY / "city.yaml")


@cache
def resources() -> dict[str, Resource]:
    """Every declared resource by its code.

    Raises: `kernel.declarations` errors that name file and line.
    """
    found: dict[str, Resource] = {}
    for path in sorted((Path(settings.PACKAGE) / "domains").glob("*/resources/*.yaml")):
        resource = load(Resource, path)
        if resource.code != path.stem:
            raise DeclarationWrong(mistakes=(Mistake(path, 1, "code", f"the file is called {path.stem}"),))
        found[resource.code] = resource
    return found


@cache
def sources() -> dict[str, Source]:
    """This city's source of each resource, by resource code; every one maps onto a declared resource."""
    found: dict[str, Source] = {}
    for path in sorted((Path(settings.CITIES) / settings.CITY / "sources").glob("*.yaml")):
        source = load(Source, path)
        resource = resources().get(source.resource)
        unknown = set(source.columns) - set(resource.items) if resource else {source.resource}
        if unknown:
            raise DeclarationWrong(
                mistakes=(Mistake(path, 1, "columns", f"no such resource or item: {', '.join(sorted(unknown))}"),)
            )
        found[source.resource] = source
    return found
