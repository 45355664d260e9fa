"""Rows on their way out of a file: the columns every batch has, what can be wrong with a row, and how batches are put together."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.forms.sniffing import sniff

LINE: Final = "_line"
DEFECT: Final = "_defect"
RAW: Final = "_raw"
SHEET: Final = "_sheet"
NUMBER_MARK: Final = "_number:"
RESERVED: Final = frozenset({LINE, DEFECT, RAW, SHEET})
ROWS_PER_BATCH: Final = 65_536

_SCIENTIFIC: Final = r"^\s*'?\d(?:\.\d+)?[Ee]\+?\d{1,3}\s*$"
_MOST_DIGITS: Final = 400
_INTEGER: Final = re.compile(r"[+-]?\d+")


class Defect(StrEnum):
    """What the form itself shows to be wrong with a row.

    The first three are grounds on which the agreement returns a row (section 2, items 1, 2 and 4). UNDECODABLE is not: the row
    is complete, some bytes of it are no text of the declared encoding and stand as U+FFFD in the values concerned; the caller
    lands the row without those values.
    """

    TRUNCATED = "truncated"
    CONTROL_CHARACTER = "control_character"
    SCIENTIFIC_NUMBER = "scientific_number"
    UNDECODABLE = "undecodable"


class FormMismatch(Refusal):
    """The file as a whole is not in the declared form: no row of it can be told."""

    zh = "文件“{file}”与登记的形式不符，看起来是 {looks}。"
    en = "The file “{file}” is not in the declared form; it looks like {looks}."
    status = 422


class ColumnsMissing(FormMismatch):
    """The file lacks columns that the form declares."""

    zh = "文件“{file}”与登记的形式不符：缺少列“{columns}”。文件看起来是 {looks}。"
    en = "The file “{file}” is not in the declared form: it lacks “{columns}”. It looks like {looks}."


class ColumnsAmbiguous(FormMismatch):
    """Columns of the file have the same name, or a name that is reserved."""

    zh = "文件“{file}”中列名“{columns}”重复或不可使用，无法确定取哪一列。文件看起来是 {looks}。"
    en = "In the file “{file}” the column names “{columns}” stand twice or are reserved. It looks like {looks}."


class PartMissing(FormMismatch):
    """The file lacks the table, sheet or array that holds the rows."""

    zh = "文件“{file}”与登记的形式不符：没有“{part}”。文件看起来是 {looks}。"
    en = "The file “{file}” is not in the declared form: it has no “{part}”. It looks like {looks}."


def missing_columns(path: Path, missing: Iterable[str]) -> ColumnsMissing:
    """The refusal of a file without declared columns."""
    return ColumnsMissing(file=path.name, columns="、".join(missing), looks=sniff(path))


def missing_part(path: Path, part: str) -> PartMissing:
    """The refusal of a file without the table, sheet or array that holds the rows."""
    return PartMissing(file=path.name, part=part, looks=sniff(path))


def header_names(cells: Sequence[str], declared: Sequence[str], path: Path) -> list[str]:
    """The names of a file's columns as its header gives them; a blank name becomes its position (`列3`).

    Raises: ColumnsMissing when a declared column is missing, ColumnsAmbiguous when a name stands twice.
    """
    names = [cell.strip().removeprefix("\ufeff").strip() or f"列{at}" for at, cell in enumerate(cells, 1)]
    present = set(names)
    if missing := [name for name in declared if name not in present]:
        raise missing_columns(path, missing)
    if twice := sorted({name for name in names if names.count(name) > 1 or name in RESERVED}):
        raise ColumnsAmbiguous(file=path.name, columns="、".join(twice), looks=sniff(path))
    return names


def plain_number(text: str) -> str:
    """A number as a spreadsheet or a database stores it, as the plain decimal text a clerk typed: no exponent, no `.0`."""
    if _INTEGER.fullmatch(text):
        return text
    try:
        number = Decimal(text) if "." not in text or "e" in text.lower() else Decimal(repr(float(text)))
        # A file may claim any exponent; no number that anybody keeps has four hundred digits.
        plain = format(number, "f") if abs(number.adjusted()) < _MOST_DIGITS else text
    except (ArithmeticError, ValueError):
        return text
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def cells_as_raw(cells: Mapping[str, str | None]) -> str:
    """What was delivered, for forms that have no line of text: the cells as a JSON object."""
    return json.dumps(dict(cells), ensure_ascii=False)


def text_array(values: Sequence[str | None]) -> tuple[Any, list[int]]:
    """Values as an Arrow string array, and the places where half a surrogate pair had to become U+FFFD."""
    try:
        return pa.array(values, pa.string()), []
    except UnicodeEncodeError:
        damaged = [at for at, value in enumerate(values) if value is not None and _has_surrogate(value)]
        whole = list(values)
        for at in damaged:
            whole[at] = re.sub("[\ud800-\udfff]", "\ufffd", whole[at] or "")
        return pa.array(whole, pa.string()), damaged


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def holds_any(array: Any, marks: bytes) -> bool:
    """True when the array's text may hold one of these bytes (its buffer is searched, not its values)."""
    buffer = array.buffers()[2]
    if buffer is None:
        return False
    text = np.frombuffer(buffer, np.uint8)
    return any(bool((text == mark).any()) for mark in marks)


