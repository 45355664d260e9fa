"""One delivery into the lake: every delivered row is landed, returned or a duplicate, and what landed can be read again."""

import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huimin.platform.exchange.lake import files, landing
from huimin.platform.exchange.tests.factories import REFERENCE, batch, connection, land, resource, source

pytestmark = [pytest.mark.unit, pytest.mark.covers("D05")]
PERSON = resource({"citizen_id": {"type": "citizen_id", "feeds": "citizen_id"}, "name": "person_name"})
MAPPED = source({"citizen_id": "证", "name": "姓名"}, identity=["证"])
ROW = {"号": "1", "日": "20260601", "证": "11010519491231002X", "姓名": "张丽"}

cells = st.sampled_from(["", "张丽", "李伟", "=cmd|' /C calc'!A0", "'; DROP TABLE x; --", "\ufffd", "𠮷", "长" * 101])
rows = st.fixed_dictionaries(
    {
        "号": st.sampled_from(["1", "2", "3", " 1", "", "  ", None, "o'b"]),
        "日": st.sampled_from(["20260601", "2026-06-01", "20991231", "?", None]),
        "证": st.sampled_from(["11010519491231002X", "3.4E+17", "1", "", None]),
        "姓名": cells,
        "_line": st.integers(1, 4),
        "_defect": st.sampled_from([None] * 6 + ["truncated", "control_character", "scientific_number", "undecodable"]),
    }
)


def landed_rows(lake: Path, file: str | None) -> list[dict[str, Any]]:
    return pq.read_table(lake / "test.things" / file).to_pylist() if file else []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=settings.default.max_examples // 2)
@given(st.lists(rows, max_size=25))
@example([])
@example([ROW | {"_line": 1}, ROW | {"_line": 1}, ROW | {"_line": 1, "姓名": "李伟"}])
def test_every_delivered_row_is_accounted_for(tmp_path: Path, delivered: list[dict[str, Any]]) -> None:
    landed = land(tmp_path, delivered, PERSON, MAPPED)
    tally = landed.tally
    assert tally.landed + tally.quarantined + tally.duplicates == tally.delivered == len(delivered)
    assert len(landed.returned) == tally.quarantined
    kept = landed_rows(tmp_path, landed.file)
    assert len(kept) == tally.landed
    # What landed is each different row that no rule sent back, once; nothing of it is lost and nothing is there twice.
    columns = ("号", "日", "证", "姓名")
    as_kept = [tuple(row[f"={column}"] for column in columns) for row in kept]
    assert len(set(as_kept)) == len(as_kept)
    returned = [tuple(row.columns.get(column) for column in columns) for row in landed.returned]
    as_delivered = {tuple(row[column] for column in columns) for row in delivered}
    assert {*as_kept, *returned} == as_delivered
    assert landed.doubted == sum(bool(row["doubts"]) for row in kept)


def test_exactly_equal_rows_count_once_even_on_one_line(tmp_path: Path) -> None:
    landed = land(tmp_path, [ROW | {"_line": 7}] * 3 + [ROW | {"_line": 7, "姓名": "李伟"}], PERSON, MAPPED)
    assert (landed.tally.landed, landed.tally.duplicates) == (2, 2)


def test_rows_that_differ_in_any_delivered_column_are_no_duplicates(tmp_path: Path) -> None:
    landed = land(
        tmp_path, [ROW | {"备": "a"}, ROW | {"备": "b"}, ROW | {"备": ""}, ROW | {"备": None}], PERSON, MAPPED
    )
    assert (landed.tally.landed, landed.tally.duplicates) == (4, 0)


def test_equal_rows_that_are_sent_back_are_each_sent_back(tmp_path: Path) -> None:
    landed = land(tmp_path, [ROW | {"号": ""}] * 2, PERSON, MAPPED)
    assert (landed.tally.quarantined, landed.tally.duplicates, landed.file) == (2, 0, None)


def test_a_returned_row_says_where_it_stood_and_all_that_could_be_read(tmp_path: Path) -> None:
    (row,) = land(tmp_path, [ROW | {"日": "20270101", "_line": 42, "_raw": "1|2"}], PERSON, MAPPED).returned
    assert (row.line, row.record_id, row.rule, row.raw) == (42, "1", "dated_after_delivery", "1|2")
    assert row.columns == ROW | {"日": "20270101"}


def test_what_a_spreadsheet_would_run_lands_as_plain_text(tmp_path: Path) -> None:
    (row,) = landed_rows(tmp_path, land(tmp_path, [ROW | {"姓名": "=cmd|' /C calc'!A0"}], PERSON, MAPPED).file)
    assert (row["=姓名"], row["name"]) == ("=cmd|' /C calc'!A0", None)


