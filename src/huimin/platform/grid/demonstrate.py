"""A living grid for a demonstration: a city's workers, their cells and this week's shifts, what stands in the streets, rounds of visits.

All of it is synthetic, and the same for the same grid; workers have accounts that nobody can sign in to.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

import numpy as np
import shapely
from django.db import transaction
from django.utils import timezone

from huimin.platform.grid import operations
from huimin.platform.grid.declarations import component_standard
from huimin.platform.grid.models import Assignment, Component, RoundVisit, Shift
from huimin.platform.grid.operations.rounds import escalate_missed, plan_rounds
from huimin.platform.grid.operations.shifts import shift_on
from huimin.platform.grid.queries import WORKER_DUTY
from huimin.platform.grid.rounds import round_coded
from huimin.platform.grid.rules import Taken
from huimin.platform.identity.operations import Recruit, open_workforce
from huimin.platform.identity.queries import accounts_in, departments, posts_with_duty
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places

SEED: Final = 20260622
WORKERS: Final = 3302
"""Wuhu's grid workers."""
COMPONENTS: Final = 20_000
STANDARD: Final = "GB/T 30428"
BATCH: Final = 1000
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN: Final = (
    "建国", "秀英", "志强", "桂兰", "明", "敏", "静", "伟", "丽", "军",
    "芳", "磊", "娟", "勇", "艳", "杰", "霞", "鹏", "玲", "浩",
    "慧", "俊", "婷", "斌", "燕", "晨", "悦", "凯", "雪", "宁",
)  # fmt: skip
HOURS: Final = ((time(8, 0), time(17, 0)), (time(8, 30), time(17, 30)), (time(13, 0), time(21, 0)))
DAY_OFF: Final = 7
"""Every worker is off on one day of the week, which goes around."""
STAND_IN: Final = 3
"""Every so many cells have a second worker: the first of the cell beside it."""


@dataclass(frozen=True)
class Kind:
    """A class of components: how often it stands there, who answers for it, owns it, keeps it up."""

    code: str
    weight: int
    authority: str
    owner: str
    maintainer: str


