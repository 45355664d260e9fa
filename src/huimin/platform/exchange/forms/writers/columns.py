"""What every writer starts from: the columns of a batch as text, and whole columns of text joined into rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.forms.rows import (
    DEFECT,
    NUMBER_MARK,
    RAW,
    RESERVED,
    ROWS_PER_BATCH,
    SHEET,
)

LINE_ENDS: Final = {"lf": "\n", "crlf": "\r\n"}


class NotWritable(Refusal):
    """A value that the form cannot hold: a delimiter where nothing is quoted, a text longer than its field."""

    zh = "“{column}”列中有这种文件形式写不下的值，文件没有生成。"
    en = "The column “{column}” has a value that this form of file cannot hold; no file was made."
    status = 422


@dataclass(frozen=True)
class Rows:
    """A batch made ready for writing: the columns as string arrays, and the delivered text that takes a row's place."""

    columns: dict[str, Any]
    count: int
    raw: Any | None
    sheets: Any | None
    defects: Any | None
    as_number: dict[str, Any]

    def or_raw(self, written: Any) -> Any:
        """The written rows, except where the delivered text is known."""
        return written if self.raw is None else pc.coalesce(self.raw, written)


def prepared(batch: Any, declared: Iterable[str] = ()) -> Rows:
    """The batch with every column as text; declared columns that it lacks are null."""
    arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns = {
        name: _as_text(array)
        for name, array in arrays.items()
        if name not in RESERVED and not name.startswith(NUMBER_MARK)
    }
    for name in declared:
        if name not in columns:
            columns[name] = pa.nulls(batch.num_rows, pa.string())
    raw = arrays.get(RAW)
    return Rows(
        columns=columns,
        count=batch.num_rows,
        raw=_as_text(raw) if raw is not None and raw.null_count < len(raw) else None,
        sheets=_as_text(arrays[SHEET]) if SHEET in arrays else None,
        defects=_as_text(arrays[DEFECT]) if DEFECT in arrays else None,
        as_number={
            name.removeprefix(NUMBER_MARK): pc.fill_null(array, False)
            for name, array in arrays.items()
            if name.startswith(NUMBER_MARK)
        },
    )


def _as_text(array: Any) -> Any:
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())


def batches_of(rows: Any) -> Iterator[Any]:
    """A table, a batch or an iterable of either, as batches of at most 65,536 rows."""
    if isinstance(rows, pa.Table):
        for start in range(0, rows.num_rows, ROWS_PER_BATCH):
            yield from rows.slice(start, ROWS_PER_BATCH).combine_chunks().to_batches()
    elif isinstance(rows, pa.RecordBatch):
        for start in range(0, rows.num_rows, ROWS_PER_BATCH):
            yield rows.slice(start, ROWS_PER_BATCH)
    else:
        for part in rows:
            yield from batches_of(part)


def joined(*parts: Any) -> Any:
    """Columns and fixed texts side by side, as one column of text. At least one part is a column; null counts as empty."""
    return pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")


def joined_by(separator: str, columns: list[Any]) -> Any:
    """Columns side by side with a separator between them."""
    return pc.binary_join_element_wise(*columns, separator, null_handling="replace", null_replacement="")


def data_of(array: Any) -> bytes:
    """All texts of a column one after the other, in UTF-8."""
    buffer = array.buffers()[2]
    if buffer is None or not len(array):
        return b""
    offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
    return bytes(buffer.slice(int(offsets[0]), int(offsets[-1] - offsets[0])))


def holding(array: Any, marks: str) -> Any | None:
    """Which texts hold one of the characters of this class (inside of `[…]`, ASCII only); None when certainly none does."""
    buffer = array.buffers()[2]
    if buffer is None or not re.search(b"[" + marks.encode() + b"]", buffer):
        return None
    mask = pc.fill_null(pc.match_substring_regex(array, f"[{marks}]"), False)
    return mask if pc.any(mask).as_py() else None


def rewritten(array: Any, marks: str, rewrite: Callable[[str], str]) -> Any:
    """The column with those texts rewritten that hold one of the characters of this class."""
    mask = holding(array, marks)
    if mask is None:
        return array
    replacements = pa.array([rewrite(text) for text in array.filter(mask).to_pylist()], pa.string())
    return pc.replace_with_mask(array, mask, replacements)


def refuse_holding(columns: Mapping[str, Any], marks: str) -> None:
    """Refuse texts that hold one of the characters of this class.

    Raises: NotWritable.
    """
    for name, array in columns.items():
        if holding(array, marks) is not None:
            raise NotWritable(column=name)
