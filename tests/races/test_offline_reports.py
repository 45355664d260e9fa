"""Offline reports over a network that drops, repeats and reorders arrive exactly once, and every answer to an item is the same.

A real server, a proxy before it that does harm by chance (the seed is printed; HUIMIN_SEED repeats it), and a handset that does as the app
does: what waits is sent in batches by several hands at once (a page, the service worker), and leaves the queue by its answer alone.
"""

import base64
import http.client
import json
import os
import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from racing import ON_POSTGRESQL, apart

from huimin.cli.standing import establish
from huimin.platform.grid.models import HandsetItem, Shift
from huimin.platform.grid.operations.handsets import enrol_handset, offer_enrolment
from huimin.platform.grid.tests.factories_handsets import sealed_for
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.queries import entries_by
from huimin.platform.registries.operations import take_grid
from huimin.portals.grid.taking import packed

pytestmark = [pytest.mark.race, pytest.mark.covers("G02")]
if ON_POSTGRESQL:
    pytestmark.append(pytest.mark.django_db(transaction=True))

REPORTS = 1_000 if os.environ.get("HUIMIN_SOAK") else 100
HANDS = 3
BATCH = 7
PATIENCE = 300


class Threads(ThreadingMixIn, WSGIServer):
    """A thread a request, as the product's own server has several workers."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving() -> Iterator[int]:
    """The city's own application on a port; each request has a connection to the store of its own."""
    application = get_wsgi_application()

    def answer(environ: Any, start_response: Any) -> Any:
        try:
            return [b"".join(application(environ, start_response))]
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, answer, server_class=Threads, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


class Hostile:
    """A network: it loses what is sent, loses what is answered, sends twice, and takes its time so that the later comes first."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.chance = port, random.Random(seed)
        self.done: dict[str, int] = defaultdict(int)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.own: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                harm = self.chance.choices(
                    ("nothing", "lose", "lose the answer", "twice", "slow"), (30, 15, 25, 15, 15)
                )[0]
                self.done[harm] += 1
                wait = self.chance.random() / 10
                threading.Thread(target=self._carry, args=(client, harm, wait), daemon=True).start()

    def _carry(self, client: socket.socket, harm: str, wait: float) -> None:
        with suppress(OSError), client:
            asked = _whole(client)
            if harm == "lose":
                return
            if harm == "slow":
                time.sleep(wait)
            if harm == "twice":
                again = threading.Thread(target=self._forward, args=(asked,), daemon=True)
                again.start()
            answer = self._forward(asked)
            if harm != "lose the answer":
                client.sendall(answer)
            if harm == "twice":
                again.join()

    def _forward(self, asked: bytes) -> bytes:
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
            server.sendall(asked)
            while piece := server.recv(65_536):
                answer += piece
        return answer

    def close(self) -> None:
        self.listening.close()


def _whole(client: socket.socket) -> bytes:
    """A request: its head, and as much after it as the head says."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        if not (piece := client.recv(65_536)):
            return asked
        asked += piece
    head, _, body = asked.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        piece = client.recv(65_536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body


class Queue:
    """What waits on the handset. An item goes by its answer; all answers to it are kept, to be compared."""

    def __init__(self, items: list[dict[str, str]], token: str, seed: int) -> None:
        self.waiting = {item["key"]: item for item in items}
        self.answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.token, self.chance, self.lock = token, random.Random(seed), threading.Lock()
        self.strange: list[object] = []

    def send(self, port: int) -> None:
        """One hand: batches in any order, until nothing waits."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.lock:
                chosen = self.chance.sample(list(self.waiting.values()), min(BATCH, len(self.waiting)))
            if not chosen:
                return
            with suppress(OSError, http.client.HTTPException):
                self._take(self._post(port, chosen))

    def _post(self, port: int, items: list[dict[str, str]]) -> list[dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"X-Handset": self.token, "Content-Type": "application/json", "Connection": "close"}
        connection.request("POST", "/grid/api/items/", json.dumps({"items": items}), headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            self.strange.append((answer.status, body[:200]))
            return []
        return json.loads(body)["answers"]  # type: ignore[no-any-return] # JSON

    def _take(self, answers: list[dict[str, Any]]) -> None:
        with self.lock:
            for one in answers:
                self.answers[one["key"]].append(one)
                if one["status"] in {"taken", "refused"}:
                    self.waiting.pop(one["key"], None)


@pytest.fixture
def handset(store: None, settings: Any, tmp_path: Path) -> Any:
    """A worker on shift with a handset, in a city with a grid."""
    settings.HOME, settings.DEMO = tmp_path, True

    def made() -> Any:
        establish()
        feature = {"properties": {"code": make.CELL, "name": "网格"}, "geometry": make.square(*make.HERE)}
        file = tmp_path / "grid.geojson"
        whole = {"type": "FeatureCollection", "features": [{"type": "Feature", **feature}], "synthetic": True}
        file.write_text(json.dumps(whole), "utf-8")
        now = timezone.now()
        take_grid(file, actor=make.SYSTEM, at=now)
        account = make.official("qu_jinghu.grid")
        make.walks(account, make.CELL)
        Shift.objects.create(worker=account, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
        command = make.acting(make.official("qu_jinghu.command"))
        code = offer_enrolment(worker=account, actor=command, at=now)
        return enrol_handset(code=code, name="手机", account=account, actor=make.acting(account), at=now)

    return apart(made)


def test_every_report_arrives_once(handset: Any) -> None:
    device, token = handset
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    began = timezone.now()
    items = []
    for n in range(REPORTS):
        said = {
            "observed_at": began.isoformat(),
            "longitude": make.HERE[0] + n % 50 / 20_000,
            "latitude": make.HERE[1],
            "class_code": make.CLASS,
            "description": f"第{n}处",
        }
        key = f"offline-{seed}-{n:05}"
        content = sealed_for(device, key, packed(said))
        items.append({"key": key, "kind": "report", "sealed": base64.b64encode(content).decode()})
    queue = Queue(items, token, seed)
    with serving() as port:
        network = Hostile(port, seed)
        hands = [threading.Thread(target=queue.send, args=(network.own,)) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        network.close()
    assert queue.strange == []
    assert not queue.waiting, "something never got its answer"
    assert {"lose", "lose the answer", "twice", "slow"} <= set(network.done), (
        "the network did no harm: nothing was proven"
    )
    told = {key: {(one["status"], one["number"]) for one in answers} for key, answers in queue.answers.items()}
    assert [answers for answers in told.values() if len(answers) != 1] == []
    assert {status for ((status, _number),) in told.values()} == {"taken"}

    def found() -> tuple[int, ...]:
        reported = entries_by([device.worker.public_id]).filter(kind="incidents.IncidentReported").count()
        return (Incident.objects.count(), Report.objects.count(), reported, HandsetItem.objects.count())

    assert apart(found) == (REPORTS,) * 4
    assert len({number for ((_status, number),) in told.values()}) == REPORTS
    assert any(one["known"] for answers in queue.answers.values() for one in answers), "nothing was ever sent twice"