KINDS: Final = (
    Kind("0101", 9, "zjj", "water", "water"),
    Kind("0102", 12, "zjj", "zjj", "water"),
    Kind("0103", 12, "zjj", "zjj", "zjj"),
    Kind("0104", 9, "zjj", "zjj", "zjj"),
    Kind("0105", 4, "power", "power", "power"),
    Kind("0107", 5, "telecom", "telecom", "telecom"),
    Kind("0111", 4, "gas", "gas", "gas"),
    Kind("0113", 3, "xfjy", "water", "water"),
    Kind("0118", 12, "cgj", "cgj", "cgj"),
    Kind("0126", 2, "tyj", "tyj", "tyj"),
    Kind("0203", 3, "jtj", "jtj", "jtj"),
    Kind("0209", 5, "gaj", "gaj", "gaj"),
    Kind("0210", 2, "gaj", "gaj", "gaj"),
    Kind("0211", 3, "gaj", "gaj", "gaj"),
    Kind("0301", 1, "cgj", "cgj", "cgj"),
    Kind("0305", 6, "cgj", "cgj", "cgj"),
    Kind("0402", 8, "lyj", "lyj", "lyj"),
)
ROUNDS_AGO: Final = timedelta(days=20)
VISITED: Final = ("well", "well", "well", "refused", "well", "", "well", "not_home", None, None)
"""What became of one visit after the other: "" was missed, None is planned for these days."""
STANDS_IN_FOR: Final = 4
STATES: Final = (("intact", 0.965), ("broken", 0.022), ("lost", 0.006), ("abandoned", 0.007))


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Invent the workers of the grid in force and what stands in its cells; gives how many of both. Once in a city; none without a grid."""
    cells = list(places.grid_cells().values_list("code", "outline"))
    if not cells:
        return 0
    made = 0
    if not Assignment.objects.exists():
        made += _workers([code for code, _ in cells], actor=actor, at=at)
    if not Component.objects.exists():
        made += _components(cells, actor=actor, at=at)
    if not RoundVisit.objects.exists():
        made += _rounds(actor=actor, at=at)
    return made


def shares(sizes: Sequence[int], whole: int) -> list[int]:
    """The whole in parts as large as the sizes say, no part empty, to the last one (largest remainders)."""
    total = sum(sizes)
    exact = [whole * size / total for size in sizes]
    parts = [max(1, int(part)) for part in exact]
    by_rest = sorted(range(len(sizes)), key=lambda at: (int(exact[at]) - exact[at], at))
    for at in by_rest[: max(0, whole - sum(parts))]:
        parts[at] += 1
    return parts


@transaction.atomic
def _workers(codes: Sequence[str], *, actor: Actor, at: datetime) -> int:
    draw, today = random.Random(SEED), timezone.localdate(at)  # noqa: S311 - a demonstration's names, no secret
    posts = {post.divisions[0]: post.code for post in posts_with_duty(WORKER_DUTY) if post.divisions}
    districts = [(code, list(own)) for code, own in groupby(codes, key=lambda code: code[:6]) if code in posts]
    wanted = min(WORKERS, len(codes))
    numbers = shares([len(own) for _, own in districts], wanted)
    recruits: list[Recruit] = []
    walks: list[tuple[str, str, bool]] = []
    for (district, own), workers in zip(districts, numbers, strict=True):
        # Who holds the post already, such as a persona of the demonstration, is one of them.
        known = dict(accounts_in([posts[district]], at).values_list("username", "name"))
        invented = [f"wg{district}{number:04}" for number in range(1, workers + 1 - len(known))]
        names = [*known, *invented]
        recruits += [
            Recruit(
                username=name,
                name=known.get(name) or draw.choice(SURNAMES) + draw.choice(GIVEN),
                post=posts[district],
            )
            for name in names
        ]
        walks += _walks(own, names)
    accounts = open_workforce(recruits, actor=actor, at=at)
    since = today - timedelta(days=400)
    Assignment.objects.bulk_create(
        [
            Assignment(worker=accounts[name], cell=cell, since_on=since, is_first=is_first)
            for cell, name, is_first in walks
        ],
        batch_size=BATCH,
    )
    keys = [accounts[one.username].pk for one in recruits]
    Shift.objects.bulk_create(list(_shifts(keys, today)), batch_size=BATCH)
    return len(accounts)


def _walks(cells: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Who walks which cell of a district: neighbours go to the same worker, every third cell has his neighbour as well."""
    for place, cell in enumerate(cells):
        own = place * len(names) // len(cells)
        yield cell, names[own], True
        if place % STAND_IN == 0 and len(names) > 1:
            yield cell, names[(own + 1) % len(names)], False


def _shifts(workers: Sequence[int], today: date) -> Iterator[Shift]:
    """This week's shifts, from Monday on."""
    monday = today - timedelta(days=today.weekday())
    spans = [[shift_on(monday + timedelta(days=day), *hours) for hours in HOURS] for day in range(7)]
    for place, worker in enumerate(workers):
        for day in range(7):
            if (place + day) % DAY_OFF:
                begins, ends = spans[day][place % len(HOURS)]
                yield Shift(worker_id=worker, starts_at=begins, ends_at=ends)


def _rounds(*, actor: Actor, at: datetime) -> int:
    """Rounds planned some weeks ago, most of their visits made, some missed, some still ahead."""
    today, planned_at = timezone.localdate(at), at - ROUNDS_AGO
    if not plan_rounds(actor=actor, at=planned_at):
        return 0
    workers = dict(Assignment.objects.on(today).filter(is_first=True).values_list("cell", "worker_id"))
    visits = list(RoundVisit.objects.order_by("cell", "person"))
    for place, one in enumerate(visits):
        outcome = VISITED[place % len(VISITED)]
        if outcome is None:
            later = today - timedelta(days=place % 5)
            one.planned_on, one.until_on = later, later + (one.until_on - one.planned_on)
        elif outcome and one.cell in workers:
            one.outcome, one.worker_id = outcome, workers[one.cell]
            one.tried_at = planned_at + timedelta(days=1 + place % 12)
            one.done_at = None if outcome == RoundVisit.Outcome.NOT_HOME else one.tried_at
            if outcome == RoundVisit.Outcome.WELL:
                asked = round_coded(one.round).questions
                one.answers = {code: next(iter(question.choices)) for code, question in asked.items()}
    changed = ["planned_on", "until_on", "outcome", "worker", "tried_at", "done_at", "answers"]
    RoundVisit.objects.bulk_update(visits, changed, batch_size=100)
    escalate_missed(actor=actor, at=at)
    _stand_ins(visits, at)
    return len(visits)


