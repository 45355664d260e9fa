"""The rush hour of a Wuhu day: 3,302 workers report and handle from their handsets, and every request must be answered soon (p99).

In its rush hour each worker is taken to hand in two reports with a photo, one verification and four parts of a patrol, and to take his day
twice: nine requests, so 3,302 of them make 8.3 requests a second (`HUIMIN_BENCH_WORKERS` for fewer). They come at random moments that do
not wait for answers (Poisson, from a fixed seed), and an answer's time is counted from the moment at which its request was due, so that a
server that stands still is charged for everybody who waits. Items are sealed as a handset seals them; the product's own server
(`huimin serve`) opens them, on PostgreSQL that waits for the disk, then on the embedded store, its periodic jobs running.

The floor is /healthz of the same server, asked for at the same moments in the same run. Everything handed in must be found again.
"""

import base64
import http.client
import json
import os
import queue
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

import django
from _load import Run
from _served import served
from _stores import is_chosen, on_both, store
from incidents_reporting import _grid

WORKERS = int(os.environ.get("HUIMIN_BENCH_WORKERS", "3302"))
SECONDS = float(os.environ.get("HUIMIN_BENCH_SECONDS", "90"))
AN_HOUR = {"report": 2, "step": 1, "patrol": 4, "day": 2}
RATE = WORKERS * sum(AN_HOUR.values()) / 3600
HANDS = 32
WARM_UP = 2.0
MOST = 300.0
CLASS = "01010"
FLOOR_IS = "/healthz of the same server, asked for at the same moments"


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("wuhu_day")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from huimin.cli.standing import establish

    call_command("migrate", verbosity=0)
    establish()
    _grid()
    chance = Random(3302)
    moments = _moments(chance, SECONDS)
    warming = _moments(chance, WARM_UP)
    asks = _asks(len(moments) + len(warming), chance)
    name = f"a Wuhu day's rush hour ({WORKERS} workers, {RATE:.1f} requests/s), {store()}: p99"
    connections.close_all()
    with served() as port:
        for kind in (asks, [Healthy()] * len(asks)):
            _run(port, warming, kind[len(moments) :])
        run = _run(port, moments, asks[: len(moments)])
        bare = _run(port, moments, [Healthy()] * len(moments))
    _hold(asks)
    late, least = run.percentile(0.99), bare.percentile(0.99)
    return [
        {
            "name": name,
            "value": round(late, 1),
            "unit": "ms",
            "floor": round(least, 1),
            "ratio": round(late / least, 2),
            "goal": f"less than {MOST:.0f} ms",
            "met": late < MOST,
            "floor_is": FLOOR_IS,
            "connections": HANDS,
            "warm_up": f"{WARM_UP:g} s of each",
        }
    ]


def _moments(chance: Random, seconds: float) -> list[float]:
    """When requests are due, in seconds from the beginning."""
    found, at = [], chance.expovariate(RATE)
    while at < seconds:
        found.append(at)
        at += chance.expovariate(RATE)
    return found


class Healthy:
    """The floor's request."""

    kind = "healthz"

    def __call__(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", "/healthz")
        _answered(connection)


class Ask:
    """A request of a handset."""

    def __init__(self, kind: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> None:
        self.kind, self.method, self.path, self.headers, self.body = kind, method, path, headers, body

    def __call__(self, connection: http.client.HTTPConnection) -> None:
        connection.request(self.method, self.path, self.body or None, self.headers)
        said = json.loads(_answered(connection))
        if any(one["status"] != "taken" for one in said.get("answers", ())):
            raise RuntimeError(f"{self.kind}: {said['answers']}")


def _answered(connection: http.client.HTTPConnection) -> bytes:
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} {body[:300]!r}")
    return body


def _run(port: int, moments: list[float], asks: list[Callable[[http.client.HTTPConnection], None]]) -> Run:
    """Send each request at its moment, over at most HANDS kept connections. Raises what any of them raised."""
    waiting: queue.SimpleQueue[tuple[float, Callable[[http.client.HTTPConnection], None]] | None] = queue.SimpleQueue()
    run, wrong, lock = Run(moments[-1] if moments else 0.0), [], threading.Lock()
    began = time.perf_counter()

    def hand() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (one := waiting.get()) is not None:
            due, ask = one
            try:
                ask(connection)
            except (OSError, RuntimeError, http.client.HTTPException) as problem:
                wrong.append(problem)
                connection.close()
            with lock:
                run.times.append(time.perf_counter() - began - due)

    hands = [threading.Thread(target=hand) for _ in range(HANDS)]
    for one in hands:
        one.start()
    for due, ask in zip(moments, asks, strict=True):
        time.sleep(max(0.0, due - (time.perf_counter() - began)))
        waiting.put((due, ask))
    for _ in hands:
        waiting.put(None)
    for one in hands:
        one.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} requests failed, the first with: {wrong[0]}")
    run.times.sort()
    return run


def _asks(wanted: int, chance: Random) -> list[Ask]:
    """Requests in the shares of the rush hour, each of a worker with a handset, a shift and a cell of his own."""
    kinds = chance.choices(list(AN_HOUR), list(AN_HOUR.values()), k=wanted)
    people = _people(min(WORKERS, wanted), chance)
    photo = _photo(chance)
    return [_ask(kind, people[place % len(people)], place, photo, chance) for place, kind in enumerate(kinds)]


class Worker:
    """A worker as his handset knows him: who acts, its row, its token, the cookie of his session, a point in his cell."""

    def __init__(self, account, handset, token: str, cookie: str, at: tuple[float, float]) -> None:  # type: ignore[no-untyped-def] # models come after the set-up
        self.account, self.handset, self.token, self.cookie, self.at = account, handset, token, cookie, at


