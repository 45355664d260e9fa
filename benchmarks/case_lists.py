"""The inbox of an official, an applicant's own cases, and the cases of a department as its head sees them: whole pages, at 10,000 cases
and at HUIMIN_BENCH_CASES (1,000,000).

One case is lodged for real; the others are its rows again, written by the store itself, each with a process, a work item and a clock: a
fifth are live, one in ten of those at the reader's post, and some 4 % of those late; one in ten is the department's, sixty are the reader's
own. A page is asked for through the whole stack (session, rights, templates) in this process, so that what is measured is the page. The
floor is the same page at 10,000; the number of statements must be the same, and every read of the grown tables must go by an index.
"""

import os
import secrets
import time
from datetime import timedelta
from typing import Any

import django
from _stores import is_chosen, on_both, store

FEW = 10_000
MANY = int(os.environ.get("HUIMIN_BENCH_CASES", "1000000"))
READS = int(os.environ.get("HUIMIN_BENCH_READS", "200"))
WARM_UP = 10
MOST = 1.3
OWN = 60
GROWN = ("cases_case", "process_process", "process_workitem", "process_deadline")
FLOOR_IS = f"the same page at {FEW:,} cases"
SERIES = {
    "postgresql": "SELECT generate_series(%s::int, %s::int) AS n",
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM s WHERE n < %s) SELECT n FROM s",
}
INSTANT = {
    "postgresql": "timestamptz '2026-01-01 01:00+00' + n * interval '20 seconds'",
    "sqlite": "datetime('2026-01-01 01:00:00', '+' || (n * 20) || ' seconds')",
}
TURN = {
    "postgresql": "CURRENT_DATE - 10 + (n / 7) % 200",
    "sqlite": "date('now', '-10 days', '+' || ((n / 7) % 200) || ' days')",
}
DUE = {
    "postgresql": "CURRENT_DATE - 7 + (n / 7) % 200",
    "sqlite": "date('now', '-7 days', '+' || ((n / 7) % 200) || ' days')",
}


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("case_lists")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    import lodging
    from _floor import rows_of
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from huimin.cli.standing import establish

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    establish()
    lodging.APPLICANTS = 1
    ((token, cookie, draft),) = list(lodging._applicants())
    applicant = Client(HTTP_COOKIE=f"{cookie}; csrftoken={token}")
    rows = rows_of(lambda: applicant.post(f"/my/drafts/{draft}/check/"))
    head, cases = _head(rows["cases_case"][0]["department"]), reverse("cases:overseen")
    pages = {
        "inbox": (_official(rows["process_workitem"][0]["post_id"]), reverse("process:inbox")),
        "own cases": (applicant, reverse("cases:mine")),
        "open cases of a department": (head, cases),
        "late cases of a department": (head, f"{cases}?view=late"),
        "cases of a department and a service": (head, f"{cases}?view=all&service={lodging.SERVICE}"),
    }
    _grow(rows, 1, FEW)
    few = {name: _read(*page) for name, page in pages.items()}
    _grow(rows, FEW + 1, MANY)
    many = {name: _read(*page) for name, page in pages.items()}
    on = store()
    return [_figure(f"{name} at {MANY:,} cases, {on}: p95", few[name], many[name]) for name in pages]


def _figure(name: str, few: tuple[float, int, list[str]], many: tuple[float, int, list[str]]) -> dict[str, object]:
    floor, asked, _ = few
    value, still, scanned = many
    if scanned:
        raise RuntimeError(f"{name}: a whole table is read: {scanned[0]}")
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "floor": round(floor, 1),
        "ratio": round(value / floor, 2),
        "goal": f"at most {MOST}, with the same number of statements ({asked}; found {still})",
        "met": value <= MOST * floor and asked == still,
        "floor_is": FLOOR_IS,
        "connections": 1,
        "warm_up": f"{WARM_UP} pages",
    }


def _official(post: int) -> Any:
    """The browser of an official who holds the post at which the cases wait."""
    from django.test import Client
    from django.utils import timezone

    from huimin.platform.identity.models import Account, PostHolding

    at = timezone.now()
    account = Account.objects.create(
        username=f"bench.{secrets.token_hex(4)}", name="测速", kind="official", opened_at=at
    )
    PostHolding.objects.create(account=account, post_id=post, starts_at=at - timedelta(days=1))
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _head(department: str) -> Any:
    """The browser of who heads the department that answers for the case."""
    from huimin.platform.identity.models import Department, Post

    at_the_head = {"duty": "head", "title": "测速", "title_en": "Bench"}
    owner = Department.objects.get(code=department)
    return _official(Post.objects.create(code=f"{department}.bench", department=owner, **at_the_head).pk)


