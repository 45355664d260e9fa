"""Reading the current records of every resource on an engine connection: all of them, or share by share of the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb

from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.landing import BUCKETS
from huimin.platform.exchange.queries import current_rows

# What a share of the lake holds at most: so many records are worked on in memory at a time, whatever the size of the city.
SHARE_RECORDS = 1_500_000
EVERYTHING = "TRUE"


class Select(Protocol):
    """Gives the engine SELECT of a resource's current records with these expressions, those for which `where` holds; None while there is
    nothing of it.
    """

    def __call__(self, resource: Resource, columns: list[str], where: str = EVERYTHING) -> str | None:  # noqa: D102
        ...


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The current records, and the conditions that cut them into shares: the records of one number lie in one share (see `landing`)."""

    select: Select
    shares: Sequence[str]


def read_current(connection: duckdb.DuckDBPyConnection, every: Sequence[Resource]) -> Reading:
    """Settle once which rows of the lake are current, one engine view a resource; every later reading is a scan of the files."""
    views: dict[str, str] = {}
    records = 0
    for number, resource in enumerate(every):
        rows = current_rows(resource)
        if rows is None:
            continue
        connection.execute(f"CREATE OR REPLACE TEMP TABLE outdated_{number} AS {rows.outdated}")
        (outdated,) = engine.one(connection, f"SELECT count(*) FROM outdated_{number}")
        (held,) = engine.one(connection, f"SELECT count(*) FROM ({rows.all})")
        but = f" WHERE (delivery, file_row_number) NOT IN (FROM outdated_{number})"
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW current_{number} AS FROM ({rows.all}){but if outdated else ''}"
        )
        views[resource.code] = f"current_{number}"
        records += held - outdated

    def select(resource: Resource, columns: list[str], where: str = EVERYTHING) -> str | None:
        view = views.get(resource.code)
        return f"SELECT {', '.join(columns)} FROM {view} WHERE {where}" if view else None

    return Reading(select=select, shares=shares(records))


def shares(records: int) -> list[str]:
    """Conditions on the lake's `bucket` that cut so many records into as few shares as hold no more than they may; at most one a bucket."""
    count = min(BUCKETS, max(1, -(-records // SHARE_RECORDS)))
    if count == 1:
        return [EVERYTHING]
    return [
        f"bucket IN ({', '.join(str(bucket) for bucket in range(BUCKETS) if bucket % count == share)})"
        for share in range(count)
    ]
