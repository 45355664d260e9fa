"""Dwellings: where in the city something is, and the many ways in which a department writes that down.

A dwelling is a place in a fixed grid of districts, complexes or villages, buildings and rooms, so that no two share an address and
the same road number always lies in the same community. In towns: 12 buildings of up to 9 units; in villages: groups and numbers.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import pyarrow as pa

from huimin.tooling.synth.draws import Draw, Ints, Text, Truths, join, padded, spread, take, text, where, words
from huimin.tooling.synth.grid import cells_of_areas
from huimin.tooling.synth.vocabulary import Places

_BUILDINGS: Final = 12
_DOORS: Final = 216  # 3 stairs × 18 floors × 4 doors; a low building has 9 stairs of 6 floors
_ROAD_NUMBERS: Final = 60
_GROUPS: Final = 20
_HOUSES: Final = 160
_ROUND: Final = 1000
"""In every so many dwellings each district has its exact share in town and in the country."""
RENAMED_ON: Final = 18_262  # 2020-01-01: until then the counties' old names were used


@dataclass(frozen=True)
class Dwellings:
    """Columns of places: indices into the vocabulary, and numbers as written. Rural ones use village, group and number."""

    district: Ints
    town: Ints
    rural: Truths
    area: Ints
    """community in towns, village in the country"""
    road: Ints
    number: Ints
    estate: Ints
    building: Ints
    unit: Ints
    """0 where the building has one stair only"""
    room: Ints
    group: Ints

    def at(self, index: Ints) -> "Dwellings":
        """These dwellings, in this order."""
        return Dwellings(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def __len__(self) -> int:
        return len(self.district)


def _mixed(*values: Ints) -> Ints:
    """A number that looks arbitrary but is always the same for the same place."""
    mixed = np.zeros(len(values[0]), dtype=np.uint64)
    for value in values:
        mixed = (mixed ^ value.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(2)).astype(np.int64)


def make_dwellings(places: Places, *, start: int, count: int, seed: int) -> Dwellings:
    """`count` dwellings spread over the districts by their shares; `start` is the city-wide place of the first.

    Blocks whose ranges do not overlap share no dwelling.
    """
    order = np.arange(start, start + count, dtype=np.int64)
    turn, place = order // _ROUND, order % _ROUND
    kinds = _round_of_kinds(places, seed)
    columns: dict[str, Any] = {field.name: np.zeros(count, dtype=np.int64) for field in fields(Dwellings)}
    kind = kinds[place]
    columns["district"], columns["rural"] = kind // 2, kind % 2 == 1
    for this in np.unique(kinds).tolist():
        mine = np.flatnonzero(kind == this)
        # The how-manieth of its kind in the whole city: different for every dwelling, whatever block it is made in.
        rank = turn[mine] * int((kinds == this).sum()) + np.cumsum(kinds == this)[place[mine]] - 1
        parts = (_in_village if this % 2 else _in_town)(places, this // 2, rank, seed + this)
        for name, values in parts.items():
            columns[name][mine] = values
    return Dwellings(**columns)


def _round_of_kinds(places: Places, seed: int) -> Ints:
    """For each place of a round its kind: twice the district, and one more in the country."""
    edges, kinds = 0.0, np.zeros(_ROUND, dtype=np.int64)
    for at, one in enumerate(places.districts):
        for kind, share in ((2 * at, one.share * (1 - one.rural)), (2 * at + 1, one.share * one.rural)):
            kinds[round(edges * _ROUND) :] = kind
            edges += share
    Draw(seed, 1000).stream.shuffle(kinds)
    return kinds


def _in_town(places: Places, district: int, rank: Ints, seed: int) -> dict[str, Ints]:
    one = places.districts[district]
    door = spread(rank, len(one.roads) * _ROAD_NUMBERS * _BUILDINGS * _DOORS, seed)
    building, complex_ = door // _DOORS % _BUILDINGS, door // _DOORS // _BUILDINGS
    tag = _mixed(complex_, np.full(len(rank), district))
    low, lone = _mixed(complex_, building) % 5 < 3, _mixed(building, complex_) % 20 < 3
    stair, floor, side = door % _DOORS // 72, door % 72 // 4, door % 4
    stair, floor = np.where(low, stair * 3 + floor // 6, stair), np.where(low, floor % 6, floor)
    return {
        "town": _towns_called(one.towns, "街道", tag),
        "area": tag // 64 % len(places.communities),
        "estate": tag // 4096 % len(places.estates),
        "road": complex_ // _ROAD_NUMBERS,
        "number": complex_ % _ROAD_NUMBERS * 2 + 2,
        "building": building + 1,
        "unit": np.where(lone, 0, stair + 1),
        "room": (floor + 1) * 100 + np.where(lone, stair * 4, 0) + side + 1,
    }


def _in_village(places: Places, district: int, rank: Ints, seed: int) -> dict[str, Ints]:
    one, villages = places.districts[district], len(places.villages)
    towns = sum(name.endswith("镇") for name in one.towns) or len(one.towns)
    house = spread(rank, towns * villages * _GROUPS * _HOUSES, seed)
    return {
        "number": house % _HOUSES + 1,
        "group": house // _HOUSES % _GROUPS + 1,
        "area": house // (_HOUSES * _GROUPS) % villages,
        "town": _towns_called(one.towns, "镇", house // (_HOUSES * _GROUPS * villages)),
    }


def _towns_called(towns: list[str], ending: str, tag: Ints) -> Ints:
    """A town of this kind for each tag; any town where the district has none of the kind."""
    fitting = np.asarray(
        [i for i, name in enumerate(towns) if name.endswith(ending)] or range(len(towns)), dtype=np.int64
    )
    return fitting[tag % len(fitting)]


def grid_codes(places: Places, homes: Dwellings) -> Text:
    """Fifteen digits: division, town, community or village, cell. A building lies in one cell, and so does a village group."""
    towns = np.asarray([len(one.towns) for one in places.districts])
    before = np.concatenate([[0], np.cumsum(towns)])[homes.district]
    area = homes.area % len(places.communities)
    cells = cells_of_areas(places)[(before + homes.town) * len(places.communities) + area]
    number = np.where(homes.rural, 0, homes.number)
    codes = words([one.code for one in places.districts])
    return join(
        take(codes, homes.district),
        padded(homes.town + 1, 3),
        padded(area + 1, 3),
        padded(_mixed(homes.building, homes.group, number) % cells + 1, 3),
    )


class Addresses:
    """Writes dwellings down, in the standard form or in a department's habits."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._districts = words([one.name for one in places.districts])
        self._old = pa.array([one.old for one in places.districts], pa.string())
        self._was_county = np.asarray([one.old is not None for one in places.districts])
        names: list[str] = []
        offsets: list[int] = []
        for one in places.districts:
            offsets.append(len(names))
            names += one.towns
        self._towns, self._town_at = words(names), np.asarray(offsets)
        names, offsets = [], []
        for one in places.districts:
            offsets.append(len(names))
            names += one.roads
        self._roads, self._road_at = words(names), np.asarray(offsets)

    def standard(self, homes: Dwellings) -> Text:
        """安徽省芜湖市…: every part, in the agreed form."""
        every = np.ones(len(homes), dtype=bool)
        urban = join(
            self._area(homes, town=every, area=every & ~homes.rural),
            self._road(homes, estate=every),
            text(homes.building),
            "幢",
            where(homes.unit > 0, join(text(homes.unit), "单元"), ""),
            text(homes.room),
            "室",
        )
        whole = self._settle(homes, urban, self._village(homes, every, every))
        return join(f"{self._places.province}{self._places.city}", take(self._districts, homes.district), whole)

    def habitual(self, draw: Draw, homes: Dwellings, written_on: Ints, *, incomplete: float, old_name: float) -> Text:
        """As offices really write: parts left out, other words for building and room, now and then no room at all.

        `incomplete` is the share that ends at the building, stair or group; `old_name` the share of the counties' old names among
        what was written before they became districts.
        """
        count = len(homes)
        town = draw.chance(count, np.where(homes.rural, 1.0, 0.63))
        area = town & draw.chance(count, 0.70) & ~homes.rural
        cut = draw.chance(count, incomplete)
        depth = draw.which([60, 22, 18], count)  # of what is cut: keeps the stair, a bare number, the building only
        style = draw.which([50, 25, 25], count)  # 2单元501室 · 2单元501 · 2-501
        hyphen = draw.chance(count, 0.25)
        unit, room = text(homes.unit), text(homes.room)
        with_stair = where(style == 2, join(unit, "-", room), join(unit, "单元", room, where(style == 0, "室", "")))
        door = where(homes.unit > 0, with_stair, where(hyphen, join("-", room), join(room, "室")))
        short = where((depth == 0) & (homes.unit > 0), join(unit, "单元"), "")
        urban = join(
            self._area(homes, town=town, area=area),
            self._road(homes, estate=draw.chance(count, 0.82), gap=draw.chance(count, 0.02)),
            text(homes.building),
            take(words(["幢", "栋", "号楼", "#"]), draw.which([52, 16, 17, 15], count)),
            where(cut, short, door),
        )
        groups = take(words(["组", "村民组"]), draw.which([70, 30], count))
        rural = self._village(homes, town, ~cut, groups)
        district = take(self._districts, homes.district)
        old = self._was_county[homes.district] & draw.chance(count, np.where(written_on < RENAMED_ON, old_name, 0.015))
        prefix = words(
            [
                f"{self._places.province}{self._places.city}",
                self._places.city,
                "",
                f"{self._places.province[:-1]}{self._places.city}",
                self._places.province,
            ]
        )
        return join(
            take(prefix, draw.which([41, 26.5, 16, 10.5, 6], count)),
            where(old, take(self._old, homes.district), district),
            self._settle(homes, urban, rural),
        )

    def _area(self, homes: Dwellings, *, town: Truths, area: Truths) -> Text:
        name = take(self._towns, self._town_at[homes.district] + homes.town)
        community = take(
            words([f"{one}社区" for one in self._places.communities]), homes.area % len(self._places.communities)
        )
        return join(where(town, name, ""), where(area, community, ""))

    def _road(self, homes: Dwellings, *, estate: Truths, gap: Truths | None = None) -> Text:
        road = take(self._roads, self._road_at[homes.district] + homes.road)
        return join(
            road,
            text(homes.number),
            "号",
            "" if gap is None else where(gap, " ", ""),
            where(estate, take(words(self._places.estates), homes.estate), ""),
        )

    def _village(self, homes: Dwellings, town: Truths, numbered: Truths, groups: Text | str = "组") -> Text:
        name = take(self._towns, self._town_at[homes.district] + homes.town)
        village = take(words([f"{one}村" for one in self._places.villages]), homes.area % len(self._places.villages))
        number = where(numbered, join(text(homes.number), "号"), "")
        return join(where(town, name, ""), village, text(homes.group), groups, number)

    def _settle(self, homes: Dwellings, urban: Text, rural: Text) -> Text:
        return where(homes.rural, rural, urban)


def origin_addresses(draw: Draw, places: Places, origin: Ints) -> Text:
    """Where a newcomer's household is registered, in another city or province."""
    count = len(origin)
    return join(
        take(words([name for _, name, _ in places.origins]), origin),
        take(words(places.origin_towns), draw.whole(0, len(places.origin_towns), count)),
        take(words([f"{one}村" for one in places.villages]), draw.whole(0, len(places.villages), count)),
        text(draw.whole(1, 13, count)),
        "组",
        text(draw.whole(1, 81, count)),
        "号",
    )
