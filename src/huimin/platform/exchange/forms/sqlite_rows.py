"""The rows of a table in an SQLite database, opened read-only; nothing in the file is trusted to run."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huimin.platform.exchange.forms.declared import Join, Sqlite
from huimin.platform.exchange.forms.rows import (
    ROWS_PER_BATCH,
    Defect,
    RowBuffer,
    batch_of_good_rows,
    cells_as_raw,
    holds_any,
    missing_columns,
    missing_part,
    plain_number,
    text_array,
)


def _text(value: object) -> str | None:
    """A value of any storage class as text; bytes that are no UTF-8 come out as halves of surrogate pairs, which become U+FFFD."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return plain_number(repr(value))


def _cells(names: list[str], row: tuple[Any, ...]) -> dict[str, str | None]:
    """A row that is led by its row id, as text by the names of its columns."""
    return dict(zip(names, map(_text, row[1:]), strict=True))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _SqliteReader:
    def __init__(self, path: Path, form: Sqlite) -> None:
        self._path = path
        self._form = form
        self._last = 0

    def batches(self) -> Iterator[Any]:
        buffer = RowBuffer(self._form.names, self._form.identity_columns)
        # Whoever reads the batches may do so from one thread after another, never from two at once.
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            yield from self._rows(connection, buffer)
        except sqlite3.DatabaseError:
            buffer.add(self._last + 1, {}, defect=Defect.TRUNCATED, raw="")
        finally:
            connection.close()
        if len(buffer):
            yield buffer.take()

    def _rows(self, connection: sqlite3.Connection, buffer: RowBuffer) -> Iterator[Any]:
        names, select = self._select(connection)
        for rows in _fetched(connection, select):
            lines, *values = zip(*rows, strict=True)
            if lines[0] is None:
                lines = tuple(range(self._last + 1, self._last + 1 + len(rows)))
            self._last = lines[-1]
            arrays, is_plain = {}, True
            for name, column in zip(names, values, strict=True):
                arrays[name], damaged = text_array([*map(_text, column)])
                is_plain = is_plain and not damaged and not holds_any(arrays[name], b"\0")
            if is_plain:
                yield batch_of_good_rows(
                    arrays,
                    lines,
                    identity_columns=self._form.identity_columns,
                    raw_of=lambda place, rows=rows: cells_as_raw(_cells(names, rows[place])),  # type: ignore[misc]
                )
                continue
            for line, row in zip(lines, rows, strict=True):
                self._add(buffer, line, _cells(names, row))
            yield buffer.take()

    def _add(self, buffer: RowBuffer, line: int, cells: dict[str, str | None]) -> None:
        has_nul = any(cell is not None and "\0" in cell for cell in cells.values())
        buffer.add(line, cells, defect=Defect.CONTROL_CHARACTER if has_nul else None, raw=cells_as_raw(cells))

    def _columns(self, connection: sqlite3.Connection, table: str, needed: tuple[str, ...]) -> list[str]:
        """The columns of a table.

        Raises: FormMismatch when the table or a needed column is missing.
        """
        found = [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")]
        if not found:
            raise missing_part(self._path, table)
        if missing := [name for name in needed if name not in found]:
            raise missing_columns(self._path, missing)
        return found

    def _select(self, connection: sqlite3.Connection) -> tuple[list[str], str]:
        """The names of the columns, and the statement that gives the rows, each led by its row id."""
        form = self._form
        own = self._columns(connection, form.table, form.columns)
        join = form.join
        if join is not None:
            self._columns(connection, join.table, (join.by, *join.columns))
        added = join.columns if join else ()
        columns = ", ".join([*(f"m.{_quoted(name)}" for name in own), *(f"j.{_quoted(name)}" for name in added)])
        source = f"{_quoted(form.table)} AS m"
        # Every name is quoted, and comes from the city's declaration or the table itself.
        try:
            connection.execute(f"SELECT m.rowid FROM {source} LIMIT 0")
            row_id = "m.rowid"
        except sqlite3.OperationalError:
            row_id = "NULL"
        joined = _join_clause(connection, join) if join else ""
        return own + list(added), f"SELECT {row_id}, {columns} FROM {source}{joined} ORDER BY 1"


def _fetched(connection: sqlite3.Connection, select: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in batches. A text that is no UTF-8 stops the fast decoding; from its batch on each text is decoded with care."""
    done = 0
    for decode in (str, _decoded_with_care):
        connection.text_factory = decode
        cursor = connection.execute(f"{select} LIMIT -1 OFFSET {done}")
        try:
            while rows := cursor.fetchmany(ROWS_PER_BATCH):
                done += len(rows)
                yield rows
            return
        except sqlite3.OperationalError as error:
            if decode is not str or "decode" not in str(error):
                raise


def _decoded_with_care(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _join_clause(connection: sqlite3.Connection, join: Join) -> str:
    """The joined table, one row for each value of the common column: a double there must not double the rows."""
    table, by = _quoted(join.table), _quoted(join.by)
    total, distinct = connection.execute(f"SELECT count({by}), count(DISTINCT {by}) FROM {table}").fetchone()
    once = table if total == distinct else f"(SELECT * FROM {table} GROUP BY {by})"
    return f" LEFT JOIN {once} AS j ON j.{by} = m.{by}"


def read_sqlite(path: Path, form: Sqlite) -> Iterator[Any]:
    """The table's rows; `_line` is the row id, or the place where the table has none. See `forms.read`."""
    return _SqliteReader(path, form).batches()
