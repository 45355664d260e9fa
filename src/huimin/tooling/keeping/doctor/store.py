"""The database: there, of a version that serves, whole, and with the tables that the program expects."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from huimin.tooling.keeping.doctor.findings import Finding, Patient, broken, warning
from huimin.tooling.keeping.places import SQLITE
from huimin.tooling.keeping.proof import migrations_applied, migrations_behind

LEAST_POSTGRESQL: Final = 14
GREATEST_WAL: Final = 1 << 30
SKEW: Final = timedelta(minutes=1)


def reachable(patient: Patient) -> Iterator[Finding]:
    """Whether there is a store and it answers: nothing else about it can be asked otherwise."""
    if connection.vendor == "sqlite" and not (patient.home / SQLITE).exists():
        # Opening it would make an empty one.
        yield broken(
            "store-missing",
            f"数据目录里没有数据库（{SQLITE}）",
            f"there is no database in the data folder ({SQLITE})",
            "核对 HUIMIN_HOME；若数据丢失，huimin restore",
            "check HUIMIN_HOME; if the data are lost, huimin restore",
        )
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield broken(
            "store-unreachable",
            f"数据库无法使用：{type(error).__name__}",
            f"the database cannot be used: {type(error).__name__}",
            "核对 DATABASE_URL 和数据库服务；文件若已损坏，huimin restore 到新目录",
            "check DATABASE_URL and the server; if the file is damaged, huimin restore into a new folder",
        )


def version(patient: Patient) -> Iterator[Finding]:
    """A store too old for the program."""
    if connection.vendor == "postgresql":
        found, least = _server_version(), LEAST_POSTGRESQL
        if found < least:
            text = (
                f"PostgreSQL {found} 太旧，需要 {least} 或更新",
                f"PostgreSQL {found} is too old: {least} or newer is needed",
            )
            yield broken("store-version", *text, "升级 PostgreSQL", "upgrade PostgreSQL")


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def migrations(patient: Patient) -> Iterator[Finding]:
    """Tables older than the program, or newer."""
    behind = migrations_behind()
    if behind:
        yield broken(
            "migrations",
            f"有 {len(behind)} 项数据库迁移未应用（{behind[0]} …）",
            f"{len(behind)} migrations are not applied ({behind[0]} …)",
            "huimin upgrade",
            "huimin upgrade",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name.partition(".")[0] for name in known}
    strange = [name for name in migrations_applied() if name not in known and name.partition(".")[0] in ours]
    if strange:
        yield broken(
            "migrations-newer",
            f"数据库比程序新（{strange[0]}）",
            f"the database is newer than the program ({strange[0]})",
            "安装与数据相符的版本，或恢复升级前的备份",
            "install the version that fits, or restore the backup from before the upgrade",
        )


def whole(patient: Patient) -> Iterator[Finding]:
    """The embedded store's own check of itself, and its write-ahead log."""
    if connection.vendor != "sqlite":
        return
    log = patient.home / f"{SQLITE}-wal"
    if log.exists() and log.stat().st_size > GREATEST_WAL:
        yield warning(
            "wal",
            f"预写日志已有 {log.stat().st_size / 1e9:.1f} GB",
            f"the write-ahead log has grown to {log.stat().st_size / 1e9:.1f} GB",
            "找出长时间不结束的读取，重启服务",
            "find the reader that does not end; restart the service",
        )
    if patient.in_full:
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA quick_check(3)")
                said = " ".join(str(cursor.fetchone()[0]).replace("*** in database main ***", "").split())
        except DatabaseError as error:
            said = str(error)
        if said != "ok":
            yield broken(
                "store-damaged",
                f"数据库文件已损坏：{said}",
                f"the database file is damaged: {said}",
                "停止服务，huimin restore 最近的备份到新目录",
                "stop the service; huimin restore the last backup into a new folder",
            )


def clock_of_server(patient: Patient) -> Iterator[Finding]:
    """This machine's clock against the database server's."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0].astimezone(UTC)
    if abs(theirs - patient.at) > SKEW:
        yield warning(
            "clock-server",
            f"本机时钟与数据库服务器相差 {abs(theirs - patient.at)}",
            f"this machine's clock and the database server's differ by {abs(theirs - patient.at)}",
            "两台机器都启用时间同步（chrony）",
            "let both machines follow a time server (chrony)",
        )
