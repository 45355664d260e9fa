"""Writes of hot paths: rows by statements that are put together once for each set of columns, and planned once a connection.

What the ORM does besides (signals, defaults of the database, models that inherit tables) is not done: nothing of the house needs it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)


def insert_rows(rows: Iterable[M]) -> list[M]:
    """Write new rows of one model, in one statement; they learn their keys. Raises what the store refuses."""
    new: list[Any] = list(rows)
    if not new:
        return new
    model: Any = type(new[0])
    store = connections[DEFAULT_DB_ALIAS]
    fields = _own_fields(model)
    for row in new:
        row._prepare_related_fields_for_save("insert_rows")  # what it points to may have got its key only now
    values = [field.get_db_prep_save(field.pre_save(row, True), store) for row in new for field in fields]
    with store.cursor() as cursor:
        cursor.execute(_insertion(model, len(new)), values)
        for row, (key,) in zip(new, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return new


def write_columns(row: models.Model, *columns: str) -> None:
    """Write these columns of a row that this transaction holds."""
    model: Any = type(row)
    store, fields = connections[DEFAULT_DB_ALIAS], _fields(model, columns)
    values = [field.get_db_prep_save(getattr(row, field.attname), store) for field in fields]
    with store.cursor() as cursor:
        cursor.execute(_change(model, columns), [*values, row.pk])


@lru_cache(maxsize=256)
def _own_fields(model: type[models.Model]) -> Sequence[Any]:
    """What is written of a new row: all but the key that the store gives."""
    return [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]


@lru_cache(maxsize=256)
def _fields(model: type[models.Model], columns: tuple[str, ...]) -> Sequence[Any]:
    return [model._meta.get_field(name) for name in columns]


@lru_cache(maxsize=512)
def _insertion(model: type[models.Model], count: int) -> str:
    names = [_quoted(field.column) for field in _own_fields(model)]
    row = f"({', '.join(['%s'] * len(names))})"
    into, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    return f"INSERT INTO {into} ({', '.join(names)}) VALUES {', '.join([row] * count)} RETURNING {key}"  # noqa: S608 - our own names


@lru_cache(maxsize=512)
def _change(model: type[models.Model], columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{_quoted(field.column)} = %s" for field in _fields(model, columns))
    return f"UPDATE {_quoted(model._meta.db_table)} SET {changes} WHERE {_quoted(model._meta.pk.column)} = %s"  # noqa: S608 - our own names


def _quoted(name: str | None) -> str:
    return f'"{name}"'
