"""Which grid cell a point lies in: the city's 4,505 cells in memory, one point at a time, in microseconds of wall time.

The cells are the synthetic grid inside the real districts, taken over into a store of the run's own; two thirds of the points lie in one.
The figure is the door that reports go through, `grid.queries.cell_at`: it looks in memory, and asks the store once a second which edition
is in force. Floor, in the same run: shapely's own tree, asked bare for the same points. Also: reading the grid from its store's text.
"""

import json
import os
import random
import time
from pathlib import Path

import django
import shapely
from _stores import is_chosen, on_both, store

CITY = os.environ.get("HUIMIN_CITY", "wuhu")
POINTS = 50_000
GOAL = 100.0
READY = 250


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("point_to_cell")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from huimin.platform.grid.queries import cell_at
    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import take_grid
    from huimin.platform.registries.places.grid import Locator
    from huimin.tooling.synth import vocabulary
    from huimin.tooling.synth.grid import make_grid, write_grid

    call_command("migrate", interactive=False, verbosity=0)
    file = Path(settings.HOME) / "grid.geojson"
    write_grid(vocabulary.places(CITY), file)
    take_grid(file, actor=Actor(kind="system", ref="benchmark"), at=timezone.now())
    cells = [(cell.code, shapely.to_geojson(cell.outline)) for cell in make_grid(vocabulary.places(CITY))]
    began = time.perf_counter()
    locator = Locator(cells)
    made = time.perf_counter() - began
    points = _points(cells)
    cell_at(*points[0])
    began = time.perf_counter()
    found = [cell_at(longitude, latitude) for longitude, latitude in points]
    each = (time.perf_counter() - began) / len(points) * 1e6
    if found[:1000] != [locator.cell_at(longitude, latitude) for longitude, latitude in points[:1000]]:
        raise RuntimeError("the door and the tree behind it should say the same")
    if sum(code is not None for code in found) < len(points) // 2:
        raise RuntimeError("most of the points should lie in the city")
    floor = _floor(cells, points)
    return [
        {
            "name": f"point → cell among {len(cells):,}, {store()}",
            "value": round(each, 1),
            "unit": "µs",
            "floor": round(floor, 1),
            "ratio": round(each / floor, 2),
            "goal": f"at most {GOAL:.0f} µs",
            "met": each <= GOAL,
        },
        {
            "name": f"grid of {len(cells):,} cells made ready, {store()}",
            "value": round(made * 1e3, 1),
            "unit": "ms",
            "floor": round(_parsing(cells) * 1e3, 1),
            "ratio": round(made / max(_parsing(cells), 1e-9), 2),
            "goal": f"at most {READY:,} ms (floor: parsing its text)",
            "met": made * 1e3 <= READY,
        },
    ]


def _points(cells: list[tuple[str, str]]) -> list[tuple[float, float]]:
    """Points near the middle of random cells, and a third of them anywhere around the city."""
    random.seed(1)
    middles = [shapely.from_geojson(outline).representative_point() for _, outline in random.choices(cells, k=2_000)]
    west, east = min(point.x for point in middles), max(point.x for point in middles)
    south, north = min(point.y for point in middles), max(point.y for point in middles)
    points = []
    for place in range(POINTS):
        middle = middles[place % len(middles)]
        near = (middle.x + random.uniform(-0.001, 0.001), middle.y + random.uniform(-0.001, 0.001))
        points.append(near if place % 3 else (random.uniform(west, east), random.uniform(south, north)))
    return points


def _floor(cells: list[tuple[str, str]], points: list[tuple[float, float]]) -> float:
    shapes = shapely.from_geojson([outline for _, outline in cells])
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    began = time.perf_counter()
    for longitude, latitude in points:
        tree.query(shapely.Point(longitude, latitude), predicate="intersects")
    return (time.perf_counter() - began) / len(points) * 1e6


def _parsing(cells: list[tuple[str, str]]) -> float:
    began = time.perf_counter()
    for _, outline in cells:
        json.loads(outline)
    return time.perf_counter() - began