@given(st.lists(rows, max_size=12), st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_in_how_many_batches_the_rows_come_changes_nothing(
    tmp_path: Path, delivered: list[dict[str, Any]], size: int
) -> None:
    schema = batch([ROW | {"_line": 1}]).schema
    parts = [
        batch([ROW | each for each in delivered[at : at + size]]).cast(schema) for at in range(0, len(delivered), size)
    ]
    landed = landing.land(
        connection(), iter(parts), resource=PERSON, source=MAPPED, reference_on=REFERENCE, lake=tmp_path
    )
    assert landed.tally == land(tmp_path, [ROW | each for each in delivered], PERSON, MAPPED).tally


# ── Buckets ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def buckets(tmp_path: Path, *delivered: dict[str, Any]) -> list[int]:
    kept = landed_rows(tmp_path, land(tmp_path, [{"日": "20260601"} | row for row in delivered], PERSON, MAPPED).file)
    return [row["bucket"] for row in sorted(kept, key=lambda row: row["line"])]


def test_the_records_of_one_number_lie_in_one_bucket_however_it_is_written(tmp_path: Path) -> None:
    spellings = ["11010519491231002X", "11010519491231002x", "'11010519491231002X", "110105491231002"]
    found = buckets(tmp_path, *({"号": str(at), "证": spelling} for at, spelling in enumerate(spellings)))
    assert set(found) == {11010519491231002 % landing.BUCKETS}


def test_a_records_bucket_is_the_same_in_every_run(tmp_path: Path) -> None:
    # Pinned: a bucket that moves with a version of the engine would scatter a person's records over the lake.
    assert buckets(tmp_path, {"号": "A000123"}, {"号": "𠮷"}, {"号": "1", "证": "bad"}) == [
        sum(b"A000123") % 16,
        sum("𠮷".encode()) % 16,
        ord("1") % 16,
    ]


@given(st.lists(st.text(min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_every_record_has_a_bucket(tmp_path: Path, numbers: list[str]) -> None:
    assert all(
        0 <= bucket < landing.BUCKETS
        for bucket in buckets(tmp_path, *({"号": each.replace("\x00", "0")} for each in numbers))
    )


# ── Files of the lake ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_lake_file_is_called_by_its_content(tmp_path: Path) -> None:
    landed = land(tmp_path, [ROW], PERSON, MAPPED)
    assert landed.file == f"{files.content_name(tmp_path / 'test.things' / landed.file)}.parquet"
    assert [path.name for path in (tmp_path / "test.things").iterdir()] == [landed.file]


def test_a_delivery_of_which_no_row_lands_leaves_no_file(tmp_path: Path) -> None:
    assert land(tmp_path, [], PERSON, MAPPED).file is None
    assert land(tmp_path, [ROW | {"号": None}], PERSON, MAPPED).file is None
    assert list((tmp_path / "test.things").iterdir()) == []


def test_sweeping_takes_what_nobody_names_and_what_is_old_enough(tmp_path: Path) -> None:
    named = land(tmp_path, [ROW], PERSON, MAPPED).file
    orphan = land(tmp_path, [ROW | {"姓名": "李伟"}], PERSON, MAPPED).file
    crashed = tmp_path / "test.things" / ".half-written.parquet"
    crashed.write_bytes(b"PAR1")
    names = {f"test.things/{named}"}
    assert files.sweep(tmp_path, names) == []
    past = time.time() - 2 * files.ORPHAN_AFTER_SECONDS
    for path in (tmp_path / "test.things").iterdir():
        os.utime(path, (past, past))
    assert files.sweep(tmp_path, names) == sorted([f"test.things/{orphan}", "test.things/.half-written.parquet"])
    assert [path.name for path in (tmp_path / "test.things").iterdir()] == [named]


def test_a_row_whose_as_of_cannot_be_read_lands_undated(tmp_path: Path) -> None:
    (row,) = landed_rows(
        tmp_path, land(tmp_path, [ROW | {"日": "不详"}], PERSON, MAPPED, reference_on=date(2026, 6, 30)).file
    )
    assert (row["as_of"], row["record_id"]) == (None, "1")


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    backwards = dict(reversed(ROW.items()))
    assert land(tmp_path, [ROW], PERSON, MAPPED).tally == land(tmp_path, [backwards], PERSON, MAPPED).tally
    assert isinstance(batch([backwards]), pa.RecordBatch)
