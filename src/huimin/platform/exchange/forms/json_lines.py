"""JSON lines: the engine parses the lines that look whole, by the shape the file's first rows had; the others are read one by one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from huimin.platform.exchange.forms.declared import JsonLines
from huimin.platform.exchange.forms.decoding import Block, blocks
from huimin.platform.exchange.forms.json_rows import add_object
from huimin.platform.exchange.forms.rows import RowBuffer, batch_of_good_rows, missing_columns

_LEARNED_FROM: Final = 500
_READ_ONE_BY_ONE: Final = 16
_MOST_SLOW: Final = 0.25

# Fractions are left to the slow reader: the engine would not keep their digits.
_ENGINE_TYPES: Final = {str: pa.string(), int: pa.int64()}

Shape = dict[str, Any]


def _learn(shape: Shape, value: dict[str, Any]) -> bool:
    """Add what one object shows of the file's shape; False when it contradicts what is known or the engine would change it."""
    for key, item in value.items():
        if item is None:
            continue
        if isinstance(item, dict):
            inner = shape.setdefault(key, {})
            if not isinstance(inner, dict) or not _learn(inner, item):
                return False
            continue
        kind = _ENGINE_TYPES.get(type(item))
        if kind is None or shape.setdefault(key, kind) is not kind:
            return False
    return True


def _arrow_type(shape: Shape) -> Any:
    return pa.struct([(key, _arrow_type(part) if isinstance(part, dict) else part) for key, part in shape.items()])


def _with_declared(shape: Shape, names: tuple[str, ...]) -> Shape:
    for name in names:
        *outer, last = name.split(".")
        here: Any = shape
        for part in outer:
            here = here.setdefault(part, {}) if isinstance(here, dict) else None
        if isinstance(here, dict):
            here.setdefault(last, pa.string())
    return shape


class _JsonLinesReader:
    def __init__(self, path: Path, form: JsonLines) -> None:
        self._path = path
        self._form = form
        self._schema: Any = None
        self._is_learning = True
        self._shape: Shape = {}
        self._names_in_order: list[str] = []
        self._seen = self._slow = 0

    def batches(self) -> Iterator[Any]:
        is_first = True
        for block in blocks(self._path, "utf-8"):
            for batch in self._block(block):
                if is_first:
                    self._check(batch)
                    is_first = False
                yield batch

    def _check(self, batch: Any) -> None:
        """A file whose first rows have none of the declared columns is another file."""
        if all(batch.column(name).null_count == batch.num_rows for name in self._form.names):
            raise missing_columns(self._path, self._form.names)

    def _block(self, block: Block) -> Iterator[Any]:
        lines = block.text.split(b"\n")
        slow = RowBuffer(self._form.names, self._form.identity_columns)
        start = 0
        if self._is_learning:
            start = min(_LEARNED_FROM, len(lines))
            self._learn_from(slow, lines[:start], block)
        good = []
        for at in range(start, len(lines)):
            line = lines[at].strip()
            if line[:1] == b"{" and line[-1:] == b"}" and b"\0" not in line and b"\\u0000" not in line:
                good.append(at)
            elif line:
                self._read_one(slow, lines[at], at, block)
        if block.undecodable:
            damaged = {number - block.first_line for number in block.undecodable}
            for at in sorted(damaged.intersection(good)):
                self._read_one(slow, lines[at], at, block)
            good = [at for at in good if at not in damaged]
        if good:
            yield from self._fast(lines, good, block, slow)
        if len(slow):
            yield slow.take()

    def _learn_from(self, slow: RowBuffer, lines: list[bytes], block: Block) -> None:
        """The first rows are read one by one and show the shape of the rest."""
        is_regular = True
        for at, line in enumerate(lines):
            if line.strip() and self._read_one(slow, line, at, block):
                is_regular = _learn(self._shape, json.loads(line, strict=False)) and is_regular
        if is_regular:
            self._schema = pa.schema(list(_arrow_type(_with_declared(self._shape, self._form.names))))
        self._is_learning = False

    def _read_one(self, slow: RowBuffer, line: bytes, at: int, block: Block) -> bool:
        """Keep one line as a row; True when it is whole."""
        number = block.first_line + at
        return add_object(slow, number, line.decode().rstrip("\r"), undecodable=number in block.undecodable)

    def _fast(self, lines: list[bytes], places: list[int], block: Block, slow: RowBuffer) -> Iterator[Any]:
        """The engine's parse of these lines; what it cannot take is halved until only the odd lines remain."""
        self._seen += len(places)
        todo = [places]
        while todo:
            here = todo.pop()
            table = None
            if self._schema is not None and len(here) > _READ_ONE_BY_ONE:
                table = self._parse(b"\n".join(lines[at] for at in here), len(here))
            if table is not None:
                yield self._batch(table, lines, here, block)
            elif self._schema is not None and len(here) > _READ_ONE_BY_ONE:
                middle = len(here) // 2
                todo += [here[middle:], here[:middle]]
            else:
                self._slow += len(here)
                for at in here:
                    self._read_one(slow, lines[at], at, block)
                if self._slow > _MOST_SLOW * self._seen:
                    self._schema = None

    def _parse(self, text: bytes, count: int) -> Any | None:
        try:
            table = arrow_json.read_json(
                pa.BufferReader(text),
                read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
                parse_options=arrow_json.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="error"),
            )
        except pa.ArrowInvalid:
            return None
        return table if table.num_rows == count else None

    def _batch(self, table: Any, lines: list[bytes], places: list[int], block: Block) -> Any:
        while any(pa.types.is_struct(kind) for kind in table.schema.types):
            table = table.flatten()
        columns = {name: _one_chunk(table.column(name)) for name in table.column_names}
        ordered = {name: columns.pop(name) for name in self._form.names} | columns
        return batch_of_good_rows(
            ordered,
            np.asarray(places) + block.first_line,
            identity_columns=self._form.identity_columns,
            raw_of=lambda place: lines[places[place]].decode().rstrip("\r"),
        )


def _one_chunk(column: Any) -> Any:
    array = column.combine_chunks()
    return pc.cast(array, pa.string()) if not pa.types.is_string(array.type) else array


def read_json_lines(path: Path, form: JsonLines) -> Iterator[Any]:
    """The file's rows; see `forms.read`."""
    return _JsonLinesReader(path, form).batches()
