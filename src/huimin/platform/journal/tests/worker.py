"""A small office in processes of its own, so that tests can kill it: `worker.main()` publishes and delivers until it dies.

Every case is a row of `office_cases`, written in the transaction of its fact. One receiver writes `office_told` in
this database, which must happen exactly once; another writes a file, as a text message leaves the house, which may
happen twice under one key.
"""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

THREADS = 8
PATIENCE = 300
"""Seconds until a test gives a process up: it decides nothing, it only ends what hangs."""
SETTINGS = "huimin.platform.journal.tests.alone"


@contextmanager
def installation(home: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty office: SQLite under `home`, or a database of its own beside DATABASE_URL's."""
    env = {**os.environ, "HUIMIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": SETTINGS}
    env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    url = os.environ.get("DATABASE_URL")
    if url:
        name = f"office_{uuid4().hex[:12]}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
            env["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
            try:
                assert worker(env, "prepare").wait(timeout=PATIENCE) == 0
                yield env
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        assert worker(env, "prepare").wait(timeout=PATIENCE) == 0
        yield env


def worker(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """Start a process of the office; it prints `ready` and waits for a line before it works."""
    program = "from huimin.platform.journal.tests import worker; worker.main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def go(*processes: subprocess.Popen[str]) -> None:
    """Let processes that are ready begin at the same moment."""
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def main() -> None:
    """`prepare` · `work DAY STATEMENT` · `finish DAY` · `fill N` · `race` · `race-unlocked` · `looks` · `looks-unlocked` · `report`."""
    django.setup()
    what, *rest = sys.argv[1:]
    globals()[what.replace("-", "_")](*rest)


def prepare() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE office_cases (number TEXT PRIMARY KEY)")
        cursor.execute("CREATE TABLE office_told (key TEXT)")


def _listen() -> None:
    from huimin.platform.journal import ports
    from huimin.platform.journal.tests.factories import PersonLookedUp

    @ports.receives(PersonLookedUp)
    def note(fact: PersonLookedUp, arrival: ports.Arrival) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO office_told VALUES (%s)", [arrival.key])

    @ports.receives(PersonLookedUp)
    def send(fact: PersonLookedUp, arrival: ports.Arrival) -> None:
        with (settings.HOME / "sent.txt").open("a") as file:
            file.write(arrival.key + "\n")


def _die_at(statement: int) -> None:
    """Kill this process (-9) as it begins its n-th statement to the database: a point of the work, on a machine of any speed."""
    left = itertools.count(statement, -1)

    def count(execute: Any, *words: Any) -> Any:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*words)

    connection.execute_wrappers.append(count)


def _day(number: str) -> datetime:
    """Each restart has a day of its own, so that what the last process died with has rested."""
    from huimin.platform.journal.tests.factories import NOON

    return NOON + timedelta(days=int(number))


def _lodge(at: datetime) -> None:
    from huimin.platform.journal import operations
    from huimin.platform.journal.tests.factories import OFFICIAL, look

    with transaction.atomic():
        number = uuid4().hex
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO office_cases VALUES (%s)", [number])
        operations.publish(look(f"case:{number}"), actor=OFFICIAL, at=at)


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def _wait_for_go() -> None:
    _say("ready")
    sys.stdin.readline()


def work(day: str, statement: str) -> None:
    from huimin.platform.journal import operations

    _listen()
    _die_at(int(statement))
    while True:
        _lodge(_day(day))
        operations.deliver_due(limit=1, at=_day(day))  # slower than the cases come: every kill finds work in hand
        operations.anchor(at=_day(day))


def finish(day: str) -> None:
    from huimin.platform.journal import operations

    _listen()
    while operations.deliver_due(at=_day(day)):
        pass


def fill(count: str) -> None:
    _listen()
    for _ in range(int(count)):
        _lodge(_day("0"))


def race() -> None:
    from huimin.platform.journal import operations
    from huimin.platform.journal.models import OutboxItem

    _listen()
    begin = OutboxItem.begin

    def begin_slowly(self: OutboxItem, at: datetime) -> None:
        time.sleep(0.02)
        begin(self, at)

    OutboxItem.begin = begin_slowly
    _wait_for_go()
    while operations.deliver_due(at=_day("0")):
        pass


def race_unlocked() -> None:
    """The same without what makes it safe: no row lock, and nothing read inside the transaction that writes.

    Before the first delivery each of two processes waits for the other, which has then read the same.
    """
    from huimin.platform.journal.models import OutboxItem, OutboxQuerySet
    from huimin.platform.journal.operations import delivering

    OutboxQuerySet.locked = lambda self: self
    delivering._begin = delivering._begin.__wrapped__
    delivering._run = delivering._run.__wrapped__
    begin = OutboxItem.begin

    def begin_together(self: OutboxItem, at: datetime) -> None:
        (settings.HOME / f"met-{os.getpid()}").touch()
        while len(list(settings.HOME.glob("met-*"))) < 2:
            time.sleep(0.001)
        begin(self, at)

    OutboxItem.begin = begin_together
    race()


def looks() -> None:
    """Several threads publish 25 facts each on their own; prints how many of the calls failed."""
    from huimin.platform.journal import operations
    from huimin.platform.journal.tests.factories import NOON, OFFICIAL, look

    failed: list[str] = []

    def look_often() -> None:
        for _ in range(25):
            try:
                operations.publish_alone(look(), actor=OFFICIAL, at=NOON)
            except DatabaseError as error:
                failed.append(type(error).__name__)
        connection.close()

    threads = [threading.Thread(target=look_often) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _say("failed", len(failed))


def looks_unlocked() -> None:
    """The same without the lock: every writer reads the one head, waits until all have read it, and only then begins to write."""
    from huimin.platform.journal import models, operations
    from huimin.platform.journal.rules import Actor
    from huimin.platform.journal.tests.factories import NOON, OFFICIAL, look

    operations.publish_alone(look(), actor=OFFICIAL, at=NOON)  # the first fact makes the head
    take = models.Cursor.take_head
    all_have_read, met = threading.Barrier(THREADS), threading.local()

    def take_together(self: models.Cursor, patient_shard: int) -> tuple[int, int, str]:
        head = take(self, 0)
        if not hasattr(met, "once"):
            met.once = True
            all_have_read.wait(timeout=PATIENCE)
        return head

    def publish_each(fact: Any, *, actor: Actor, at: datetime) -> None:
        with transaction.atomic():
            operations.publish(fact, actor=actor, at=at)

    models.TAKE_FREE_HEAD = models.ONLY_HEAD
    models.Cursor.take_head = take_together
    operations.publish_alone = publish_each
    settings.DATABASES["default"].setdefault("OPTIONS", {}).pop("transaction_mode", None)
    looks()


def report() -> None:
    """Cases, keys told, waiting deliveries, findings: one a line."""
    from huimin.platform.journal import queries
    from huimin.platform.journal.models import Entry, OutboxItem

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM office_cases")
        cases = {f"case:{number}" for (number,) in cursor.fetchall()}
        cursor.execute("SELECT key FROM office_told")
        told = [key for (key,) in cursor.fetchall()]
    _say("cases", len(cases))
    _say("entries_without_case", len(set(Entry.objects.values_list("subject", flat=True)) ^ cases))
    _say("told", len(told))
    _say("told_once", len(set(told)))
    _say("not_done", OutboxItem.objects.exclude(state="done").count())
    _say("entries", Entry.objects.count())
    _say("findings", len(queries.verify().findings))


def reported(env: dict[str, str]) -> dict[str, int]:
    """What `report` prints."""
    out, _ = worker(env, "report").communicate(timeout=PATIENCE)
    return {name: int(count) for name, count in map(str.split, out.splitlines())}
