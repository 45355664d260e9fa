"""From a city's cells to the outlines that the base map draws: districts and streets are what their cells make together.

Each level is drawn as finely as it is looked at. Streets are simplified as one coverage, so that neighbours keep the border that they
share, and districts are made of the simplified streets, so that the levels lie exactly upon each other.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from os.path import commonprefix
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from huimin.kernel.identifiers import GridCellId, find_division

DISTRICTS: Final = "districts"
STREETS: Final = "streets"
LEVELS: Final = (DISTRICTS, STREETS)
"""The levels of the whole city; cells come by district (`cells-340202`)."""
_STREET_TOLERANCE: Final = 0.0004
"""Degrees, some 40 m: half a pixel where a city fills a screen."""
_CELL_TOLERANCE: Final = 0.00002
"""Degrees, some 2 m: what nobody sees at the scale at which cells are drawn."""
_DECIMALS: Final = 5
_ENDINGS: Final = ("街道", "镇", "乡", "开发区", "管委会", "管理处")

Cells = Iterable[tuple[str, str, str]]
"""Code, name, and outline as GeoJSON of each cell."""


def level_of_cells(division: str) -> str:
    """The name of the level that holds the cells of a district."""
    return f"cells-{division}"


def draw(cells: Cells) -> dict[str, bytes]:
    """Every level as a GeoJSON FeatureCollection (RFC 7946): features have `code`, `name` and, of a district, `en`."""
    rows = sorted(cells)
    shapes = shapely.from_geojson([outline for _, _, outline in rows])
    by_district: dict[str, list[dict[str, Any]]] = defaultdict(list)
    in_street: dict[str, list[int]] = defaultdict(list)
    drawn = shapely.simplify(shapes, _CELL_TOLERANCE)
    for place, (code, name, _) in enumerate(rows):
        in_street[GridCellId(code).street].append(place)
        by_district[code[:6]].append(_feature(drawn[place], code=code, name=name))
    streets = _coverage({street: shapely.union_all(shapes[own]) for street, own in in_street.items()})
    named = {street: _street_name([rows[place][1] for place in own]) or street for street, own in in_street.items()}
    levels = {
        STREETS: [_feature(shape, code=street, name=named[street]) for street, shape in streets.items()],
        DISTRICTS: [_district(code, streets) for code in by_district],
        **{level_of_cells(code): features for code, features in by_district.items()},
    }
    return {level: _collection(features) for level, features in levels.items()}


def _coverage(shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The shapes simplified together: cut into faces along every border, each face given to the shape that it lies in."""
    codes = list(shapes)
    whole = np.array(list(shapes.values()))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(whole))]))
    of_face, owner = shapely.STRtree(whole).query(shapely.point_on_surface(faces), predicate="within")
    owned: dict[int, list[int]] = defaultdict(list)
    for face, shape in zip(of_face.tolist(), owner.tolist(), strict=True):
        owned[shape].append(face)
    joined = [shapely.union_all(faces[owned[place]]) for place in range(len(codes))]
    return dict(zip(codes, shapely.coverage_simplify(np.array(joined), _STREET_TOLERANCE), strict=True))


def _district(code: str, streets: Mapping[str, BaseGeometry]) -> dict[str, Any]:
    division = find_division(code)
    whole = shapely.union_all([shape for street, shape in streets.items() if street.startswith(code)])
    return _feature(
        whole, code=code, name=division.zh if division else code, en=division.name("en") if division else code
    )


def _street_name(names: list[str]) -> str:
    """What a street is called: what the names of its cells begin with, down to the word for a street or a town."""
    # The one function of this name that compares letter by letter, which is what is wanted here: these are no paths.
    shared = commonprefix(names)  # noqa: RUF071 - see above
    ends = [shared.index(ending) + len(ending) for ending in _ENDINGS if ending in shared]
    return shared[: min(ends)] if ends else ""


def _feature(shape: BaseGeometry, **properties: str) -> dict[str, Any]:
    coarse = json.loads(shapely.to_geojson(shape), parse_float=lambda text: round(float(text), _DECIMALS))
    return {"type": "Feature", "properties": properties, "geometry": coarse}


def _collection(features: list[dict[str, Any]]) -> bytes:
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
