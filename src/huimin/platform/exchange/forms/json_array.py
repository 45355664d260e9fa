"""One JSON document with an array of objects: each object is read where it stands, so that a broken one costs only itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from huimin.platform.exchange.forms.declared import JsonArray
from huimin.platform.exchange.forms.json_rows import add_object, leaves, parse
from huimin.platform.exchange.forms.rows import PartMissing, RowBuffer, missing_columns, missing_part
from huimin.platform.exchange.forms.streaming import TextWindow

_SPACE: Final = re.compile(r"[\s]*")
_NEXT_OBJECT: Final = re.compile(r"\}?\s*,?\s*(\{)")
_LONGEST_OBJECT: Final = 1 << 20


class _ArrayReader:
    def __init__(self, path: Path, form: JsonArray) -> None:
        self._path = path
        self._form = form
        self._window = TextWindow(path, "utf-8")
        self._ordinal = 0

    def batches(self) -> Iterator[Any]:
        at = self._start_of_array()
        buffer = RowBuffer(self._form.names, self._form.identity_columns)
        is_first = True
        for _ in self._rows(buffer, at):
            if buffer.is_full:
                yield from self._taken(buffer, is_first=is_first)
                is_first = False
        if len(buffer):
            yield from self._taken(buffer, is_first=is_first)

    def _taken(self, buffer: RowBuffer, *, is_first: bool) -> Iterator[Any]:
        batch = buffer.take()
        if is_first and all(batch.column(name).null_count == batch.num_rows for name in self._form.names):
            raise missing_columns(self._path, self._form.names)
        yield batch

    def _skip_space(self, at: int) -> int:
        while True:
            match = _SPACE.match(self._window.text, at)
            at = match.end() if match else at
            if at < len(self._window.text) or not self._window.more():
                return at

    def _expect(self, at: int, mark: str) -> int:
        at = self._skip_space(at)
        if not self._window.text.startswith(mark, at):
            raise self._no_array()
        return at + 1

    def _no_array(self) -> PartMissing:
        key = self._form.key or "[…]"
        return missing_part(self._path, key)

    def _value_end(self, at: int) -> tuple[Any, int]:
        """The value that starts here; more of the file is read while it may be cut by the window."""
        while True:
            try:
                return parse(self._window.text, at)
            except ValueError:
                if len(self._window.text) - at > _LONGEST_OBJECT or not self._window.more():
                    raise

    def _start_of_array(self) -> int:
        at = self._skip_space(0)
        for key in [part for part in self._form.key.split(".") if part]:
            at = self._expect(at, "{")
            try:
                at = self._member(at, key)
            except ValueError:
                raise self._no_array() from None
        return self._expect(at, "[")

    def _member(self, at: int, wanted: str) -> int:
        """Where the value of this member of an object starts."""
        while True:
            key, at = self._value_end(self._skip_space(at))
            at = self._expect(at, ":")
            at = self._skip_space(at)
            if key == wanted:
                return at
            _, at = self._value_end(at)
            at = self._expect(at, ",")

    def _rows(self, buffer: RowBuffer, at: int) -> Iterator[None]:
        """Add row after row to the buffer."""
        while True:
            at = self._skip_space(at)
            if self._window.text.startswith(",", at):
                at = self._skip_space(at + 1)
            if self._window.text.startswith("]", at):
                return
            if at >= len(self._window.text):
                # The document ends inside its array: what was still to come is one broken row.
                self._add(buffer, "")
                yield
                return
            end = self._object_end(at)
            self._add(buffer, self._window.text[at:end])
            yield
            if end > _LONGEST_OBJECT:
                self._window.forget(end)
                end = 0
            at = end

    def _object_end(self, at: int) -> int:
        """Where this row ends; a broken one ends before the next object that can be read and has one of the columns."""
        try:
            return self._value_end(at)[1]
        except ValueError:
            pass
        search = at + 1
        while True:
            match = _NEXT_OBJECT.search(self._window.text, search)
            if match is None:
                if self._window.more():
                    continue
                return len(self._window.text)
            try:
                value, _ = self._value_end(match.start(1))
            except ValueError:
                value = None
            if isinstance(value, dict) and leaves(value).keys() & set(self._form.names):
                return match.start(1)
            search = match.start(1) + 1

    def _add(self, buffer: RowBuffer, raw: str) -> None:
        self._ordinal += 1
        add_object(
            buffer,
            self._ordinal,
            raw.rstrip().removesuffix(","),
            undecodable="\ufffd" in raw and bool(self._window.undecodable),
        )


def read_json_array(path: Path, form: JsonArray) -> Iterator[Any]:
    """The array's objects; `_line` is the object's place in the array, from 1. See `forms.read`."""
    return _ArrayReader(path, form).batches()
