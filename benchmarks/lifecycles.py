"""Complete parallel approvals a second: accepted, examined by four departments at the same time, decided; from the start to the end.

Each of six steps is claimed and finished in one act (`complete_at_once`) by an official of its post, each act a transaction with its
facts, its clocks in working days and the next work items. Two processes on PostgreSQL that waits for the disk (one on the embedded
store), by turns with the floor, after a warm-up of each.

The floor is the same rows by raw SQL over the same connection, in as many transactions: the first writes the process and its first work
item, each other one closes an item with its clock, moves the process on, opens what is next, and appends its facts to a chain.
Every lifecycle must have ended: as many processes as were counted.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from _stores import HERE, is_chosen, on_both, store

SECONDS = float(os.environ.get("HUIMIN_BENCH_SECONDS", "9"))
TURNS = 3
WARM_UP = 1.5
PROCESSES = 2
LEAST_A_SECOND = 35
CODE = "bench_four_departments"
DEPARTMENTS = ("gaj", "rsj", "mzj", "scjgj")
WINDOW, HEAD = "xzfw.window", "scjgj.head"
STEPS = 2 + len(DEPARTMENTS)
FLOOR_IS = f"raw SQL: the same rows written and closed, in the same {STEPS + 1} transactions"


def measure() -> list[dict[str, object]]:
    if not is_chosen():
        return on_both("lifecycles")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from _floor import rows_of
    from django.core.management import call_command
    from django.db import connection, connections

    from huimin.platform.process.models import Process

    call_command("migrate", verbosity=0)
    _offices()
    rows = rows_of(_Lifecycles().turn)
    _captured().write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")
    at_once = PROCESSES if connection.vendor == "postgresql" else 1
    name = f"parallel approval by four departments, {store()}"
    connections.close_all()
    command = [sys.executable, str(HERE / "lifecycles.py"), "worker"]
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH", "")]))
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})
        for _ in range(at_once)
    ]
    found = [json.loads(worker.communicate()[0]) for worker in workers]
    ended = Process.objects.filter(state="ended", definition__code=CODE).exclude(number__startswith="floor").count()
    counted = 1 + sum(one["all"] for one in found)
    if ended != counted:
        raise RuntimeError(f"{counted} lifecycles were counted, {ended} have ended")
    value, floor = (sum(one[side] for one in found) for side in ("rate", "floor"))
    return [
        {
            "name": name,
            "value": round(value, 1),
            "unit": "lifecycles/s",
            "floor": round(floor, 1),
            "ratio": round(value / floor, 2),
            "goal": f"at least {LEAST_A_SECOND}/s",
            "met": value >= LEAST_A_SECOND,
            "floor_is": FLOOR_IS,
            "connections": at_once,
            "warm_up": f"{WARM_UP:g} s of each",
        }
    ]


def _captured() -> Path:
    """Where the rows of one lifecycle are kept for the floor."""
    from django.conf import settings

    return Path(settings.HOME, "floor.json")


def _drawing() -> str:
    tasks = "".join(
        f'<userTask id="{one}" name="{one}" hm:post="{one}.review" hm:workingDays="5" hm:outcomes="agreed objected"/>'
        f'<sequenceFlow id="to_{one}" sourceRef="spread" targetRef="{one}"/>'
        f'<sequenceFlow id="of_{one}" sourceRef="{one}" targetRef="gather"/>'
        for one in DEPARTMENTS
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:hm="urn:huimin:process" targetNamespace="urn:bench">'
        '<process id="p" name="四部门并联审批" isExecutable="true"><startEvent id="lodged"/>'
        f'<userTask id="accept" name="受理" hm:post="{WINDOW}" hm:workingDays="1" hm:outcomes="accepted"/>'
        f'<parallelGateway id="spread"/>{tasks}<parallelGateway id="gather"/>'
        f'<userTask id="decide" name="决定" hm:post="{HEAD}" hm:workingDays="2" hm:outcomes="granted"/><endEvent id="granted"/>'
        '<sequenceFlow id="f1" sourceRef="lodged" targetRef="accept"/><sequenceFlow id="f2" sourceRef="accept" targetRef="spread"/>'
        '<sequenceFlow id="f3" sourceRef="gather" targetRef="decide"/><sequenceFlow id="f4" sourceRef="decide" targetRef="granted"/>'
        "</process></definitions>"
    )


def _posts() -> tuple[str, ...]:
    return (WINDOW, HEAD, *(f"{one}.review" for one in DEPARTMENTS))


def _offices() -> None:
    """Six posts with an official at each, and the drawing."""
    from django.utils import timezone

    from huimin.platform.identity.models import Account, Department, Post, PostHolding
    from huimin.platform.journal.rules import Actor
    from huimin.platform.process import operations

    at = timezone.now()
    for code in _posts():
        owner, _ = Department.objects.get_or_create(
            code=code.partition(".")[0], defaults={"name": code, "name_en": code, "kind": "government"}
        )
        post = Post.objects.create(code=code, department=owner, title=code, title_en=code, duty="data_officer")
        account = Account.objects.create(username=f"bench.{code}", name="测速", kind="official", opened_at=at)
        PostHolding.objects.create(account=account, post=post, starts_at=at - timedelta(days=1))
    operations.publish_definition(code=CODE, text=_drawing(), actor=Actor(kind="system", ref="bench"), at=at)


def work() -> None:
    """In a process of its own: lifecycles and floors by turns; prints how many a second of each, and how many in all."""
    django.setup()
    real, bare = _Lifecycles(), _Floor(json.loads(_captured().read_text(encoding="utf-8")))
    done = _for(WARM_UP, real.turn)[0]
    _for(WARM_UP, bare.turn)
    turns = [(_for(SECONDS / TURNS, real.turn), _for(SECONDS / TURNS, bare.turn)) for _ in range(TURNS)]
    rate, floor = (sum(turn[side][0] for turn in turns) / sum(turn[side][1] for turn in turns) for side in (0, 1))
    done += sum(turn[0][0] for turn in turns)
    sys.stdout.write(json.dumps({"rate": rate, "floor": floor, "all": done}))


def _for(seconds: float, turn: Callable[[], object]) -> tuple[int, float]:
    began, taken = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        turn()
        taken += 1
    return taken, time.perf_counter() - began


class _Lifecycles:
    """Whole approvals, one after the other."""

    def __init__(self) -> None:
        from huimin.platform.identity.models import Account
        from huimin.platform.journal.rules import Actor

        self._desks = {
            code: Actor(kind="account", ref=Account.objects.get(username=f"bench.{code}").public_id, post=code)
            for code in _posts()
        }
        self._serial = count(1)
        self._mark = uuid4().hex[:8]

    def turn(self) -> None:
        from django.utils import timezone

        from huimin.platform.process import operations
        from huimin.platform.process.models import WorkItem

        at = timezone.now()
        clerk = self._desks[WINDOW]
        subject = f"bench:{self._mark}-{next(self._serial)}"
        process = operations.start(CODE, subject=subject, data={}, actor=clerk, at=at)
        for outcome in ("accepted", "agreed", "granted"):
            waiting = WorkItem.objects.filter(process=process, closed_at=None).values_list("number", "post__code")
            for number, post in list(waiting):
                operations.complete_at_once(number=number, outcome=outcome, actor=self._desks[post], at=at)


class _Floor:
    """The rows of one lifecycle, by raw SQL."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        self._rows = rows

    def turn(self) -> None:
        from django.db import connection, transaction

        mark = f"floor{uuid4().hex[:16]}"
        items = sorted(self._rows["process_workitem"], key=lambda row: row["id"])
        facts = self._rows["journal_entry"]
        share = -(-len(facts) // (STEPS + 1))
        opened = [items[:1], items[1:5], [], [], [], items[5:], []]
        keys: dict[Any, Any] = {}
        process = None
        for place, opening in enumerate(opened):
            with transaction.atomic(), connection.cursor() as cursor:
                if place == 0:
                    process = self._insert(cursor, "process_process", self._rows["process_process"], {"number": mark})[
                        0
                    ]
                else:
                    self._close(cursor, keys[items[place - 1]["id"]], process, place)
                if opening:
                    self._open(cursor, opening, keys, process, mark)
                self._append(cursor, facts[place * share : (place + 1) * share])

    def _open(self, cursor: Any, items: list[Any], keys: dict[Any, Any], process: Any, mark: str) -> None:
        fresh = [
            item | {"number": f"{mark}-{item['id']}", "process_id": process, "previous_id": None, "state": "open", "holder_id": None,
                    "claimed_at": None, "closed_at": None, "outcome": ""}
            for item in items
        ]  # fmt: skip
        for item, new in zip(items, self._insert(cursor, "process_workitem", fresh, {}), strict=True):
            keys[item["id"]] = new
        clocks = [
            clock | {"item_id": keys[clock["item_id"]], "process_id": process, "closed_at": None}
            for clock in self._rows["process_deadline"]
            if clock["item_id"] in {item["id"] for item in items}
        ]
        self._insert(cursor, "process_deadline", clocks, {})

    def _close(self, cursor: Any, item: Any, process: Any, place: int) -> None:
        done = next(row for row in self._rows["process_workitem"])
        cursor.execute(
            "UPDATE process_workitem SET state = 'done', holder_id = %s, claimed_at = %s, closed_at = %s, outcome = 'agreed' WHERE id = %s",
            [done["holder_id"], done["claimed_at"], done["closed_at"], item],
        )
        cursor.execute("UPDATE process_deadline SET closed_at = %s WHERE item_id = %s", [done["closed_at"], item])
        cursor.execute("UPDATE process_process SET items_opened = %s WHERE id = %s", [place, process])

    def _insert(self, cursor: Any, table: str, rows: list[Any], others: dict[str, Any]) -> list[Any]:
        columns = [name for name in rows[0] if name != "id"]
        values = [(row | others)[name] for row in rows for name in columns]
        marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
        named = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(f"INSERT INTO {table} ({named}) VALUES {marks} RETURNING id", values)
        return [key for (key,) in cursor.fetchall()]

    def _append(self, cursor: Any, facts: list[Any]) -> None:
        from _floor import appended

        if facts:
            appended(cursor, facts)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    work()
