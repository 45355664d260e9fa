"""Find a place by words for who writes down what somebody says on the telephone: cells by name or code, components by code."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import shapely

from huimin.platform.grid.queries import find_component
from huimin.platform.registries.queries.places import grid_cells, latest_grid
from huimin.platform.ui.search import folded

MOST: Final = 6
CELL: Final = "cell"
COMPONENT: Final = "component"


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place that words may mean: a point in it, in degrees of the 2000 national system."""

    kind: str
    code: str
    name: str
    longitude: float
    latitude: float

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.kind}:{self.code}"


@lru_cache(maxsize=2)
def _cells(edition: int) -> tuple[tuple[str, Spot], ...]:
    """The cells of an edition with their folded names, read once."""
    rows = grid_cells().values_list("code", "name", "outline")
    codes, names, outlines = zip(*rows, strict=True) if rows else ((), (), ())
    points = shapely.point_on_surface(shapely.from_geojson(list(outlines)))
    return tuple(
        (folded(name), Spot(kind=CELL, code=code, name=name, longitude=point.x, latitude=point.y))
        for code, name, point in zip(codes, names, points, strict=True)
    )


def find_spots(text: str) -> list[Spot]:
    """Places that the words may mean, at most a few; every word has to stand in the name of a cell, or it is a code."""
    words = [folded(word) for word in text.split()]
    edition = latest_grid()
    if edition is None or sum(map(len, words)) < 2:
        return []
    whole = "".join(words).upper()
    spots = [] if (component := _component(whole)) is None else [component]
    for name, cell in _cells(edition.number):
        if cell.code == whole or all(word in name for word in words):
            spots.append(cell)
            if len(spots) >= MOST:
                break
    return spots


def _component(code: str) -> Spot | None:
    if len(code) not in {16, 17} or not code.isalnum():
        return None
    found = find_component(code)
    if found is None or found.longitude is None or found.latitude is None:
        return None
    return Spot(
        kind=COMPONENT,
        code=found.code,
        name=found.name,
        longitude=float(found.longitude),
        latitude=float(found.latitude),
    )


def find_spot(value: str) -> Spot | None:
    """The place that a form names."""
    kind, _, code = value.partition(":")
    if kind == COMPONENT:
        return _component(code)
    edition = latest_grid()
    cells = _cells(edition.number) if kind == CELL and edition is not None else ()
    return next((cell for _, cell in cells if cell.code == code), None)
