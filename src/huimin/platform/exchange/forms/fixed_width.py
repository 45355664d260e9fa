"""Lines of fixed length whose columns are ranges of bytes: cut as a table of bytes, each column decoded at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import FixedWidth
from huimin.platform.exchange.forms.decoding import BLOCK_BYTES, LONGEST_LINE_BYTES
from huimin.platform.exchange.forms.rows import Defect, RowBuffer, batch_of_good_rows


def _blocks(file: BinaryIO) -> Iterator[list[bytes]]:
    """The file's lines, without line ends, some tens of thousands at a time."""
    pending = b""
    while read := file.read(BLOCK_BYTES):
        *lines, pending = (pending + read).split(b"\n")
        if len(pending) > LONGEST_LINE_BYTES:
            lines, pending = [*lines, pending], b""
        yield lines
    if pending:
        yield [pending]


def read_fixed_width(path: Path, form: FixedWidth) -> Iterator[Any]:
    """The file's rows; see `forms.read`. There is no header, so the form alone names the columns."""
    first_line = 1
    with path.open("rb") as file:
        for raw_lines in _blocks(file):
            lines = [line.removesuffix(b"\r") for line in raw_lines]
            good = [at for at, line in enumerate(lines) if len(line) == form.width and b"\0" not in line]
            whole, damaged = _read_whole(lines, good, first_line, form)
            if whole is not None:
                yield whole
            odd = RowBuffer(form.names, form.identity_columns)
            set_aside = set(range(len(lines))) - set(good) | set(damaged)
            for at in sorted(set_aside):
                if lines[at]:
                    _keep(odd, first_line + at, lines[at], form)
            if len(odd):
                yield odd.take()
            first_line += len(raw_lines)


def _read_whole(lines: list[bytes], good: list[int], first_line: int, form: FixedWidth) -> tuple[Any, list[int]]:
    """A batch of the lines whose bytes are all text, and the places of those whose bytes are not."""
    damaged: list[int] = []
    columns = _columns(lines, good, form)
    if columns is None:
        damaged = [at for at in good if not _is_text(lines[at], form)]
        good = sorted(set(good) - set(damaged))
        columns = _columns(lines, good, form)
    if not good or columns is None:
        return None, [*damaged, *good]
    batch = batch_of_good_rows(
        columns,
        np.asarray(good) + first_line,
        identity_columns=form.identity_columns,
        raw_of=lambda place: lines[good[place]].decode(form.encoding),
    )
    return batch, damaged


def _columns(lines: list[bytes], good: list[int], form: FixedWidth) -> dict[str, Any] | None:
    """The columns of these lines; None when some bytes are no text."""
    table = np.frombuffer(b"".join(lines[at] for at in good), np.uint8).reshape(len(good), form.width)
    try:
        return {name: _column(table, *form.ranges[name], form.encoding) for name in form.names}
    except UnicodeDecodeError:
        return None


def _column(table: Any, first: int, last: int, encoding: str) -> Any:
    """One column of all lines, decoded as one text with a newline after each value, padding removed.

    Raises: UnicodeDecodeError when a value is no text of the encoding.
    """
    rows = np.full((len(table), last - first + 2), ord("\n"), np.uint8)
    rows[:, :-1] = table[:, first - 1 : last]
    values = rows.tobytes().decode(encoding).split("\n")[:-1]
    if len(values) != len(table):
        raise UnicodeDecodeError(encoding, b"", 0, 1, "a character runs over the end of its column")
    return pc.utf8_rtrim(pa.array(values, pa.string()), " ")


def _is_text(line: bytes, form: FixedWidth) -> bool:
    try:
        for first, last in form.ranges.values():
            line[first - 1 : last].decode(form.encoding)
    except UnicodeDecodeError:
        return False
    return True


def _keep(odd: RowBuffer, number: int, line: bytes, form: FixedWidth) -> None:
    """Keep what a damaged line still says: the columns it reaches."""
    # A line that is longer than declared by nothing but padding is whole.
    is_whole = len(line) == form.width or (len(line) > form.width and not line[form.width :].strip(b" "))
    cells: dict[str, str | None] = {
        name: line[first - 1 : last].decode(form.encoding, "replace").rstrip(" ")
        for name, (first, last) in form.ranges.items()
        if len(line) >= first
    }
    defect = Defect.TRUNCATED if not is_whole else Defect.CONTROL_CHARACTER if b"\0" in line else None
    if defect is None and not _is_text(line, form):
        defect = Defect.UNDECODABLE
    odd.add(number, cells, defect=defect, raw=line.decode(form.encoding, "replace"))
