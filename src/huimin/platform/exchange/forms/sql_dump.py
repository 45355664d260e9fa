"""The rows of a MySQL dump, read as text: no statement of the file is ever run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from huimin.platform.exchange.forms.declared import SqlDump
from huimin.platform.exchange.forms.rows import Defect, RowBuffer, header_names, missing_part
from huimin.platform.exchange.forms.streaming import TextWindow

_STRING: Final = r"'(?:[^'\\]|\\.|'')*'"
_VALUE: Final = rf"(?:_\w+\s*)?{_STRING}|[^\s,()'\"`;]+"
_ROW: Final = re.compile(rf"\(\s*(?:{_VALUE})?(?:\s*,\s*(?:{_VALUE}))*\s*\)(?=\s*[,;]|\s*$)", re.DOTALL)
_VALUES: Final = re.compile(rf"({_STRING})|([^\s,()'\"`;]+)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES: Final = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_COLUMN: Final = re.compile(r"^\s*`([^`]+)`", re.MULTILINE)
_LONGEST_ROW: Final = 1 << 20
_KEEP: Final = 1 << 16


def _unescaped(match: re.Match[str]) -> str:
    letter = match[1]
    return "'" if letter is None else _ESCAPES.get(letter, letter)


def _plain(string: str) -> str:
    inner = string[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner or "''" in inner else inner


def _values(row: str) -> list[str | None]:
    """The values of a row in parentheses, NULL as None; a character set mark before a string is dropped."""
    found: list[str | None] = []
    for string, word in _VALUES.findall(row):
        if string:
            found.append(_plain(string))
        elif word[0] != "_":
            found.append(None if word.upper() == "NULL" else word)
    return found


class _DumpReader:
    def __init__(self, path: Path, form: SqlDump) -> None:
        self._path = path
        self._form = form
        self._window = TextWindow(path, form.encoding)
        table = rf"[`\"]?{re.escape(form.table)}[`\"]?"
        self._create = re.compile(
            rf"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{table}\s*\((.*?)\n\s*\)[^;\n]*;", re.I | re.S
        )
        self._insert = re.compile(
            rf"^[ \t]*(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+{table}\s*(\([^()]*\))?\s*VALUES\s*", re.I | re.M
        )
        self._names: list[str] = []

    def batches(self) -> Iterator[Any]:
        buffer: RowBuffer | None = None
        for line, raw, is_whole, names in self._rows():
            if buffer is None:
                buffer = RowBuffer(self._form.names, self._form.identity_columns)
            self._add(buffer, line, raw, names, is_whole=is_whole)
            if buffer.is_full:
                yield buffer.take()
        if buffer is not None and len(buffer):
            yield buffer.take()
        elif buffer is None and not self._names:
            raise missing_part(self._path, self._form.table)

    def _rows(self) -> Iterator[tuple[int, str, bool, list[str]]]:
        """Each row's line and text, whether it reads to its end, and the names of its columns, statement by statement."""
        window = self._window
        window.more()
        at = 0
        while True:
            match = self._insert.search(window.text, at)
            if match is None or (match.end() == len(window.text) and not window.is_complete):
                self._read_names(window.text, at, len(window.text), None)
                at = self._forget_other_tables(at)
                if window.more():
                    continue
                return
            names = self._read_names(window.text, at, match.start(), match[1])
            at = match.end()
            row: tuple[int, str, bool] | None = (0, "", True)
            while row is not None:
                was_whole = row[2]
                at, row = self._row(at)
                if row is not None:
                    yield *row, names
                elif was_whole and at >= len(window.text) and not window.text.endswith(";", 0, at):
                    # The dump breaks off inside a statement: what was still to come is one broken row.
                    yield window.line_at(at), "", False, names
                if at > _LONGEST_ROW:
                    window.forget(at)
                    at = 0

    def _forget_other_tables(self, at: int) -> int:
        """Drop what holds no statement of this table, but for a tail in which one may begin."""
        keep = max(at, len(self._window.text) - _KEEP)
        self._window.forget(keep)
        return 0

    def _read_names(self, text: str, start: int, end: int, listed: str | None) -> list[str]:
        """The columns of the next rows: as the INSERT lists them, else as CREATE TABLE did."""
        create = self._create.search(text, start, end)
        if create:
            self._names = header_names(_COLUMN.findall(create[1]), self._form.names, self._path)
        if listed:
            cells = [name.strip(' \t\r\n`"') for name in listed[1:-1].split(",")]
            self._names = header_names(cells, self._form.names, self._path)
        return self._names or list(self._form.names)

    def _row(self, at: int) -> tuple[int, tuple[int, str, bool] | None]:
        """The row that starts here, and the place after it; None at the statement's end."""
        window = self._window
        while True:
            start = _after_space(window.text, at)
            if start < len(window.text) and window.text[start] != "(":
                return (start + 1, None) if window.text[start] == ";" else (start, None)
            match = _ROW.match(window.text, start)
            is_cut = match is None or match.end() + 2 > len(window.text)
            if not (is_cut and len(window.text) - start < _LONGEST_ROW and window.more()):
                break
        if start >= len(window.text):
            return start, None
        end = match.end() if match else self._end_of_broken(start)
        after = _after_space(window.text, end)
        if window.text.startswith(",", after):
            after += 1
        return after, (window.line_at(start), window.text[start:end], match is not None)

    def _end_of_broken(self, start: int) -> int:
        """A row that cannot be read ends with its line."""
        newline = self._window.text.find("\n", start)
        return len(self._window.text) if newline < 0 else newline

    def _add(self, buffer: RowBuffer, line: int, raw: str, names: list[str], *, is_whole: bool) -> None:
        values = _values(raw)
        cells = dict(zip(names, values, strict=False))
        defect = None
        if len(values) != len(names) or not is_whole:
            defect = Defect.TRUNCATED
        elif ("\0" in raw or "\\0" in raw) and any(value is not None and "\0" in value for value in values):
            defect = Defect.CONTROL_CHARACTER
        elif self._window.has_undecodable(line, line + raw.count("\n")):
            defect = Defect.UNDECODABLE
        buffer.add(line, cells, defect=defect, raw=raw if defect is None else raw.strip().rstrip(","))


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def read_sql_dump(path: Path, form: SqlDump) -> Iterator[Any]:
    """The rows inserted into the table; `_line` is the line on which a row's parenthesis opens. See `forms.read`."""
    return _DumpReader(path, form).batches()
