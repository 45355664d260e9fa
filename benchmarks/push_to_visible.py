"""One record pushed over the API → visible on its citizen's own page, on the product's own server with its periodic jobs running.

A synthetic city (HUIMIN_BENCH_PEOPLE, default 20,000) is landed and reconciled; `huimin serve` then answers both the department's system
and the citizen. Each round pushes a new telephone number and asks for the page until it is there. The floor, of the same rounds, is the
push's own answer (landed and durable) and one look at the page, with nothing between them.
"""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median

import django

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "20000"))
ROUNDS = 15
MOST_SECONDS = 1.0
GIVEN_UP_SECONDS = 30.0
# Often enough to measure by, and seldom enough that the asking is not what the server is busy with.
ASK_AGAIN_SECONDS = 0.05
RECORDS = "/api/exchange/hrss.insured/records"
PAGE = "/my/data/"


def measure() -> list[dict[str, object]]:
    """Seconds from sending a push to holding the page that shows it: the median of ROUNDS, and the slowest."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.db import connections

    number, name, key = _city()
    bearer, cookie = _system(), _citizen(key)
    connections.close_all()
    visible, floor = [], []
    with _served() as port:
        for place in range(ROUNDS + 1):
            phone = f"139{place:08d}"
            began = time.perf_counter()
            status, _ = _ask(port, "POST", RECORDS, bearer, json.dumps(_record(number, name, phone)))
            if status != 200:
                raise RuntimeError(f"the push was answered {status}")
            answered = time.perf_counter()
            while phone not in (page := _ask(port, "GET", PAGE, cookie))[1]:
                if page[0] != 200 or time.perf_counter() - began > GIVEN_UP_SECONDS:
                    raise RuntimeError(f"not visible after {GIVEN_UP_SECONDS} s (the page answers {page[0]})")
                time.sleep(ASK_AGAIN_SECONDS)
            seen = time.perf_counter()
            _ask(port, "GET", PAGE, cookie)
            if place:  # the first round warms the server
                visible.append(seen - began)
                floor.append(answered - began + time.perf_counter() - seen)
    return [
        _figure("push → visible to its citizen, median", median(visible), median(floor)),
        _figure("push → visible to its citizen, slowest", max(visible), median(floor)),
    ]


def _figure(name: str, seconds: float, floor: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(seconds, 3),
        "unit": "s",
        "floor": round(floor, 3),
        "ratio": round(seconds / floor, 2),
        "goal": f"at most {MOST_SECONDS} s",
        "met": seconds <= MOST_SECONDS,
    }


def _city() -> tuple[str, str, str]:
    """Land and reconcile a synthetic city; gives number, name and key of one of its people."""
    from django.core.management import call_command
    from django.utils import timezone

    from huimin.platform.exchange.operations import land_inbox
    from huimin.platform.identity.declarations import this_city
    from huimin.platform.identity.operations import load_city
    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.models import Person
    from huimin.platform.registries.operations import reconcile
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    call_command("migrate", verbosity=0)
    actor = Actor(kind="system", ref="bench")
    load_city(city=this_city(), actor=actor, at=timezone.now())
    with tempfile.TemporaryDirectory() as folder:
        make_city(Plan(city="wuhu", people=PEOPLE, seed=1), Path(folder) / "city")
        land_inbox(Path(folder) / "city", actor=actor, clock=timezone.now)
    reconcile(actor=actor, at=timezone.now())
    person = Person.objects.exclude(number=None).exclude(name_key="").order_by("key")[PEOPLE // 10]
    return str(person.number), str(json.loads(person.values)["name"]["v"]), person.key


def _record(number: str, name: str, phone: str) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "row_guid": "BENCH1",
        "姓名": name,
        "社会保障号码": number,
        "手机号码": phone,
        "变更日期": f"{now:%Y%m%d}",
        "cd_operation": "U",
        "cd_time": f"{now:%Y-%m-%d %H:%M:%S.%f}",
    }


def _system() -> dict[str, str]:
    """The headers of a system of the department that may push."""
    from django.utils import timezone
    from oauth2_provider.models import AccessToken, Application

    from huimin.platform.identity import operations
    from huimin.platform.identity.models import Department
    from huimin.platform.journal.rules import Actor

    client, _ = operations.register_client(
        department=Department.objects.get(code="rsj"),
        name="测速",
        duty="data_source",
        actor=Actor(kind="system", ref="bench"),
        at=timezone.now(),
    )
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        application=Application.objects.get(client_id=client.client_id),
        token=token,
        token_checksum=sha256(token.encode()).hexdigest(),
        expires=timezone.now() + timedelta(hours=1),
        scope="api",
    )
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _citizen(key: str) -> dict[str, str]:
    """The headers of a browser in which the person has signed in."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from huimin.platform.identity.models import Account
    from huimin.platform.identity.rules import Assurance

    account = Account.objects.create(
        username="bench",
        name="测速",
        kind="citizen",
        opened_at=timezone.now(),
        person_key=key,
        assurance=Assurance.SEEN,
    )
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    return {"Cookie": f"{cookie.key}={cookie.value}"}


@contextmanager
def _served() -> Iterator[int]:
    """The product's server on a free port, stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    serve = "import sys; from huimin.cli import main; sys.exit(main(sys.argv[1:]))"
    server = subprocess.Popen([sys.executable, "-c", serve, "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        while True:
            if server.poll() is not None:
                raise RuntimeError("the server did not start")
            try:
                if _ask(port, "GET", "/healthz", {})[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _ask(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body.encode() or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, text
