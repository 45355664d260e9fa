"""Reports survive `kill -9` of the server in a rush: what was answered is there, what is sent again is the same, nothing is doubled."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest

from huimin.tooling.keeping.tests.small_city import huimin, installation, python

KILLS = 50 if os.environ.get("HUIMIN_SOAK") else 3
REPORTS = 60 + 10 * KILLS
SENDERS = 4
PATIENCE = 240
PREPARE = """
import json, pathlib, secrets, django; django.setup()
from django.conf import settings; from django.test import Client; from django.utils import timezone
from huimin.cli.standing import establish
from huimin.platform.incidents.tests import factories as make
from huimin.platform.registries.operations import take_grid
establish()
feature = {"type": "Feature", "properties": {"code": make.CELL, "name": "c"}, "geometry": make.square(*make.HERE)}
path = pathlib.Path(settings.HOME, "grid.geojson")
path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], "synthetic": True}), "utf-8")
take_grid(path, actor=make.SYSTEM, at=timezone.now())
browser = Client()
browser.force_login(make.official("qu_jinghu.grid"), backend="allauth.account.auth_backends.AuthenticationBackend")
print(f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}")
"""
COUNT = """
import json, django; django.setup()
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.journal.models import Entry
from huimin.platform.process.queries import live_steps_about
there = {report.key: report.incident.number for report in Report.objects.select_related("incident")}
steps = live_steps_about([one.reference for one in Incident.objects.all()]).count()
facts = Entry.objects.filter(kind="incidents.IncidentReported").count()
print(json.dumps({"there": there, "incidents": Incident.objects.count(), "facts": facts, "steps": steps}))
"""
pytestmark = [pytest.mark.fault, pytest.mark.covers("G04")]


class Rush:
    """Hands that send reports from one queue; a report leaves it by its answer alone."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.token = port, cookie, "a" * 32
        self.answered: dict[str, str] = {}
        self.waiting = deque(f"killed-{n:05}" for n in range(REPORTS))
        self.lock = threading.Lock()

    def send(self, key: str) -> str:
        """Where the answer to a report leads. Raises OSError or HTTPException where there is none."""
        said = {"key": key, "class_code": "01010", "longitude": 118.365, "latitude": 31.335, "description": "坑"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Cookie": f"{self.cookie}; csrftoken={self.token}", "X-CSRFToken": self.token,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        try:
            connection.request("POST", "/desk/incidents/new/", urlencode(said), headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 302, answer.status
            return str(answer.headers["Location"])
        finally:
            connection.close()

    def until(self, wanted: int) -> None:
        """Send from several hands until so many have been answered, or the server is gone."""

        def hand() -> None:
            while len(self.answered) < wanted:
                with self.lock:
                    key = self.waiting.popleft() if self.waiting else ""
                if not key:
                    return
                try:
                    found = self.send(key)
                except (OSError, http.client.HTTPException):
                    self.waiting.append(key)
                    return
                assert self.answered.setdefault(key, found) == found

        hands = [threading.Thread(target=hand) for _ in range(SENDERS)]
        for one in hands:
            one.start()
        self.hands = hands

    def join(self) -> None:
        for one in self.hands:
            one.join(PATIENCE)


def served(env: Mapping[str, str], port: int) -> subprocess.Popen[bytes]:
    """The product's own server, when it answers."""
    words = [sys.executable, "-c", "import sys; from huimin.cli import main; sys.exit(main(sys.argv[1:]))", "serve"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*words, "--port", str(port)], env=dict(env), start_new_session=True, **quiet)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server did not start"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return server
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server did not answer")


def test_killed_at_random_points_of_a_rush(tmp_path: Path) -> None:
    seed = int(os.environ.get("HUIMIN_SEED", random.randrange(10**6)))
    print(f"HUIMIN_SEED={seed}")
    chance = random.Random(seed)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with installation(tmp_path / "city") as env:
        rush = Rush(port, python(env, "-c", PREPARE).split()[-1])
        for kill in range(KILLS):
            server = served(env, port)
            rush.until(len(rush.answered) + REPORTS)
            wanted = len(rush.answered) + chance.randint(1, 10)
            while len(rush.answered) < wanted and rush.waiting:
                time.sleep(0.005)
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(PATIENCE)
            rush.join()
            assert rush.waiting, f"kill {kill} came after the rush"
        before = dict(rush.answered)
        server = served(env, port)
        rush.until(REPORTS)
        rush.join()
        again = {key: rush.send(key) for key in chance.sample(sorted(before), min(20, len(before)))}
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(PATIENCE)
        found = json.loads(python(env, "-c", COUNT).splitlines()[-1])
        huimin(env, "journal", "verify")
    assert len(rush.answered) == REPORTS
    assert again == {key: before[key] for key in again}
    assert {key: f"/desk/incidents/{number}/" for key, number in found["there"].items()} == rush.answered
    assert found["incidents"] == found["facts"] == found["steps"] == REPORTS
