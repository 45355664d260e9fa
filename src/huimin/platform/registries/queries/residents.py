"""Who lives where in the grid: what plans of visits are made from."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from huimin.platform.identity.queries import read_rows
from huimin.platform.registries.models import Person, Place, PlaceRelation
from huimin.platform.registries.rules import golden_values

SLICE: Final = 2_000
A_FEW: Final = 500
_FIELDS: Final = ("deceased",)
_READ: Final = f"""
SELECT r."key", p."key", h."key", h.cell, p."values" FROM {PlaceRelation._meta.db_table} r
  JOIN {Place._meta.db_table} h ON h."key" = r.place JOIN {Person._meta.db_table} p ON p."key" = r.subject
  WHERE r.kind = 'lives_at' AND r."key" > %s AND h.cell <> '' AND h.address <> '' AND p.merged_into = ''"""
_BORN: Final = " AND p.birth_date <= %s"
_ALONE: Final = " AND h.residents = 1"
_ORDER: Final = f' ORDER BY r."key" LIMIT {SLICE:d}'


class Resident(NamedTuple):
    """A person, the house in which he lives, and its cell: keys and a code."""

    person: str
    place: str
    cell: str


def residents_born_until(day: date, *, alone: bool) -> Iterator[Resident]:
    """Everybody alive in a known cell who was born on this day or before; with `alone`, where nobody else lives in the house.

    For the plans of the city, not for showing: names nobody, and is bound to no scope.
    """
    return _read(_BORN + (_ALONE if alone else ""), [day])


def residents_keyed(keys: Collection[str]) -> Iterator[Resident]:
    """Those of these people who are alive in a known cell."""
    every = sorted(keys)
    for start in range(0, len(every), A_FEW):
        some = every[start : start + A_FEW]
        yield from _read(f' AND p."key" IN ({", ".join(["%s"] * len(some))})', list(some))


def _read(condition: str, parameters: list[Any]) -> Iterator[Resident]:
    after = ""
    while rows := read_rows(_READ + condition + _ORDER, [after, *parameters]):
        for _, person, place, cell, stored in rows:
            said = golden_values(stored, _FIELDS).get("deceased")
            if said is None or said.value != "true":
                yield Resident(person, place, cell)
        if len(rows) < SLICE:
            return
        after = rows[-1][0]
