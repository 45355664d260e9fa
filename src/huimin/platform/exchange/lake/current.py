"""Which records are current: a pure function of the deliveries that stand, whatever the order in which they came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from huimin.platform.exchange.lake.engine import text


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A delivery that counts: its lake file (blank: no row of it landed), whether it states the whole resource, its reference day, its
    place in order of arrival, and the number of the delivery whose returned row it brings corrected, if it does.
    """

    file: str
    mode: Literal["full", "increment"]
    reference_on: date
    number: int
    completes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All rows of the deliveries that count, and which of them (delivery, file_row_number) are not current, both as an engine SELECT."""

    all: str
    outdated: str


def current_rows(lake: Path, resource: str, deliveries: Sequence[Standing]) -> Rows | None:
    """A resource's rows and the outdated ones among them; None where there is no row of any.

    For reading everything more than once: who is outdated is settled by a few narrow columns, and mostly nobody is.
    """
    rows, stated = _rows(lake, resource, deliveries, "", ", file_row_number = true")
    if rows is None:
        return None
    judged = f"SELECT record_id, delivery, file_row_number, line, ordinal, operation, event_at, {stated} AS stated FROM ({rows})"
    return Rows(
        all=rows,
        outdated=f"""
            SELECT delivery, file_row_number FROM (
                SELECT *, bool_or(stated) OVER (PARTITION BY record_id) AS stands, row_number() OVER ({_LATEST_FIRST}) AS place
                FROM ({judged})
                WHERE record_id IN (
                    SELECT record_id FROM ({judged}) GROUP BY record_id
                    HAVING count(*) > 1 OR NOT bool_or(stated) OR bool_or(operation = 'D')))
            WHERE NOT stands OR place > 1 OR operation = 'D'""",
    )


def current_records(
    lake: Path,
    resource: str,
    deliveries: Sequence[Standing],
    columns: Sequence[str] = ("*",),
    *,
    only: Collection[str] | None = None,
    between: tuple[str, str] | None = None,
) -> str | None:
    """The engine SELECT of a resource's current records (`only` of these record numbers, or `between` a number, exclusive, and another,
    inclusive), or None where there is no row of any.

    Of a record's versions the one with the greatest `event_at` wins (equal ones: the later delivery, then the later line). A withdrawn
    record (operation D) is not current; nor is one that the latest full delivery (with the corrected rows that complete it) does not
    list and nothing stated since: an increment of the full delivery's own day speaks after it.
    """
    wanted = (
        f" WHERE record_id IN ({', '.join(_quoted(record) for record in sorted(only))})" if only is not None else ""
    )
    if between is not None:
        wanted = f" WHERE record_id > {_quoted(between[0])} AND record_id <= {_quoted(between[1])}"
    rows, stated = _rows(lake, resource, deliveries, wanted)
    if rows is None:
        return None
    return f"""
        SELECT {", ".join(columns)} FROM (SELECT *, bool_or({stated}) OVER (PARTITION BY record_id) AS stands FROM ({rows}))
        WHERE stands QUALIFY row_number() OVER ({_LATEST_FIRST}) = 1 AND operation <> 'D'"""


def first_records(lake: Path, resource: str, deliveries: Sequence[Standing], *, after: str, count: int) -> str | None:
    """The engine SELECT of the first `count` record numbers after this one, current or not; None where there is no row of any."""
    rows, _ = _rows(lake, resource, deliveries, f" WHERE record_id > {_quoted(after)}")
    return rows and f"SELECT DISTINCT record_id FROM ({rows}) ORDER BY record_id LIMIT {count:d}"


# Of a record's versions, the one that counts comes first.
_LATEST_FIRST = "PARTITION BY record_id ORDER BY event_at DESC, delivery DESC, line DESC, ordinal DESC"


def _rows(
    lake: Path, resource: str, deliveries: Sequence[Standing], wanted: str, reading: str = ""
) -> tuple[str | None, str]:
    """The rows of the deliveries that count, and the condition under which a row says that its record stands."""
    full = max((d for d in deliveries if d.mode == "full"), key=lambda d: (d.reference_on, d.number), default=None)
    parts = [
        f"SELECT *, {d.number} AS delivery, {'TRUE' if full and full.number in (d.number, d.completes) else 'FALSE'} AS listed"
        f" FROM read_parquet('{text(lake / resource / d.file)}'{reading}){wanted}"
        for d in deliveries
        # An earlier full delivery says nothing that the latest does not replace.
        if d.file and (d.mode != "full" or d is full)
    ]
    stated = f"(listed OR event_at >= TIMESTAMP '{full.reference_on} 23:59:59')" if full else "TRUE"
    return " UNION ALL BY NAME ".join(parts) or None, stated


def _quoted(value: str) -> str:
    return f"'{text(value)}'"
