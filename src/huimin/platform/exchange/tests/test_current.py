"""Which records are current: held to a model of a few lines over random deliveries, in every order of arrival."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.exchange.lake.current import Standing, current_records
from huimin.platform.exchange.tests.factories import connection

# Departments' clocks show no zone.
pytestmark = [pytest.mark.unit, pytest.mark.covers("D05")]
DAY = date(2026, 6, 1)


@dataclass(frozen=True)
class Row:
    """A version of a record: what happened, when, and what it says."""

    record: str
    event_at: datetime
    operation: str = "I"
    value: str = ""


@dataclass(frozen=True)
class Delivered:
    """A delivery as the model sees it; `name` stands for its content."""

    name: str
    rows: tuple[Row, ...]
    full: bool = False
    day: date = DAY
    completes: str = ""


@pytest.fixture(scope="module")
def lake() -> Iterator[Path]:
    folder = Path(mkdtemp())
    yield folder
    shutil.rmtree(folder)


def current(lake: Path, arrived: Sequence[Delivered]) -> dict[str, str]:
    """What the engine says of these deliveries in this order of arrival."""
    numbers = {delivered.name: number for number, delivered in enumerate(arrived, 1)}
    standing = []
    (lake / "test.things").mkdir(exist_ok=True)
    for delivered in arrived:
        file = f"{delivered.name}.parquet" if delivered.rows else ""
        if file:
            pq.write_table(_table(delivered.rows), lake / "test.things" / file)
        standing.append(
            Standing(
                file=file,
                mode="full" if delivered.full else "increment",
                reference_on=delivered.day,
                number=numbers[delivered.name],
                completes=numbers.get(delivered.completes),
            )
        )
    query = current_records(lake, "test.things", standing, ["record_id", "value"])
    return dict(connection().execute(query).fetchall()) if query else {}


def _table(rows: Sequence[Row]) -> Any:
    return pa.table(
        {
            "record_id": [row.record for row in rows],
            "event_at": pa.array([row.event_at for row in rows], pa.timestamp("us")),
            "operation": [row.operation for row in rows],
            "value": [row.value for row in rows],
            "line": [1] * len(rows),
            "ordinal": range(len(rows)),
        }
    )


def modelled(arrived: Sequence[Delivered]) -> dict[str, str]:
    """The agreement in plain words: the greatest event time wins, the latest full delivery says what there is, D withdraws."""
    fulls = [(each.day, number, each) for number, each in enumerate(arrived) if each.full]
    latest = max(fulls)[2] if fulls else None
    versions = defaultdict(list)
    for number, each in enumerate(arrived):
        for place, row in enumerate(each.rows):
            if not each.full or each is latest:
                listed = latest is None or each is latest or each.completes == latest.name
                stated_since = latest is not None and row.event_at >= datetime.combine(latest.day, time(23, 59, 59))
                versions[row.record].append(((row.event_at, number, place), row, listed or stated_since))
    winners = {record: max(found)[1] for record, found in versions.items() if any(stands for *_, stands in found)}
    return {record: row.value for record, row in winners.items() if row.operation != "D"}


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 8 * 4).map(
        lambda quarter: datetime(2026, 5, 31) + timedelta(hours=6 * quarter)
    ) | st.integers(0, 8).map(lambda days: datetime(2026, 5, 31, 23, 59, 59) + timedelta(days=days))


@st.composite
def deliveries(draw: st.DrawFn, *, envelope: bool = True) -> list[Delivered]:
    """Up to seven deliveries; equal (record, event time) say the same, as one department's version is one."""
    found = []
    for number in range(draw(st.integers(1, 7))):
        day = DAY + timedelta(days=draw(st.integers(0, 6)))
        rows = []
        for record in draw(st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)):
            event = draw(moments())
            rows.append(
                Row(record, event, "IUD"[(ord(record) + event.day + event.hour) % 3], f"{record}{event:%d%H%M}")
            )
        earlier = [delivered.name for delivered in found if delivered.full]
        completes = draw(st.sampled_from(["", *earlier])) if earlier else ""
        full = not completes and draw(st.booleans())
        # Two full deliveries of one day are told apart by arrival alone: that has a test of its own.
        if any(delivered.full and delivered.day == day for delivered in found):
            full = False
        found.append(Delivered(f"d{number}", tuple(rows), full, day, completes))
    return found


