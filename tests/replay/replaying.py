"""A synthetic year, replayed through the operations that people and machines use, with the clock moved by hand.

Every application of `tooling.year` is lodged by its applicant and decided by officials of the right posts, as one of its service's scenarios
says; some officials are slow. Nights let timers run out, raise cards and deliver what follows. What has been done is read from the
store, never remembered, so a replay that was killed goes on where it stopped: `python -m tests.replay.replaying run CASES SEED 0`.
"""

import json
import os
import random
import re
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import count
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.db.models import Max, Q

from huimin.cli.standing import establish
from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases import operations
from huimin.platform.cases.models import Case, Draft
from huimin.platform.catalogue import library
from huimin.platform.catalogue.declarations.scenarios import Doing, Scenario
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.library import get_declared
from huimin.platform.identity.models import Account, Post, PostHolding
from huimin.platform.journal.models import Entry, OutboxItem
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.rules.clocks import BEIJING, day_of
from huimin.platform.process.rules.graph import NodeKind
from huimin.platform.process.rules.states import ItemKind, ItemState
from huimin.platform.registries.tests import factories as people
from huimin.tooling.year import Arrival, arrivals
from tests.services import walking
from tests.services.walking import CALENDAR, settle

YEAR = 2026
KEYS_A_LIFE, KEYS = 40, 4_000
"""Registry keys that one application may use up in one life of the replay, and in all of them."""
SLOW = 8
"""One in so many has officials who let days go by."""
PATIENCE_DAYS, PATIENCE_NIGHTS = 60, 400
RESTS = 3
"""Nights after the last case is decided, for what follows from it."""
STARTS = datetime(YEAR - 1, 12, 31, 9, tzinfo=BEIJING)
ANNOUNCED = (
    "CaseLodged", "CaseMoved", "ProcessStarted", "ProcessEnded", "WorkCompleted", "LicenceGranted", "LetterSent", "PaymentOrdered",
)  # fmt: skip
DAY = re.compile(r"20[2-9]\d-\d\d-\d\d")


@cache
def walkable(code: str) -> tuple[Scenario, ...]:
    return tuple(library.scenarios_of(code).scenarios)


