"""The outlines that the base map draws: made once an edition of the grid, kept compressed beside the other files of the installation."""

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from huimin.kernel.refusals import NotFound
from huimin.platform.grid import drawing
from huimin.platform.registries.queries import places

NO_GRID: Final = "none"
_LEVEL: Final = re.compile(r"[a-z0-9-]{1,40}")
_SUFFIX: Final = ".json.gz"


class NoSuchOutlines(NotFound):
    """There is no such level of the map, or no grid has been taken over."""

    zh = "没有这一层地图，或网格还没有接入。"
    en = "There is no such level of the map, or no grid has been taken over yet."


def map_edition() -> str:
    """What the addresses of the map's files name: it changes with the grid and with nothing else. `none` before any grid."""
    edition = places.latest_grid()
    return edition.digest[:16] if edition else NO_GRID


def map_outlines(level: str, *, edition: str = "") -> bytes:
    """A level of the map as gzip'd GeoJSON: `districts`, `streets`, or `cells-<division>`. Raises NoSuchOutlines.

    `edition` is the one asked for; without it, the one in force.
    """
    latest = map_edition()
    if edition not in {"", latest} or latest == NO_GRID or not _LEVEL.fullmatch(level):
        raise NoSuchOutlines
    folder = Path(settings.HOME) / "map" / latest
    if not folder.exists():
        _make(folder)
    try:
        return (folder / f"{level}{_SUFFIX}").read_bytes()
    except FileNotFoundError:
        raise NoSuchOutlines from None


def _make(folder: Path) -> None:
    """Draw every level beside, then put the folder in place whole: who comes second throws his away."""
    levels = drawing.draw(places.grid_cells().values_list("code", "name", "outline"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent))
    for level, content in levels.items():
        (aside / f"{level}{_SUFFIX}").write_bytes(gzip.compress(content, 9, mtime=0))
    try:
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside)


def street_names() -> Mapping[str, str]:
    """What every street of the grid in force is called, by its nine characters; empty before any grid."""
    return _street_names(map_edition())


@lru_cache(maxsize=2)
def _street_names(edition: str) -> Mapping[str, str]:
    if edition == NO_GRID:
        return {}
    features = json.loads(gzip.decompress(map_outlines(drawing.STREETS, edition=edition)))["features"]
    return {one["properties"]["code"]: one["properties"]["name"] for one in features}