@given(deliveries())
def test_the_engine_says_what_the_model_says(lake: Path, arrived: list[Delivered]) -> None:
    assert current(lake, arrived) == modelled(arrived)


@given(deliveries(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(lake: Path, arrived: list[Delivered], chance: Any) -> None:
    shuffled = list(arrived)
    chance.shuffle(shuffled)
    assert current(lake, shuffled) == current(lake, arrived)


@given(deliveries(), st.data())
def test_an_increment_that_comes_twice_counts_once(lake: Path, arrived: list[Delivered], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(arrived))
    twice = [*arrived, replace(again, name="again", full=False)]
    assert again.full or current(lake, twice) == current(lake, arrived)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour)


def full(name: str, day: int, *records: str) -> Delivered:
    return Delivered(
        name, tuple(Row(record, at(day), value=name) for record in records), full=True, day=date(2026, 6, day)
    )


def increment(name: str, *rows: Row, day: int = 9, completes: str = "") -> Delivered:
    return Delivered(name, rows, day=date(2026, 6, day), completes=completes)


def test_a_full_delivery_ends_what_it_no_longer_lists(lake: Path) -> None:
    assert current(lake, [full("old", 1, "a", "b"), full("new", 5, "b", "c")]) == {"b": "new", "c": "new"}


def test_an_earlier_full_delivery_that_arrives_late_changes_nothing(lake: Path) -> None:
    assert current(lake, [full("new", 5, "b"), full("old", 1, "a", "b")]) == {"b": "new"}


def test_of_two_full_deliveries_of_a_day_the_later_to_arrive_counts(lake: Path) -> None:
    assert current(lake, [full("first", 5, "a", "b"), full("second", 5, "b")]) == {"b": "second"}


def test_an_empty_full_delivery_ends_everything(lake: Path) -> None:
    assert current(lake, [full("old", 1, "a"), full("empty", 5)]) == {}
    assert current(lake, [full("old", 1, "a"), increment("new", Row("b", at(7), value="b")), full("empty", 5)]) == {
        "b": "b"
    }


def test_a_deleted_record_comes_back_when_it_is_stated_again(lake: Path) -> None:
    listed, gone = full("f", 1, "a"), increment("d", Row("a", at(3), "D"))
    again = increment("i", Row("a", at(4), "I", "again"))
    assert current(lake, [listed, gone]) == {}
    assert current(lake, [listed, gone, again]) == current(lake, [again, gone, listed]) == {"a": "again"}


def test_a_correction_of_the_same_day_wins_over_the_full_delivery_before_it(lake: Path) -> None:
    end = datetime(2026, 6, 5, 23, 59, 59)
    listed = Delivered("f", (Row("a", end, value="wrong"),), full=True, day=date(2026, 6, 5))
    pushed = increment("p", Row("a", end, value="right"), Row("new", end, value="new"), day=5)
    assert current(lake, [listed, pushed]) == {"a": "right", "new": "new"}


def test_a_returned_row_that_comes_back_corrected_belongs_to_its_full_delivery(lake: Path) -> None:
    listed, corrected = full("f", 5, "a"), increment("c", Row("b", at(2), value="b"), day=5, completes="f")
    assert current(lake, [listed, corrected]) == {"a": "f", "b": "b"}
    assert current(lake, [listed, corrected, full("next", 8, "a")]) == {"a": "next"}


def test_two_versions_on_one_line_are_told_apart_by_their_place(lake: Path) -> None:
    rows = (Row("a", at(1), value="first"), Row("a", at(1), value="second"))
    assert {current(lake, [Delivered("f", rows)])["a"] for _ in range(5)} == {"second"}


def test_only_the_records_asked_for_are_read(lake: Path) -> None:
    current(lake, [full("f", 1, "a", "b", "o'b")])
    standing = [Standing(file="f.parquet", mode="full", reference_on=DAY, number=1)]
    query = current_records(lake, "test.things", standing, ["record_id"], only=["o'b", "none"])
    assert connection().execute(query).fetchall() == [("o'b",)]
