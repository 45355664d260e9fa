"""Pure decisions of the grid: a file of rows with its mistakes, the counts that may be shown, the code of a component."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huimin.kernel.refusals import BadInput

UNICODE, CHINESE = "utf-8-sig", "gb18030"


class NotATable(BadInput):
    """The file is no CSV with the columns that are needed."""

    zh = "文件不是 CSV，或缺少列：{missing}。"
    en = "The file is no CSV, or lacks columns: {missing}."


class NotADay(BadInput):
    """A text that should be a day is none."""

    zh = "“{text}”不是日期，应为 2026-11-22 这样的格式。"
    en = "“{text}” is no day; write it like 2026-11-22."


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its line in the file, and why, as the sentence of each language."""

    line: int
    zh: str
    en: str


@dataclass
class Taken:
    """What became of a file: rows read, rows taken, and those refused."""

    rows: int = 0
    made: int = 0
    changed: int = 0
    refused: list[Refused] = field(default_factory=list)


def read_rows(content: bytes, columns: Mapping[str, Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their lines: each column under our name for it, found by any of the headings that it may have.

    UTF-8 with or without mark, or GB 18030. A column that the file lacks is blank in every row, but for those whose first heading begins
    with `*`, which must be there. Raises NotATable.
    """
    try:
        text = content.decode(UNICODE)
    except UnicodeDecodeError:
        text = content.decode(CHINESE, errors="replace")
    reader = csv.reader(io.StringIO(text))
    heads = [head.strip().lower() for head in next(reader, [])]
    places = {name: _place(heads, wanted) for name, wanted in columns.items()}
    missing = [columns[name][0][1:] for name, at in places.items() if at is None and columns[name][0].startswith("*")]
    if missing:
        raise NotATable(missing="、".join(missing))
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            own = {name: cells[at].strip() if at is not None and at < len(cells) else "" for name, at in places.items()}
            rows.append((reader.line_num, own))
    return rows


def _place(heads: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((heads.index(name) for one in wanted if (name := one.removeprefix("*").lower()) in heads), None)


def day_said(text: str, default: date | None) -> date | None:
    """A day as a file writes it; the default where it is blank. Raises NotADay."""
    if not text:
        return default
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise NotADay(text=text[:20]) from None


SMALLEST_SHOWN: Final = 10
"""Counts of people and households of a cell from one to nine are withheld, as in the city's releases."""


def is_shown(count: int) -> bool:
    """Whether a count of people of so small a place may be shown as it is."""
    return count == 0 or count >= SMALLEST_SHOWN
