"""Delimited text, read at the engine's speed: damaged rows are cut out first, the rest is one parse.

The engine (Arrow's CSV reader) sees only lines whose quotes are locally right, so that a line is a row and row numbers are line
numbers; rows of the wrong length it hands back. Rows that span lines, hold NUL, a lone carriage return or undecodable bytes, or
have a quote out of place, are read one by one (`quoting`) and follow their block's other rows in a batch of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from huimin.platform.exchange.forms.declared import Delimited
from huimin.platform.exchange.forms.decoding import blocks
from huimin.platform.exchange.forms.quoting import WINDOWS, CarefulReader, Quotes, read_alone, read_strictly
from huimin.platform.exchange.forms.rows import Defect, RowBuffer, batch_of_good_rows, header_names


@dataclass
class _Lines:
    """A block's text with the places of its line ends, found only when something asks."""

    text: bytes
    _ends: Any = field(default=None)

    @property
    def ends(self) -> Any:
        """Positions of the newlines, and of the text's end where it lacks one."""
        if self._ends is None:
            ends = np.flatnonzero(self.bytes == ord("\n"))
            if not self.is_closed:
                ends = np.append(ends, len(self.text))
            self._ends = ends
        return self._ends

    @property
    def is_closed(self) -> bool:
        """Whether the text ends with a line end, or is empty."""
        return not self.text or self.text.endswith(b"\n")

    @property
    def bytes(self) -> Any:
        """The text as an array of bytes."""
        return np.frombuffer(self.text, np.uint8)

    def start(self, line: int) -> int:
        """Where the line with this place (from 0) begins."""
        return 0 if line == 0 else int(self.ends[line - 1]) + 1

    def holding(self, positions: Any) -> Any:
        """The lines (places from 0) that hold these positions."""
        return np.searchsorted(self.ends, positions)

    def line(self, place: int) -> str:
        """The text of a line."""
        return self.text[self.start(place) : int(self.ends[place])].decode().rstrip("\r")


def read_delimited(path: Path, form: Delimited) -> Iterator[Any]:
    """The file's rows; see `forms.read`."""
    names: list[str] | None = None if form.header else list(form.columns)
    pending, undecodable = b"", frozenset[int]()
    line = 1
    for block in blocks(path, form.encoding):
        text = pending + block.text
        undecodable = block.undecodable | {at for at in undecodable if at >= line}
        if names is None:
            names, length = _header(text, form, path)
            line += text.count(b"\n", 0, length)
            text = text[length:]
        reader = _BlockReader(text, line, form, names, undecodable=undecodable, is_last=block.is_last)
        yield from reader.batches()
        line += reader.lines_read
        pending = text[reader.read_to :]


def _header(text: bytes, form: Delimited, path: Path) -> tuple[list[str], int]:
    """The column names and the length of the header in bytes."""
    end = text.find(b"\n") + 1 or len(text)
    first = text[:end].decode()
    if form.quote is not None:
        head = text[: WINDOWS[1]].decode(errors="ignore").removeprefix("\ufeff")
        reading = read_strictly(head, form.delimiter, form.quote)
        if reading.quotes is Quotes.STRICT and reading.end > len(first):
            length = len(head[: reading.end].encode())
            return header_names(reading.fields, form.names, path), length
    cells = read_alone(first.rstrip("\r\n").removeprefix("\ufeff"), form.delimiter, form.quote)
    return header_names(cells, form.names, path), end


