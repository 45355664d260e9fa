"""Rows of a resource as another department may read them: through the one scope, and only what its grants give.

What grants call a resource that is read row by row is `<code>:<way>` (`hrss.insured:read`); a way that gives more gives the lesser
ones too. Which rows are given is decided by the engine (`Scope.as_sql`) and again for every row that it returns (`Scope.shown`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

from django.conf import settings

from huimin.platform.exchange.declarations import Resource, city, resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.divisions import division_of
from huimin.platform.exchange.queries import current_select, first_records
from huimin.platform.exchange.rules import Way, ways_giving
from huimin.platform.identity.queries import grants_to, scope_of
from huimin.platform.identity.rules import Mask, Scope
from huimin.platform.identity.rules.scope import DIVISION
from huimin.platform.journal.rules import Actor

FIELD_MAP: Final = {DIVISION: DIVISION}
"""Where a row of the lake keeps what a scope speaks of: a record has no key of a person, only the district that its address names."""
BY_RECORD: Final = "record_id"
"""Asking for a record by its department's own number; every other way to ask is an item."""
AT_FIRST: Final = 4
"""Records that are looked through for each row wanted; where a scope gives few of them, more and more."""


def granted_as(resource: str, way: Way) -> str:
    """What grants call the rows of a resource that are read in this way."""
    return f"{resource}:{way}"


def scope_of_rows(actor: Actor, *, resource: str, way: Way, purpose: str, at: datetime) -> Scope:
    """What the actor may see of a resource's rows in this way, for this purpose; nothing where no grant is in force."""
    scopes = (scope_of(actor, resource=granted_as(resource, one), purpose=purpose, at=at) for one in ways_giving(way))
    return reduce(or_, scopes, Scope())


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What is granted of one resource to a reader: in which ways, for which purposes, and until when the last of it."""

    resource: Resource
    ways: frozenset[Way]
    purposes: Sequence[str]
    items: Sequence[str]
    until: datetime

    def allows(self, way: Way) -> bool:
        """Whether a grant lets the reader read in this way."""
        return bool(self.ways & set(ways_giving(way)))


def shared_with(actor: Actor, at: datetime) -> list[Shared]:
    """What is granted to the post acted in, or to the calling system, by resource; one read."""
    granted: dict[str, list[tuple[Way, Collection[str], Collection[str], datetime]]] = {}
    for grant in grants_to(actor, at):
        code, _, way = grant.resource.partition(":")
        if way in set(Way) and code in resources():
            given = (Way(way), grant.purposes, {*grant.plain, *grant.masked}, grant.until)
            granted.setdefault(code, []).append(given)
    return [
        Shared(
            resource=resources()[code],
            ways=frozenset(way for way, *_ in found),
            purposes=list(dict.fromkeys(purpose for _, purposes, *_ in found for purpose in purposes)),
            items=[item for item in resources()[code].items if any(item in items for *_, items, _ in found)],
            until=max(until for *_, until in found),
        )
        for code, found in sorted(granted.items())
    ]


@dataclass(frozen=True, kw_only=True)
class SharedRow:
    """One record as a reader may see it: its number (for the journal and for going on, never shown), its day, and its items, masked."""

    record_id: str
    as_of: date | None
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A row as the engine gives it, before it is masked."""

    record_id: str
    as_of: date | None
    division: str
    values: Mapping[str, str | None]

    def shown_in(self, scope: Scope) -> SharedRow | None:
        """The row as the scope shows it; None where it shows nothing of it."""
        row = {**self.values, DIVISION: self.division}
        seen = {
            name: mask for name, mask in scope.visible(row, self.values, FIELD_MAP).items() if mask is not Mask.HIDDEN
        }
        if not seen:
            return None
        shown = scope.shown(row, seen, FIELD_MAP)
        return SharedRow(
            record_id=self.record_id,
            as_of=self.as_of,
            values={name: "" if value is None else str(value) for name, value in shown.items()},
        )


def fields_shown(scope: Scope, resource: Resource) -> list[str]:
    """The items that some row of the scope shows, in the order of the catalogue."""
    return [
        name
        for name in resource.items
        if any(ground.shows_plain(name) or set(ground.masks_of(name)) - {Mask.HIDDEN} for ground in scope.grounds)
    ]


def rows_after(resource: Resource, scope: Scope, *, after: str, size: int) -> list[SharedRow]:
    """The next `size` rows of the scope, in the order of their record numbers, from the one after this number.

    So many record numbers are looked through as are likely to hold them, then twice as many, and so on: a page costs what lies before
    its last row, not what the resource holds.
    """
    found: list[SharedRow] = []
    place, looked_through = after, AT_FIRST * size
    while len(found) < size:
        last, is_end = first_records(resource.code, after=place, count=looked_through)
        if last is None:
            break
        found += _read(resource, scope, between=(place, last), limit=size - len(found))
        if is_end:
            break
        place, looked_through = last, 2 * looked_through
    return found


def rows_of_number(resource: Resource, scope: Scope, *, by: str, value: str, most: int) -> list[SharedRow]:
    """The current rows whose item `by` (or record number) is `value`, of those in the scope that let `by` be asked about; at most `most`.

    Raises KeyError for an item by which records are not asked for.
    """
    if by not in (BY_RECORD, *resource.number_items):
        raise KeyError(by)
    asking = scope if by == BY_RECORD else scope.asking(by)
    return _read(resource, asking, where=(by, value), limit=most) if asking else []


def _read(
    resource: Resource,
    scope: Scope,
    *,
    limit: int,
    between: tuple[str, str] | None = None,
    where: tuple[str, str] | None = None,
) -> list[SharedRow]:
    names = fields_shown(scope, resource)
    address = resource.address_item
    lies_in = division_of(f"CAST({engine.name(address)} AS VARCHAR)", city().division) if address else "''"
    columns = [
        "record_id",
        "CAST(as_of AS DATE) AS as_of",
        f"{lies_in} AS {DIVISION}",
        *(f"CAST({engine.name(name)} AS VARCHAR) AS {engine.name(name)}" for name in names),
    ]
    asked = (
        [f"CAST({engine.name(where[0])} AS VARCHAR) AS asked"]
        if where and where[0] != BY_RECORD
        else ["record_id AS asked"]
    )
    select = current_select(
        resource, [*columns, *asked], between=between, only=[where[1]] if where and where[0] == BY_RECORD else None
    )
    if select is None:
        return []
    given, parameters = scope.as_sql(FIELD_MAP, "duckdb")
    condition = f"{given} AND asked = ?" if where else given
    statement = f"SELECT * EXCLUDE (asked) FROM ({select}) WHERE {condition} ORDER BY record_id LIMIT {limit:d}"
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        rows = connection.execute(statement, [*parameters, *([where[1]] if where else [])]).fetchall()
    found = (
        _Found(record_id=record_id, as_of=as_of, division=division, values=dict(zip(names, values, strict=True)))
        for record_id, as_of, division, *values in rows
    )
    return [row for one in found if (row := one.shown_in(scope)) is not None]
