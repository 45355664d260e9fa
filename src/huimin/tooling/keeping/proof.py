"""What a city says of itself, so that a restored one can be held against it; and whether it verifies."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pydantic import BaseModel

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.files import content_name
from huimin.platform.exchange.queries import current_select, lake, lake_files
from huimin.platform.journal import queries as journal
from huimin.platform.journal.events import CityRestored
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.tooling.keeping.manifest import Evidence

ROWS_AT_AN_END: Final = 500
"""Of every table so many rows from each end are digested; all rows are counted."""

PASSING: Final = frozenset({"django_session"})
"""Tables whose rows end by themselves."""

ASK: Final = "import django; django.setup(); from huimin.tooling.keeping import proof; proof.tell_standing()"


ANNOUNCE: Final = "import django; django.setup(); from huimin.tooling.keeping import proof; proof.tell_restored()"


class NotProven(Refusal):
    """The restored city could not be asked."""

    zh = "恢复出的数据无法核验：{reason}"
    en = "The restored city could not be asked: {reason}"


class Standing(BaseModel):
    """What a proof found: the evidence, the journal's findings, lake files that are missing or changed, migrations still to be applied."""

    evidence: Evidence
    findings: list[str]
    missing: list[str]
    changed: list[str]
    behind: list[str]


def migrations_behind() -> list[str]:
    """Migrations that the program has and the store has not, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrations_applied() -> list[str]:
    """Migrations that the store has."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def testimony() -> Evidence:
    """Every table's rows, counted, with a digest of those at both ends; and, by the doors, what the lake holds of each resource today.

    The answers need the tables as this program knows them, so they are left out while a migration is behind.
    """
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - PASSING)
        counted = {table: _digest_of_table(cursor, table) for table in tables}
    return Evidence(
        migrations=migrations_applied(), tables=counted, answers={} if migrations_behind() else dict(_answers())
    )


def _digest_of_table(cursor: Any, table: str) -> tuple[int, str]:
    quote = connection.ops.quote_name
    keys = connection.introspection.get_primary_key_columns(cursor, table) or []
    cursor.execute(f"SELECT count(*) FROM {quote(table)}")  # noqa: S608 - names of our own tables
    (rows,) = cursor.fetchone()
    digest = hashlib.sha256()
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{quote(key)} {direction}" for key in keys) or "1"
        cursor.execute(f"SELECT * FROM {quote(table)} ORDER BY {order} LIMIT {ROWS_AT_AN_END}")  # noqa: S608
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            digest.update(repr(sorted(zip(names, map(str, row), strict=True))).encode())
    return int(rows), digest.hexdigest()


def _answers() -> Iterable[tuple[str, tuple[int, str]]]:
    """How many records of each resource are current, with a digest of their numbers: read from the lake by the engine."""
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as reader:
        for code, resource in sorted(resources().items()):
            select = current_select(resource, ["record_id"])
            if select is None:
                continue
            try:
                statement = f"SELECT count(*), coalesce(bit_xor(md5_number(record_id)), 0) FROM ({select})"  # noqa: S608
                count, digest = engine.one(reader, statement)
            except duckdb.IOException:
                yield code, (-1, "a lake file is missing")
            else:
                yield code, (int(count), f"{digest:032x}")


def lake_wrong(*, read: bool = True) -> tuple[list[str], list[str]]:
    """Lake files that a delivery names and that are not there; those whose content is not what their name says (read in full)."""
    missing, changed = [], []
    for name in sorted(lake_files()):
        path = lake() / name
        if not path.is_file():
            missing.append(name)
        elif read and content_name(path) != path.stem:
            changed.append(name)
    return missing, changed


def standing() -> Standing:
    """Ask the city of this process."""
    behind = migrations_behind()
    missing, changed = lake_wrong()
    findings = [] if behind else [finding.sentence("en") for finding in journal.verify().findings]
    return Standing(evidence=testimony(), findings=findings, missing=missing, changed=changed, behind=behind)


def standing_of(env: Mapping[str, str]) -> Standing:
    """Ask the city of another environment. Raises NotProven."""
    return Standing.model_validate_json(told_by(env, ASK))


def told_by(env: Mapping[str, str], program: str, *words: str) -> bytes:
    """What a program of ours prints in a process of its own, in another environment. Raises NotProven when it fails."""
    # Ourselves, with words of our own.
    command = [sys.executable, "-c", program, *words]
    asked = subprocess.run(command, env={**env, **_found()}, capture_output=True, check=False)  # noqa: S603
    if asked.returncode:
        last = asked.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["?"]
        raise NotProven(reason=last[0].partition(":")[0])
    return asked.stdout


def _found() -> dict[str, str]:
    """Where this process found its modules, and its settings."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }


def tell_standing() -> None:
    """Print how the city of this process stands, as JSON: what `standing_of` reads."""
    sys.stdout.buffer.write(orjson.dumps(standing().model_dump()))


def announce_restored(env: Mapping[str, str], *, fingerprint: str, made_at: str) -> None:
    """Say in the journal of another environment's city that it was restored from this backup. Raises NotProven."""
    told_by(env, ANNOUNCE, fingerprint, made_at)


def tell_restored() -> None:
    """Publish the fact that the words of the command name: what `announce_restored` asks for."""
    fingerprint, made_at = sys.argv[1:]
    fact = CityRestored(
        subject=f"city:{settings.CITY}", fingerprint=fingerprint, made_at=datetime.fromisoformat(made_at)
    )
    with transaction.atomic():
        publish(fact, actor=Actor("system", "command"), at=timezone.now())
