"""Bringing the serving registries up to date after a small delivery, without waiting for the next full reconcile.

A record that is linked already keeps its link, and one that bears the number and the name of somebody known joins
them; the golden values of
exactly these people and organisations are then computed by the same function as ever, from all their records. What a new phone or address
means for strays elsewhere is settled by the next `reconcile`, which `settle` runs when deliveries have come or gone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huimin.platform.exchange.declarations import Resource, resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import current_select, delivery_records, reference_day
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import build, records
from huimin.platform.registries.declarations import authority, city
from huimin.platform.registries.events import RegistriesRefreshed
from huimin.platform.registries.models import AwaitedRefresh, Build, Person, RecentLink
from huimin.platform.registries.operations.reconciling import (
    MODELS,
    batched,
    bring_in,
    load_stored,
    reconcile,
    take_out,
)
from huimin.platform.registries.reading import EVERYTHING, Reading

AT_ONCE: Final = 50
"""Small deliveries that are brought in by one computation."""
ASKED_AT_ONCE: Final = 5_000
"""Keys in one question to the store."""
LINKS_AT_ONCE: Final = 500
"""Links in one write: some 20 ms."""


def refresh(delivery: int, *, actor: Actor, at: datetime) -> list[str]:
    """Bring in what a delivery says about people and organisations known by its records; returns their keys, in order.

    Records of nobody known are left to `settle`.
    """
    return _refresh([delivery], actor=actor, at=at)


def refresh_awaited(*, actor: Actor, at: datetime) -> int:
    """Refresh every delivery that is waiting for it, oldest first and AT_ONCE together; returns how many there were."""
    waiting = list(AwaitedRefresh.objects.order_by("delivery").values_list("delivery", flat=True))
    for first in range(0, len(waiting), AT_ONCE):
        _refresh(waiting[first : first + AT_ONCE], actor=actor, at=at)
    return len(waiting)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a delivery brought about those who are known: record number → key, and how many records it brought in all."""

    delivery: int
    resource: str
    keys: Mapping[str, str]
    records: int


def _refresh(deliveries: Sequence[int], *, actor: Actor, at: datetime) -> list[str]:
    """Bring in several deliveries by one computation: it costs mostly its own beginning, so a queue of pushes is soon worked off."""
    build_shown = records.latest_build()
    if build_shown is None:
        AwaitedRefresh.objects.filter(delivery__in=deliveries).delete()
        return []
    found = [_known(delivery) for delivery in deliveries]
    keys = sorted({key for one in found for key in one.keys.values()})
    fresh = {(one.resource, record): key for one in found for record, key in one.keys.items()}
    changed = _recompute(keys, fresh, reference_on=build_shown.reference_on)
    _remember(fresh)
    with transaction.atomic():
        facts = [
            RegistriesRefreshed(
                subject=f"delivery:{one.delivery}",
                known=len(own := set(one.keys.values())),
                unknown=one.records - len(one.keys),
                changed=len(own & changed),
            )
            for one in found
        ]
        AwaitedRefresh.objects.filter(delivery__in=deliveries).delete()
        publish_many(facts, actor=actor, at=at)
    return keys


def _remember(fresh: Mapping[tuple[str, str], str]) -> None:
    """Note the links, some at a time: a clerk does not wait for a large delivery. What a crash leaves of them is true all the same."""
    for some in batched(((*record, key) for record, key in sorted(fresh.items())), LINKS_AT_ONCE):
        RecentLink.objects.bulk_create(
            [RecentLink(resource=resource, record_id=record, key=key) for resource, record, key in some],
            update_conflicts=True,
            unique_fields=["resource", "record_id"],
            update_fields=["key"],
        )


def _known(delivery: int) -> _Known:
    resource, record_ids = delivery_records(delivery)
    known = records.keys_of(resource, record_ids)
    known |= _joined(resource, [record_id for record_id in record_ids if record_id not in known])
    return _Known(delivery=delivery, resource=resource, keys=known, records=len(record_ids))


def settle(*, actor: Actor, at: datetime) -> Build | None:
    """Reconcile in full if deliveries have come or gone since the last build; None when there was nothing to do."""
    return reconcile(actor=actor, at=at) if reference_day() is not None and records.is_behind() else None