def _read(browser: Any, address: str) -> tuple[float, int, list[str]]:
    """The page's p95 in milliseconds, its statements, and the plans that read a grown table from end to end."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def see(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    for _ in range(WARM_UP):
        answer = browser.get(address)
        assert answer.status_code == 200, answer.status_code
    with connection.execute_wrapper(see):
        browser.get(address)
    times = []
    for _ in range(READS):
        began = time.perf_counter()
        browser.get(address)
        times.append(1000 * (time.perf_counter() - began))
    asked = list(seen)
    return sorted(times)[int(0.95 * READS)], len(asked), [plan for sql, params in asked for plan in _scans(sql, params)]


def _scans(sql: str, params: Any) -> list[str]:
    """The lines of a statement's plan that go through all of a grown table."""
    from django.db import connection

    if not sql.startswith("SELECT") or not any(table in sql for table in GROWN):
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql}", params)
            lines = [line for (line,) in cursor.fetchall()]
            return [line for line in lines if any(f"Seq Scan on {table}" in line for table in GROWN)]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        lines = [row[3] for row in cursor.fetchall()]
        return [
            line for line in lines if line.startswith("SCAN") and "INDEX" not in line and any(t in line for t in GROWN)
        ]


def _grow(rows: dict[str, list[dict[str, Any]]], first: int, last: int) -> None:
    """The rows of the one case again, numbered from `first` to `last`."""
    from django.db import connection

    vendor = connection.vendor
    live, instant, theirs = "n % 5 = 0", INSTANT[vendor], "n % 10 = 0"
    department, bodies = rows["cases_case"][0]["department"], rows["process_process"][0]["department_id"]
    own = rows["cases_case"][0]["applicant"]
    closed = f"CASE WHEN {live} THEN NULL ELSE {instant} END"
    base = 1_000
    process = f"{base} + n"
    true, false = ("TRUE", "FALSE") if vendor == "postgresql" else ("1", "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM identity_post WHERE id <> %s ORDER BY id LIMIT 1", [rows["process_workitem"][0]["post_id"]]
        )
        (other,) = cursor.fetchone()
        cursor.execute("SELECT id FROM identity_department WHERE id <> %s ORDER BY id LIMIT 1", [bodies])
        (body,) = cursor.fetchone()
        _copy(cursor, "process_process", rows["process_process"][0], {
            "id": process, "number": "'HB-' || n", "subject": "'case:B-' || n", "started_at": instant,
            "state": f"CASE WHEN {live} THEN 'running' ELSE 'ended' END", "ended_at": closed, "turn_on": TURN[vendor],
            "due_on": DUE[vendor], "department_id": f"CASE WHEN {theirs} THEN {bodies} ELSE {body} END",
        }, first, last)  # fmt: skip
        _copy(cursor, "cases_case", rows["cases_case"][0], {
            "id": process, "number": "'B-' || n", "process": "'HB-' || n", "lodged_at": instant,
            "applicant": f"CASE WHEN n <= {OWN} THEN '{own}' ELSE 'person:B' || (n / 10) END",
            "account_id": "NULL", "state": f"CASE WHEN {live} THEN 'accepted' ELSE 'granted' END", "decided_at": closed,
            "department": f"CASE WHEN {theirs} THEN '{department}' ELSE 'body' || (n % 9) END",
        }, first, last)  # fmt: skip
        _copy(cursor, "process_workitem", rows["process_workitem"][0], {
            "id": process, "number": "'HB-' || n || '-1'", "process_id": process, "opened_at": instant, "closed_at": closed,
            "state": f"CASE WHEN {live} THEN 'open' ELSE 'done' END", "outcome": f"CASE WHEN {live} THEN '' ELSE 'accepted' END",
            "unattended": f"CASE WHEN {live} THEN {false} ELSE {true} END", "turn_on": TURN[vendor],
            "due_on": DUE[vendor], "post_id": f"CASE WHEN n % 50 = 0 THEN {rows['process_workitem'][0]['post_id']} ELSE {other} END",
        }, first, last)  # fmt: skip
        _copy(cursor, "process_deadline", next(row for row in rows["process_deadline"] if row["item_id"]), {
            "id": process, "process_id": process, "item_id": process, "started_at": instant, "closed_at": closed,
        }, first, last)  # fmt: skip
        cursor.execute("VACUUM ANALYZE" if vendor == "postgresql" else "ANALYZE")


def _copy(cursor: Any, table: str, row: dict[str, Any], others: dict[str, str], first: int, last: int) -> None:
    from django.db import connection

    constants = {name: value for name, value in row.items() if name not in others}
    columns = [*others, *constants]
    cast = _types(cursor, table) if connection.vendor == "postgresql" else {}
    marks = [f"%s::{cast[name]}" if name in cast else "%s" for name in constants]
    named = ", ".join(f'"{name}"' for name in columns)
    picked = ", ".join([*others.values(), *marks]).replace(" % ", " %% ")
    statement = f"INSERT INTO {table} ({named}) SELECT {picked} FROM ({SERIES[connection.vendor]}) AS s"
    cursor.execute(statement, [*constants.values(), first, last])


def _types(cursor: Any, table: str) -> dict[str, str]:
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped",
        [table],
    )
    return dict(cursor.fetchall())
