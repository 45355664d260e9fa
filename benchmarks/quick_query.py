"""Quick query over HTTP: token, grants, masking and a journal entry on the disk, against an empty view of the same server.

HUIMIN_BENCH_PEOPLE (default 100,000) synthetic people stand in the serving registry, each request asks for another one. The server is the
product's own (`huimin serve`) on the store that DATABASE_URL names, the embedded one without; figures say which, and whether it syncs.
Load is eight kept connections, each with one request after the other; only answers of 200 count, and every one of them must be found in
the journal afterwards. Two more floors of the same run tell what the store itself can do: the bare keyed read, and a line appended to
a file and synced.
"""

import json
import os
import random
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import django
from _load import Run, keep_asking, request

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "100000"))
SECONDS = float(os.environ.get("HUIMIN_BENCH_SECONDS", "6"))
LOAD = 8
TURNS = 3
PATH = "/api/registries/people/look-up"


def measure() -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from huimin.platform.journal.models import Entry
    from huimin.platform.registries import queries

    call_command("migrate", verbosity=0)
    numbers = _people()
    token = _client()
    store = _store()
    before = Entry.objects.count()
    wanted = [queries.wanted_number(number) for number in random.sample(numbers, 2_000)]
    began = time.perf_counter()
    for one in wanted:
        assert queries.find_row(one) is not None
    bare = len(wanted) / (time.perf_counter() - began)
    synced = _synced()
    connections.close_all()
    port, server = _serve()
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        nothing = request("GET", "/healthz")

        def ask() -> bytes:
            asked = {"purpose": "benefit_eligibility", "case_ref": "测速-1", "number": random.choice(numbers)}
            return request("POST", PATH, headers, json.dumps(asked).encode())

        def empty() -> bytes:
            return nothing

        looks = [keep_asking(port, ask, at_once=LOAD, seconds=1.0)]
        keep_asking(port, empty, at_once=LOAD, seconds=1.0)
        # By turns, so that what else the machine does falls on both alike.
        turns = [
            (
                keep_asking(port, ask, at_once=LOAD, seconds=SECONDS / TURNS),
                keep_asking(port, empty, at_once=LOAD, seconds=SECONDS / TURNS),
            )
            for _ in range(TURNS)
        ]
        alone = keep_asking(port, ask, at_once=1, seconds=1.0)
    finally:
        server.terminate()
        server.wait(30)
    asked, floor = (_together([turn[side] for turn in turns]) for side in (0, 1))
    looks += [*(turn[0] for turn in turns), alone]
    answered, journalled = sum(len(run.times) for run in looks), Entry.objects.count() - before
    if journalled < answered:
        raise RuntimeError(f"{answered} answers, but only {journalled} entries")
    share, late, late_floor = asked.rate / floor.rate, asked.percentile(0.99), floor.percentile(0.99)
    name, goal = f"quick query at load {LOAD}, {store}", "at least 0.5 of an empty view"
    return [
        _figure(name, asked.rate, "requests/s", floor.rate, share, goal, share >= 0.5),
        _figure(f"{name}: p99", late, "ms", late_floor, late / late_floor, "at most 30 ms", late <= 30),
        _figure(f"{name}: bare keyed read", asked.rate, "requests/s", bare, asked.rate / bare, "reported", True),
        _figure(f"{name}: one synced append", asked.rate, "requests/s", synced, asked.rate / synced, "reported", True),
        _figure(f"quick query alone, {store}: median", alone.percentile(0.5), "ms", 1000 / synced,
                alone.percentile(0.5) * synced / 1000, "at most 30 ms", alone.percentile(0.5) <= 30),
    ]  # fmt: skip


def _together(runs: list[Run]) -> Run:
    return Run(sum(run.seconds for run in runs), sorted(one for run in runs for one in run.times))


