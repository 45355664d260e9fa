"""Lists and their absence: tables, and the empty state."""

from collections.abc import Sequence
from dataclasses import dataclass

from huimin.platform.ui.pieces.values import Text, Value


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What will appear here and what to do (`{% empty e %}`)."""

    what: Text
    do: Text = ""
    url: str = ""
    act: Text = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers (tabular numerals, right-aligned)."""

    heading: Text
    numeric: bool = False


Cell = Text | int | float | Value | None
"""What a table cell may hold: text, a number, nothing, or a value with its source."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table (`{% table t %}`): caption, columns, rows; the first column heads its row; on a phone each row is a card."""

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: Empty | None = None
