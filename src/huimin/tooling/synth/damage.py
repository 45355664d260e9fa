"""What goes wrong with whole rows on the way: the six reasons for which the agreement returns a row, and rows that come twice."""

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange import forms
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import Draw, Ints, put, take
from huimin.tooling.synth.extracts import Extract

KIND, RULE, WHO, ORGANISATION, RECORD, AS_OF, AT_HOME, DWELLING = (
    "_kind",
    "_rule",
    "_who",
    "_organisation",
    "_record",
    "_as_of",
    "_at_home",
    "_dwelling",
)
OURS: Final = (KIND, RULE, WHO, ORGANISATION, RECORD, AS_OF, AT_HOME, DWELLING)
"""Columns that tell the truth about a row; they are never written into a file."""

TRUNCATED, CONTROL, NO_ID = "truncated line", "control character", "no record id"
SCIENTIFIC, OVER_LONG, FUTURE = "number in scientific notation", "over-long field", "update date after delivery"
_LINES: Final = frozenset({"delimited", "fixed_width", "json_lines"})
_ROWS_A_CASE: Final = 2300
_LEAST_ROWS: Final = 40


def reasons(form: forms.AnyForm, extract: Extract) -> tuple[str, ...]:
    """The kinds of damage that can befall a row in this form."""
    found = [FUTURE]
    if form.kind != "fixed_width":
        found += [NO_ID, OVER_LONG]
    if form.kind in _LINES:
        found += [TRUNCATED, CONTROL]
    if extract.spreadsheet:
        found += [SCIENTIFIC, SCIENTIFIC]
    return tuple(found)


def victims(draw: Draw, count: int, kinds: tuple[str, ...], *, at_least_once: bool, spared: Ints) -> dict[int, str]:
    """Which rows are damaged, and how; no row twice, and none of the spared."""
    each = max(round(count / _ROWS_A_CASE), int(at_least_once and count >= _LEAST_ROWS))
    whole = np.setdiff1d(np.arange(count), spared)
    chosen = draw.stream.permutation(whole)[: each * len(kinds)]
    return {int(row): kinds[at % len(kinds)] for at, row in enumerate(chosen)}


def spoil_days(draw: Draw, sheet: Sheet, damaged: dict[int, str]) -> None:
    """Give the rows of that fate a day after the delivery."""
    for row, kind in damaged.items():
        if kind == FUTURE:
            sheet.on[row] = draw.today + int(draw.whole(20, 2900, 1)[0])


def spoil_rows(table: Any, form: forms.AnyForm, extract: Extract, *, record: str, damaged: dict[int, str]) -> Any:
    """The table with its damaged rows damaged, and what the writer must know of them."""
    by_kind = {
        kind: np.asarray(sorted(row for row, its in damaged.items() if its == kind), dtype=np.int64)
        for kind in set(damaged.values())
    }
    for kind, rows in by_kind.items():
        if kind == NO_ID:
            nothing = None if form.kind in ("workbook", "sqlite", "sql_dump") else ""
            table = _put(table, record, rows, [nothing] * len(rows))
        elif kind == OVER_LONG:
            names = take(table[extract.names_in].combine_chunks(), rows).to_pylist()
            table = _put(
                table, extract.names_in, rows, [(name or "某") * (450 // max(len(name or ""), 1)) for name in names]
            )
        elif kind == CONTROL:
            names = take(table[extract.names_in].combine_chunks(), rows).to_pylist()
            table = _put(table, extract.names_in, rows, [f"{(name or '某')[:1]}\0{(name or '')[1:]}" for name in names])
        elif kind == SCIENTIFIC:
            table = _lose_digits(table, form, rows)
    marks = np.full(table.num_rows, None, dtype=object)
    for row, kind in damaged.items():
        marks[row] = kind
    rules = pa.array(marks.tolist(), pa.string())
    table = table.append_column(RULE, rules).append_column(KIND, pc.if_else(pc.is_valid(rules), "bad", "row"))
    return _cut(table, form, by_kind.get(TRUNCATED, np.empty(0, dtype=np.int64)))


def _put(table: Any, name: str, rows: Ints, values: list[str | None]) -> Any:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, put(table.column(at).combine_chunks(), rows, values))


def _lose_digits(table: Any, form: forms.AnyForm, rows: Ints) -> Any:
    """Identity numbers that a spreadsheet has taken for numbers: the last digits are gone."""
    name = form.identity_columns[0]
    numbers = [
        number if number and number[:17].isdigit() and number.isascii() else "340202198001010011"
        for number in take(table[name].combine_chunks(), rows).to_pylist()
    ]
    if form.kind != "workbook":
        return _put(table, name, rows, [f"{float(number[:17]) * 10:.5E}" for number in numbers])
    table = _put(table, name, rows, [f"{number[:15]}000" for number in numbers])
    marks = np.full(table.num_rows, None, dtype=object)
    marks[rows] = forms.Defect.SCIENTIFIC_NUMBER.value
    return table.append_column(forms.DEFECT, pa.array(marks.tolist(), pa.string()))


def _cut(table: Any, form: forms.AnyForm, rows: Ints) -> Any:
    """Rows that break off: the line as it would have been written, up to somewhere past the record number."""
    if form.kind not in _LINES:
        return table
    raw: list[str | None] = [None] * table.num_rows
    if len(rows):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            forms.write(written(table.take(pa.array(rows))), form, path)
            lines = path.read_bytes().decode(getattr(form, "encoding", "utf-8")).replace("\r\n", "\n").split("\n")
        for row, line in zip(rows.tolist(), [line for line in lines if line][-len(rows) :], strict=True):
            raw[row] = line[: len(line) * 2 // 5].rstrip()
    return table.append_column(forms.RAW, pa.array(raw, pa.string()))


def written(table: Any) -> Any:
    """The table without the columns that tell the truth."""
    return table.drop_columns([name for name in OURS if name in table.schema.names])


def fit_to_form(table: Any, form: forms.AnyForm) -> Any:
    """Values without the characters that the form has no way to hold: clerks' systems drop them too."""
    if form.kind == "delimited" and form.quote is None:
        for at, name in enumerate(table.schema.names):
            column = table.column(at)
            if pa.types.is_string(column.type) and name not in OURS:
                table = table.set_column(at, name, pc.replace_substring(column, form.delimiter, ""))
    return table


def twice(draw: Draw, table: Any, form: forms.AnyForm, share: float) -> Any:
    """The table with a share of its good rows standing in it a second time; in a workbook right below, elsewhere anywhere after."""
    good = np.asarray(pc.equal(table[KIND].combine_chunks(), "row"))
    if forms.RAW in table.schema.names:
        good &= ~np.asarray(pc.is_valid(table[forms.RAW].combine_chunks()))
    rows = draw.few(table.num_rows, share, good)
    if not len(rows):
        return table
    later = (
        rows + 0.5 if form.kind == "workbook" else rows + 0.5 + draw.stream.random(len(rows)) * (table.num_rows - rows)
    )
    place = np.concatenate([np.arange(table.num_rows, dtype=np.float64), later])
    order = np.argsort(place, kind="stable")
    both = np.concatenate([np.arange(table.num_rows), rows])[order]
    again = (np.arange(table.num_rows + len(rows)) >= table.num_rows)[order]
    whole = table.take(pa.array(both))
    at = whole.schema.get_field_index(KIND)
    return whole.set_column(at, KIND, pc.if_else(pa.array(again), "dup", whole.column(at).combine_chunks()))