def _stand_ins(visits: Sequence[RoundVisit], at: datetime) -> None:
    """The first worker of each district, which is the demonstration's persona where there is one, stands in where visits are open."""
    today = timezone.localdate(at)
    for post in posts_with_duty(WORKER_DUTY):
        first = accounts_in([post.code], at).first()
        if first is None or not post.divisions:
            continue
        own = set(Assignment.objects.on(today).filter(worker=first).values_list("cell", flat=True))
        open_in = {one.cell for one in visits if one.done_at is None and one.cell.startswith(post.divisions[0])}
        Assignment.objects.bulk_create(
            [Assignment(worker=first, cell=cell, since_on=today) for cell in sorted(open_in - own)[:STANDS_IN_FOR]]
        )


def _components(cells: Sequence[tuple[str, str]], *, actor: Actor, at: datetime) -> int:
    draw, today = np.random.default_rng(SEED), timezone.localdate(at)
    known = {one.code: one for one in departments()}
    kinds = [one for one in KINDS if {one.authority, one.owner, one.maintainer} <= known.keys()]
    if not kinds:
        return 0
    standard = component_standard(STANDARD)
    weights = np.array([one.weight for one in kinds], float)
    counts = draw.multinomial(min(COMPONENTS, 5 * len(cells)), np.full(len(cells), 1 / len(cells)))
    serials: dict[str, int] = {}
    rows: list[Component] = []
    for (cell, outline), count in zip(cells, counts.tolist(), strict=True):
        chosen = draw.choice(len(kinds), size=count, p=weights / weights.sum()).tolist()
        states = draw.choice([one for one, _ in STATES], size=count, p=[share for _, share in STATES]).tolist()
        ages = draw.integers(300, 6000, size=count).tolist()
        spots = _inside(outline, count, draw)
        for (longitude, latitude), place, state, age in zip(spots, chosen, states, ages, strict=True):
            kind = kinds[place]
            head = f"{cell[:6]}{kind.code}"
            serials[head] = serials.get(head, 0) + 1
            rows.append(
                Component(
                    code=f"{head}{serials[head]:06}",
                    standard_ref=STANDARD,
                    class_code=kind.code,
                    name=standard.names_of(kind.code).zh,
                    cell=cell,
                    division=cell[:6],
                    longitude=round(longitude, 6),
                    latitude=round(latitude, 6),
                    authority=known[kind.authority],
                    owner=known[kind.owner],
                    maintainer=known[kind.maintainer],
                    state=state,
                    installed_on=today - timedelta(days=age),
                    changed_on=None if state == "intact" else today - timedelta(days=1 + age % 60),
                    source="演示普查",
                )
            )
    operations.enter_components(rows, Taken(rows=len(rows)), file="", actor=actor, at=at)
    return len(rows)


def _inside(outline: str, count: int, draw: np.random.Generator) -> list[tuple[float, float]]:
    """So many places inside of an outline: drawn in its box until enough lie within."""
    shape = shapely.from_geojson(outline)
    west, south, east, north = shape.bounds
    found: list[tuple[float, float]] = []
    while len(found) < count:
        tried = draw.uniform((west, south), (east, north), (2 * count + 2, 2))
        found += [tuple(pair) for pair in tried[shapely.contains_xy(shape, tried[:, 0], tried[:, 1])].tolist()]
    return found[:count]
