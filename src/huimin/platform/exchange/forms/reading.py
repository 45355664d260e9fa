"""The one way in: a file and its declared form give rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from huimin.platform.exchange.forms.declared import AnyForm
from huimin.platform.exchange.forms.delimited import read_delimited
from huimin.platform.exchange.forms.fixed_width import read_fixed_width
from huimin.platform.exchange.forms.json_array import read_json_array
from huimin.platform.exchange.forms.json_lines import read_json_lines
from huimin.platform.exchange.forms.rows import RowBuffer
from huimin.platform.exchange.forms.sql_dump import read_sql_dump
from huimin.platform.exchange.forms.sqlite_rows import read_sqlite
from huimin.platform.exchange.forms.workbook.reading import read_workbook
from huimin.platform.exchange.forms.xml_rows import read_xml

_READERS: Final[dict[str, Callable[[Path, Any], Iterator[Any]]]] = {
    "delimited": read_delimited,
    "fixed_width": read_fixed_width,
    "workbook": read_workbook,
    "json_lines": read_json_lines,
    "json_array": read_json_array,
    "xml": read_xml,
    "sql_dump": read_sql_dump,
    "sqlite": read_sqlite,
}


def read(path: Path, form: AnyForm) -> Iterator[Any]:
    """The rows of a file as record batches, in bounded memory.

    Columns: `_line` int64 (the physical line on which the row begins; the sheet's row of a workbook; the row id of SQLite; the
    place, from 1, in a JSON array), `_defect` (a `Defect` or null), `_raw` (what was delivered, for defective rows), `_sheet`
    (workbooks), then one string column for each column of the file: the declared ones first where the form has no header order.
    Text is exactly as delivered; null is where the form has no value (an empty CSV cell is an empty text).
    Every row is given once. Batches come in the file's order; within a block of the file, rows that needed care follow the
    others. An undeclared column of JSON or XML is in the batches from the one it is first met in.
    A file that breaks off gives the rows that can be had and one `truncated` row for the rest.

    Raises: FormMismatch when the file as a whole is not in this form; OSError when it cannot be read.
    """
    return _READERS[form.kind](path, form)


def read_table(path: Path, form: AnyForm) -> Any:
    """All rows of a file as one table, for small files and tests; an empty file of the right form gives no rows."""
    batches = list(read(path, form))
    if not batches:
        batches = [RowBuffer(form.names, (), sheets=form.kind == "workbook").take()]
    return pa.concat_tables([pa.Table.from_batches([batch]) for batch in batches], promote_options="default")
