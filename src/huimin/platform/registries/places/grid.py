"""The city's grid: cells read from a file, and which of them a point lies in."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from huimin.kernel.identifiers import GridCellId
from huimin.kernel.refusals import BadInput, Refusal


class NoGridFile(BadInput):
    """The file is no GeoJSON collection of features."""

    zh = "“{file}”不是网格的 GeoJSON 文件（FeatureCollection）。"
    en = "“{file}” is not a GeoJSON file of grid cells (a FeatureCollection)."


class BadGridCell(BadInput):
    """A feature of a grid file is no cell."""

    zh = "第 {place} 个网格有误：{why}"
    en = "Cell {place} of the file is wrong: {why}"


@dataclass(frozen=True, kw_only=True)
class CellOutline:
    """A cell with its name and its outline as GeoJSON (degrees, 2000 national coordinates)."""

    code: GridCellId
    name: str
    outline: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The cells of a file, each code once, and whether it says that it is synthetic."""

    cells: tuple[CellOutline, ...]
    is_synthetic: bool


_TWICE = ("标识码重复。", "its code stands there twice.")
_NO_AREA = ("没有面的范围，或范围自相交。", "it has no area, or its outline crosses itself.")


def read_grid(path: Path) -> Grid:
    """The cells of a GeoJSON file (RFC 7946): features with `code` and `name` and an area. Raises NoGridFile, BadGridCell."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        features = list(whole["features"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoGridFile(file=path.name) from None
    seen: set[str] = set()
    cells = []
    for place, feature in enumerate(features, 1):
        cell = _cell(feature, place)
        if cell.code in seen:
            raise BadGridCell(place=place, why="".join(_TWICE))
        seen.add(cell.code)
        cells.append(cell)
    return Grid(cells=tuple(cells), is_synthetic=whole.get("synthetic") is True)


def _cell(feature: object, place: int) -> CellOutline:
    match feature:
        case {"properties": {"code": str(code), "name": str(name)}, "geometry": dict(geometry)}:
            pass
        case _:
            raise BadGridCell(place=place, why="code, name, geometry")
    try:
        known = GridCellId(code)
        shape = shapely.from_geojson(json.dumps(geometry))
    except Refusal as refusal:
        raise BadGridCell(place=place, why=refusal.sentence("zh") + refusal.sentence("en")) from None
    except shapely.GEOSException:
        raise BadGridCell(place=place, why="".join(_NO_AREA)) from None
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty or not shape.is_valid:
        raise BadGridCell(place=place, why="".join(_NO_AREA))
    return CellOutline(code=known, name=name, outline=json.dumps(geometry, separators=(",", ":")))


class Locator:
    """Which cell a point lies in, from memory. On an edge between cells the smaller code has it, so that every point has one answer."""

    def __init__(self, outlines: Iterable[tuple[str, str]]) -> None:
        """From pairs of a code and its outline as GeoJSON."""
        pairs = sorted(outlines)
        self._codes: Sequence[str] = [code for code, _ in pairs]
        shapes = shapely.from_geojson([outline for _, outline in pairs])
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)

    def __len__(self) -> int:
        return len(self._codes)

    def cell_at(self, longitude: float, latitude: float) -> str | None:
        """The code of the cell at this point (degrees, 2000 national coordinates); None outside of the grid."""
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self._codes[int(found.min())] if len(found) else None
