"""The floor of a report: the rows that one wrote, written again by raw SQL, one INSERT a table, in one transaction."""

from functools import cache
from typing import Any
from uuid import uuid4

import _floor
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from huimin.platform.identity.permissions import needs
from huimin.platform.incidents.permissions import READ
from huimin.urls import urlpatterns as city

SERIALS = ("process_serial",)
UNIQUE = {"incidents_incident": ("number",), "process_process": ("number",), "incidents_report": ("token", "key")}


@cache
def _numbers() -> list[str]:
    """What must be another every time: public numbers, the token and the sender's key of the captured report."""
    found = {
        row[table["columns"].index(name)]
        for table in _floor._pattern()["written"]
        for name in UNIQUE.get(table["table"], ())
        for row in table["rows"]
    }
    return sorted(found, key=len, reverse=True)


@needs(READ)
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write what a report writes, and answer as it does."""
    fresh = uuid4().hex
    numbers = {number: f"floor{fresh[:10]}{place}" for place, number in enumerate(_numbers())}
    keys: dict[tuple[str, Any], Any] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # Who wants to know of a fact refers to it: those rows come last.
        for table in sorted(_floor._pattern()["written"], key=lambda one: one["table"] == _floor.OUTBOX):
            if table["table"] in SERIALS:
                values = "(id) VALUES (DEFAULT)" if connection.vendor == "postgresql" else "DEFAULT VALUES"
                cursor.execute(f"INSERT INTO {table['table']} {values}")
            elif table["table"] == _floor.ENTRY:
                _floor._append(cursor, table, numbers, keys)
            else:
                _floor._insert(cursor, table, numbers, keys, 0)
    return redirect("incidents:incidents")


urlpatterns = [path("bench/report/", report), *city]
