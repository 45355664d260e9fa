"""SQLite databases, written: the table, and the joined table with each of its rows once."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from huimin.platform.exchange.forms.declared import Join, Sqlite
from huimin.platform.exchange.forms.writers.columns import NotWritable, Rows, batches_of, prepared

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


class _DatabaseWriter:
    def __init__(self, connection: sqlite3.Connection, form: Sqlite) -> None:
        self._connection = connection
        self._form = form
        self._joined: dict[object, tuple[object, ...]] = {}
        self._own: list[str] | None = None

    def add(self, ready: Rows) -> None:
        join = self._form.join
        if self._own is None:
            self.create([name for name in ready.columns if join is None or name not in join.columns])
        own = self._own or []
        values = {name: self._values(name, array) for name, array in ready.columns.items()}
        self._insert(self._form.table, zip(*(values[name] for name in own), strict=True), len(own))
        if join is not None:
            self._insert(join.table, self._new_joined(join, values), len(join.columns) + 1)

    def create(self, own: list[str]) -> None:
        """Make the tables."""
        self._own = own
        join = self._form.join
        if join is not None:
            self._create(join.table, (join.by, *join.columns))
        self._create(self._form.table, tuple(own))

    def _create(self, table: str, names: tuple[str, ...]) -> None:
        columns = ", ".join(f"{_quoted(name)} {'real' if name in self._form.numbers else 'text'}" for name in names)
        self._connection.execute(f"CREATE TABLE {_quoted(table)} ({columns})")

    def _insert(self, table: str, rows: Any, width: int) -> None:
        marks = ", ".join("?" * width)
        # The table's name is the city's declaration, quoted.
        self._connection.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", rows)

    def _values(self, name: str, array: Any) -> list[object]:
        texts = array.to_pylist()
        if name not in self._form.numbers:
            return list(texts)
        return [float(text) if text is not None and _NUMBER.fullmatch(text) else text for text in texts]

    def _new_joined(self, join: Join, values: dict[str, list[object]]) -> list[tuple[object, ...]]:
        """The rows of the joined table that are not there yet.

        Raises: NotWritable when two rows say different things of the same value, or say something of none.
        """
        found = []
        for key, *rest in zip(values[join.by], *(values[name] for name in join.columns), strict=True):
            said = tuple(rest)
            if all(value is None for value in said):
                continue
            if key is None or self._joined.setdefault(key, said) is not said:
                if key is None or self._joined[key] != said:
                    raise NotWritable(column=join.by)
                continue
            found.append((key, *said))
        return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_sqlite(rows: Any, form: Sqlite, path: Path) -> None:
    """Write a new database with the rows. See `forms.write`."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = OFF")
        writer = _DatabaseWriter(connection, form)
        for batch in batches_of(rows):
            writer.add(prepared(batch, form.names))
        if writer._own is None:
            writer.create(list(form.columns))
        connection.commit()