def moved(value: Any, by: timedelta) -> Any:
    """An answer of a scenario on another day: its days move with it."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    if isinstance(value, list):
        return [moved(one, by) for one in value]
    if isinstance(value, dict):
        return {name: moved(one, by) for name, one in value.items()}
    return value


@dataclass
class Application:
    """One arrival: how it goes by its scenario, and what of it people still have to do."""

    arrival: Arrival
    service: Service
    scenario: Scenario
    lateness: int
    case: Case | None = None
    applicant: Actor | None = None
    left: list[Doing] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.arrival.at.replace(tzinfo=BEIJING)

    @property
    def expected(self) -> str:
        return self.scenario.expect.outcome

    def when(self, doing: Doing) -> datetime:
        """Its working day after lodging, at some time of the afternoon; later where officials are slow."""
        day = CALENDAR.add(self.at.date(), doing.on_day + self.lateness)
        if not CALENDAR.is_working(day):
            day = CALENDAR.add(day, 1)
        return datetime.combine(day, time(14), tzinfo=BEIJING) + timedelta(minutes=self.arrival.draw % 180)


def application(arrival: Arrival) -> Application:
    """By which scenario an arrival goes: drawn, the same every time."""
    chance = random.Random(arrival.draw)
    service = get_declared(arrival.service)
    scenario = chance.choice(walkable(arrival.service))
    by = arrival.at.date() - date.fromisoformat(scenario.on)
    answers = {code: moved(value, by) for code, value in scenario.answers.items()}
    applicants = {node.id for node in _graph(arrival.service).nodes.values() if node.is_applicants}
    waits = any(doing.waited or doing.task in applicants for doing in scenario.path)
    slow = not waits and chance.randrange(SLOW) == 0
    scenario = scenario.model_copy(update={"answers": answers, "on": arrival.at.date().isoformat()})
    return Application(arrival, service, scenario, chance.randint(3, 15) if slow else 0)


def _graph(service: str) -> Any:
    from huimin.platform.cases.operations.lodging import definition_code
    from huimin.platform.process.queries import get_definition

    return _compiled(definition_code(get_declared(service)), get_definition)


@cache
def _compiled(code: str, read: Any) -> Any:
    return read(code).graph


class Replay:
    """The year of so many applications, from the store as it stands to its end."""

    def __init__(self, cases: int, seed: int) -> None:
        self.applications = [application(one) for one in arrivals(cases, year=YEAR, calendar=CALENDAR, seed=seed)]
        self._officials: dict[str, Actor] = {}
        self._order = count()
        self._queue: list[tuple[datetime, int, Application]] = []
        walking.citizen_number = _citizen_number  # a year has more people than a test

    def run(self) -> None:
        """Let the year go by, and after it the time until everything is decided."""
        for one in self.applications:
            self._meet(one)
        at = STARTS
        while self._queue:
            due = self._queue[0][0]
            while day_of(at) < day_of(due):
                at = self._night(at)
            at, _, one = heappop(self._queue)
            self._turn(one, at)
            settle(at + timedelta(seconds=30))
        nights = count()
        while Case.objects.open().exists() and next(nights) < PATIENCE_NIGHTS:
            at = self._night(at)
        for _ in range(RESTS):
            at = self._night(at)

    def _night(self, at: datetime) -> datetime:
        """The end of a day: what has run out moves on, cards are raised, what follows is delivered; gives the next morning."""
        midnight = datetime.combine(day_of(at) + timedelta(days=1), time(0, 1), tzinfo=BEIJING)
        fired = process.fire_due_timers(at=midnight)
        assert not fired.refused, fired
        while process.raise_due_cards(at=midnight):
            pass
        settle(midnight + timedelta(seconds=30))
        return midnight + timedelta(hours=1)

    def _meet(self, one: Application) -> None:
        """Put an application where it stands: not lodged yet, or with so much of its path done."""
        one.case = case_of(one.arrival)
        if one.case is None:
            heappush(self._queue, (one.at, next(self._order), one))
            return
        self._plan(one, done=_done(one.case))

    def _plan(self, one: Application, *, done: int) -> None:
        nodes = _graph(one.service.code).nodes
        acts = [
            doing
            for doing in one.scenario.path
            for _ in range(doing.times)
            if not doing.waited and nodes[doing.task].kind is not NodeKind.DECISION
        ]
        one.left = acts[done:]
        if one.applicant is None and one.case is not None:
            draft = Draft.objects.select_related("account").get(lodged=one.case.number)
            firm = one.case.applicant if one.case.applicant.startswith("organisation:") else ""
            one.applicant = Actor(kind="account", ref=draft.account.public_id, on_behalf_of=firm)
        self._await(one, max(one.at, _touched(one.case)))

    def _await(self, one: Application, now: datetime) -> None:
        if one.left:
            due = max(one.when(one.left[0]), now + timedelta(minutes=1))
            heappush(self._queue, (due, next(self._order), one))

    def _turn(self, one: Application, at: datetime) -> None:
        if one.case is None:
            self._lodge(one, at)
        elif self._act(one, one.left[0], at):
            one.left.pop(0)
            self._await(one, at)
        else:  # what it waits for has not come yet, a timer for one
            assert at < one.when(one.left[0]) + timedelta(days=PATIENCE_DAYS), (
                one.service.code,
                one.scenario.code,
                one.left[0],
            )
            tomorrow = datetime.combine(CALENDAR.add(day_of(at), 1), time(14), tzinfo=BEIJING)
            heappush(self._queue, (tomorrow, next(self._order), one))

    def _lodge(self, one: Application, at: datetime) -> None:
        lives = 1 + _lives(one.arrival)
        # Keys and accounts of the tests' people are counted from here, so that no life of the replay meets those of another.
        walking._serial = count(one.arrival.place * KEYS + lives * KEYS_A_LIFE)
        people._serial = count(one.arrival.place * KEYS + lives * KEYS_A_LIFE)
        walk = walking.lodged(one.service, one.scenario, at=at)
        one.case, one.applicant = walk.case, walk.applicant
        self._plan(one, done=0)

    def _act(self, one: Application, doing: Doing, at: datetime) -> bool:
        """One person's part, if it is time for it: whether it was."""
        assert one.case is not None
        about = Q(process__subject=one.case.reference, node=doing.task, closed_at=None, parent=None)
        item = WorkItem.objects.filter(about).select_related("post").order_by("pk").first()
        if item is not None and item.kind == ItemKind.CALL:
            # A part of a life event is a case of its own: its one step is what the path names.
            item = (
                WorkItem.objects.filter(process__caller=item, closed_at=None, parent=None)
                .select_related("post")
                .first()
            )
        if item is None:
            return False
        if item.kind == ItemKind.APPLICANT:
            operations.answer_offer(one.case.number, outcome=doing.outcome, actor=one.applicant, at=at)
            return True
        actor = self._official(item)
        if item.state == ItemState.OPEN:
            process.claim(number=item.number, actor=actor, at=at)
        if doing.finds:
            operations.find_facts(one.case.number, doing.finds, actor=actor, at=at)
        process.complete(number=item.number, outcome=doing.outcome, note="合成意见", actor=actor, at=at)
        return True

    def _official(self, item: WorkItem) -> Actor:
        """The official of its post; where a step is done by several, another one for each."""
        place = item.scope.rpartition("/")[2] if item.drawn.multi else "0"
        name = f"replay.{item.post.code}.{place}"
        if name not in self._officials:
            account, _new = Account.objects.get_or_create(
                username=name, defaults={"name": "合成人员", "kind": "official", "opened_at": STARTS}
            )
            post = Post.objects.get(code=item.post.code)
            PostHolding.objects.get_or_create(account=account, post=post, defaults={"starts_at": STARTS})
            self._officials[name] = Actor(kind="account", ref=account.public_id, post=item.post.code)
        return self._officials[name]


