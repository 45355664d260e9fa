"""One row of delimited text, read with care: what the fast engine must not be asked about.

A row is first read strictly by RFC 4180, over as many lines as its quotes hold. Where that fails, the line is read alone with
the stray quote as an ordinary character; if its columns then do not count up, it is a truncated row. Nothing a row does can
take a later row with it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

WINDOWS: Final = (1 << 12, 1 << 16, 1 << 18)
_MOST_REMAINDERS: Final = 50


class Quotes(Enum):
    """How the quotes of a row stand: all in place; some inside unquoted fields; one still open at the end; one in the wrong place."""

    STRICT = 1
    LOOSE = 2
    OPEN = 3
    BROKEN = 4


@dataclass(frozen=True)
class Reading:
    """Fields as read (in characters up to `end`), and how the quotes stand."""

    fields: list[str]
    end: int
    quotes: Quotes


def read_strictly(text: str, delimiter: str, quote: str) -> Reading:
    """The first row of the text by RFC 4180; a quote inside an unquoted field is taken as it stands."""
    fields: list[str] = []
    at, quotes = 0, Quotes.STRICT
    while True:
        if text.startswith(quote, at):
            closed = _closing_quote(text, at + 1, quote)
            if closed is None:
                return Reading(fields, len(text), Quotes.OPEN)
            value, at = closed
            fields.append(value)
            if text.startswith(delimiter, at):
                at += 1
                continue
            end = _line_end(text, at)
            return Reading(fields, at, Quotes.BROKEN) if end is None else Reading(fields, end, quotes)
        newline = text.find("\n", at)
        line_end = len(text) if newline < 0 else newline
        cut = text.find(delimiter, at, line_end)
        value = text[at : line_end if cut < 0 else cut]
        if quote in value:
            quotes = Quotes.LOOSE
        if cut < 0:
            fields.append(value.rstrip("\r"))
            return Reading(fields, min(line_end + 1, len(text)), quotes)
        fields.append(value)
        at = cut + 1


def _closing_quote(text: str, at: int, quote: str) -> tuple[str, int] | None:
    """The value of a quoted field that starts here and the place after its closing quote."""
    parts: list[str] = []
    while True:
        close = text.find(quote, at)
        if close < 0:
            return None
        parts.append(text[at:close])
        at = close + 1
        if not text.startswith(quote, at):
            return "".join(parts), at
        parts.append(quote)
        at += 1


def _line_end(text: str, at: int) -> int | None:
    """The place after the line end that stands here, or None when something else does."""
    newline = text.find("\n", at)
    end = len(text) if newline < 0 else newline
    return None if text[at:end].strip("\r") else min(end + 1, len(text))


def read_alone(line: str, delimiter: str, quote: str | None) -> list[str]:
    """The fields of a line by itself; a quote that closes nowhere on the line is an ordinary character."""
    if quote is None:
        return line.split(delimiter)
    fields: list[str] = []
    at = 0
    while True:
        if line.startswith(quote, at):
            closed = _closing_quote(line, at + 1, quote)
            if closed is not None and (closed[1] == len(line) or line.startswith(delimiter, closed[1])):
                fields.append(closed[0])
                if closed[1] == len(line):
                    return fields
                at = closed[1] + 1
                continue
        cut = line.find(delimiter, at)
        if cut < 0:
            return [*fields, line[at:]]
        fields.append(line[at:cut])
        at = cut + 1


@dataclass(frozen=True)
class Damage:
    """What became of a row that needed care: its fields, the delivered text, the bytes it spans, whether its columns count up."""

    fields: list[str]
    raw: str
    length: int
    is_whole: bool


class CarefulReader:
    """Reads single rows out of a block of UTF-8 text."""

    def __init__(self, text: bytes, *, delimiter: str, quote: str | None, columns: int, is_last: bool) -> None:
        self._text = text
        self._delimiter = delimiter
        self._quote = quote
        self._columns = columns
        self._is_last = is_last

    def _line_end(self, start: int) -> int:
        newline = self._text.find(b"\n", start)
        return len(self._text) if newline < 0 else newline + 1

    def row_at(self, start: int) -> Damage | None:
        """The row that begins at this byte (the start of a line); None when it needs the next block to be told."""
        end = self._line_end(start)
        line = self._text[start:end].decode().rstrip("\r\n")
        is_open = False
        if self._quote is not None and self._quote in line:
            reading, is_open = self._read_over_lines(self._quote, start, end)
            if reading.quotes is Quotes.OPEN and not self._is_last and len(self._text) - start < WINDOWS[-1]:
                return None
            if reading.quotes in (Quotes.STRICT, Quotes.LOOSE) and len(reading.fields) == self._columns:
                if is_open:
                    return _as_row(self._text, start, reading)
                return Damage(reading.fields, line, end - start, is_whole=True)
        fields = read_alone(line, self._delimiter, self._quote)
        if len(fields) == self._columns:
            return Damage(fields, line, end - start, is_whole=True)
        if is_open:
            end = self._after_remainders(end)
        raw = self._text[start:end].decode().rstrip("\r\n")
        return Damage(fields, raw, end - start, is_whole=False)

    def _read_over_lines(self, quote: str, start: int, line_end: int) -> tuple[Reading, bool]:
        """The reading over as few lines as it takes, and whether a quote was still open at the end of the first.

        Over several lines every quote must be in its place: a loose one there is the mark of a row that swallows the next.
        """
        reading = read_strictly(self._text[start:line_end].decode().rstrip("\r\n"), self._delimiter, quote)
        if reading.quotes is not Quotes.OPEN:
            return reading, False
        for window in WINDOWS:
            if reading.quotes is not Quotes.OPEN:
                break
            end = (
                len(self._text)
                if start + window >= len(self._text)
                else self._text.rfind(b"\n", start, start + window) + 1
            )
            if end > line_end:
                reading = read_strictly(self._text[start:end].decode(), self._delimiter, quote)
        if reading.quotes is Quotes.LOOSE:
            reading = Reading(reading.fields, reading.end, Quotes.BROKEN)
        return reading, True

    def _after_remainders(self, end: int) -> int:
        """Where a broken row with an open quote ends: lines that hold no delimiter are what is left of its value."""
        if self._columns == 1:
            return end
        delimiter = self._delimiter.encode()
        for _ in range(_MOST_REMAINDERS):
            after = self._line_end(end)
            if after == end or delimiter in self._text[end:after]:
                return end
            end = after
        return end


def _as_row(text: bytes, start: int, reading: Reading) -> Damage:
    """A strict reading as a whole row, with its span in bytes."""
    window = text[start : start + 4 * reading.end].decode(errors="ignore")[: reading.end]
    return Damage(reading.fields, window.rstrip("\r\n"), len(window.encode()), is_whole=True)
