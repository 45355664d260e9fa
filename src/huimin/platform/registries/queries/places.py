"""Reads of places: a house by its address, addresses by their words, who belongs to a house, the grid, and how far addresses were read."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.core import signing
from django.db.models import Q, QuerySet

from huimin.kernel.identifiers import find_division
from huimin.kernel.refusals import BadInput, NotFound
from huimin.platform.exchange.lake import engine
from huimin.platform.identity.rules import Scope
from huimin.platform.registries import records
from huimin.platform.registries.models import GridCell, GridEdition, Place, PlaceRelation, PlacesBuild
from huimin.platform.registries.places.addresses import Address, parse_all
from huimin.platform.registries.places.grid import Locator
from huimin.platform.registries.queries.lookup import reading_engine
from huimin.platform.ui.paging import BadCursor

FIELD_MAP: Final = {"division": "division"}
"""Where a house keeps what a scope speaks of."""
SALT: Final = "registries.unplaced"
_LEAST_CHARACTERS: Final = 2
# Words of a search as the standard form writes them.
_SAME_WORD: Final = ((r"(\d+)(?:栋|号楼|座|#)", r"\1幢"), (r"村民组", "组"))


class NoSuchHouse(NotFound):
    """There is no such house, or none that the reader may see: the two are not told apart."""

    zh = "没有这处房屋，或不在您的授权范围内。这次查询已记录。"
    en = "There is no such house, or none that you may see. The query has been recorded."


class TooShort(BadInput):
    """A search for less than two characters."""

    zh = "请至少填写两个字，例如小区名、路名加门牌号。"
    en = "Give at least two characters, such as an estate, or a road and its number."


@dataclass(frozen=True, kw_only=True)
class Building:
    """A building or village group with houses in it, as a search shows it."""

    number: str
    address: str
    houses: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found: the house that the text means, if it means one, and buildings whose address has its words in it."""

    address: Address
    house: Place | None
    buildings: tuple[Building, ...]
    is_more: bool

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.buildings) + (self.house is not None)


def latest_places() -> PlacesBuild | None:
    """The run that the registry of places shows, or None before the first."""
    return PlacesBuild.objects.select_related("build").order_by("-number").first()


def house_of(said: Address, scope: Scope | None = None) -> Place | None:
    """The house that an address means; None where it means none, or not one only (or none in the scope)."""
    visible = _visible(scope)
    if not said.is_house:
        return None
    if said.house:
        return visible.filter(number=said.house).first()
    # Left open in which district or town: the only house of the city with this door, if there is only one.
    fitting = list(Place.objects.filter(door=said.door, address__gt="")[:50])
    fitting = [place for place in fitting if said.parts.division in {"", place.division}]
    return visible.filter(pk=fitting[0].pk).first() if len(fitting) == 1 else None


def _visible(scope: Scope | None) -> QuerySet[Place]:
    rows = Place.objects.filter(address__gt="")
    return rows if scope is None else rows.filter(scope.as_q(FIELD_MAP, Q))


def access_house(key: str, scope: Scope) -> Place:
    """The house of this key. Raises NoSuchHouse."""
    place = _visible(scope).filter(pk=key).first()
    if place is None:
        raise NoSuchHouse
    return place


def search_places(text: str, scope: Scope, *, limit: int = 20) -> Found:
    """The house that the text means, and buildings whose standard address has each of its words in it. Raises TooShort."""
    words = _words(text)
    if sum(map(len, words)) < _LEAST_CHARACTERS:
        raise TooShort(field="address")
    read = parse_all({text, *words})
    said = read[text]
    house = house_of(said, scope)
    pieces = [piece for word in words for piece in _pieces(word, read[word])]
    buildings = [] if house else _buildings(pieces, scope, limit + 1)
    return Found(address=said, house=house, buildings=tuple(buildings[:limit]), is_more=len(buildings) > limit)


def _pieces(word: str, said: Address) -> list[str]:
    """What a building's standard address must have in it for a word: of one that is an address, its parts down to the building."""
    parts = said.parts
    if not (parts.road or parts.village):
        return [word]
    division = find_division(parts.division) if parts.division else None
    own = [
        division.zh if division else "",
        parts.town,
        parts.community,
        f"{parts.road}{parts.number}号" if parts.road else "",
        f"{parts.estate}{parts.building}幢" if parts.building else "",
        f"{parts.village}{parts.team}组" if parts.village else "",
    ]
    return [piece for piece in own if piece]


def _words(text: str) -> list[str]:
    ((plain,),) = reading_engine().cursor().execute("SELECT hm_simplified(hm_half($1))", [text]).fetchall()
    for pattern, standard in _SAME_WORD:
        plain = re.sub(pattern, standard, plain)
    return [word for word in str(plain).split() if word]


