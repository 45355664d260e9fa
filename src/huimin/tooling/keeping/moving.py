"""A city moves from one kind of store into the other: a backup's rows, read and written as the tables' own fields say.

The store of the new city is made by this program's migrations, so the backup must stand at the same ones. Every row is read back
from the new store and held, by digests that do not depend on the store or on an order, against what was read from the backup.
"""

import hashlib
import io
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping.places import DUMP, SQLITE
from huimin.tooling.keeping.proof import told_by
from huimin.tooling.keeping.stores import program_named

KEPT: Final = "kept"
"""The alias of the backup's embedded store while it is read."""

ROWS_A_STATEMENT: Final = 500
PROGRAM: Final = (
    "import sys, django; django.setup(); from huimin.tooling.keeping import moving; moving.tell_filled(sys.argv[1])"
)
_BLOCK: Final = re.compile(r"COPY (?:public\.)?\"?(\w+)\"? \((.*)\) FROM stdin;\n")
_COUNTER: Final = re.compile(r"SELECT pg_catalog\.setval\('(?:public\.)?\"?(\w+)\"?', (\d+), true\);\n")
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUOTED: Final = str.maketrans("", "", '" ')

Row = Sequence[Any]


class OtherVersion(Refusal):
    """The backup's tables are not those of this program, and it is to go into the other kind of store."""

    zh = "备份来自另一版本（{names}）。换库只能在同一版本内进行：请先恢复到同类数据库并运行 huimin upgrade，再备份、换库。"
    en = (
        "The backup is of another version ({names}). A city changes its store within one version only: "
        "restore it into a database of its own kind, run huimin upgrade, back up again, then move."
    )


@dataclass
class Digest:
    """How many rows, and the sum of their SHA-256 digests: the same in any order and in any store."""

    rows: int = 0
    sum: int = 0

    def add(self, fields: Sequence["models.Field[Any, Any]"], row: Row) -> None:
        """Count a row of Python values."""
        said = repr([_plain(one, value) for one, value in zip(fields, row, strict=True)])
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(hashlib.sha256(said.encode()).digest())) % (1 << 256)


@dataclass
class Kept:
    """A backup's store: the rows of a table after the other, and the last number that each table has given."""

    tables: Iterator[tuple[type[models.Model], Sequence[str], Iterable[Row]]]
    counters: dict[str, int] = field(default_factory=dict)


def move(store: Path, *, migrations: Iterable[str], env: Mapping[str, str]) -> list[str]:
    """Fill the empty store of another environment from a backup's store of the other kind; gives the tables that came out otherwise.

    `migrations` are those of the backup. Raises OtherVersion and NotProven.
    """
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if differing := sorted(known ^ set(migrations)):
        raise OtherVersion(names=", ".join(differing[:3]))
    told: list[str] = json.loads(told_by(env, PROGRAM, str(store)))
    return told


def tell_filled(store: str) -> None:
    """Fill the store of this process and print the tables that came out otherwise, as JSON: what `move` reads."""
    different = fill(Path(store))
    sys.stdout.buffer.write(orjson.dumps(different))


def fill(store: Path) -> list[str]:
    """Make the tables of this process's empty store and fill them from a backup's, all or nothing; gives what came out otherwise."""
    call_command("migrate", interactive=False, verbosity=0)
    kept = {SQLITE: _embedded, DUMP: _dumped}[store.name](store)
    read: dict[type[models.Model], Digest] = {model: Digest() for model in _tables()}
    with connection.constraint_checks_disabled(), transaction.atomic():
        # What the migrations themselves have written comes with the backup. The journal is empty, and lets nobody delete.
        for model in (one for one in read if one._base_manager.exists()):
            model._base_manager.all()._raw_delete(connection.alias)
        for model, columns, rows in kept.tables:
            _write(model, columns, rows, read[model])
        connection.check_constraints()
        _set_counters(kept.counters)
    return [model._meta.db_table for model, digest in read.items() if _digest_of(model) != digest]


def _tables() -> list[type[models.Model]]:
    """Every table, as Django knows it."""
    return [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]


def _write(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], digest: Digest) -> None:
    by_column = {one.column: one for one in model._meta.concrete_fields}
    fields = [by_column[column] for column in columns]
    in_order = sorted(range(len(fields)), key=lambda at: columns[at])
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
    left = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(left, ROWS_A_STATEMENT)):
            for row in batch:
                digest.add([fields[at] for at in in_order], [row[at] for at in in_order])
            cursor.executemany(
                statement,
                [
                    [one.get_db_prep_save(value, connection) for one, value in zip(fields, row, strict=True)]
                    for row in batch
                ],
            )


