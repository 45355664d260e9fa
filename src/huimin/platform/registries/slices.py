"""Bulk loads of the serving store in short slices: each holds the embedded store's one lock for about SLICE_SECONDS, so that a clerk never
waits for a registry load."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import duckdb
from django.db import connection as store
from django.db import models, transaction

SLICE_SECONDS: Final = 0.02
_FEWEST, _MOST = 20, 5_000


def batches(connection: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the answer that waits on the connection, some thousands at a time."""
    while rows := connection.fetchmany(2_000):
        yield rows


def upsert(
    entity: type[models.Model], columns: Sequence[str], rows: Iterable[list[tuple[Any, ...]]], *, key: str = "key"
) -> int:
    """Insert or update rows of these columns by their `key`; returns how many. Raw statements: the ORM would cost most of the load."""
    quote = store.ops.quote_name
    updated = ", ".join(f"{quote(column)} = EXCLUDED.{quote(column)}" for column in columns if column != key)
    statement = (
        f"INSERT INTO {quote(entity._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT ({quote(key)}) DO UPDATE SET {updated}"
    )
    return _in_slices(statement, rows)


def delete(entity: type[models.Model], rows: Iterable[list[tuple[Any, ...]]], *, key: str = "key") -> int:
    """Delete rows by their `key`, the only column of `rows`; returns how many were asked for."""
    quote = store.ops.quote_name
    return _in_slices(f"DELETE FROM {quote(entity._meta.db_table)} WHERE {quote(key)} = %s", rows)


def _in_slices(statement: str, rows: Iterable[list[tuple[Any, ...]]]) -> int:
    size, written = 200, 0
    for batch in rows:
        start = 0
        while start < len(batch):
            began = time.perf_counter()
            with transaction.atomic(), store.cursor() as cursor:
                cursor.executemany(statement, batch[start : start + size])
            start += size
            took = time.perf_counter() - began
            factor = 1.5 if took < SLICE_SECONDS / 2 else 0.7 if took > SLICE_SECONDS else 1
            size = max(_FEWEST, min(_MOST, int(size * factor)))
        written += len(batch)
    return written