def _store() -> str:
    """Which store, and whether it waits for the disk: a figure from one that does not is worth less."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'")
        return "PostgreSQL" if cursor.fetchone()[0] else "PostgreSQL without syncing"


def _synced() -> float:
    """Lines a second that one writer appends to a file beside the store, each synced."""
    from django.conf import settings

    file = os.open(Path(settings.HOME, "synced"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.perf_counter()
    for _ in range(200):
        os.write(file, b"x" * 400)
        os.fdatasync(file)
    os.close(file)
    return 200 / (time.perf_counter() - began)


def _figure(name: str, value: float, unit: str, floor: float, ratio: float, goal: str, met: bool) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "floor": round(floor, 1),
        "ratio": round(ratio, 2),
        "goal": goal,
        "met": met,
    }


def _people() -> list[str]:
    """Synthetic people straight into the serving rows: what is measured is asking, not landing. Returns their numbers."""
    from huimin.kernel.identifiers.citizen import citizen_check
    from huimin.platform.registries.models import Person

    born = [date(1940, 1, 1) + timedelta(days=3 * n) for n in range(9_000)]
    rows, numbers = [], []
    for n in range(PEOPLE):
        day = born[n % len(born)]
        stem = f"34020{2 + n // 900_000}{day:%Y%m%d}{n // len(born) % 1000:03d}"
        numbers.append(stem + citizen_check(stem))
        rows.append(
            Person(
                key=f"P{n:09d}",
                number=numbers[-1],
                name_key=f"测试{n}",
                birth_date=day,
                division="340202",
                values=_values(numbers[-1], n, day),
            )
        )
    Person.objects.bulk_create(rows, batch_size=2_000)
    return numbers


def _values(number: str, n: int, day: date) -> str:
    home = f"安徽省芜湖市镜湖区长江中路{n % 400}号3幢2单元501室"
    said = {
        "citizen_id": number, "name": "测试人员", "sex": str(1 + n % 2), "birth_date": day.isoformat(), "ethnicity": "01",
        "education": "20", "hukou_address": home, "residence_address": home,
        "phone": f"138{n:08d}", "employer_name": "芜湖合成机械有限公司", "employer_uscc": "91340281212552018X",
    }  # fmt: skip
    others = ["civil.marriage", "hrss.insured", "medins.insured"]
    values = {
        field: {
            "v": text,
            "s": "police.population",
            "d": "2026-05-25",
            "c": [[one, text, "2026-05-20"] for one in others],
            "x": [],
        }
        for field, text in said.items()
    }
    return json.dumps(values, ensure_ascii=False)


def _client() -> str:
    """A department's system with the grant of a reading one, and a token for it."""
    from django.utils import timezone
    from oauth2_provider.models import AccessToken, Application

    from huimin.platform.identity import operations
    from huimin.platform.identity.models import Department, Grant
    from huimin.platform.journal.rules import Actor

    actor, at = Actor(kind="system", ref="bench"), timezone.now()
    department = Department.objects.create(code="rsj", name="人社局", name_en="Social security", kind="government")
    client, _ = operations.register_client(department=department, name="测速", duty="data_reader", actor=actor, at=at)
    grant = Grant(
        code="bench", client=client, resource="registries.people", plain=["name", "sex", "birth_date", "education", "employer_name"],
        masked={"citizen_id": "number", "phone": "phone", "residence_address": "address"}, rows="everything",
        purposes=["benefit_eligibility"], legal_basis="测速", until=at + timedelta(days=1),
    )  # fmt: skip
    operations.grant_access(grant=grant, actor=actor, at=at)
    token = secrets.token_urlsafe(32)
    application = Application.objects.get(client_id=client.client_id)
    AccessToken.objects.create(
        application=application,
        token=token,
        token_checksum=sha256(token.encode()).hexdigest(),
        expires=at + timedelta(hours=1),
        scope="api",
    )
    return token


def _serve() -> tuple[int, subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "import sys; from huimin.cli import main; sys.exit(main(sys.argv[1:]))",
        "serve",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return port, server
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
