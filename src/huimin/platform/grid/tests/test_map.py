"""The base map: what is drawn of the cells, how its files are served, and which cell a point lies in."""

import gzip
import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import shapely
from django.test import Client
from django.urls import reverse

from huimin.platform.grid import drawing, queries
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.queries import cells
from huimin.platform.grid.templatetags.map import base_map
from huimin.platform.grid.tests import factories_grid as grid

pytestmark = [pytest.mark.covers("G01")]


def square(west: float, south: float) -> str:
    return json.dumps(shapely.geometry.mapping(shapely.box(west, south, west + 0.01, south + 0.01)))


def features(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(content)["features"]
    return found


CELLS = [
    (f"340202001001{place:03}", f"赭山街道北门社区第{place}网格", square(118.3 + place * 0.01, 31.3))
    for place in (1, 2)
] + [
    (f"340202002001{place:03}", f"滨江街道江岸社区第{place}网格", square(118.3 + place * 0.01, 31.31))
    for place in (1, 2)
]


@pytest.mark.unit
def test_streets_and_districts_are_what_their_cells_make_together() -> None:
    levels = drawing.draw(CELLS)
    assert set(levels) == {"districts", "streets", "cells-340202"}
    streets = {one["properties"]["code"]: one for one in features(levels["streets"])}
    assert {code: one["properties"]["name"] for code, one in streets.items()} == {
        "340202001": "赭山街道",
        "340202002": "滨江街道",
    }
    assert shapely.area(shapely.from_geojson(json.dumps(streets["340202001"]["geometry"]))) == pytest.approx(2e-4)
    (district,) = features(levels["districts"])
    assert district["properties"] == {"code": "340202", "name": "镜湖区", "en": "Jinghu District"}
    assert shapely.area(shapely.from_geojson(json.dumps(district["geometry"]))) == pytest.approx(4e-4)
    assert [one["properties"]["code"] for one in features(levels["cells-340202"])] == [code for code, _, _ in CELLS]


@pytest.mark.unit
def test_neighbours_keep_the_border_that_they_share_when_they_are_simplified() -> None:
    # A border whose middle lies off by less than is left out, where three meet: simplified one by one, the third keeps that corner and the
    # first loses it.
    corner = 0.0503
    west = shapely.Polygon([(0, 0), (0.05, 0), (corner, 0.05), (0.05, 0.1), (0, 0.1)])
    south = shapely.Polygon([(0.05, 0), (0.1, 0), (0.1, 0.05), (corner, 0.05)])
    north = shapely.Polygon([(corner, 0.05), (0.1, 0.05), (0.1, 0.1), (0.05, 0.1)])
    alone = [shapely.simplify(one, 0.0004) for one in (west, south)]
    assert shapely.area(shapely.union_all([*alone, shapely.simplify(north, 0.0004)])) < 0.01 - 1e-6
    cells = [
        (f"34020200{place}001001", f"甲{place}街道乙第1网格", shapely.to_geojson(one))
        for place, one in enumerate((west, south, north), 1)
    ]
    drawn = [shapely.from_geojson(json.dumps(one["geometry"])) for one in features(drawing.draw(cells)["streets"])]
    assert shapely.area(shapely.union_all(drawn)) == pytest.approx(0.01, abs=1e-9)
    assert sum(map(shapely.area, drawn)) == pytest.approx(0.01, abs=1e-9)


@pytest.mark.unit
def test_a_street_whose_cells_do_not_begin_alike_goes_by_its_code() -> None:
    cells = [
        ("340202001001001", "甲网格", square(118.3, 31.3)),
        ("340202001001002", "乙网格", square(118.31, 31.3)),
    ]
    assert features(drawing.draw(cells)["streets"])[0]["properties"]["name"] == "340202001"


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    grid.take(tmp_path)
    return tmp_path


def test_outlines_are_compressed_and_kept_for_ever(city: Path) -> None:
    address = reverse("grid:outlines", args=[queries.map_edition(), "cells-340202"])
    answer = Client().get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(features(gzip.decompress(answer.content))) == 9
    plain = Client().get(address, HTTP_ACCEPT_ENCODING="identity")
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(answer.content)
    again = Client().get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("edition", "level"), [("0123456789abcdef", "districts"), ("", "cells-110101"), ("", "streets2")]
)
def test_what_is_no_level_of_the_grid_in_force_is_not_found(city: Path, edition: str, level: str) -> None:
    address = reverse("grid:outlines", args=[edition or queries.map_edition(), level])
    assert Client().get(address).status_code == 404


def test_without_a_grid_there_are_no_outlines_and_no_cell(db: None, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    assert queries.map_edition() == "none"
    assert queries.cell_at(118.305, 31.305) is None
    assert queries.street_names() == {}
    with pytest.raises(queries.NoSuchOutlines):
        queries.map_outlines("districts")


def test_a_point_lies_in_its_cell_and_a_new_grid_holds_at_once(city: Path) -> None:
    assert queries.cell_at(*grid.middle(4)) == grid.cell(4)
    assert queries.cell_at(*grid.middle(7, grid.OTHER)) == grid.cell(7, grid.OTHER)
    assert queries.cell_at(117, 30) is None
    before = queries.map_edition()
    grid.take(city, cells=3, name="smaller.geojson")
    assert queries.cell_at(*grid.middle(4)) is None
    assert queries.map_edition() != before
    assert len(features(gzip.decompress(queries.map_outlines("cells-340202")))) == 3


def test_the_store_is_asked_once_a_second(
    city: Path, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries.cell_at(*grid.middle(1))
    with django_assert_num_queries(0):
        queries.cell_at(*grid.middle(2))
    later = monotonic() + 1.5
    monkeypatch.setattr(cells, "monotonic", lambda: later)
    with django_assert_num_queries(1):
        queries.cell_at(*grid.middle(2))


def test_the_piece_says_where_its_outlines_and_points_are(city: Path) -> None:
    said = base_map(Map(label="测试", points="/p.json", at=(118.3, 31.3, 15)))
    assert said["outlines"] == f"/map/{queries.map_edition()}/"
    assert said["at"] == "118.3,31.3,15"
    assert "{metres}" in json.loads(said["words"])["here"]


def test_the_list_of_cells_leads_from_districts_to_every_cell(city: Path) -> None:
    page = Client().get(reverse("grid:cells")).content.decode()
    assert "赭山街道" in page
    assert f"?street={grid.STREET}" in page
    cells = Client().get(reverse("grid:cells"), {"street": grid.STREET}).content.decode()
    assert all(grid.cell(place) in cells for place in range(1, 10))
    assert grid.cell(1, grid.OTHER) not in cells
