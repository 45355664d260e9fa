"""The registry of places: taking over the grid, bringing houses to what the records say."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.files import content_name
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.registries import records, slices
from huimin.platform.registries.events import GridTaken, PlacesSettled
from huimin.platform.registries.models import GridCell, GridEdition, Place, PlaceRelation, PlacesBuild
from huimin.platform.registries.places import houses
from huimin.platform.registries.places.declarations import grid_policy
from huimin.platform.registries.places.grid import read_grid

SERVED: Final = (
    "key",
    "number",
    "door",
    "building_number",
    "address",
    "division",
    "cell",
    "cell_source",
    "cell_as_of",
    "cell_records",
    "cell_voices",
    "residents",
    "registered",
    "organisations",
)
"""The columns of a house in the serving store."""
RELATED: Final = ("key", "subject", "kind", "place", "source", "day")
NOTHING: Final = {
    "cell_as_of": "NULL",
    "cell_records": "0",
    "cell_voices": "0",
    "residents": "0",
    "registered": "0",
    "organisations": "0",
}
"""What is served of a house that nothing speaks of any more; all else is blank."""
TYPES: Final = {"cell_as_of": pa.date32(), "day": pa.date32()} | dict.fromkeys(
    ("cell_records", "cell_voices", "residents", "registered", "organisations"), pa.int32()
)


def settle_places(*, actor: Actor, at: datetime) -> PlacesBuild | None:
    """Bring the houses to what the current records and the latest build's golden addresses say; None when there was nothing to do.

    Only rows that changed are written, in short slices. The run becomes the current one in the last transaction, so that a crash before it
    is made good by the next. Of two at once the second waits.
    """
    with _alone():
        build = records.latest_build()
        last = PlacesBuild.objects.order_by("-number").first()
        if build is None or (last is not None and last.build_id == build.number):
            return None
        folder = records.builds() / build.folder
        with engine.connect(Path(settings.HOME) / "spill") as connection:
            houses.settle_houses(connection, policy=grid_policy(), folder=folder)
            _load_known(connection, records.builds() / last.build.folder if last else None)
            houses.mint_keys(connection)
            changed = _bring_in(connection)
            houses.write(connection, folder)
            counts = _counts(connection)
        with transaction.atomic():
            made = PlacesBuild.objects.create(build=build, built_at=at, **counts)
            fact = PlacesSettled(
                subject=f"places:{made.number}",
                houses=made.houses,
                in_cells=made.in_cells,
                addresses=made.addresses,
                placed=made.placed,
                changed=changed,
            )
            publish(fact, actor=actor, at=at)
    return made


@contextmanager
def _alone() -> Iterator[None]:
    """Keys of houses are minted by one hand at a time, whichever process it is."""
    records.builds().mkdir(parents=True, exist_ok=True)
    with (records.builds() / ".places.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    number, in_cells = engine.one(connection, "SELECT count(*), count(*) FILTER (cell <> '') FROM house")
    (addresses,) = engine.one(connection, "SELECT coalesce(CAST(sum(records) AS BIGINT), 0) FROM coverage")
    (unplaced,) = engine.one(connection, "SELECT count(*) FROM unplaced")
    return {"houses": number, "in_cells": in_cells, "addresses": addresses, "placed": addresses - unplaced}


def _load_known(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """What the store has (`stored`, `stored_relation`), and every key ever minted (`known`): the store's, and those of the last run's files
    should the store have lost them."""
    _load(connection, "stored", Place, SERVED)
    _load(connection, "stored_relation", PlaceRelation, RELATED)
    known = "SELECT key, number, '' AS merged_into FROM stored"
    if folder and (kept := folder / "places_keys.parquet").exists():
        known += f" UNION ALL SELECT key, number, '' FROM read_parquet('{engine.text(kept)}') WHERE key NOT IN (SELECT key FROM stored)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE known AS {known}")


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, entity: type[Place | PlaceRelation], names: tuple[str, ...]
) -> None:
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for row in entity._default_manager.values_list(*names).iterator(chunk_size=20_000):
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    arrow = {name: pa.array(values, TYPES.get(name, pa.string())) for name, values in columns.items()}
    connection.register("from_store", pa.table(arrow))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM from_store")
    connection.unregister("from_store")


def _bring_in(connection: duckdb.DuckDBPyConnection) -> int:
    """Write houses and relations that are new or changed, empty houses that nothing speaks of, drop relations that are no more."""
    blank = ", ".join(f"{NOTHING.get(name, _BLANK)} AS {name}" for name in SERVED[2:])
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE served AS
        SELECT k.key, {", ".join(f"coalesce({name}, '') AS {name}" if name == "building_number" else name for name in SERVED[1:])}
        FROM house AS h JOIN house_linked_key AS k USING (number)
        UNION ALL SELECT key, number, {blank} FROM house_linked_ever WHERE key NOT IN (SELECT key FROM house_linked_key);
        CREATE OR REPLACE TEMP TABLE served_relation AS
        SELECT r.kind || ':' || r.subject AS key, r.subject, r.kind, k.key AS place, r.source, r.day
        FROM related AS r JOIN house_linked_key AS k ON k.number = r.house""")
    written = slices.upsert(Place, SERVED, _changed(connection, "served", "stored", SERVED))
    written += slices.upsert(
        PlaceRelation, RELATED, _changed(connection, "served_relation", "stored_relation", RELATED)
    )
    connection.execute(
        "SELECT key FROM stored_relation WHERE key NOT IN (SELECT key FROM served_relation) ORDER BY key"
    )
    return written + slices.delete(PlaceRelation, slices.batches(connection))


_BLANK: Final = "''"


def _changed(
    connection: duckdb.DuckDBPyConnection, table: str, stored: str, names: tuple[str, ...]
) -> Iterator[list[tuple[Any, ...]]]:
    other = " OR ".join(f"n.{name} IS DISTINCT FROM s.{name}" for name in names[1:])
    connection.execute(
        f"SELECT {', '.join(f'n.{name}' for name in names)} FROM {table} AS n LEFT JOIN {stored} AS s USING (key)"
        f" WHERE s.key IS NULL OR {other} ORDER BY key"
    )
    return slices.batches(connection)


def take_grid(path: Path, *, actor: Actor, at: datetime) -> GridEdition:
    """Take the city's grid over from a GeoJSON file; cells that it does not list are cells no longer. The same file again changes nothing.

    Raises NoGridFile, BadGridCell: then nothing is taken.
    """
    grid = read_grid(path)
    content = content_name(path)
    latest = GridEdition.objects.order_by("-number").first()
    if latest is not None and latest.digest == content:
        return latest
    with transaction.atomic():
        made = GridEdition.objects.create(
            taken_at=at, digest=content, cells=len(grid.cells), is_synthetic=grid.is_synthetic
        )
        GridCell.objects.bulk_create(
            [GridCell(edition=made, code=cell.code, name=cell.name, outline=cell.outline) for cell in grid.cells],
            batch_size=500,
        )
        publish(GridTaken(subject=f"grid:{made.number}", cells=made.cells, file=digest(content)), actor=actor, at=at)
    return made
