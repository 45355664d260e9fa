"""Bringing the serving registries up to date after a small delivery, without waiting for the next full reconcile.

A record that is linked already keeps its link, and one that bears the number and the name of somebody known joins
them; the golden values of
exactly these people and organisations are then computed by the same function as ever, from all their records. What a new phone or address
means for strays elsewhere is settled by the next `reconcile`, which `settle` runs when deliveries have come or gone.
"""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huimin.platform.exchange.declarations import Resource, resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import current_select, delivery_records, reference_day
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import build, records
from huimin.platform.registries.declarations import authority, city
from huimin.platform.registries.events import RegistriesRefreshed
from huimin.platform.registries.models import AwaitedRefresh, Build, Person, RecentLink
from huimin.platform.registries.operations.reconciling import MODELS, bring_in, load_stored, reconcile, take_out
from huimin.platform.registries.reading import EVERYTHING, Reading


def refresh(delivery: int, *, actor: Actor, at: datetime) -> list[str]:
    """Bring in what a delivery says about people and organisations known by its records; returns their keys, in order.

    Records of nobody known are left to `settle`.
    """
    resource, record_ids = delivery_records(delivery)
    build_shown = records.latest_build()
    if build_shown is None:
        AwaitedRefresh.objects.filter(delivery=delivery).delete()
        return []
    known = records.keys_of(resource, record_ids)
    known |= _joined(resource, [record_id for record_id in record_ids if record_id not in known])
    keys = sorted(set(known.values()))
    fresh = {(resource, record_id): key for record_id, key in known.items()}
    changed = _recompute(keys, fresh, reference_on=build_shown.reference_on)
    with transaction.atomic():
        RecentLink.objects.bulk_create(
            [RecentLink(resource=resource, record_id=record_id, key=key) for record_id, key in sorted(known.items())],
            update_conflicts=True,
            unique_fields=["resource", "record_id"],
            update_fields=["key"],
        )
        fact = RegistriesRefreshed(
            subject=f"delivery:{delivery}", known=len(keys), unknown=len(record_ids) - len(known), changed=changed
        )
        AwaitedRefresh.objects.filter(delivery=delivery).delete()
        publish(fact, actor=actor, at=at)
    return keys


def refresh_awaited(*, actor: Actor, at: datetime) -> int:
    """Refresh every delivery that is waiting for it, oldest first; returns how many there were."""
    waiting = list(AwaitedRefresh.objects.order_by("delivery").values_list("delivery", flat=True))
    for delivery in waiting:
        refresh(delivery, actor=actor, at=at)
    return len(waiting)


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
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
        rows = connection.execute(select or "SELECT 1 LIMIT 0").fetchall()
    found = {}
    for record_id, citizen_id, name_key in rows:
        if citizen_id and name_key:
            keys = list(
                Person.objects.filter(number=citizen_id, name_key=name_key, merged_into="").values_list(
                    "key", flat=True
                )[:2]
            )
            if len(keys) == 1:
                found[record_id] = keys[0]
    return found


def _recompute(keys: list[str], fresh: dict[tuple[str, str], str], *, reference_on: date) -> int:
    """Golden values of these people and organisations anew, from their own records only; returns how many rows changed."""
    changed = 0
    for table, entity in MODELS.items():
        _, letter, _ = build.REGISTRIES[table]
        numbers = dict(
            entity._default_manager.filter(key__in=[key for key in keys if key.startswith(letter)]).values_list(
                "key", "number"
            )
        )
        if not numbers:
            continue
        links = records.links_of(list(numbers)) | {record: key for record, key in fresh.items() if key in numbers}
        with engine.connect(Path(settings.HOME) / "spill") as connection:
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
            changed += bring_in(connection, table, entity) + take_out(connection, table, entity)
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
