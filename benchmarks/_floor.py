"""The floor of a lodging: the rows that one wrote, written again by raw SQL, one INSERT a table, in one transaction."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from huimin.platform.cases.permissions import APPLY
from huimin.platform.identity.permissions import needs
from huimin.platform.journal.models import PLACE, TAKE_FREE_HEAD
from huimin.urls import urlpatterns as city

ENTRY = "journal_entry"
OUTBOX = "journal_outboxitem"
NEVER = "2099-01-01 00:00:00+00:00"
SERIALS = ("cases_serial", "process_serial")
INSERTED = re.compile(r'INSERT INTO "?(\w+)"?')


def rows_written(act: Callable[[], HttpResponse], draft: str) -> dict[str, Any]:
    """What a lodging wrote: for each table, in the order of writing, its columns and rows; and the draft's public number."""

    def lodged() -> None:
        answer = act()
        if answer.status_code != 302:
            raise RuntimeError(f"the lodging was answered {answer.status_code}")

    return {"written": _written(lodged), "draft": draft}


def rows_of(act: Callable[[], object]) -> dict[str, list[dict[str, Any]]]:
    """The rows that an act wrote, by table."""
    return {
        table["table"]: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for table in _written(act)
    }


def _written(act: Callable[[], object]) -> list[dict[str, Any]]:
    from django.apps import apps

    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    order: list[str] = []

    def see(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # Facts may be written by the very statement that notes who is to be told: what is referred to comes last in it.
        order.extend(reversed(INSERTED.findall(sql)))
        return execute(sql, params, many, context)

    before = {name: set(_keys(model)) for name, model in tables.items()}
    with connection.execute_wrapper(see):
        act()
    written = []
    for name in dict.fromkeys(order):
        model = tables[name]
        columns = [field.column for field in model._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {name} ORDER BY 1")
            rows = [list(row) for row in cursor.fetchall() if row[0] not in before[name]]
        links = {
            field.column: field.related_model._meta.db_table
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model is not None
        }
        written.append({"table": name, "columns": columns, "rows": rows, "links": links, "key": model._meta.pk.column})
    return written


def _keys(model: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_quoted(model._meta.pk.column)} FROM {model._meta.db_table}")
        return [key for (key,) in cursor.fetchall()]


def _quoted(name: str) -> str:
    return f'"{name}"'


@cache
def _pattern() -> dict[str, Any]:
    return json.loads(Path(settings.HOME, "floor.json").read_text(encoding="utf-8"))


@cache
def _numbers() -> list[str]:
    """The public numbers of the captured lodging, which must be others every time."""
    return sorted(
        {
            row[table["columns"].index("number")]
            for table in _pattern()["written"]
            if table["table"] in ("cases_case", "process_process")
            for row in table["rows"]
        },
        key=len,
        reverse=True,
    )


@needs(APPLY)
@require_POST
def lodge(request: HttpRequest, draft: str) -> HttpResponse:
    """Write what a lodging writes, and answer as it does."""
    with transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, draft)
    return redirect("cases:mine")


def _write(cursor: Any, draft: str) -> None:
    fresh = uuid4().hex
    numbers = {number: f"floor{fresh[:10]}{place}" for place, number in enumerate(_numbers())}
    keys: dict[tuple[str, Any], Any] = {}
    cursor.execute("SELECT id FROM cases_draft WHERE public_id = %s", [draft])
    (draft_key,) = cursor.fetchone()
    for table in _pattern()["written"]:
        if table["table"] in SERIALS:
            values = "VALUES (DEFAULT)" if connection.vendor == "postgresql" else "DEFAULT VALUES"
            columns = "(id) " if connection.vendor == "postgresql" else ""
            cursor.execute(f"INSERT INTO {table['table']} {columns}{values}")
        elif table["table"] == ENTRY:
            _append(cursor, table, numbers, keys)
        else:
            _insert(cursor, table, numbers, keys, draft_key)
    case = next(new for (table, _old), new in keys.items() if table == "cases_case")
    cursor.execute("UPDATE cases_draft SET lodged = %s WHERE id = %s", [f"floor{fresh[:10]}", draft_key])
    cursor.execute("UPDATE cases_upload SET case_id = %s WHERE draft_id = %s", [case, draft_key])


def _insert(
    cursor: Any, table: dict[str, Any], numbers: dict[str, str], keys: dict[tuple[str, Any], Any], draft: int
) -> None:
    own = [name for name in table["columns"] if name != table["key"]]
    values = []
    for row in table["rows"]:
        cells = dict(zip(table["columns"], row, strict=True))
        for column, linked in table["links"].items():
            cells[column] = draft if linked == "cases_draft" else keys.get((linked, cells[column]), cells[column])
        if table["table"] == OUTBOX:
            cells["due_at"] = NEVER  # what would follow from a fact that only looks like one is nobody's work
        values += [_renamed(cells[name], numbers) for name in own]
    marks = ", ".join([f"({', '.join(['%s'] * len(own))})"] * len(table["rows"]))
    statement = f"INSERT INTO {table['table']} ({', '.join(map(_quoted, own))}) VALUES {marks} RETURNING {table['key']}"
    cursor.execute(statement, values)
    place = table["columns"].index(table["key"])
    for row, (new,) in zip(table["rows"], cursor.fetchall(), strict=True):
        keys[table["table"], row[place]] = new


def _append(cursor: Any, table: dict[str, Any], numbers: dict[str, str], keys: dict[tuple[str, Any], Any]) -> None:
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    fresh = [{name: _renamed(value, numbers) for name, value in row.items()} for row in rows]
    for row, new in zip(rows, appended(cursor, fresh), strict=True):
        keys[ENTRY, row["id"]] = new


def appended(cursor: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Write facts at the end of a chain that no other writer holds, with whatever hash: nobody verifies them. Gives their keys."""
    if connection.vendor == "postgresql":
        cursor.execute(TAKE_FREE_HEAD)
    else:
        cursor.execute("SELECT shard, seq, hash FROM journal_head WHERE shard = 0")
    shard, seq, _hash = cursor.fetchone()
    placed = [row | {"id": shard * PLACE + seq + n, "shard": shard, "seq": seq + n} for n, row in enumerate(rows, 1)]
    columns = list(rows[0])
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    values = [row[name] for row in placed for name in columns]
    cursor.execute(f"INSERT INTO {ENTRY} ({', '.join(map(_quoted, columns))}) VALUES {marks}", values)
    cursor.execute("UPDATE journal_head SET seq = %s WHERE shard = %s", [seq + len(rows), shard])
    return [row["id"] for row in placed]


def _renamed(value: Any, numbers: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in numbers.items():
            value = value.replace(old, new)
    elif isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return value


urlpatterns = [path("bench/lodging/<slug:draft>/", lodge), *city]
