"""The issue's law: who is who and what is believed depend on what was delivered, never on the order in which it came.

About 300 records of a synthetic town, among them records withdrawn (D), withdrawn and restored, and delivered twice, arrive in shuffled
orders, cut into deliveries anyhow; links and golden values must not differ in anything. 25 orders in `make test`, 1,000 with HUIMIN_SOAK=1.
"""

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Resource, resources, sources
from huimin.platform.exchange.lake import engine, landing
from huimin.platform.exchange.lake.current import Rows, Standing, current_rows
from huimin.platform.registries import reading
from huimin.platform.registries.tests.factories_data import link_and_believe
from huimin.tooling.synth.block import Plan
from huimin.tooling.synth.delivery import make_city

pytestmark = [pytest.mark.once, pytest.mark.covers("D08", "D05")]
ORDERS = 1000 if os.environ.get("HUIMIN_SOAK") else 25
REFERENCE = date(2026, 6, 30)
Town = dict[str, tuple[Any, list[int]]]
"""Resource → versions of its records, and the places of those that arrive."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with engine.connect(tmp_path_factory.mktemp("spill"), memory="1GB") as connection:
        yield connection


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, connection: duckdb.DuckDBPyConnection) -> Town:
    """All versions of all records, by resource, and which of them arrive (some more than once)."""
    inbox, lake = tmp_path_factory.mktemp("town") / "inbox", tmp_path_factory.mktemp("lake")
    make_city(Plan(city="wuhu", people=45, seed=20260630), inbox)
    chance, town = random.Random(1), {}
    for code, source in sources().items():
        files = [path for pattern in source.files for path in sorted(inbox.glob(pattern)) if "resend" not in path.name]
        batches = (batch for path in files for batch in forms.read(path, source.form))
        landed = landing.land(
            connection, batches, resource=resources()[code], source=source, reference_on=REFERENCE, lake=lake
        )
        if landed.file:
            town[code] = _versions(pq.read_table(lake / code / landed.file), chance)
    return town


def _versions(stated: Any, chance: random.Random) -> tuple[Any, list[int]]:
    """Each record as it came, now and then twice, withdrawn for good, or withdrawn and restored."""
    places: list[int] = []
    operations: list[str] = []
    days: list[int] = []
    arrivals: list[int] = []

    def version(place: int, what: str, day: int, times: int = 1) -> None:
        arrivals.extend([len(places)] * times)
        places.append(place)
        operations.append(what)
        days.append(day)

    for place in range(len(stated)):
        fate = chance.random()
        version(place, "I", 0, 2 if fate < 0.15 else 1)
        if 0.15 < fate < 0.35:
            version(place, "D", 1)
        if 0.25 < fate < 0.35:
            version(place, "U", 2)
    table = stated.take(pa.array(places))
    moments = [moment + timedelta(days=day) for moment, day in zip(table["event_at"].to_pylist(), days, strict=True)]
    names = table.schema.names
    for column, values in (("operation", operations), ("event_at", moments)):
        table = table.set_column(names.index(column), column, pa.array(values, table.schema.field(column).type))
    return table, arrivals


def outcome(
    connection: duckdb.DuckDBPyConnection, town: Town, lake: Path, seed: int, *, share: int = reading.SHARE_RECORDS
) -> list[list[tuple[Any, ...]]]:
    """Links and golden values of the town when everything arrives in this order, cut into deliveries anyhow, and is worked on in shares
    of so many records."""
    chance = random.Random(seed)
    standing: dict[str, list[Standing]] = {}
    for code, (versions, arrivals) in town.items():
        (lake / code).mkdir(parents=True, exist_ok=True)
        order = chance.sample(arrivals, len(arrivals))
        cuts = sorted({0, len(order), *(chance.randint(0, len(order)) for _ in range(3))})
        for number, (first, last) in enumerate(pairwise(cuts)):
            pq.write_table(versions.take(pa.array(order[first:last])), lake / code / f"{number}.parquet")
            delivered = Standing(file=f"{number}.parquet", mode="increment", reference_on=REFERENCE, number=number)
            standing.setdefault(code, []).append(delivered)

    def current(resource: Resource) -> Rows | None:
        return current_rows(lake, resource.code, standing.get(resource.code, []))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "current_rows", current)
        patched.setattr(reading, "SHARE_RECORDS", share)
        link_and_believe(connection, reference_on=REFERENCE)
    # How subjects are numbered within a run is nobody's business.
    return [
        connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
        for table in (
            "linked",
            "org_linked",
            "(SELECT * EXCLUDE (subject) FROM people)",
            "(SELECT * EXCLUDE (subject) FROM organisations)",
            "(SELECT number, household FROM household JOIN people_subject USING (subject))",
        )
    ]


def test_the_town_has_about_three_hundred_records_with_strays_deletes_and_repeats(
    connection: duckdb.DuckDBPyConnection, town: Town, tmp_path: Path
) -> None:
    operations = [what for versions, _ in town.values() for what in versions["operation"].to_pylist()]
    assert 280 <= operations.count("I") <= 420
    assert min(operations.count("D"), operations.count("U")) > 10
    assert sum(len(arrivals) - len(set(arrivals)) for _, arrivals in town.values()) > 20
    assert {"number", "evidence"} <= {row[3] for row in outcome(connection, town, tmp_path, 0)[0]}


def test_no_order_of_arrival_makes_a_difference(
    connection: duckdb.DuckDBPyConnection, town: Town, tmp_path: Path
) -> None:
    expected = outcome(connection, town, tmp_path, 0)
    assert all(expected[:4])
    for seed in range(1, ORDERS):
        found = outcome(connection, town, tmp_path, seed)
        differing = [
            row
            for before, after in zip(expected, found, strict=True)
            for row in set(map(str, before)) ^ set(map(str, after))
        ]
        assert not differing, f"seed {seed}: {differing[:3]}"


@pytest.mark.parametrize("share", [1, 30, 200])
def test_nor_does_it_into_how_many_shares_the_city_is_cut(
    connection: duckdb.DuckDBPyConnection, town: Town, tmp_path: Path, share: int
) -> None:
    assert outcome(connection, town, tmp_path, 3, share=share) == outcome(connection, town, tmp_path, 3)
