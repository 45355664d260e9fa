"""Rebuilding the registries from the lake: computed on the engine beside the store, then brought into it in short slices."""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import reference_day, standing_digest
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import build, records, slices
from huimin.platform.registries.declarations import authority, city, linkage_model
from huimin.platform.registries.events import RegistriesReconciled
from huimin.platform.registries.models import Build, Entity, Organisation, Person, RecentLink

MODELS: dict[str, type[Entity]] = {"people": Person, "organisations": Organisation}
COLUMNS = {
    "people": ("key", "number", "name_key", "division", "birth_date", "household", "disputed", "digest", "values"),
    "organisations": ("key", "number", "name_key", "division", "disputed", "digest", "values"),
}
# The engine stays well below what a reconcile may take in all: beside it stand this process and what the store's driver holds.
ENGINE_MEMORY = "1200MB"
CHUNK = 50_000
KEYS_AT_ONCE = 5_000


class NothingLanded(Refusal):
    """There is nothing in the lake to reconcile."""

    zh = "还没有任何数据入库。请先运行 huimin exchange land。"
    en = "Nothing has been landed yet. Run huimin exchange land first."


def reconcile(*, actor: Actor, at: datetime, report: Callable[[str], None] = lambda _: None) -> Build:
    """Link all current records, choose every golden value, and bring the serving registries to that state.

    Only rows that changed are written. Raises NothingLanded. The build becomes the current one in the last transaction. Of two at
    once the second waits for the first: keys are minted by one hand at a time.
    """
    with _alone():
        made = _reconcile(actor=actor, at=at, report=report)
        records.sweep()
        return made


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the builds' folder, which every process of an installation shares with the lake; a crash lets go of it."""
    records.builds().mkdir(parents=True, exist_ok=True)
    with (records.builds() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reconcile(*, actor: Actor, at: datetime, report: Callable[[str], None]) -> Build:
    reference_on = reference_day()
    if reference_on is None:
        raise NothingLanded
    standing = standing_digest()
    model = linkage_model()
    previous = Build.objects.order_by("-number").first()
    folder = f"build-{at:%Y%m%dT%H%M%S%f}-{previous.number + 1 if previous else 1}"
    # Links that come while this runs belong to deliveries that it has not seen, and wait for the next.
    last_link = RecentLink.objects.aggregate(last=Max("id"))["last"] or 0
    (records.builds() / folder).mkdir(parents=True)
    with engine.connect(Path(settings.HOME) / "spill", memory=ENGINE_MEMORY) as connection:
        reading = build.link(connection, policy=authority(), model=model)
        report("links")
        counts: dict[str, int] = {}
        changed = 0
        for table, entity in MODELS.items():
            _load_known(connection, table, entity, previous)
            build.mint_keys(connection, table)
            report(f"{table}: keys")
            connection.execute("CREATE OR REPLACE TEMP TABLE shown (key VARCHAR)")
            for share in build.shares(table, reading):
                build.believe(
                    connection, table, policy=authority(), reference_on=reference_on, reading=reading, share=share
                )
                build.write_golden(connection, table, records.builds() / folder, share)
                report(f"{table}: values")
                build.serving_rows(connection, table, prefecture=city().division)
                connection.execute(f"INSERT INTO shown SELECT key FROM {table}_row")
                report(f"{table}: rows")
                changed += bring_in(connection, table, entity)
                report(f"{table}: store")
            changed += take_out(connection, table, entity)
            (counts[table],) = engine.one(connection, "SELECT count(*) FROM shown")
        linked, unresolved = build.write_links(connection, reading, records.builds() / folder)
        report("files")
    with transaction.atomic():
        made = Build.objects.create(
            built_at=at,
            reference_on=reference_on,
            standing=standing,
            model_version=model.version,
            folder=folder,
            people=counts["people"],
            organisations=counts["organisations"],
            records=linked,
            unresolved=unresolved,
        )
        fact = RegistriesReconciled(
            subject=f"build:{made.number}",
            people=made.people,
            organisations=made.organisations,
            records=made.records,
            unresolved=made.unresolved,
            changed=changed,
        )
        RecentLink.objects.filter(id__lte=last_link).delete()
        publish(fact, actor=actor, at=at)
    return made


def load_stored(
    connection: duckdb.DuckDBPyConnection, table: str, entity: type[Entity], *, only: list[str] | None = None
) -> None:
    """What the serving store has (`only` of these keys) as the engine table `stored`(key, number, merged_into, digest)."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE stored (key VARCHAR, number VARCHAR, merged_into VARCHAR, digest BIGINT)"
    )
    every = entity._default_manager.values_list("key", "number", "merged_into", "digest")
    wanted = (
        [only[first : first + KEYS_AT_ONCE] for first in range(0, len(only), KEYS_AT_ONCE)] if only is not None else []
    )
    parts = [every] if only is None else [every.filter(key__in=keys) for keys in wanted]
    for some in (some for rows in parts for some in batched(rows.iterator(chunk_size=CHUNK), CHUNK)):
        columns = zip(("key", "number", "merged_into", "digest"), zip(*some, strict=True), strict=True)
        connection.register("known_rows", pa.table({name: pa.array(values) for name, values in columns}))
        connection.execute("INSERT INTO stored SELECT * FROM known_rows")
        connection.unregister("known_rows")


def _load_known(
    connection: duckdb.DuckDBPyConnection, table: str, entity: type[Entity], previous: Build | None
) -> None:
    """Every key ever minted (`known`: those of the store, and of the last build should the store have lost them), what is stored, and
    the links of the last build (`before`).
    """
    load_stored(connection, table, entity)
    folder = records.builds() / previous.folder if previous else None
    known = "SELECT key, number, merged_into FROM stored"
    if folder and (kept := folder / f"{table}_keys.parquet").exists():
        known += (
            f" UNION ALL SELECT key, number, merged_into FROM read_parquet('{engine.text(kept)}')"
            " WHERE key NOT IN (SELECT key FROM stored)"
        )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE known AS {known}")
    if previous and (links := records.links(previous)):
        key = records.KEY[table]
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW before AS SELECT resource, record_id, {key} AS key FROM {links} WHERE {key} IS NOT NULL"
        )
    else:
        nothing = "CAST(NULL AS VARCHAR)"
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW before AS SELECT {nothing} AS resource, {nothing} AS record_id, {nothing} AS key LIMIT 0"
        )


def bring_in(connection: duckdb.DuckDBPyConnection, table: str, entity: type[Entity]) -> int:
    """Write the new and the changed of `<table>_row`; returns how many there were."""
    columns = COLUMNS[table]
    chosen = ", ".join(f'r."{column}"' for column in columns)
    connection.execute(f"""
        SELECT {chosen}, '' AS merged_into FROM {table}_row AS r LEFT JOIN stored AS s USING (key)
        WHERE s.key IS NULL OR s.merged_into <> '' OR r.digest <> s.digest
        ORDER BY key""")
    return slices.upsert(entity, (*columns, "merged_into"), slices.batches(connection))


def take_out(connection: duckdb.DuckDBPyConnection, table: str, entity: type[Entity]) -> int:
    """Empty whom nothing speaks of any more (keys that are not in `shown`) and redirect who was merged; returns how many there were."""
    columns = COLUMNS[table]
    linked = build.REGISTRIES[table][0]
    nothing = {
        "name_key": "''",
        "division": "''",
        "birth_date": "NULL",
        "household": "''",
        "disputed": "0",
        "digest": "0",
        "values": "'{}'",
    }
    emptied = ", ".join(f'{nothing[column]} AS "{column}"' for column in columns[2:])
    connection.execute(f"""
        SELECT k.key, k.number, {emptied}, k.merged_into FROM {linked}_ever AS k LEFT JOIN stored AS s USING (key)
        WHERE k.key NOT IN (SELECT key FROM shown) AND (s.key IS NULL OR s.digest <> 0 OR s.merged_into <> k.merged_into)
        ORDER BY k.key""")
    return slices.upsert(entity, (*columns, "merged_into"), slices.batches(connection))


def batched(rows: Iterable[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Lists of so many rows each, the last one shorter."""
    remaining = iter(rows)
    while some := list(islice(remaining, size)):
        yield some