def scientific(columns: Mapping[str, Any], identity_columns: Iterable[str]) -> list[int]:
    """The rows in which an identity number reads like `3.40202E+17`."""
    found: set[int] = set()
    for name in identity_columns:
        column = columns.get(name)
        if column is not None and len(column) and holds_any(column, b"Ee"):
            mask = pc.fill_null(pc.match_substring_regex(column, _SCIENTIFIC), False)
            found.update(np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist())
    return sorted(found)


def batch_of_good_rows(
    columns: Mapping[str, Any], lines: Any, *, identity_columns: Iterable[str], raw_of: Callable[[int], str]
) -> Any:
    """A record batch of whole rows: `lines` is a numpy array, `raw_of(place)` gives the delivered text of a row found defective."""
    count = len(lines)
    defects, raws = pa.nulls(count, pa.string()), pa.nulls(count, pa.string())
    if places := scientific(columns, identity_columns):
        marks: list[str | None] = [None] * count
        texts: list[str | None] = [None] * count
        for place in places:
            marks[place], texts[place] = Defect.SCIENTIFIC_NUMBER.value, raw_of(place)
        defects, raws = pa.array(marks, pa.string()), pa.array(texts, pa.string())
    line_array = pa.array(np.asarray(lines, dtype=np.int64))
    return pa.RecordBatch.from_arrays(
        [line_array, defects, raws, *columns.values()], names=[LINE, DEFECT, RAW, *columns.keys()]
    )


class RowBuffer:
    """Rows gathered one by one until they make a batch.

    The declared columns come first; a column met later is added from the batch it is met in. `raw` is kept for defective rows only.
    """

    def __init__(self, names: Iterable[str], identity_columns: Iterable[str], *, sheets: bool = False) -> None:
        self._names = list(names)
        self._identity = tuple(identity_columns)
        self._sheets = sheets
        self._clear()

    def _clear(self) -> None:
        self._known = frozenset(self._names)
        self._rows: list[list[str | None]] = []
        self._lines: list[int] = []
        self._defects: list[str | None] = []
        self._raws: list[str | None] = []
        self._sheet_names: list[str | None] = []

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """True when the buffer holds a batch's worth of rows."""
        return len(self._lines) >= ROWS_PER_BATCH

    def add(
        self,
        line: int,
        cells: Mapping[str, str | None],
        *,
        defect: Defect | None = None,
        raw: str | None = None,
        sheet: str | None = None,
    ) -> None:
        """Append one row; columns that `cells` does not name are null."""
        if not cells.keys() <= self._known:
            self._names += [name for name in cells if name not in self._known and name not in RESERVED]
            self._known = frozenset(self._names) | (cells.keys() & RESERVED)
        self._rows.append([cells.get(name) for name in self._names])
        self._lines.append(line)
        self._defects.append(defect.value if defect else None)
        self._raws.append(raw)
        self._sheet_names.append(sheet)

    def _columns(self) -> Iterable[Sequence[str | None]]:
        """The rows as columns; rows from before a column was met have null in it."""
        width = len(self._names)
        if not self._rows:
            return [()] * width
        if len(self._rows[0]) < width:
            self._rows = [row + [None] * (width - len(row)) for row in self._rows]
        return zip(*self._rows, strict=True)

    def take(self) -> Any:
        """The gathered rows as one record batch; the buffer is empty afterwards."""
        arrays: dict[str, Any] = {}
        for name, values in zip(self._names, self._columns(), strict=True):
            arrays[name], damaged = text_array(values)
            for place in damaged:
                self._defects[place] = self._defects[place] or Defect.UNDECODABLE.value
        for place in scientific(arrays, self._identity):
            self._defects[place] = self._defects[place] or Defect.SCIENTIFIC_NUMBER.value
        raws = [raw if defect else None for raw, defect in zip(self._raws, self._defects, strict=True)]
        heads = {
            LINE: pa.array(self._lines, pa.int64()),
            DEFECT: pa.array(self._defects, pa.string()),
            RAW: text_array(raws)[0],
        }
        if self._sheets:
            heads[SHEET] = pa.array(self._sheet_names, pa.string())
        batch = pa.RecordBatch.from_arrays([*heads.values(), *arrays.values()], names=[*heads, *arrays])
        self._clear()
        return batch
