"""Forms and rows for the tests: one of each form, and texts that break careless readers."""

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from pydantic import TypeAdapter

from huimin.platform.exchange.forms import DEFECT, LINE, RAW, SHEET, AnyForm, Form

ADAPTER: TypeAdapter[AnyForm] = TypeAdapter(Form)
COLUMNS = ["id", "name", "place.address", "备注"]

PIECES = [
    *"\"',|;:\t\n\r\\ 　()[]{}<>&=+-@_%#0179eE.张龥𠮷😀Ａ１·é�",
    "\r\n", "\"\"", "''", "\\'", "]]>", "<!--", "&amp;", "NULL", "null", "_x000D_", "_x0041_", "合计",
    "3.4E+17", "\u2028", "\x85", "\ufeff", "\u3000",
]  # fmt: skip
CONTROLS = ["\x01", "\x0b", "\x1f", "\x1a", "\x7f"]


def form(kind: str, **settings: Any) -> AnyForm:
    """A form of this kind with the columns of the tests."""
    base: dict[str, dict[str, Any]] = {
        "csv": {"kind": "delimited", "quote": '"', "columns": COLUMNS},
        "psv": {"kind": "delimited", "delimiter": "|", "columns": COLUMNS},
        "fixed_width": {
            "kind": "fixed_width",
            "ranges": {"id": [1, 8], "name": [9, 60], "place.address": [63, 120], "备注": [121, 400]},
        },
        "workbook": {
            "kind": "workbook",
            "columns": COLUMNS,
            "header_row": 2,
            "above": [["名册（{sheet}）"]],
            "total_row": "总计：{rows}人",
        },
        "json_lines": {"kind": "json_lines", "columns": COLUMNS},
        "json_array": {
            "kind": "json_array",
            "columns": COLUMNS,
            "key": "result.data",
            "envelope": {"dept": "市委编办"},
        },
        "xml": {"kind": "xml", "columns": COLUMNS, "root": "doc", "row": "record", "count": True},
        "sql_dump": {"kind": "sql_dump", "columns": COLUMNS, "table": "t", "rows_per_insert": 3},
        "sqlite": {"kind": "sqlite", "columns": COLUMNS, "table": "t"},
    }
    return ADAPTER.validate_python(base[kind] | settings)


def table(rows: list[list[str | None]], names: list[str] = COLUMNS) -> Any:
    """Rows as a table of text."""
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})


def texts(without: str = "", *, controls: bool = True) -> st.SearchStrategy[str]:
    """Short nasty texts without these characters."""
    pieces = [piece for piece in PIECES + (CONTROLS if controls else []) if not set(piece) & set(without)]
    return st.lists(st.sampled_from(pieces), max_size=6).map("".join)


def rows_of(
    values: st.SearchStrategy[str], *, most: int = 8, nulls: bool = True
) -> st.SearchStrategy[list[list[str | None]]]:
    """Rows with plain, distinct record numbers and nasty values."""
    value: st.SearchStrategy[str | None] = values | st.none() if nulls else values
    cells = st.lists(value, min_size=len(COLUMNS) - 1, max_size=len(COLUMNS) - 1)
    return st.lists(cells, max_size=most).map(lambda rows: [[f"R{at:04}", *row] for at, row in enumerate(rows)])


def cells_of(found: Any) -> list[list[str | None]]:
    """The delivered cells of what was read, in the order of their lines, by the names of the tests' columns."""
    order = [(SHEET, "ascending")] if SHEET in found.schema.names else []
    ordered = found.sort_by([*order, (LINE, "ascending")])
    return [[row.get(name) for name in COLUMNS] for row in ordered.to_pylist()]


def defects_of(found: Any) -> dict[str | None, str]:
    """The defective rows by record number."""
    return {row["id"]: row[DEFECT] for row in found.to_pylist() if row[DEFECT] is not None}


def raws_of(found: Any) -> dict[str | None, str]:
    """The delivered text of the defective rows by record number."""
    return {row["id"]: row[RAW] for row in found.to_pylist() if row[DEFECT] is not None}
