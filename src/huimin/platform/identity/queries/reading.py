"""The one raw read of the hot paths: a keyed statement that the store plans once and not for every request."""

from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.postgresql.base import ServerBindingCursor


def read_rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, as the store gives them: instants and JSON are not converted. `%s` marks parameters.

    PostgreSQL takes the parameters apart from the text, so that it can keep the plan for the life of the connection: to plan a join of
    four tables costs it more than to run it.
    """
    store = connections[DEFAULT_DB_ALIAS]
    adapt = store.ops.adapt_datetimefield_value
    adapted = [adapt(one) if isinstance(one, datetime) else one for one in parameters]
    if store.vendor != "postgresql" or store.queries_logged:  # a kept plan has no text to log
        with store.cursor() as cursor:
            return _rows(cursor, statement, adapted)
    try:
        return _planned(store, statement, adapted)
    except OperationalError:
        if store.in_atomic_block:
            raise
        # The server was restarted meanwhile: the read is its own check of the connection, and is done again on a new one.
        store.close()
        return _planned(store, statement, adapted)


def _planned(store: Any, statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    store.ensure_connection()
    with store._prepare_cursor(ServerBindingCursor(store.connection)) as cursor:  # type: ignore[call-arg]
        rows = _rows(cursor, statement, parameters)
    store.health_check_done = True
    return rows


def _rows(cursor: Any, statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(statement, parameters)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
