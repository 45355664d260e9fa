"""`huimin upgrade`: a city with data comes under a newer program, or stays exactly as it was."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, connections

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping.backing_up import Made, back_up
from huimin.tooling.keeping.places import DUMP, SQLITE
from huimin.tooling.keeping.proof import Standing, migrations_behind, standing_of
from huimin.tooling.keeping.stores import replace_database
from huimin.tooling.keeping.writing import sync

KEPT_ALWAYS: Final = ("journal_entry", "exchange_delivery")
"""Tables that only ever grow: an upgrade after which one of them has fewer rows has lost something."""


class CityInUse(Refusal):
    """Somebody else is connected: the service runs, or another command."""

    zh = "还有其他进程在使用数据库。请先停止 huimin serve，再升级。"
    en = "Other processes are using the database. Stop huimin serve first, then upgrade."


class RolledBack(Refusal):
    """A step failed; the store is again what it was before."""

    zh = "升级在「{step}」一步失败（{reason}），数据已恢复到升级前（备份 {backup}）。请装回旧版本程序。"
    en = "The upgrade failed at “{step}” ({reason}); the data are back as they were (backup {backup}). Install the old version again."


class LessThanBefore(Exception):
    """The upgraded city does not verify; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """What an upgrade did: its backup, and the migrations that it applied."""

    backup: Made
    applied: list[str]


def upgrade(
    *,
    backups: Path,
    at: datetime,
    stand_up: Callable[[], None],
    env: Mapping[str, str],
    told: Callable[[str], None] = lambda _: None,
) -> Upgraded:
    """Back up, `stand_up` (migrations and declarations), and verify in a fresh process; whatever fails puts the store back.

    `env` is the environment of the city. Raises CityInUse before anything is touched, RolledBack after putting things back.
    Lake, builds and keys need no way back: no step of an upgrade changes a file of theirs.
    """
    ask_for_quiet()
    applied = migrations_behind()
    told("backup")
    backup = back_up(backups, at=at)
    step = "stand up"
    try:
        told(step)
        stand_up()
        step = "verify"
        told(step)
        connections.close_all()
        _hold_against(backup, standing_of(env))
    except (Exception, KeyboardInterrupt) as error:
        told("roll back")
        put_back(backup)
        reason = str(error) if isinstance(error, LessThanBefore) else type(error).__name__
        raise RolledBack(step=step, reason=reason, backup=str(backup.at)) from error
    return Upgraded(backup=backup, applied=applied)


def ask_for_quiet() -> None:
    """Raises CityInUse when any other process has the store open."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0]:
                raise CityInUse
        return
    connections.close_all()
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=1, isolation_level=None)) as probe:
        try:
            probe.execute("PRAGMA locking_mode = EXCLUSIVE")
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise CityInUse from error


def _hold_against(backup: Made, standing: Standing) -> None:
    before = backup.manifest.evidence.tables
    lost = [
        f"{table} {before[table][0]} → {standing.evidence.tables.get(table, (0, ''))[0]}"
        for table in KEPT_ALWAYS
        if table in before and standing.evidence.tables.get(table, (0, ""))[0] < before[table][0]
    ]
    missing = [name for name in standing.missing if name not in backup.manifest.missing]
    wrong = [*standing.findings, *standing.changed, *missing, *lost, *standing.behind]
    if wrong:
        raise LessThanBefore(wrong[0])


def put_back(backup: Made) -> None:
    """The store as the backup has it, all or nothing; files beside it are left as they are."""
    connections.close_all()
    home = Path(settings.HOME)
    if connection.vendor == "postgresql":
        script = home / "spill" / "put-back.sql"
        try:
            replace_database(connection.settings_dict, backup.at / DUMP, script)
        finally:
            script.unlink(missing_ok=True)
        return
    draft = home / f".{SQLITE}.back"
    shutil.copyfile(backup.at / SQLITE, draft)
    draft.chmod(0o600)
    sync(draft)
    for name in (f"{SQLITE}-wal", f"{SQLITE}-shm"):
        (home / name).unlink(missing_ok=True)
    draft.replace(home / SQLITE)
    sync(home)
