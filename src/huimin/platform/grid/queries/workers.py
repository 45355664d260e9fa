"""Who walks which cell, and who is on shift."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from huimin.platform.grid.models import Assignment, AssignmentQuerySet, Shift
from huimin.platform.grid.queries.reach import reach_of, within
from huimin.platform.identity.queries import accounts_in, posts_with_duty
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.registries.models import GridCell

LONGEST_SHIFT: Final = timedelta(hours=24)
WORKER_DUTY: Final = "grid_worker"
"""The duty of the posts that grid workers hold."""


def workers_of(cell: str, *, at: datetime) -> list["Account"]:
    """Who walks the cell at this instant: first those on shift, then the cell's first worker, then by name."""
    own = Assignment.objects.on(timezone.localdate(at)).filter(cell=cell).select_related("worker")
    rows = [row for row in own if row.worker.is_active]
    on = on_shift({row.worker_id for row in rows}, at=at)
    rows.sort(key=lambda row: (row.worker_id not in on, not row.is_first, row.worker.name, row.worker_id))
    return list(dict.fromkeys(row.worker for row in rows))


def cells_of(account: "Account", *, on: date) -> list["GridCell"]:
    """The cells that a worker walks on this day, by code; those that are cells no longer are left out."""
    codes = Assignment.objects.on(on).filter(worker=account).values("cell")
    return list(places.grid_cells().filter(code__in=codes))


def on_shift(workers: Iterable[int], *, at: datetime) -> set[int]:
    """Which of these accounts (primary keys) are on shift at this instant."""
    running = Shift.objects.filter(starts_at__gt=at - LONGEST_SHIFT, starts_at__lte=at, ends_at__gt=at)
    return set(running.filter(worker__in=list(workers)).values_list("worker_id", flat=True))


def is_on_shift(account: "Account", *, at: datetime) -> bool:
    """Whether this worker is on shift at this instant."""
    return bool(on_shift([account.pk], at=at))


def workers_within(actor: Actor, *, at: datetime) -> "QuerySet[Account]":
    """Who holds a grid worker's post of the divisions that the actor answers for, by sign-in name."""
    reach = reach_of(actor)
    own = [
        post.code
        for post in posts_with_duty(WORKER_DUTY)
        if reach.everything or any(code.startswith(prefix) for code in post.divisions for prefix in reach.divisions)
    ]
    return accounts_in(own, at)


def assignments_within(actor: Actor, *, on: date) -> AssignmentQuerySet:
    """Who walks what on this day, in the cells that the actor's post answers for."""
    return Assignment.objects.on(on).filter(within(reach_of(actor), "cell"))


def coming_assignments(worker: "Account", *, on: date) -> list[Assignment]:
    """What a worker walks on this day and will walk after it, by cell."""
    held = Assignment.objects.filter(worker=worker).exclude(until_on__lte=on)
    return list(held.order_by("cell", "since_on")[:500])


def uncovered_cells(actor: Actor, *, on: date) -> "QuerySet[GridCell]":
    """The cells, of those that the actor's post answers for, that nobody walks on this day."""
    walked = Assignment.objects.on(on).values("cell")
    return places.grid_cells().filter(within(reach_of(actor), "code")).exclude(code__in=walked)


def workers_by_street(actor: Actor, *, on: date) -> dict[str, int]:
    """How many different workers walk the cells of each street on this day."""
    pairs = assignments_within(actor, on=on).values_list("cell", "worker_id")
    found: dict[str, set[int]] = {}
    for cell, worker in pairs.iterator(chunk_size=5000):
        found.setdefault(cell[:9], set()).add(worker)
    return {street: len(workers) for street, workers in sorted(found.items())}


def shifts_of(worker: "Account", *, since: datetime, until: datetime) -> list[Shift]:
    """The shifts of a worker that lie in a span at least in part, by their beginning."""
    own = Shift.objects.filter(
        worker=worker, starts_at__gt=since - LONGEST_SHIFT, starts_at__lt=until, ends_at__gt=since
    )
    return list(own.order_by("starts_at"))


def shift_at(worker: "Account", *, at: datetime) -> Shift | None:
    """The shift on which a worker is at this instant."""
    return Shift.objects.filter(
        worker=worker, starts_at__gt=at - LONGEST_SHIFT, starts_at__lte=at, ends_at__gt=at
    ).first()


def cells_by_worker(workers: Iterable[int], *, on: date) -> dict[int, int]:
    """How many cells each of these accounts (primary keys) walks on this day."""
    rows = Assignment.objects.on(on).filter(worker__in=list(workers)).values("worker_id")
    return dict(rows.annotate(cells=Count("cell", distinct=True)).values_list("worker_id", "cells"))


def assignments_of(cell: str, *, on: date) -> AssignmentQuerySet:
    """Who walks a cell on this day, its first worker first."""
    rows = Assignment.objects.on(on).filter(cell=cell, worker__is_active=True).select_related("worker")
    return rows.order_by("-is_first", "worker__username")


def workers_of_street(street: str, *, on: date) -> list[tuple[str, str]]:
    """Sign-in name and name of whoever walks a cell of this street (nine characters) on this day."""
    rows = Assignment.objects.on(on).filter(cell__startswith=street, worker__is_active=True)
    return list(rows.values_list("worker__username", "worker__name").distinct().order_by("worker__username"))


def sought(workers: "QuerySet[Account]", text: str) -> "QuerySet[Account]":
    """Those whose sign-in name or name begins with a text."""
    return workers.filter(Q(username__startswith=text.lower()) | Q(name__startswith=text))


@dataclass(frozen=True, kw_only=True)
class StreetCover:
    """A street: its cells, how many of them somebody walks, and how many different workers do."""

    street: str
    cells: int
    covered: int
    workers: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How the cells that an actor answers for are walked on a day."""

    cells: int
    covered: int
    workers: int
    on_shift: int
    streets: list[StreetCover]


def coverage(actor: Actor, *, on: date, at: datetime) -> Coverage:
    """How the cells of the actor's divisions are walked on this day, street by street, and how many of their workers are on shift now."""
    codes = list(places.grid_cells().filter(within(reach_of(actor), "code")).values_list("code", flat=True))
    walked: dict[str, set[int]] = {}
    for cell, worker in assignments_within(actor, on=on).values_list("cell", "worker_id").iterator(chunk_size=5000):
        walked.setdefault(cell, set()).add(worker)
    streets = []
    for street, group in groupby(codes, key=lambda code: code[:9]):
        own = list(group)
        workers = set().union(*(walked.get(code, set()) for code in own))
        covered = sum(code in walked for code in own)
        streets.append(StreetCover(street=street, cells=len(own), covered=covered, workers=len(workers)))
    present = {worker for code in codes for worker in walked.get(code, ())}
    running = Shift.objects.filter(starts_at__gt=at - LONGEST_SHIFT, starts_at__lte=at, ends_at__gt=at)
    on_now = set(running.values_list("worker_id", flat=True))
    return Coverage(
        cells=len(codes),
        covered=sum(one.covered for one in streets),
        workers=len(present),
        on_shift=len(present & on_now),
        streets=streets,
    )