def _buildings(words: list[str], scope: Scope, limit: int) -> list[Building]:
    """A scan of the build's list of buildings: a column engine's work, and the list is a hundredth of the city."""
    if (file := _file("buildings")) is None:
        return []
    inside, parameters = scope.as_sql(FIELD_MAP)
    matching = " AND ".join(["contains(address, ?)"] * len(words))
    rows = (
        reading_engine()
        .cursor()
        .execute(
            f"SELECT number, address, houses FROM {file} WHERE {matching} AND {inside} ORDER BY address, number LIMIT {limit:d}",
            [*words, *parameters],
        )
        .fetchall()
    )
    return [Building(number=number, address=address, houses=houses) for number, address, houses in rows]


def houses_in(building: str, scope: Scope) -> QuerySet[Place]:
    """The houses of a building or village group."""
    return _visible(scope).filter(building_number=building) if building else Place.objects.none()


def houses_in_cells(cells: Collection[str], scope: Scope) -> QuerySet[Place]:
    """The houses of these grid cells."""
    return _visible(scope).filter(cell__in=cells)


def relations_of(place: Place) -> QuerySet[PlaceRelation]:
    """Who belongs to a house."""
    return PlaceRelation.objects.filter(place=place.key)


def houses_of(subject: str, scope: Scope | None = None) -> list[tuple[str, Place]]:
    """The houses that a person or organisation belongs to, by kind of relation, at most one of each."""
    kinds = dict(PlaceRelation.objects.filter(subject=subject).order_by("kind").values_list("kind", "place"))
    found = _visible(scope).in_bulk(list(kinds.values())) if kinds else {}
    return [(kind, found[place]) for kind, place in kinds.items() if place in found]


# ── The grid ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def latest_grid() -> GridEdition | None:
    """The edition of the grid in force, or None before any was taken."""
    return GridEdition.objects.order_by("-number").first()


def grid_cells() -> QuerySet[GridCell]:
    """The cells in force, by code."""
    edition = GridEdition.objects.order_by("-number").values("number")[:1]
    return GridCell.objects.filter(edition=edition).order_by("code")


def cell_names(codes: list[str]) -> Mapping[str, str]:
    """What cells in force are called, by code; unknown codes are left out."""
    return dict(grid_cells().filter(code__in=codes).values_list("code", "name")) if codes else {}


def locator() -> Locator:
    """Which cell a point lies in, by the grid in force; made once an edition and kept in memory."""
    edition = latest_grid()
    return _locator(edition.number if edition else 0)


@lru_cache(maxsize=2)
def _locator(edition: int) -> Locator:
    return Locator(GridCell.objects.filter(edition=edition).values_list("code", "outline"))


# ── How far addresses were read ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How many addresses of a resource's item reach so deep, or were not read for this reason."""

    resource: str
    item: str
    depth: str
    records: int


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """An address that names no house: whose record it stands in, how far it reaches or why not, and its text."""

    resource: str
    record_id: str
    item: str
    reason: str
    text: str


def coverage() -> list[Reach]:
    """How deep the addresses of each resource reach."""
    file = _file("address_coverage")
    rows = (
        reading_engine().cursor().execute(f"SELECT resource, item, depth, records FROM {file}").fetchall()
        if file
        else []
    )
    return [Reach(resource=row[0], item=row[1], depth=row[2], records=row[3]) for row in rows]


def unplaced(reason: str, *, after: str = "", size: int = 50) -> tuple[list[Unplaced], str]:
    """Addresses that name no house for this reason, by resource and record number; and the signed cursor of the next ones.

    Raises BadCursor.
    """
    if (file := _file("unplaced")) is None:
        return [], ""
    beyond = _opened(after, reason)
    rows: list[tuple[Any, ...]] = (
        reading_engine()
        .cursor()
        .execute(
            f"SELECT resource, record_id, item, reason, text FROM {file} WHERE reason = ? AND (resource, record_id, item) > (?, ?, ?)"
            f" ORDER BY resource, record_id, item LIMIT {size + 1:d}",
            [reason, *beyond],
        )
        .fetchall()
    )
    shown = [Unplaced(resource=r[0], record_id=r[1], item=r[2], reason=r[3], text=r[4]) for r in rows[:size]]
    last = shown[-1] if len(rows) > size else None
    return shown, signing.dumps([reason, last.resource, last.record_id, last.item], salt=SALT) if last else ""


def _opened(after: str, reason: str) -> list[str]:
    if not after:
        return ["", "", ""]
    try:
        own, *beyond = signing.loads(after, salt=SALT)
    except signing.BadSignature as problem:
        raise BadCursor from problem
    if own != reason:
        raise BadCursor
    return [str(part) for part in beyond]


def _file(name: str) -> str | None:
    """A file of the latest run as the engine reads it; None before the first run."""
    latest = latest_places()
    if latest is None:
        return None
    path = Path(records.builds() / latest.build.folder / f"{name}.parquet")
    return f"read_parquet('{engine.text(path)}')"
