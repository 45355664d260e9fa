"""The lists of incidents of a command centre, a city and a department: at 10,000 and at HUIMIN_BENCH_INCIDENTS (1,000,000).

One incident is reported and dispatched for real; the others are its rows again, written by the store itself: one in a hundred is open, the
others closed; a seventh lies in each district. A page is asked for through the whole stack (session, rights, templates) in this process, so
that what is measured is the page. The floor is the same page at 10,000; the number of statements must be the same, and the plan of every
read of the grown tables must use an index.
"""

import os
from datetime import timedelta
from typing import Any

import case_lists
import django
from _stores import is_chosen, on_both, store

FEW = 10_000
MANY = int(os.environ.get("HUIMIN_BENCH_INCIDENTS", "1000000"))
MOST = 1.3
GROWN = ("incidents_incident", "incidents_disposal", "incidents_report")
DISTRICTS = ("340202", "340207", "340209", "340210", "340212", "340223", "340281")


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("incidents_lists")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    import incidents_reporting
    from _floor import rows_of
    from django.core.management import call_command
    from django.urls import reverse
    from django.utils import timezone

    from huimin.cli.standing import establish
    from huimin.platform.identity.models import Post
    from huimin.platform.incidents.operations import report_incident
    from huimin.platform.incidents.rules import Channel, NewReport
    from huimin.platform.journal.rules import Actor

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    establish()
    incidents_reporting._grid()
    case_lists.GROWN = GROWN
    worker = case_lists._official(Post.objects.get(code="qu_jinghu.grid").pk)
    holder = Actor(kind="account", ref=_account_of(worker), post="qu_jinghu.grid")
    report = NewReport(
        key="bench-0000000",
        channel=Channel.WORKER,
        class_code="01002",
        longitude=118.37,
        latitude=31.33,
        description="测速",
    )
    rows = rows_of(
        lambda: report_incident(report=report, sender="bench", actor=holder, at=timezone.now() - timedelta(minutes=1))
    )
    command = case_lists._official(Post.objects.get(code="qu_jinghu.command").pk)
    city = case_lists._official(Post.objects.get(code="cgj.command").pk)
    handler = case_lists._official(Post.objects.get(code="qu_jinghu.dispose").pk)
    list_ = reverse("incidents:incidents")
    pages = {
        "open incidents of a district": (command, f"{list_}?view=open"),
        "all incidents of a district": (command, f"{list_}?view=all"),
        "closed incidents of a class": (city, f"{list_}?view=closed&class_code=01002"),
        "overdue incidents of the city": (city, f"{list_}?view=late"),
        "incidents of a department": (handler, f"{list_}?view=all"),
    }
    _grow(rows, 1, FEW)
    few = {name: case_lists._read(*page) for name, page in pages.items()}
    _grow(rows, FEW + 1, MANY)
    many = {name: case_lists._read(*page) for name, page in pages.items()}
    on = store()
    return [case_lists._figure(f"{name} at {MANY:,}, {on}: p95", few[name], many[name]) for name in pages]


def _account_of(browser: Any) -> str:
    from huimin.platform.identity.models import Account

    return Account.objects.get(pk=browser.session["_auth_user_id"]).public_id


def _grow(rows: dict[str, list[dict[str, Any]]], first: int, last: int) -> None:
    """The rows of the one incident again, numbered from `first` to `last`."""
    from django.db import connection

    vendor = connection.vendor
    base, instant = "1000 + n", case_lists.INSTANT[vendor]
    is_open = "n % 100 = 0"
    division = "CASE n % 7 " + " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(DISTRICTS)) + " END"
    over = f"CASE WHEN {is_open} THEN NULL ELSE {instant} END"
    lead = rows["incidents_disposal"][0]["department_id"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM identity_department WHERE id <> %s ORDER BY id LIMIT 1", [lead])
        (other,) = cursor.fetchone()
        department = f"CASE WHEN n % 50 = 0 THEN {lead} ELSE {other} END"
        case_lists._copy(cursor, "incidents_incident", rows["incidents_incident"][0], {
            "id": base, "number": "'B-' || n", "process": "'HB-' || n", "reported_at": instant, "division": division,
            "street": f"({division}) || '001'", "cell": f"({division}) || '001001001'", "lead_id": department,
            "state": f"CASE WHEN {is_open} THEN 'disposing' ELSE 'closed' END", "closed_at": over, "ended_at": over,
            "latitude": "31.0 + (n % 1000) / 1000.0", "longitude": "118.0 + (n / 1000 % 1000) / 1000.0",
            "due_at": f"CASE WHEN {is_open} THEN {instant} ELSE NULL END",
        }, first, last)  # fmt: skip
        case_lists._copy(cursor, "incidents_disposal", rows["incidents_disposal"][0], {
            "id": base, "incident_id": base, "department_id": department, "reported_at": instant, "dispatched_at": instant,
        }, first, last)  # fmt: skip
        case_lists._copy(cursor, "incidents_report", rows["incidents_report"][0], {
            "id": base, "incident_id": base, "key": "'bench-' || n", "token": "'B' || n", "received_at": instant,
        }, first, last)  # fmt: skip
        cursor.execute("VACUUM ANALYZE" if vendor == "postgresql" else "ANALYZE")
