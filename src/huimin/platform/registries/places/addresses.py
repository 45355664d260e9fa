"""One address at a time, and the engine's macros that take addresses apart: the same ones for a single text and for a city's."""

import re
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import duckdb

from huimin.kernel.identifiers import divisions_within, full_name, present_codes
from huimin.platform.exchange.lake import engine
from huimin.platform.registries.declarations import city
from huimin.platform.registries.queries.lookup import reading_engine

MACROS: Final = Path(__file__).with_name("addresses.sql")
DEPTHS: Final = ("room", "house", "unit", "building", "number", "group")
"""How far down an address may reach, the deepest first: a room, a farmhouse, a stair, a building, a number of a road, a village group."""
NOT_READ: Final = ("elsewhere", "unreadable", "damaged")
"""Why an address has no parts: it lies outside of the city, follows no known form, or has signs of damage in it."""
# Days between the mergers of districts: addresses bear the names of every generation, and the youngest bearer of a name is meant.
_EARLIER_NAMES: Final = (date(1986, 6, 1), date(2003, 6, 1), date(2009, 6, 1), date(2015, 6, 1))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of an address; '' is what it does not say. `division` is today's GB/T 2260 code of the district; the others are as written,
    with numbers in plain digits. An address in the country has village and team (村民组) in place of road, estate, building, unit, room.
    """

    division: str = ""
    town: str = ""
    community: str = ""
    road: str = ""
    number: str = ""
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    village: str = ""
    team: str = ""


PARTS: Final = tuple(field.name for field in fields(Parts))
HOUSE: Final = "hm_house(depth, division, town, village, door)"
BUILDING: Final = "hm_building(division, town, road, number, building, village, team)"
STANDARD: Final = f"hm_standard_address({', '.join(PARTS)})"
"""Engine expressions over the columns of `hm_addresses`."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """What a text says: its parts, how deep it reaches (one of DEPTHS, or of NOT_READ), and what identifies its house and its building:
    '' where it does not reach so far, or leaves open in which district or town that is."""

    parts: Parts
    depth: str
    house: str
    building: str
    door: str

    @property
    def is_house(self) -> bool:
        """Whether it reaches a room or a farmhouse."""
        return self.depth in {"room", "house"}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros of addresses.sql for this city on a connection that has those of landing."""
    prefecture = city().division
    names = _district_names(prefecture)
    present = {division.code: division.zh for division in divisions_within(prefecture)}
    sql = MACROS.read_text(encoding="utf-8")
    whole = full_name(prefecture)
    replaced = {
        "$HEAD": "".join(
            f"(?:{_stem(level)}[省市]?)?"
            for level in (full_name(f"{prefecture[:2]}0000"), _own_name(whole, prefecture))
        ),
        "$DISTRICTS": "|".join(map(re.escape, sorted(names, key=lambda zh: (-len(zh), zh)))),
        "$CODES": _map(names),
        "$PRESENT": _map(present),
        "$CITY": engine.text(whole),
    }
    for mark, text in replaced.items():
        sql = sql.replace(mark, text)
    connection.execute(sql)


def _own_name(whole: str, prefecture: str) -> str:
    return whole.removeprefix(full_name(f"{prefecture[:2]}0000"))


def _stem(name: str) -> str:
    return re.escape(re.sub(r"(壮族|回族|维吾尔)?(省|市|自治区)$", "", name))


def _map(pairs: Mapping[str, str]) -> str:
    inside = ", ".join(f"'{engine.text(key)}': '{engine.text(value)}'" for key, value in sorted(pairs.items()))
    return f"MAP {{{inside}}}"


def _district_names(prefecture: str) -> dict[str, str]:
    """Every name that a district of the city has borne, and the code of the one that it lies in today, where that is one."""
    names: dict[str, str] = {}
    earlier = [division for day in _EARLIER_NAMES for division in divisions_within(prefecture, on=day)]
    for division in (*earlier, *divisions_within(prefecture)):
        present = sorted(code for code in present_codes(division.code) if code.startswith(prefecture[:4]))
        if len(present) == 1:
            names[division.zh] = present[0]
    return names


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """The process's reading engine with the macros of addresses; every call takes a cursor of its own."""
    prepare(reading_engine())
    return reading_engine()


def parse(text: str) -> Address:
    """What an address says, whatever its spelling."""
    return parse_all([text])[text]


def parse_all(texts: Collection[str]) -> dict[str, Address]:
    """What each of these texts says as an address."""
    cursor = _engine().cursor()
    cursor.execute("CREATE TEMP TABLE given AS SELECT DISTINCT unnest($1::VARCHAR[]) AS text", [list(texts)])
    rows = cursor.execute(f"""
        SELECT text, {", ".join(PARTS)}, depth, coalesce({HOUSE}, ''), coalesce({BUILDING}, ''), coalesce(door, '')
        FROM hm_addresses('given')""").fetchall()
    return {
        text: Address(
            parts=Parts(**dict(zip(PARTS, said, strict=True))), depth=depth, house=house, building=building, door=door
        )
        for text, *said, depth, house, building, door in rows
    }


def standard_address(parts: Parts) -> str:
    """The standard form of an address with these parts."""
    marks = ", ".join(f"${place}" for place in range(1, len(PARTS) + 1))
    ((text,),) = _engine().cursor().execute(f"SELECT hm_standard_address({marks})", list(astuple(parts))).fetchall()
    return str(text)
