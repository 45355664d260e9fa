"""The two stores, as a backup sees them: one snapshot to read from, one file to keep, and the way back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import psycopg
from django.db import connection, transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.queries import anchors_held_still
from huimin.tooling.keeping.places import DUMP, SQLITE

PAGES_A_STEP: Final = 4096


class ProgramMissing(Refusal):
    """A program of PostgreSQL is not on this machine."""

    zh = "这台机器上没有 {program}。请先安装 PostgreSQL 客户端（postgresql-client）。"
    en = "{program} is not on this machine. Install PostgreSQL's client programs first (postgresql-client)."


class ProgramFailed(Refusal):
    """A program of PostgreSQL ended with an error."""

    zh = "{program} 失败：{reason}"
    en = "{program} failed: {reason}"


class NotSqlite(Refusal):
    """The kept store cannot be opened, or is damaged inside."""

    zh = "备份中的数据库已损坏：{reason}"
    en = "The database in the backup is damaged: {reason}"


class NotEmpty(Refusal):
    """The database to restore into holds tables already."""

    zh = "数据库 {name} 不是空的，不会覆盖。请先用 createdb 建一个空库。"
    en = "The database {name} is not empty and will not be overwritten. Make an empty one with createdb first."


class NoSuchDatabase(Refusal):
    """The database to restore into cannot be reached."""

    zh = "连不上数据库 {name}。请先用 createdb 建好，再核对 --database 或 DATABASE_URL。"
    en = "The database {name} cannot be reached. Make it with createdb, and check --database or DATABASE_URL."


# --- out --------------------------------------------------------------------------------------------------------------


@contextmanager
def snapshot() -> Iterator[tuple[str, int]]:
    """A moment of the city: until the end, everything read on Django's connection is of that moment, while writers go on.

    Gives PostgreSQL's name of the snapshot (blank on the embedded store) and the length of the anchors' file that belongs to it.
    The anchors are held only while the snapshot is taken: the store then knows every anchor up to that length and none beyond it.
    """
    with _reading(), connection.cursor() as cursor:
        with anchors_held_still() as anchored:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
            else:
                cursor.execute("SELECT name FROM sqlite_master LIMIT 1")
            (name,) = cursor.fetchone() or ("",)
        yield str(name) if connection.vendor == "postgresql" else "", anchored


@contextmanager
def _reading() -> Iterator[None]:
    """A transaction that only reads. Django's own would take the embedded store's write lock, so that one begins by hand."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def kept_name() -> str:
    """What the store is called in a backup."""
    return DUMP if connection.vendor == "postgresql" else SQLITE


def copy_store(target: Path, *, snapshot_name: str) -> None:
    """Write the store as it was when the snapshot began. Raises ProgramMissing, ProgramFailed."""
    if connection.vendor == "postgresql":
        server = connection.settings_dict
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot_name}", f"--file={target}"]
        _run("pg_dump", server, words)
        return
    with closing(sqlite3.connect(target)) as copy:
        # The read transaction that the snapshot holds keeps every step on the same moment.
        connection.connection.backup(copy, pages=PAGES_A_STEP, sleep=0)
        copy.execute("PRAGMA journal_mode = DELETE")


# --- back --------------------------------------------------------------------------------------------------------------


def server_of(url: str) -> dict[str, str]:
    """A DATABASE_URL as Django names its parts."""
    parts = urlsplit(url)
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def ask_for_empty_database(url: str) -> None:
    """Raises NoSuchDatabase, or NotEmpty when there is a table in it."""
    server = server_of(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as probe:
            row = probe.execute(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise NoSuchDatabase(name=server["NAME"]) from error
    if row and row[0]:
        raise NotEmpty(name=server["NAME"])


def fill_database(url: str, dump: Path) -> None:
    """Bring a dump into an empty database, all or nothing. Raises ProgramMissing, ProgramFailed."""
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(dump)]
    _run("pg_restore", server_of(url), ["--dbname", server_of(url)["NAME"], *words])


def replace_database(server: Mapping[str, Any], dump: Path, script: Path) -> None:
    """Put a dump in the place of everything in the database (Django's settings of it), all or nothing; `script` is a scratch file."""
    _run("pg_restore", None, ["--no-owner", "--no-privileges", f"--file={script}", str(dump)])
    # A dump makes the schema of its tables only where it is not the one that every database has.
    words = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output", os.devnull]
    words += ["--command", "DROP SCHEMA public CASCADE; CREATE SCHEMA public;", "--file", str(script)]
    _run("psql", server, ["--dbname", str(server["NAME"]), *words])


def check_sqlite(path: Path) -> None:
    """Raises NotSqlite when the kept store is not whole inside."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as kept:
            (said,) = kept.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise NotSqlite(reason=str(error)) from error
    if said != "ok":
        raise NotSqlite(reason=said)


def program_named(program: str) -> str:
    """Where a program of PostgreSQL lies. Raises ProgramMissing."""
    found = shutil.which(program)
    if found is None:
        raise ProgramMissing(program=program)
    return found


def _run(program: str, server: Mapping[str, Any] | None, words: Sequence[str]) -> None:
    found = program_named(program)
    named = (
        {}
        if server is None
        else {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    )
    # In the environment, where other users of the machine cannot read the password.
    env = {**os.environ, **{name: str(server[part]) for name, part in named.items() if server and server[part]}}
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own programs
    if done.returncode:
        # The first line alone: the others may quote rows.
        raise ProgramFailed(program=program, reason=(done.stderr.strip().splitlines() or ["?"])[0])
