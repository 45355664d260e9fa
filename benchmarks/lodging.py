"""Lodging over HTTP: an applicant's own POST of the check page, until the case stands with its evidence, facts, process and first step.

The service is the qualification of teachers (committed; conditions on the registry; two materials that the registry shows, three files).
Each request is another applicant's, in a session of his own, with its CSRF token; all are answered by the product's server
(`huimin serve`) on PostgreSQL that waits for the disk, then on the embedded store. Load is eight kept connections from a generator on the
same machine, each with one request after the other, by turns with the floor, after a warm-up of each. On PostgreSQL the periodic
jobs rest meanwhile, as where another machine of the city runs them: what follows from a fact (the sealed application) is their work.

The floor is an address of the benchmark on the same server, behind the same middleware and the same permission: one transaction that
writes the same rows by raw SQL, one INSERT a table, with the same keys, indexes and constraints, and updates the same rows.
Every answer must be found again: as many cases, facts and open work items as there were answers.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import django
from _load import Run, keep_asking, request
from _served import served
from _stores import is_chosen, on_both, store

SERVICE = "teacher_qualification"
FILES = ("exam_certificate", "medical", "mandarin")
SECONDS = float(os.environ.get("HUIMIN_BENCH_SECONDS", "9"))
APPLICANTS = int(os.environ.get("HUIMIN_BENCH_APPLICANTS", "9000"))
LOAD = 8
TURNS = 3
WARM_UP = 2.0
LEAST_A_SECOND = 150
LEAST = 0.5
FLOOR_IS = (
    "raw SQL: the same rows in one transaction, one INSERT a table, on the same server behind the same middleware"
)


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("lodging")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from huimin.cli.standing import establish

    call_command("migrate", verbosity=0)
    establish()
    asks = _applicants()
    _capture(next(asks))
    name = f"lodging over HTTP, {store()}"
    connections.close_all()
    with _jobs_elsewhere(), served("_floor_settings") as port:

        def lodge() -> bytes:
            token, cookie, draft = next(asks)
            return _post(f"/my/drafts/{draft}/check/", token, cookie)

        def floor() -> bytes:
            token, cookie, draft = next(asks)
            return _post(f"/bench/lodging/{draft}/", token, cookie)

        taken = [_ask(port, lodge, WARM_UP), _ask(port, floor, WARM_UP)]
        turns = [(_ask(port, lodge, SECONDS / TURNS), _ask(port, floor, SECONDS / TURNS)) for _ in range(TURNS)]
    lodged, bare = ([turn[side] for turn in turns] for side in (0, 1))
    _hold(1 + sum(len(run.times) for run in (taken[0], *lodged)))
    value, least = _rate(lodged), _rate(bare)
    late = Run(1, sorted(one for run in lodged for one in run.times)).percentile(0.95)
    late_bare = Run(1, sorted(one for run in bare for one in run.times)).percentile(0.95)
    return [
        _figure(name, value, "cases/s", least, value / least, f"at least {LEAST_A_SECOND}/s", value >= LEAST_A_SECOND),
        _figure(f"{name}: share of its floor", value, "cases/s", least, value / least, f"at least {LEAST} of it", value >= LEAST * least),
        _figure(f"{name}: p95", late, "ms", late_bare, late / late_bare, "reported", True),
    ]  # fmt: skip


@contextmanager
def _jobs_elsewhere() -> Iterator[None]:
    """Hold the right to run the city's jobs, as another machine would. The embedded store has one process, which runs them itself."""
    from django.db import connection

    from huimin.cli.background import ADVISORY_LOCK

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    yield


def _ask(port: int, make: Callable[[], bytes], seconds: float) -> Run:
    return keep_asking(port, make, at_once=LOAD, seconds=seconds, status=b"302")


def _post(path: str, token: str, cookie: str) -> bytes:
    headers = {"Cookie": f"{cookie}; csrftoken={token}", "X-CSRFToken": token}
    return request("POST", path, {**headers, "Content-Type": "application/x-www-form-urlencoded"})


def _rate(runs: list[Run]) -> float:
    return sum(len(run.times) for run in runs) / sum(run.seconds for run in runs)


def _figure(name: str, value: float, unit: str, floor: float, ratio: float, goal: str, met: bool) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "floor": round(floor, 1),
        "ratio": round(ratio, 2),
        "goal": goal,
        "met": met,
        "floor_is": FLOOR_IS,
        "connections": LOAD,
        "warm_up": f"{WARM_UP:g} s of each",
    }


