"""Houses and their cells: a pure function of what records say; settled, lost and rebuilt they are the same."""

import json
import random
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import withdraw_delivery
from huimin.platform.journal.models import Entry
from huimin.platform.registries import exports, operations
from huimin.platform.registries.events import PlacesSettled
from huimin.platform.registries.models import GridCell, GridEdition, Person, Place, PlaceRelation, PlacesBuild
from huimin.platform.registries.operations import take_grid
from huimin.platform.registries.places import houses
from huimin.platform.registries.places.addresses import prepare
from huimin.platform.registries.places.declarations import GridPolicy
from huimin.platform.registries.places.grid import BadGridCell, Locator, NoGridFile
from huimin.platform.registries.queries import places
from huimin.platform.registries.tests import factories as make
from huimin.platform.registries.tests.factories_places import (
    CELL,
    OTHER_CELL,
    land,
    landed_street,
    settled,
    street,
    write_grid,
)

POLICY = GridPolicy(cells=2, believed=("grid.visits",), majority=0.5)
A, B, C = (f"芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元{room}室" for room in (501, 502, 503))
BUILDING = "镜湖区中山路12号3幢"
FARM = "繁昌区孙村镇大渔村5组8号"


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One engine for all tests of a process."""
    made = engine.connect(Path(mkdtemp()), memory="1GB", threads=1)
    prepare(made)
    return made


def told(
    text: str, cell: str | None = None, day: str = "2026-05-20", *, resource: str = "grid.visits"
) -> dict[str, Any]:
    """What a record says of an address."""
    return {"resource": resource, "item": "address", "text": text, "cell": cell, "as_of": datetime.fromisoformat(day)}


def settle(*mentions: dict[str, Any], believed: tuple[tuple[str, str, str], ...] = ()) -> dict[str, dict[str, Any]]:
    """The houses of these mentions and believed (subject, kind, text), by address."""
    rows = [{"record_id": f"R{place}", "rank": 0, **row} for place, row in enumerate(mentions)]
    types = {name: pa.string() for name in ("resource", "record_id", "item", "text", "cell")}
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    columns["as_of"] = pa.array([row["as_of"] for row in rows], pa.timestamp("us"))
    columns["rank"] = pa.array([row["rank"] for row in rows], pa.int32())
    golden = {
        "subject": pa.array([one[0] for one in believed], pa.string()),
        "kind": pa.array([one[1] for one in believed], pa.string()),
        "text": pa.array([one[2] for one in believed], pa.string()),
        "source": pa.array(["grid.visits"] * len(believed), pa.string()),
        "day": pa.array([date(2026, 5, 20)] * len(believed), pa.date32()),
    }
    for table, content in (("mention", columns), ("believed", golden)):
        connection().register("told", pa.table(content))
        connection().execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM told")
        connection().unregister("told")
    houses.settle(connection(), POLICY)
    found = connection().sql("SELECT * FROM house").to_arrow_table().to_pylist()
    return {row["address"].removeprefix("安徽省"): row for row in found}


def reasons() -> dict[str, str]:
    return dict(connection().execute("SELECT text, reason FROM unplaced").fetchall())


def cell(found: dict[str, dict[str, Any]], address: str) -> tuple[str, str]:
    return found[address]["cell"], found[address]["cell_source"]


# ── Which cell ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.covers("G01")
def test_a_house_lies_where_the_latest_visit_says() -> None:
    found = settle(told(A, OTHER_CELL, "2025-01-01"), told(A, OTHER_CELL, "2025-02-01"), told(A, CELL, "2026-05-20"))
    assert cell(found, A) == (CELL, "grid.visits")
    assert (found[A]["cell_records"], found[A]["cell_voices"]) == (1, 3)
    assert found[A]["cell_as_of"] == date(2026, 5, 20)


def test_of_two_cells_on_one_day_the_commoner_counts_and_equal_ones_leave_it_open() -> None:
    assert cell(settle(told(A, CELL), told(A, CELL), told(A, OTHER_CELL)), A) == (CELL, "grid.visits")
    found = settle(told(A, CELL), told(A, OTHER_CELL), told(B, CELL), told(B, CELL))
    assert cell(found, A) == (CELL, "building")
    assert cell(settle(told(A, CELL), told(A, OTHER_CELL)), A) == ("", "contested")


@pytest.mark.covers("G01")
def test_a_house_that_nobody_visited_lies_where_most_visits_to_its_building_do() -> None:
    found = settle(told(A, CELL), told(BUILDING, CELL), told(B, OTHER_CELL), told(C, resource="water.accounts"))
    assert cell(found, C) == (CELL, "building")
    assert (found[C]["cell_records"], found[C]["cell_voices"]) == (2, 3)
    tied = settle(told(A, CELL), told(B, OTHER_CELL), told(C, resource="water.accounts"))
    assert cell(tied, C) == ("", "no_majority")
    assert cell(settle(told(C, resource="water.accounts"), told(FARM, "340212003004001")), C) == ("", "no_word")


def test_a_cell_of_another_district_is_no_answer() -> None:
    assert cell(settle(told(A, "340209001001001")), A) == ("", "no_word")


# ── Which house ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.covers("D09", "D11")
def test_the_commonest_surroundings_stand_for_a_road_number() -> None:
    found = settle(
        told(A),
        told("镜湖区中山路12号春江苑3幢1单元101室"),
        told("镜湖区滨江街道中山路12号春江花苑3幢1单元102室"),
        told(B),
    )
    assert set(found) == {A, B, A.replace("2单元501", "1单元101"), A.replace("2单元501", "1单元102")}


def test_an_address_without_its_district_is_completed_where_one_answer_is_left() -> None:
    found = settle(told(A), told("中山路12号3幢2单元501室"))
    assert (set(found), found[A]["records"]) == ({A}, 2)
    settle(told(A), told("弋江区中山路12号3幢2单元501室"), told("中山路12号3幢2单元501室"), told("长江路1号1幢101室"))
    assert reasons() == {"中山路12号3幢2单元501室": "several", "长江路1号1幢101室": "no_district"}


def test_a_village_is_found_by_its_town_or_by_being_the_only_one() -> None:
    found = settle(told(FARM), told("繁昌县大渔村5村民组8号"), told("南陵县大渔村5组8号"))
    assert [row["records"] for row in found.values()] == [2]
    assert reasons() == {"南陵县大渔村5组8号": "no_town"}


def test_relations_and_counts_are_those_of_believed_addresses() -> None:
    found = settle(
        believed=(
            ("P1", houses.LIVES_AT, "镜湖区中山路12号3栋2-501"),
            ("P2", houses.LIVES_AT, A),
            ("P1", houses.REGISTERED_AT, FARM),
            ("E1", houses.LOCATED_AT, A),
            ("P3", houses.REGISTERED_AT, "浙江省杭州市淳安县石桥镇永兴村12组33号"),
        )
    )
    (town,) = [row for address, row in found.items() if "中山路" in address]
    assert (town["residents"], town["registered"], town["organisations"]) == (2, 0, 1)
    assert len(found) == 2


SAID = [
    told(A, CELL), told(A, OTHER_CELL, "2025-01-01"), told("镜湖区中山路12号3栋2-501", CELL), told(B, OTHER_CELL), told(C, None, resource="gas.accounts"),
    told("中山路12号3幢2单元501室"), told("镜湖区滨江街道中山路12号春江花苑3幢1单元102室", CELL), told(BUILDING, CELL), told(FARM),
    told("繁昌县大渔村5村民组8号", "340212003004001"), told("繁昌区孙村镇大渔村5组", "340212003004001"), told("不详"),
]  # fmt: skip


@pytest.mark.covers("D11")
@settings(max_examples=25, deadline=None)
@given(st.permutations(SAID))
def test_the_order_of_arrival_changes_nothing(order: list[dict[str, Any]]) -> None:
    def seen() -> tuple[Any, Any]:
        return reasons(), connection().execute("SELECT * FROM coverage ORDER BY ALL").fetchall()

    expected = settle(*SAID), *seen()
    assert (settle(*order), *seen()) == expected


# ── Settled, lost and rebuilt ──────────────────────────────────────────────────────────────────────────────────────────
def served(*, keys: bool = True) -> tuple[Any, Any]:
    """Everything that the serving store has of houses; without keys, up to their renaming."""
    rows = list(Place.objects.order_by("number").values())
    number = {row["key"]: row["number"] for row in rows}
    related = list(PlaceRelation.objects.order_by("key").values())
    for row in () if keys else rows:
        row["key"] = ""
    for row in () if keys else related:
        row["place"] = number[row["place"]]
    return rows, related


@pytest.mark.django_db
@pytest.mark.covers("D09", "D15")
def test_houses_are_rebuilt_from_the_lake_with_the_keys_they_had(own_home: Path) -> None:
    landed_street()
    before = served()
    assert [row["residents"] for row in before[0] if row["address"].endswith("501室")] == [2]
    Place.objects.all().delete()
    PlaceRelation.objects.all().delete()
    settled(1)
    assert served() == before
    PlacesBuild.objects.all().delete()
    Place.objects.all().delete()
    PlaceRelation.objects.all().delete()
    settled(2)
    assert served(keys=False)[0] == [{**row, "key": ""} for row in before[0]]


@pytest.mark.django_db
def test_settling_again_has_nothing_to_do_and_a_new_build_writes_nothing(own_home: Path) -> None:
    landed_street()
    assert operations.settle_places(actor=make.SYSTEM, at=make.AT) is None
    settled(1)
    first, second = Entry.objects.filter(kind=PlacesSettled.kind).order_by("at")
    assert first.fact.changed > 0
    assert second.fact.changed == 0
    assert (second.fact.houses, second.fact.placed) == (first.fact.houses, first.fact.placed)


@pytest.mark.django_db
def test_the_order_of_deliveries_changes_nothing(own_home: Path, tmp_path: Path, settings: Any) -> None:
    town = street()
    land(town)
    settled(0)
    one = served(keys=False)
    Delivery.objects.all().delete()
    Place.objects.all().delete()
    PlaceRelation.objects.all().delete()
    PlacesBuild.objects.all().delete()
    settings.HOME = tmp_path / "other"
    for rows in town.rows.values():
        random.Random(1).shuffle(rows)
    town.rows = dict(reversed(town.rows.items()))
    land(town, again=1)
    settled(1)
    assert served(keys=False) == one


@pytest.mark.django_db
def test_a_house_that_nothing_speaks_of_keeps_its_key_and_comes_back_with_it(own_home: Path) -> None:
    landed_street()
    shop = Place.objects.get(address__contains="1单元101室")
    assert (shop.organisations, shop.cell, shop.cell_source) == (1, CELL, "building")
    delivery = Delivery.objects.get(resource="market.entities")
    withdraw_delivery(number=delivery.number, reason="送错", actor=make.SYSTEM, at=make.AT + timedelta(minutes=1))
    settled(1)
    gone = Place.objects.get(key=shop.key)
    assert (gone.address, gone.organisations, gone.cell) == ("", 0, "")
    assert not PlaceRelation.objects.filter(place=shop.key).exists()
    town = street()
    town.rows = {"market.entities": town.rows["market.entities"]}
    land(town, again=2)
    settled(2)
    assert Place.objects.get(address__contains="1单元101室").key == shop.key


@pytest.mark.django_db
def test_the_dead_live_nowhere(own_home: Path) -> None:
    town = street()
    town.rows["police.population"][0]["人员状态"] = "死亡注销"
    land(town)
    settled(0)
    dead = Person.objects.get(name_key="张丽")
    assert not PlaceRelation.objects.filter(subject=dead.key).exists()
    assert Place.objects.get(address__contains="2单元501室").residents == 1


@pytest.mark.django_db
@pytest.mark.covers("D15")
def test_the_export_has_every_house_with_its_cell_and_the_word_for_it(own_home: Path) -> None:
    landed_street()
    out = own_home / "places.parquet"
    assert exports.export_places(out) == Place.objects.count()
    rows = {row["place_key"]: row for row in pq.read_table(out).to_pylist()}
    visited = rows[Place.objects.get(address__contains="2单元501室").key]
    assert (visited["road"], visited["number"], visited["building"], visited["unit"], visited["room"]) == (
        "中山路",
        "12",
        "3",
        "2",
        "501",
    )
    assert (visited["grid_cell"], visited["grid_cell__source"], visited["residents"]) == (CELL, "grid.visits", 2)
    farm = next(row for row in rows.values() if row["village"])
    assert (farm["grid_cell"], farm["grid_cell__source"], farm["registered"]) == (None, "no_word", 2)


# ── The grid ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.covers("G01")
def test_the_grid_is_taken_over_once_an_edition_and_the_next_replaces_it(tmp_path: Path) -> None:
    file = write_grid(tmp_path / "grid.geojson")
    first = take_grid(file, actor=make.SYSTEM, at=make.AT)
    assert take_grid(file, actor=make.SYSTEM, at=make.AT).number == first.number
    assert (first.cells, first.is_synthetic, places.locator().cell_at(118.015, 31.005)) == (2, True, OTHER_CELL)
    take_grid(write_grid(file, codes=(CELL,)), actor=make.SYSTEM, at=make.AT)
    assert [one.code for one in places.grid_cells()] == [CELL]
    assert places.locator().cell_at(118.015, 31.005) is None
    assert places.cell_names([CELL, OTHER_CELL]) == {CELL: "赭山街道北门社区第1网格"}


def broken(file: Path, change: Any) -> Path:
    whole = json.loads(file.read_text("utf-8"))
    change(whole["features"])
    file.write_text(json.dumps(whole), "utf-8")
    return file


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[1]["properties"].update(code="34020200100100"),
        lambda cells: cells[1]["properties"].update(code="990202001001001"),
        lambda cells: cells[1]["properties"].update(code=CELL),
        lambda cells: cells[1]["properties"].pop("name"),
        lambda cells: cells[1]["geometry"].update(type="Point", coordinates=[118, 31]),
        lambda cells: cells[1]["geometry"].update(
            coordinates=[[[118, 31], [119, 32], [119, 31], [118, 32], [118, 31]]]
        ),
        lambda cells: cells[1]["geometry"].update(coordinates="nowhere"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_place_and_nothing_is_taken(tmp_path: Path, change: Any) -> None:
    with pytest.raises(BadGridCell) as refused:
        take_grid(broken(write_grid(tmp_path / "grid.geojson"), change), actor=make.SYSTEM, at=make.AT)
    assert "第 2 个" in refused.value.sentence("zh")
    assert (GridEdition.objects.count(), GridCell.objects.count()) == (0, 0)


@pytest.mark.parametrize("content", ["", "[]", '{"type": "Feature"}', "网格"])
def test_what_is_no_grid_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "grid.geojson").write_text(content, "utf-8")
    with pytest.raises(NoGridFile):
        take_grid(tmp_path / "grid.geojson", actor=make.SYSTEM, at=make.AT)


@settings(max_examples=200)
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_every_point_of_the_grid_has_one_cell_and_an_edge_belongs_to_the_smaller_code(east: int, north: int) -> None:
    locator = squares()
    found = locator.cell_at(east / 100, north / 100)
    # Ten by ten squares of one degree; on a line between two the one that comes first has it.
    column, row = (max(0, min(9, -(-place // 100) - 1)) for place in (east, north))
    assert found == f"{column}{row}"
    assert locator.cell_at(-0.01, north / 100) is None


@cache
def squares() -> Locator:
    return Locator(
        (
            f"{x}{y}",
            json.dumps({"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]}),
        )
        for x in range(10)
        for y in range(10)
    )
