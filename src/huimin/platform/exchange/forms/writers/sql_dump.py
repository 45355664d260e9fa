"""MySQL dumps, written: strings quoted and escaped as mysqldump does."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import SqlDump
from huimin.platform.exchange.forms.writers.columns import batches_of, data_of, joined, joined_by, prepared, rewritten

_NEEDS_ESCAPE: Final = r"'\\\x00\n\r\x1a"
_ESCAPES: Final = str.maketrans({"'": "\\'", "\\": "\\\\", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z"})


def _value(array: Any) -> Any:
    """A column as SQL literals, null as NULL."""
    text = rewritten(array, _NEEDS_ESCAPE, lambda value: value.translate(_ESCAPES))
    return pc.if_else(pc.is_null(array), "NULL", joined("'", text, "'"))


def _opening(form: SqlDump, names: list[str]) -> str:
    columns = ",\n".join(f"  `{name}` varchar(255) DEFAULT NULL" for name in names)
    return (
        "-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)\nSET NAMES utf8mb4;\n"
        f"DROP TABLE IF EXISTS `{form.table}`;\nCREATE TABLE `{form.table}` (\n{columns}\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
    )


def write_sql_dump(rows: Any, form: SqlDump, path: Path) -> None:
    """Write the table's definition and its rows, some hundreds to a statement. See `forms.write`."""
    statement = f"INSERT INTO `{form.table}` VALUES\n"
    names: list[str] | None = None
    done = 0
    with path.open("wb") as file:
        for batch in batches_of(rows):
            ready = prepared(batch, form.names)
            if names is None:
                names = list(ready.columns)
                file.write(_opening(form, names).encode())
            if not ready.count:
                continue
            values = [_value(ready.columns[name]) for name in names]
            written = ready.or_raw(joined("(", joined_by(",", values) if len(values) > 1 else values[0], ")"))
            # What stands before a row ends the one before it: it is the first of all, of a statement, or neither.
            place = np.arange(done, done + ready.count)
            first = pa.array(place % form.rows_per_insert == 0)
            before = pc.if_else(first, f";\n{statement}", ",\n")
            text = data_of(joined(before, written))
            file.write(text.removeprefix(b";\n") if done == 0 else text)
            done += ready.count
        file.write(b";\n" if done else b"" if names else _opening(form, list(form.names)).encode())