def _applicants() -> Iterator[tuple[str, str, str]]:
    """People in the registry, proven accounts with a session, and drafts that are whole: (CSRF token, session cookie, draft)."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.test import Client
    from django.utils import timezone

    from huimin.kernel.identifiers.citizen import citizen_check
    from huimin.platform.cases.models import Draft, Upload
    from huimin.platform.catalogue.queries.items import get_service
    from huimin.platform.identity.models import Account
    from huimin.platform.identity.rules import Assurance
    from huimin.platform.registries.models import Person

    at, service = timezone.now(), get_service(SERVICE)
    people, accounts = [], []
    for n in range(APPLICANTS):
        born = date(1985, 1, 1) + timedelta(days=n % 3_600)
        stem = f"34020{2 + n // 3_600 % 8}{born:%Y%m%d}{n // 28_800:03d}"
        number, key = stem + citizen_check(stem), f"P{n:09d}"
        known = {"name_key": f"测速{n}", "birth_date": born, "division": "340202", "values": _values(number, born)}
        people.append(Person(key=key, number=number, **known))
        accounts.append(
            Account(username=f"bench{n}", name="测速", kind="citizen", opened_at=at, person_key=key, assurance=Assurance.SEEN)
        )  # fmt: skip
    Person.objects.bulk_create(people, batch_size=1_000)
    accounts = Account.objects.bulk_create(accounts, batch_size=1_000)
    answers = {"stage": "primary", "subject": "数学", "exam_number": "20263400001", "mandarin_grade": "two_a"}
    drafts = Draft.objects.bulk_create(
        [
            Draft(
                account=account,
                applicant=f"person:{account.person_key}",
                parties={"applicant": f"person:{account.person_key}"},
                service=SERVICE,
                version=service.version,
                revision=service.revision,
                answers=answers,
                begun_at=at,
                touched_at=at,
            )
            for account in accounts
        ],
        batch_size=1_000,
    )
    paper = {"name": "测速.pdf", "content": "0" * 64, "media_type": "application/pdf", "size": 1_000, "given_at": at}
    Upload.objects.bulk_create(
        [
            Upload(draft=draft, material=material, given_by=draft.account.public_id, **paper)
            for draft in drafts
            for material in FILES
        ],
        batch_size=1_000,
    )
    browser = Client()
    browser.force_login(accounts[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    pattern, sessions, until = dict(browser.session.items()), SessionStore(), at + timedelta(hours=8)
    rows = []
    for account in accounts:
        own = {"_auth_user_id": str(account.pk), "_auth_user_hash": account.get_session_auth_hash()}
        session = Session(
            session_key=secrets.token_hex(16), session_data=sessions.encode(pattern | own), expire_date=until
        )
        rows.append(session)
    Session.objects.bulk_create(rows, batch_size=1_000)
    token = secrets.token_hex(16)
    named = [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in rows]
    return iter([(token, cookie, draft.public_id) for cookie, draft in zip(named, drafts, strict=True)])


def _values(number: str, born: date) -> str:
    said = {
        "citizen_id": number, "name": "测速", "sex": "1", "birth_date": born.isoformat(), "ethnicity": "01", "education": "20",
        "hukou_address": "安徽省芜湖市镜湖区长江中路1号", "residence_address": "安徽省芜湖市镜湖区长江中路1号", "phone": "13900000003",
    }  # fmt: skip
    return json.dumps(
        {
            field: {
                "v": text,
                "s": "police.population",
                "d": "2026-05-25",
                "c": [["hrss.insured", text, "2026-05-20"]],
                "x": [],
            }
            for field, text in said.items()
        },
        ensure_ascii=False,
    )


def _capture(ask: tuple[str, str, str]) -> None:
    """Lodge one case here, and leave the rows that it wrote where the floor's address finds them."""
    import _floor
    from django.conf import settings
    from django.test import Client

    token, cookie, draft = ask
    browser = Client(HTTP_COOKIE=f"{cookie}; csrftoken={token}")
    rows = _floor.rows_written(lambda: browser.post(f"/my/drafts/{draft}/check/"), draft)
    Path(settings.HOME, "floor.json").write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")


def _hold(answered: int) -> None:
    """Nothing that was answered is missing. RuntimeError where the store says otherwise."""
    from huimin.platform.cases.models import Case
    from huimin.platform.journal.models import Entry
    from huimin.platform.process.models import WorkItem

    lodged = Case.objects.exclude(process="").exclude(process__startswith="floor")
    found = {
        "cases": lodged.filter(lodged_at__isnull=False).count(),
        "facts": Entry.objects.filter(kind__endswith="CaseLodged").count(),
        "work items": WorkItem.objects.filter(closed_at=None).count(),
    }
    floored = Case.objects.filter(process__startswith="floor").count()
    expected = {"cases": answered, "facts": answered + floored, "work items": answered + floored}
    if found != expected:
        raise RuntimeError(f"{answered} answers, but {found}; expected {expected}")
