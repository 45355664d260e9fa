"""Reporting over HTTP: a grid worker posts the page on which incidents are reported, until the incident stands with its first work item.

Each request is another report at another place: session, CSRF, rights; point to cell; the class's department by the routing table; open
incidents of the same class close by; incident, report, facts, process, work item and clock. A hundred workers, each in a session of his
own, report by turns; all are answered by the product's server (`huimin serve`) on PostgreSQL that waits for the disk, then on the embedded
store. Load is eight kept connections from a generator on the same machine, each with one request after the other, by turns with the floor,
after a warm-up of each. On PostgreSQL the periodic jobs rest meanwhile, as where another machine of the city runs them.

The floor is an address of the benchmark on the same server, behind the same middleware and the same permission: one transaction that
writes the same rows by raw SQL, one INSERT a table, with the same keys, indexes and constraints.
Every answer must be found again: as many incidents, facts and open work items as there were answers.
"""

import json
import os
import secrets
from itertools import count, cycle
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import django
from _load import Run, keep_asking, request
from _served import served
from _stores import is_chosen, on_both, store
from lodging import LOAD, TURNS, WARM_UP, _figure, _jobs_elsewhere, _rate

SECONDS = float(os.environ.get("HUIMIN_BENCH_SECONDS", "9"))
WORKERS = 100
LEAST_A_SECOND = 120
LEAST = 0.5
CLASSES = ("01010", "05001", "01003", "02002", "03002")
WEST, SOUTH, WIDE, HIGH = 118.35, 31.30, 0.08, 0.08


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("incidents_reporting")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from huimin.cli.standing import establish

    call_command("migrate", verbosity=0)
    establish()
    _grid()
    sessions = cycle(_workers())
    serial, chance = count(1), Random(1)
    _capture(*next(sessions))
    name = f"reporting over HTTP, {store()}"
    connections.close_all()
    with _jobs_elsewhere(), served("_floor_reports_settings") as port:

        def report() -> bytes:
            return _post("/desk/incidents/new/", *next(sessions), _said(next(serial), chance))

        def floor() -> bytes:
            return _post("/bench/report/", *next(sessions), _said(next(serial), chance))

        taken = [_ask(port, report, WARM_UP), _ask(port, floor, WARM_UP)]
        turns = [(_ask(port, report, SECONDS / TURNS), _ask(port, floor, SECONDS / TURNS)) for _ in range(TURNS)]
    reported, bare = ([turn[side] for turn in turns] for side in (0, 1))
    _hold(1 + sum(len(run.times) for run in (taken[0], *reported)))
    value, least = _rate(reported), _rate(bare)
    late = Run(1, sorted(one for run in reported for one in run.times)).percentile(0.95)
    late_bare = Run(1, sorted(one for run in bare for one in run.times)).percentile(0.95)
    return [
        _figure(name, value, "reports/s", least, value / least, f"at least {LEAST_A_SECOND}/s", value >= LEAST_A_SECOND),
        _figure(f"{name}: share of its floor", value, "reports/s", least, value / least, f"at least {LEAST} of it", value >= LEAST * least),
        _figure(f"{name}: p95", late, "ms", late_bare, late / late_bare, "reported", True),
    ]  # fmt: skip


def _ask(port: int, make, seconds: float) -> Run:  # type: ignore[no-untyped-def] # the type is that of keep_asking
    return keep_asking(port, make, at_once=LOAD, seconds=seconds, status=b"302")


def _post(path: str, token: str, cookie: str, body: bytes) -> bytes:
    headers = {"Cookie": f"{cookie}; csrftoken={token}", "X-CSRFToken": token}
    return request("POST", path, {**headers, "Content-Type": "application/x-www-form-urlencoded"}, body)


def _said(serial: int, chance: Random) -> bytes:
    """A report of its own, somewhere in the grid."""
    return urlencode(
        {
            "key": f"bench-{serial:010}",
            "class_code": CLASSES[serial % len(CLASSES)],
            "description": "测速：路面有一个坑，请处理。",
            "longitude": f"{WEST + WIDE * chance.random():.6f}",
            "latitude": f"{SOUTH + HIGH * chance.random():.6f}",
        }
    ).encode()


def _grid() -> None:
    """The city's grid, as a demonstration makes it."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import take_grid
    from huimin.tooling.synth import vocabulary
    from huimin.tooling.synth.grid import write_grid

    path = Path(settings.HOME, "grid.geojson")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_grid(vocabulary.places(settings.CITY), path)
    take_grid(path, actor=Actor(kind="system", ref="bench"), at=timezone.now())


def _workers() -> list[tuple[str, str]]:
    """Grid workers with a session each: (CSRF token, session cookie)."""
    from datetime import timedelta

    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from huimin.platform.identity.models import Account, Post, PostHolding

    at, post = timezone.now(), Post.objects.get(code="qu_jinghu.grid")
    token = secrets.token_hex(16)
    found = []
    for n in range(WORKERS):
        account = Account.objects.create(username=f"bench.{n}", name="测速", kind="official", opened_at=at)
        PostHolding.objects.create(account=account, post=post, starts_at=at - timedelta(days=1))
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        found.append((token, f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"))
    return found


def _capture(token: str, cookie: str) -> None:
    """Report one incident here, and leave the rows that it wrote where the floor's address finds them."""
    import _floor
    from django.conf import settings
    from django.test import Client

    browser = Client(HTTP_COOKIE=f"{cookie}; csrftoken={token}")
    body = _said(0, Random(0)).decode()

    def report() -> object:
        return browser.post(
            "/desk/incidents/new/", body, content_type="application/x-www-form-urlencoded", HTTP_X_CSRFTOKEN=token
        )

    rows = _floor.rows_written(report, "")
    Path(settings.HOME, "floor.json").write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")


def _hold(answered: int) -> None:
    """Nothing that was answered is missing. RuntimeError where the store says otherwise."""
    from huimin.platform.incidents.models import Incident
    from huimin.platform.journal.models import Entry
    from huimin.platform.process.models import WorkItem

    floored = Incident.objects.filter(number__startswith="floor").count()
    found = {
        "incidents": Incident.objects.exclude(number__startswith="floor").count(),
        "facts": Entry.objects.filter(kind__endswith="IncidentReported").count(),
        "work items": WorkItem.objects.filter(closed_at=None, number__startswith="HM").count(),
    }
    expected = {"incidents": answered, "facts": answered + floored, "work items": answered}
    if found != expected:
        raise RuntimeError(f"{answered} answers, but {found}; expected {expected}")
