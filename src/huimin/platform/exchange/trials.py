"""Trying a mapping: what rows of a department would become, without landing any of them.

The same engine statement that landing uses judges the rows, so a trial and a returned row's page tell what would happen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from django.conf import settings

from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Resource, Source, resources
from huimin.platform.exchange.lake import engine, landing
from huimin.platform.exchange.rules import longest

ROWS_SHOWN: Final = 50
# Control characters, and those that turn or hide text.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What a spreadsheet would run when it opens the text as a cell.
_FORMULA: Final = re.compile(r"\s*(?:[=@]|[+\-](?![\d.,\s]*$))")


def visible(text: str) -> str:
    """The text with every character that hides or turns others shown by its code point."""
    return _UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula; here it is text."""
    return bool(_FORMULA.match(text))


@dataclass(frozen=True, kw_only=True)
class MappedItem:
    """One item of one row: the delivered column and text, the value it becomes (blank: none), whether it is in doubt."""

    item: str
    column: str
    raw: str
    value: str
    doubted: bool

    @property
    def is_formula(self) -> bool:
        """Whether the delivered text would run in a spreadsheet."""
        return looks_like_formula(self.raw)


@dataclass(frozen=True, kw_only=True)
class MappedRow:
    """One row as delivered and as it would be: its items, the rule that sends it back whole (blank: it lands)."""

    line: int
    record_id: str
    rule: str
    raw: str
    items: Sequence[MappedItem]

    @property
    def doubted(self) -> int:
        """Items whose text is there but is no value."""
        return sum(item.doubted for item in self.items)


@dataclass(frozen=True, kw_only=True)
class ItemSummary:
    """An item over all rows of a trial: how often text was delivered, became a value, was in doubt."""

    item: str
    column: str
    given: int = 0
    valued: int = 0
    doubted: int = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What the first rows of a file would become."""

    resource: Resource
    source: Source
    rows: Sequence[MappedRow]
    summary: Sequence[ItemSummary] = field(default_factory=list)

    @property
    def landing(self) -> int:
        """Rows that would land."""
        return sum(not row.rule for row in self.rows)

    @property
    def returned(self) -> int:
        """Rows that would be sent back."""
        return sum(bool(row.rule) for row in self.rows)

    @property
    def doubted(self) -> int:
        """Rows that would land with something in doubt."""
        return sum(bool(row.doubted and not row.rule) for row in self.rows)


def try_file(path: Path, source: Source, *, reference_on: date, most: int = ROWS_SHOWN) -> Trial:
    """What the first rows of a file would become. Raises forms.FormMismatch."""
    resource = resources()[source.resource]
    rows = map_batches(_first(forms.read(path, source.form), most), resource, source, reference_on)
    return Trial(resource=resource, source=source, rows=rows, summary=_summary(rows))


def map_rows(
    columns: Sequence[Mapping[str, str]],
    *,
    resource: Resource,
    source: Source,
    reference_on: date,
    lines: Sequence[int],
    raws: Sequence[str] = (),
) -> list[MappedRow]:
    """What these rows, by the department's own column names, become; `lines` tell them apart and order the answer."""
    if not columns:
        return []
    names = list(dict.fromkeys([*source.form.names, *(name for row in columns for name in row)]))
    batch = pa.record_batch(
        {
            forms.LINE: pa.array(lines, pa.int64()),
            forms.DEFECT: pa.nulls(len(columns), pa.string()),
            forms.RAW: pa.array([raw or None for raw in raws] or [None] * len(columns), pa.string()),
            **{name: pa.array([row.get(name) for row in columns], pa.string()) for name in names},
        }
    )
    return map_batches(iter([batch]), resource, source, reference_on)


def map_batches(
    batches: Iterator[pa.RecordBatch], resource: Resource, source: Source, reference_on: date
) -> list[MappedRow]:
    """Judge rows as landing does, and give them back in the order of their lines."""
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        table, delivered = landing.judge(
            connection, batches, resource=resource, source=source, reference_on=reference_on
        )
    found = sorted(table.to_pylist(), key=lambda row: row["line"])
    return [_mapped(row, delivered, resource, source) for row in found]


def _mapped(row: Mapping[str, Any], delivered: Sequence[str], resource: Resource, source: Source) -> MappedRow:
    doubts = set(row["doubts"] or [])
    items = []
    for code in resource.items:
        column = source.column(code)
        if column is None:
            continue
        named = column.source or ""
        items.append(
            MappedItem(
                item=code,
                column=named,
                raw=visible(_text(row.get(f"={named}"))) if named in delivered else "",
                value=visible(_text(row[code])),
                doubted=code in doubts,
            )
        )
    return MappedRow(
        line=row["line"],
        record_id=visible(_text(row["record_id"])),
        rule=row["rule"] or "",
        raw=visible(_text(row["raw"])),
        items=items,
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _first(batches: Iterator[pa.RecordBatch], most: int) -> Iterator[pa.RecordBatch]:
    left = most
    for batch in batches:
        yield batch.slice(0, left)
        left -= min(left, len(batch))
        if not left:
            return


def _summary(rows: Sequence[MappedRow]) -> list[ItemSummary]:
    """The items in the order of the resource, counted over the rows that would land."""
    landing_rows = [row for row in rows if not row.rule]
    if not landing_rows:
        return []
    return [
        ItemSummary(
            item=one.item,
            column=one.column,
            given=sum(bool(row.items[at].raw) for row in landing_rows),
            valued=sum(bool(row.items[at].value) for row in landing_rows),
            doubted=sum(row.items[at].doubted for row in landing_rows),
        )
        for at, one in enumerate(landing_rows[0].items)
    ]


def columns_at_fault(rule: str, columns: Mapping[str, str], source: Source) -> set[str]:
    """The delivered columns that a rule speaks of, so that a form can point at them; empty where the row is broken as a whole."""
    records = source.records
    asked = {
        "no_record_id": {records.id},
        "scientific_number": set(source.form.identity_columns),
        "dated_after_delivery": {records.as_of},
        "control_character": {name for name, value in columns.items() if "\N{SYMBOL FOR NULL}" in value},
        "over_long_field": {name for name, value in columns.items() if len(value) > _limit(name, source)},
    }
    return asked.get(rule, set())


def _limit(column: str, source: Source) -> int:
    items = resources()[source.resource].items
    kinds = [items[code].type for code in source.columns if (mapped := source.column(code)) and mapped.source == column]
    return longest(kinds[-1]) if kinds else longest("text")
