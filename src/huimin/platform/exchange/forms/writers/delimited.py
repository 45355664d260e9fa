"""Delimited text, written."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import Delimited
from huimin.platform.exchange.forms.writers.columns import (
    LINE_ENDS,
    batches_of,
    data_of,
    joined,
    joined_by,
    prepared,
    refuse_holding,
    rewritten,
)

_CODECS = {"utf-8": ("utf-8", b""), "utf-8-sig": ("utf-8", b"\xef\xbb\xbf"), "utf-16": ("utf-16-le", b"\xff\xfe")}


def write_delimited(rows: Any, form: Delimited, path: Path) -> None:
    """Write the rows; the header stands as the first batch has its columns. See `forms.write`."""
    codec, mark = _CODECS.get(form.encoding, (form.encoding, b""))
    line_end = LINE_ENDS[form.newline]
    names: list[str] | None = None
    with path.open("wb") as file:
        file.write(mark)
        for batch in batches_of(rows):
            ready = prepared(batch, form.names)
            if names is None:
                names = list(ready.columns) if form.header else list(form.names)
                _write_header(file, names, form, codec)
            columns = {name: ready.columns[name] for name in names}
            cells = _cells(columns, form)
            # A joined column needs one more column than separators; the line end is its own fixed text.
            written = joined_by(form.delimiter, cells) if len(cells) > 1 else joined(cells[0])
            text = data_of(joined(ready.or_raw(written), line_end))
            file.write(text if codec == "utf-8" else text.decode().encode(codec))
        if names is None:
            _write_header(file, list(form.names), form, codec)


def _write_header(file: Any, names: list[str], form: Delimited, codec: str) -> None:
    if form.header:
        header = {str(at): pa.array([name]) for at, name in enumerate(names)}
        file.write(
            (form.delimiter.join(cell[0].as_py() for cell in _cells(header, form)) + LINE_ENDS[form.newline]).encode(
                codec
            )
        )


def _cells(columns: dict[str, Any], form: Delimited) -> list[Any]:
    """The columns' texts as they stand in the file, null as an empty text.

    Raises: NotWritable when a text needs a quote and the form has none.
    """
    delimiter = re.escape(form.delimiter)
    if form.quote is None:
        refuse_holding(columns, rf"{delimiter}\r\n")
        return [pc.fill_null(array, "") for array in columns.values()]
    quote = form.quote

    def quoted(text: str) -> str:
        return quote + text.replace(quote, quote * 2) + quote

    cells = [
        rewritten(pc.fill_null(array, ""), rf"{delimiter}{re.escape(quote)}\r\n", quoted) for array in columns.values()
    ]
    if len(cells) == 1:
        # A line with nothing on it would be no row.
        cells = [pc.if_else(pc.equal(cells[0], ""), quote * 2, cells[0])]
    return cells