class _BlockReader:
    """Reads one block; `read_to` is where it stopped, short of the end when a row goes on in the next block."""

    def __init__(
        self,
        text: bytes,
        first_line: int,
        form: Delimited,
        names: list[str],
        *,
        undecodable: frozenset[int],
        is_last: bool,
    ) -> None:
        self.read_to = len(text)
        self._lines = _Lines(text)
        self._first_line = first_line
        self._undecodable = undecodable
        self._is_last = is_last
        self._form = form
        self._names = names
        self._odd = RowBuffer(names, form.identity_columns)
        self._cuts: list[tuple[int, int]] = []

    @property
    def lines_read(self) -> int:
        """Line ends up to where it stopped."""
        return int(self._lines.holding(self.read_to))

    def batches(self) -> Iterator[Any]:
        """The block's whole rows, then those that needed care."""
        if not self._lines.text:
            return
        self._cut_out_odd_rows()
        yield from self._whole_rows()
        if len(self._odd):
            yield self._odd.take()

    def _suspects(self) -> list[int]:
        """The places of lines that the engine must not see."""
        text, lines = self._lines.text, self._lines
        found: list[Any] = []
        if b"\0" in text:
            found.append(lines.holding(np.flatnonzero(lines.bytes == 0)))
        lengths = self._line_lengths()
        returns = int(np.count_nonzero(lines.bytes == ord("\r")))
        if returns != int(np.count_nonzero(self._ends_with_return(lines.ends))):
            found.append(lines.holding(self._lone_returns()))
        if len(lengths) and not lengths.min():
            found.append(np.flatnonzero(lengths == 0))
        if self._form.quote is not None and self._form.quote.encode() in text:
            found.append(self._lines_with_odd_quotes(self._form.quote.encode()))
        places = [number - self._first_line for number in self._undecodable if number >= self._first_line]
        if text.startswith(b"\xef\xbb\xbf"):
            places.append(0)
        return sorted({int(place) for group in (*found, places) for place in group})

    def _ends_with_return(self, ends: Any) -> Any:
        """For each line end whether a carriage return stands before it (CRLF)."""
        return (ends > 0) & (ends < len(self._lines.text)) & (self._lines.bytes[np.maximum(ends - 1, 0)] == ord("\r"))

    def _lone_returns(self) -> Any:
        """The positions of carriage returns that no newline follows."""
        text = self._lines.bytes
        returns = np.flatnonzero(text == ord("\r"))
        following = text[np.minimum(returns + 1, len(text) - 1)]
        return returns[(following != ord("\n")) | (returns + 1 == len(text))]

    def _line_lengths(self) -> Any:
        """The length of each line without its line end (LF or CRLF)."""
        ends = self._lines.ends
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts
        return lengths - ((lengths > 0) & self._ends_with_return(ends))

    def _lines_with_odd_quotes(self, quote: bytes) -> Any:
        """Lines on which some quote neither opens nor closes a field by what stands next to it, or whose quotes are odd in number."""
        text = self._lines.bytes
        quotes = np.flatnonzero(text == quote[0])
        line_of = self._lines.holding(quotes)
        first_of_line = np.searchsorted(line_of, line_of)
        opens = (np.arange(len(quotes)) - first_of_line) % 2 == 0
        delimiter = ord(self._form.delimiter)
        before = np.where(quotes > 0, text[np.maximum(quotes - 1, 0)], ord("\n"))
        after = np.where(quotes + 1 < len(text), text[np.minimum(quotes + 1, len(text) - 1)], ord("\n"))
        again = (before == quote[0]) & ~((np.arange(len(quotes)) - first_of_line) == 0)
        opens_well = (before == delimiter) | (before == ord("\n")) | again
        closes_well = (after == delimiter) | (after == ord("\n")) | (after == ord("\r")) | (after == quote[0])
        wrong = np.where(opens, ~opens_well, ~closes_well)
        is_last_of_line = np.append(line_of[1:] != line_of[:-1], True)
        return np.unique(line_of[wrong | (is_last_of_line & opens)])

    def _cut_out_odd_rows(self) -> None:
        """Read every suspect by itself and remember the lines it spans."""
        suspects = self._suspects()
        if not suspects:
            return
        text = self._lines.text
        careful = CarefulReader(
            text,
            delimiter=self._form.delimiter,
            quote=self._form.quote,
            columns=len(self._names),
            is_last=self._is_last,
        )
        resume = 0
        for place in suspects:
            start = self._lines.start(place)
            if start < resume:
                continue
            row = careful.row_at(start)
            if row is None:
                self.read_to = start
                break
            resume = start + row.length
            self._cuts.append((start, resume))
            if row.raw or len(self._names) == 1:
                self._keep(place, text.count(b"\n", start, resume), row.fields, row.raw, is_whole=row.is_whole)

    def _keep(self, place: int, span: int, fields: list[str], raw: str, *, is_whole: bool) -> None:
        number = self._first_line + place
        defect = None
        if not is_whole:
            defect = Defect.TRUNCATED
        elif "\0" in raw:
            defect = Defect.CONTROL_CHARACTER
        elif any(at in self._undecodable for at in range(number, number + max(span, 1))):
            defect = Defect.UNDECODABLE
        self._odd.add(number, dict(zip(self._names, fields, strict=False)), defect=defect, raw=raw)

    def _clean_text(self) -> tuple[bytes, Any]:
        """What is left for the engine, and the places of its lines."""
        text = self._lines.text[: self.read_to] if self.read_to < len(self._lines.text) else self._lines.text
        last = (
            len(self._lines.ends) if self.read_to == len(self._lines.text) else int(self._lines.holding(self.read_to))
        )
        if not self._cuts:
            return text, np.arange(last)
        parts, at = [], 0
        kept = np.ones(last, dtype=bool)
        for start, end in self._cuts:
            parts.append(text[at:start])
            kept[int(self._lines.holding(start)) : int(self._lines.holding(end - 1)) + 1] = False
            at = end
        parts.append(text[at:])
        return b"".join(parts), np.flatnonzero(kept)

    def _whole_rows(self) -> Iterator[Any]:
        """The engine's parse of what is left; rows of the wrong length join the odd ones."""
        text, places = self._clean_text()
        if not text:
            return
        wrong: list[tuple[int, str]] = []

        def set_aside(row: Any) -> str:
            wrong.append((row.number - 1, row.text))
            return "skip"

        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=self._names),
            parse_options=csv.ParseOptions(
                delimiter=self._form.delimiter,
                quote_char=self._form.quote or False,
                double_quote=True,
                escape_char=False,
                newlines_in_values=False,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        for at, raw in wrong:
            fields = read_alone(raw, self._form.delimiter, self._form.quote)
            self._keep(int(places[at]), 1, fields, raw, is_whole=False)
        if wrong:
            places = np.delete(places, [at for at, _ in wrong])
        at = 0
        for batch in table.to_batches():
            here = places[at : at + batch.num_rows]
            at += batch.num_rows
            yield batch_of_good_rows(
                dict(zip(self._names, batch.columns, strict=True)),
                here + self._first_line,
                identity_columns=self._form.identity_columns,
                raw_of=lambda place, here=here: self._lines.line(int(here[place])),  # type: ignore[misc]
            )
