"""The one way out: rows become a file in the department's own form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from huimin.platform.exchange.forms.declared import AnyForm
from huimin.platform.exchange.forms.workbook.writing import write_workbook
from huimin.platform.exchange.forms.writers.delimited import write_delimited
from huimin.platform.exchange.forms.writers.fixed_width import write_fixed_width
from huimin.platform.exchange.forms.writers.json_rows import write_json_array, write_json_lines
from huimin.platform.exchange.forms.writers.sql_dump import write_sql_dump
from huimin.platform.exchange.forms.writers.sqlite_rows import write_sqlite
from huimin.platform.exchange.forms.writers.xml_rows import write_xml

_WRITERS: Final[dict[str, Callable[[Any, Any, Path], None]]] = {
    "delimited": write_delimited,
    "fixed_width": write_fixed_width,
    "workbook": write_workbook,
    "json_lines": write_json_lines,
    "json_array": write_json_array,
    "xml": write_xml,
    "sql_dump": write_sql_dump,
    "sqlite": write_sqlite,
}


def write(rows: Any, form: AnyForm, path: Path) -> None:
    """Write rows (a table, a record batch, or an iterable of either) as a file of this form.

    The columns stand as the first batch has them; those whose names begin with `_` are not written, but used: `_sheet` puts a row
    on its sheet; `_raw`, where not null, is written in the row's place (text forms), so that a damaged row goes back as it came;
    `_defect` makes a workbook store a lost identity number as the number it was; a boolean column `_number:<column>` says which
    cells of a workbook's column are stored as numbers. Null is a missing value; CSV and fixed width know only the empty text.
    An existing file is replaced. Memory is bounded by a batch, except for workbooks and XML with a count.

    Raises: NotWritable when the form cannot hold a value; the file at `path` is then not whole.
    """
    _WRITERS[form.kind](rows, form, path)
