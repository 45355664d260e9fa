"""Which grid cell a point lies in: the city's 4,505 cells in memory, one point at a time, in microseconds of wall time.

The cells are the synthetic grid inside the real districts; two thirds of the points lie in one of them. Floor, in the same run: asking one
already known cell whether it holds the point, which is the least that any search must do. Also: reading the grid from its store's text.
"""

import json
import os
import random
import time

import django
import shapely

CITY = os.environ.get("HUIMIN_CITY", "wuhu")
POINTS = 50_000
GOAL = 100.0
READY = 250


def measure() -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from huimin.platform.registries.places.grid import Locator
    from huimin.tooling.synth import vocabulary
    from huimin.tooling.synth.grid import make_grid

    cells = [(cell.code, shapely.to_geojson(cell.outline)) for cell in make_grid(vocabulary.places(CITY))]
    began = time.perf_counter()
    locator = Locator(cells)
    made = time.perf_counter() - began
    points = _points(cells)
    began = time.perf_counter()
    found = [locator.cell_at(longitude, latitude) for longitude, latitude in points]
    each = (time.perf_counter() - began) / len(points) * 1e6
    if sum(code is not None for code in found) < len(points) // 2:
        raise RuntimeError("most of the points should lie in the city")
    floor = _floor(dict(cells), points, found)
    return [
        {
            "name": f"point → cell among {len(cells):,}",
            "value": round(each, 1),
            "unit": "µs",
            "floor": round(floor, 1),
            "ratio": round(each / floor, 2),
            "goal": f"at most {GOAL:.0f} µs",
            "met": each <= GOAL,
        },
        {
            "name": f"grid of {len(cells):,} cells made ready",
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


def _floor(outlines: dict[str, str], points: list[tuple[float, float]], found: list[str | None]) -> float:
    shapes = {code: shapely.from_geojson(outline) for code, outline in outlines.items()}
    shapely.prepare(list(shapes.values()))
    known = [(shapes[code], point) for code, point in zip(found, points, strict=True) if code is not None]
    began = time.perf_counter()
    for shape, (longitude, latitude) in known:
        shape.intersects(shapely.Point(longitude, latitude))
    return (time.perf_counter() - began) / len(known) * 1e6


def _parsing(cells: list[tuple[str, str]]) -> float:
    began = time.perf_counter()
    for _, outline in cells:
        json.loads(outline)
    return time.perf_counter() - began