def _people(wanted: int, chance: Random) -> list[Worker]:
    import shapely
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from huimin.platform.grid import sealing
    from huimin.platform.grid.models import Assignment, Handset, Shift
    from huimin.platform.grid.queries.handsets import digest_of
    from huimin.platform.identity.models import Account, Post, PostHolding
    from huimin.platform.registries.queries.places import grid_cells

    now = timezone.now()
    cells = list(grid_cells().filter(code__startswith="340202").values_list("code", "outline"))
    post = Post.objects.get(code="qu_jinghu.grid")
    secret = sealing.put_away(secrets.token_bytes(sealing.SECRET_BYTES))
    found = []
    for n in range(wanted):
        account = Account.objects.create(username=f"wuhu.{n}", name="测速", kind="official", opened_at=now)
        PostHolding.objects.create(account=account, post=post, starts_at=now - timedelta(days=1))
        code, outline = cells[n % len(cells)]
        Assignment.objects.create(worker=account, cell=code, since_on=timezone.localdate(now) - timedelta(days=9))
        Shift.objects.create(worker=account, starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=8))
        token = secrets.token_urlsafe(32)
        handset = Handset.objects.create(
            worker=account, division="340202", name="测速", token_digest=digest_of(token), secret=secret,
            enrolled_at=now, seen_at=now,
        )  # fmt: skip
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        inside = shapely.from_geojson(outline).representative_point()
        found.append(Worker(account, handset, token, cookie, (inside.x, inside.y)))
    return found


def _photo(chance: Random) -> bytes:
    """A photo as a handset compresses it: 1600 × 1200, some hundreds of kilobytes."""
    from io import BytesIO

    from PIL import Image

    small = Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3))
    out = BytesIO()
    small.resize((1600, 1200), Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


def _ask(kind: str, worker: Worker, place: int, photo: bytes, chance: Random) -> Ask:
    from django.utils import timezone

    if kind == "day":
        return Ask(kind, "GET", "/grid/api/day/", {"X-Handset": worker.token, "Cookie": worker.cookie})
    now = timezone.now()
    near = (worker.at[0] + chance.uniform(-2e-4, 2e-4), worker.at[1] + chance.uniform(-2e-4, 2e-4))
    key = f"wuhu-{kind}-{place:06}"
    photos: tuple[bytes, ...] = ()
    if kind == "report":
        # Every photo is another one, as in the world: one that is there already costs less.
        photos = (photo + place.to_bytes(8),)
        said = {"observed_at": now.isoformat(), "longitude": near[0], "latitude": near[1], "class_code": CLASS}
    elif kind == "step":
        number, item = _waiting(worker, near, key)
        said = {"incident": number, "item": item, "step": "verify", "outcome": "confirmed", "note": "测速"}
    else:
        times = [(now - timedelta(minutes=20 - minute)).isoformat() for minute in range(20)]
        points = [[one, worker.at[0] + minute * 3e-4, worker.at[1]] for minute, one in enumerate(times)]
        said = {"patrol": key, "points": points}
    body = json.dumps({"items": [_sealed(worker, key, kind, said, photos)]}).encode()
    return Ask(kind, "POST", "/grid/api/items/", {"X-Handset": worker.token, "Content-Type": "application/json"}, body)


def _sealed(worker: Worker, key: str, kind: str, said: dict[str, object], photos: tuple[bytes, ...]) -> dict[str, str]:
    from huimin.platform.grid.tests.factories_handsets import sealed_for
    from huimin.portals.grid.taking import packed

    named = {**said, "photos": [{"size": len(one)} for one in photos]}
    content = sealed_for(worker.handset, key, packed(named, photos))
    return {"key": key, "kind": kind, "sealed": base64.b64encode(content).decode()}


def _waiting(worker: Worker, at: tuple[float, float], key: str) -> tuple[str, str]:
    """An incident that a citizen reported in the worker's cell, and the step that waits for him."""
    from django.utils import timezone

    from huimin.platform.incidents.operations import report_incident
    from huimin.platform.incidents.rules import Channel, NewReport
    from huimin.platform.journal.rules import Actor
    from huimin.platform.process.queries import live_steps_about

    report = NewReport(
        key=f"{key}-c", channel=Channel.CITIZEN, class_code=CLASS, longitude=at[0], latitude=at[1], description="测速"
    )
    actor = Actor(kind="system", ref="bench")
    incident = report_incident(report=report, sender=key, actor=actor, at=timezone.now()).incident
    return incident.number, live_steps_about([f"incident:{incident.number}"])[0].number


def _hold(asks: list[Ask]) -> None:
    """Nothing that was answered is missing. RuntimeError where the store says otherwise."""
    from huimin.platform.grid.models import HandsetItem, Patrol
    from huimin.platform.incidents.models import Incident

    count = {kind: sum(one.kind == kind for one in asks) for kind in AN_HOUR}
    found = {
        "report": Incident.objects.filter(channel="worker").count(),
        "step": Incident.objects.filter(verified_at__isnull=False, channel="citizen").count(),
        "patrol": Patrol.objects.count(),
        "items": HandsetItem.objects.filter(is_refused=False).count(),
    }
    expected = {
        **{kind: count[kind] for kind in ("report", "step", "patrol")},
        "items": sum(count.values()) - count["day"],
    }
    if found != expected:
        raise RuntimeError(f"handed in {expected}, found {found}")