def _citizen_number(born: str) -> str:
    """Another number than anybody's: 100 places of issue, 999 order numbers, one for each born on a day."""
    serial = next(walking._serial) // 2
    body = f"3402{serial // 999 % 100:02}{born.replace('-', '')}{serial % 999 + 1:03}"
    return body + citizen_check(body)


def _keys(arrival: Arrival) -> tuple[str, str]:
    first = arrival.place * KEYS
    return f"{first:09}", f"{first + KEYS:09}"


def _of(arrival: Arrival, column: str) -> Q:
    low, high = _keys(arrival)
    person = Q(**{f"{column}__gte": f"person:P{low}", f"{column}__lt": f"person:P{high}"})
    return person | Q(**{f"{column}__gte": f"organisation:E{low}", f"{column}__lt": f"organisation:E{high}"})


def case_of(arrival: Arrival) -> Case | None:
    """The case that came of an arrival."""
    return Case.objects.filter(_of(arrival, "applicant")).first()


def _lives(arrival: Arrival) -> int:
    """How many applications were begun for it and never lodged, since the replay was killed meanwhile."""
    from huimin.platform.registries.models import Organisation, Person

    low, high = _keys(arrival)
    keys = [
        *Person.objects.filter(pk__gte=f"P{low}", pk__lt=f"P{high}").values_list("pk", flat=True),
        *Organisation.objects.filter(pk__gte=f"E{low}", pk__lt=f"E{high}").values_list("pk", flat=True),
    ]
    return max((int(key[1:]) - arrival.place * KEYS) // KEYS_A_LIFE for key in keys) if keys else 0


def _done(case: Case) -> int:
    """How many parts of its path people have done."""
    own = Q(process__subject=case.reference) | Q(process__root__subject=case.reference)
    acts = WorkItem.objects.filter(own, parent=None, unattended=False)
    return acts.filter(closed_at__isnull=False, state__in=[ItemState.DONE, ItemState.RETURNED]).filter(
        kind__in=[ItemKind.STEP, ItemKind.APPLICANT]
    ).count()  # fmt: skip


def _touched(case: Case | None) -> datetime:
    """When something last happened in the case's process."""
    reference = case.reference if case else ""
    items = WorkItem.objects.filter(Q(process__subject=reference) | Q(process__root__subject=reference))
    last = items.aggregate(opened=Max("opened_at"), closed=Max("closed_at"))
    return max((at for at in last.values() if at), default=STARTS)


def _counting(dies_at: int) -> Any:
    """A wrapper of statements that counts them, and kills this process (-9) as it begins the one of this number: a point of the work, on
    a machine of any speed.
    """

    def step(execute: Any, *words: Any) -> Any:
        step.taken += 1
        if step.taken == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*words)

    step.taken = 0
    return step


def holdings() -> dict[str, Any]:
    """What a replayed year comes to, in words that do not depend on when it was interrupted."""
    from huimin.platform.journal.queries import verify

    # A sampled ruling is looked at in a process of its own; which are drawn depends on their numbers, and no two cities give the same.
    of_cases = Process.objects.filter(kind="case")
    facts = Entry.objects.exclude(body__contains='"process_kind":"ruling_check"')
    kinds = Counter(kind.rpartition(".")[2] for kind in facts.values_list("kind", flat=True))
    return {
        "cases": sorted(Case.objects.values_list("service", "state", "lodged_at")),
        "wholes": Case.objects.filter(whole=None).count(),
        "applicants": Case.objects.values("applicant").distinct().count(),
        "processes": sorted(of_cases.values_list("definition__code", "state", "end_node")),
        "done": WorkItem.objects.filter(process__in=of_cases, state=ItemState.DONE).count(),
        "open": WorkItem.objects.filter(process__in=of_cases, closed_at=None).count(),
        "facts": {kind: kinds[kind] for kind in ANNOUNCED},
        "undelivered": OutboxItem.objects.exclude(state="done").count(),
        "findings": [finding.sentence("en") for finding in verify().findings],
    }


def main() -> None:
    """`prepare` · `run CASES SEED STEP`, killed as it begins that statement, or not (0), and then tells how many there were · `report`."""
    what, *rest = sys.argv[1:]
    if what == "prepare":
        establish()
    elif what == "run":
        cases, seed, dies_at = map(int, rest)
        counting = _counting(dies_at)
        with connection.execute_wrapper(counting):
            Replay(cases, seed).run()
        print(counting.taken)
    else:
        json.dump(holdings(), sys.stdout, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