def _digest_of(model: type[models.Model]) -> Digest:
    digest = Digest()
    fields = sorted(model._meta.concrete_fields, key=lambda one: str(one.column))
    for row in model._base_manager.values_list(*(one.attname for one in fields)).iterator(ROWS_A_STATEMENT):
        digest.add(fields, row)
    return digest


def _plain(one: "models.Field[Any, Any]", value: Any) -> Any:
    """A value in the one form in which both stores give it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case memoryview():
            return bytes(value)
        case dict() | list():
            return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value) if isinstance(one, models.UUIDField | models.DecimalField) and value is not None else value


def _set_counters(counters: Mapping[str, int]) -> None:
    """No number that a table once gave is given again, even where its row is gone."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in connection.ops.sequence_reset_sql(no_style(), _tables()):
                cursor.execute(statement)
        for table, column in _counted().items():
            if not (last := counters.get(table)):
                continue
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, true)", [table, column, last])
            else:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
                if not cursor.rowcount:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _counted() -> dict[str, str]:
    """Tables whose numbers the store gives → the column that holds them."""
    given = {model._meta.db_table: model._meta.auto_field for model in _tables()}
    return {table: str(one.column) for table, one in given.items() if one is not None}


# ── The embedded store of a backup ────────────────────────────────────────────────────────────────────────────────────


def _embedded(store: Path) -> Kept:
    connections.settings[KEPT] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(store),
        "OPTIONS": {},
    }
    with closing(sqlite3.connect(store)) as opened:
        counters = dict(opened.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def tables() -> Iterator[tuple[type[models.Model], Sequence[str], Iterable[Row]]]:
        for model in _tables():
            fields = model._meta.concrete_fields
            rows = model._base_manager.using(KEPT).values_list(*(one.attname for one in fields))
            yield model, [str(one.column) for one in fields], rows.iterator(ROWS_A_STATEMENT)

    return Kept(tables(), counters)


# ── PostgreSQL's dump in a backup ─────────────────────────────────────────────────────────────────────────────────────


def _dumped(store: Path) -> Kept:
    """Needs no server: `pg_restore` writes the dump out as text, and PostgreSQL's text form of a value is one that fields read."""
    counters: dict[str, int] = {}
    models_of = {model._meta.db_table: model for model in _tables()}
    table_of = {f"{table}_{column}_seq": table for table, column in _counted().items()}

    def tables() -> Iterator[tuple[type[models.Model], Sequence[str], Iterable[Row]]]:
        words = [program_named("pg_restore"), "--data-only", "--no-owner", "--file=-", str(store)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as restoring:  # noqa: S603 - PostgreSQL's own program
            assert restoring.stdout is not None
            lines = io.TextIOWrapper(restoring.stdout, encoding="utf-8", newline="\n")
            for line in lines:
                if (counter := _COUNTER.fullmatch(line)) and counter[1] in table_of:
                    counters[table_of[counter[1]]] = int(counter[2])
                elif block := _BLOCK.fullmatch(line):
                    model, columns = models_of[block[1]], block[2].translate(_QUOTED).split(",")
                    by_column = {one.column: one for one in model._meta.concrete_fields}
                    yield model, columns, _rows(lines, [by_column[column] for column in columns])
        if restoring.returncode:
            raise subprocess.CalledProcessError(restoring.returncode, "pg_restore")

    return Kept(tables(), counters)


def _rows(lines: Iterator[str], fields: "Sequence[models.Field[Any, Any]]") -> Iterator[Row]:
    for line in lines:
        if line == "\\.\n":
            return
        texts = line.removesuffix("\n").split("\t")
        yield [_value(one, text) for one, text in zip(fields, texts, strict=True)]


def _value(one: "models.Field[Any, Any]", text: str) -> Any:
    """What a field holds, from the text that COPY writes of it."""
    if text == r"\N":
        return None
    said = _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text)
    match one:
        case models.ForeignKey():
            return _value(one.target_field, text)
        case models.BinaryField():
            return bytes.fromhex(said.removeprefix("\\x"))
        case models.JSONField():
            return json.loads(said, cls=one.decoder)
    return one.to_python(said)