def _joined(resource: str, record_ids: list[str]) -> dict[str, str]:
    """Record id → person key for new records whose number and name are those of one known person."""
    declared = resources()[resource]
    number, name = declared.item_feeding("citizen_id"), declared.item_feeding("name")
    if not record_ids or number is None or name is None:
        return {}
    select = current_select(declared, ["record_id", engine.name(number), engine.name(f"{name}_key")], only=record_ids)
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        rows = connection.execute(select or "SELECT 1 LIMIT 0").fetchall()
    wanted = {record: (number, name) for record, number, name in rows if number and name}
    people = _people_of({number for number, _ in wanted.values()})
    return {record: keys[0] for record, who in wanted.items() if len(keys := people.get(who, [])) == 1}


def _people_of(numbers: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Number and comparable name → the keys of the people who have them, for people of these numbers."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for some in batched(((number,) for number in sorted(numbers)), ASKED_AT_ONCE):
        rows = Person.objects.filter(number__in=[number for (number,) in some], merged_into="")
        for number, name, key in rows.values_list("number", "name_key", "key"):
            found[number, name].append(key)
    return found


def _recompute(keys: list[str], fresh: dict[tuple[str, str], str], *, reference_on: date) -> set[str]:
    """Golden values of these people and organisations anew, from their own records only; returns the keys of the rows that changed."""
    changed: set[str] = set()
    for table, entity in MODELS.items():
        _, letter, _ = build.REGISTRIES[table]
        numbers: dict[str, str] = {}
        for some in batched(((key,) for key in keys if key.startswith(letter)), ASKED_AT_ONCE):
            rows_of = entity._default_manager.filter(key__in=[key for (key,) in some])
            numbers |= dict(rows_of.values_list("key", "number"))
        if not numbers:
            continue
        links = records.links_of(list(numbers)) | {record: key for record, key in fresh.items() if key in numbers}
        with engine.borrowed(Path(settings.HOME) / "spill") as connection:
            _stage(connection, table, links, numbers)
            wanted: dict[str, list[str]] = defaultdict(list)
            for resource, record_id in links:
                wanted[resource].append(record_id)

            def select(
                resource: Resource, columns: list[str], where: str = EVERYTHING, wanted: dict[str, list[str]] = wanted
            ) -> str | None:
                own = wanted.get(resource.code)
                return current_select(resource, columns, only=own) if own else None

            reading = Reading(select=select, shares=[EVERYTHING])
            if table == "people":
                build.gather_households(connection, select)
            build.believe(connection, table, policy=authority(), reference_on=reference_on, reading=reading)
            load_stored(connection, table, entity, only=list(numbers))
            build.serving_rows(connection, table, prefecture=city().division)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE shown AS SELECT key FROM {table}_row")
            rows = connection.execute(f"SELECT key FROM {table}_row ANTI JOIN stored USING (key, digest)").fetchall()
            gone = connection.execute(
                "SELECT key FROM stored WHERE digest <> 0 AND key NOT IN (SELECT key FROM shown)"
            ).fetchall()
            changed |= {key for (key,) in [*rows, *gone]}
            bring_in(connection, table, entity)
            take_out(connection, table, entity)
    return changed


def _stage(
    connection: duckdb.DuckDBPyConnection, table: str, links: dict[tuple[str, str], str], numbers: dict[str, str]
) -> None:
    """The links and keys of these few, as the tables that a full build would have made."""
    linked, _, _ = build.REGISTRIES[table]
    sources = {resource.code: source for source, resource in enumerate(build.numbered())}
    subjects = {key: subject for subject, key in enumerate(sorted(numbers))}
    found = [
        (sources[resource], record, subjects[key])
        for (resource, record), key in sorted(links.items())
        if resource in sources
    ]
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    staged = {
        f"{table}_link": pa.table(
            {
                "source": pa.array(columns[0], pa.uint8()),
                "record_id": pa.array(columns[1], pa.string()),
                "subject": pa.array(columns[2], pa.int32()),
            }
        ),
        f"{table}_subject": pa.table(
            {
                "subject": pa.array(list(subjects.values()), pa.int32()),
                "number": pa.array([numbers[key] for key in subjects], pa.string()),
                "key": pa.array(list(subjects), pa.string()),
            }
        ),
    }
    for name, rows in staged.items():
        connection.register("staged", rows)
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM staged")
        connection.unregister("staged")
    connection.execute(f"CREATE TEMP VIEW {linked}_key AS SELECT number, key FROM {table}_subject")
    connection.execute(f"CREATE TEMP VIEW {linked}_ever AS SELECT key, number, '' AS merged_into FROM {table}_subject")
