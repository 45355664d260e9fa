"""Saying who walks which cell: assignments, their end, handing over."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from huimin.kernel.refusals import BadInput, NotFound, Refusal
from huimin.platform.grid import queries
from huimin.platform.grid.events import AssignmentEnded, CellAssigned, CellsHandedOver
from huimin.platform.grid.models import Assignment
from huimin.platform.identity.queries import accounts_named
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account


class NoSuchWorker(NotFound):
    """Nobody of this sign-in name holds a grid worker's post that the actor answers for."""

    zh = "没有工号为“{username}”的网格员，或不归您的岗位管。"
    en = "There is no grid worker “{username}”, or none that your post answers for."


class WalksItAlready(Refusal):
    """The worker has the cell already."""

    zh = "{name} 已经负责这个网格。"
    en = "{name} walks this cell already."


class HasAFirstWorker(Refusal):
    """A cell has one first worker at a time."""

    zh = "这个网格已有首要负责人，请先交接或结束他的分工。"
    en = "This cell has a first worker already: hand over or end that assignment first."


class WalksItNot(NotFound):
    """The worker does not walk the cell on that day."""

    zh = "这名网格员在那天不负责这个网格。"
    en = "This worker does not walk the cell on that day."


class EndsBeforeItBegan(BadInput):
    """An assignment ends after the day on which it began."""

    zh = "结束日应在开始日（{since_on}）之后。"
    en = "The end must come after the beginning ({since_on})."


class ToHimself(BadInput):
    """Cells are handed over to somebody else."""

    zh = "请选择另一名网格员。"
    en = "Choose another worker."


def worker_named(username: str, actor: Actor, at: datetime) -> "Account":
    """The grid worker who signs in with this name, within the actor's reach. Raises NoSuchWorker."""
    account = accounts_named([username]).get(username)
    if account is None or not queries.workers_within(actor, at=at).filter(pk=account.pk).exists():
        raise NoSuchWorker(username=username[:64])
    return account


@transaction.atomic
def assign_cell(
    *,
    cell: str,
    worker: str,
    since_on: date,
    until_on: date | None = None,
    is_first: bool = False,
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Let a worker (sign-in name) walk a cell from a day, until another (exclusive) or for good.

    Raises NoSuchCell, NoSuchWorker, EndsBeforeItBegan, WalksItAlready, HasAFirstWorker.
    """
    place, account = queries.access_cell(cell, actor), worker_named(worker, actor, at)
    if until_on is not None and until_on <= since_on:
        raise EndsBeforeItBegan(since_on=since_on, field="until_on")
    # One change of a cell at a time: the locked rows are those that a second change would look at too.
    open_ones = list(Assignment.objects.select_for_update().filter(_reaching(since_on), cell=place.code))
    if any(one.worker_id == account.pk and (until_on is None or one.since_on < until_on) for one in open_ones):
        raise WalksItAlready(name=account.name)
    if is_first and any(one.is_first and (until_on is None or one.since_on < until_on) for one in open_ones):
        raise HasAFirstWorker
    try:
        with transaction.atomic():
            made = Assignment.objects.create(
                worker=account, cell=place.code, since_on=since_on, until_on=until_on, is_first=is_first
            )
    except IntegrityError as clash:  # somebody else's change of a cell that had no row to lock
        raise (HasAFirstWorker() if is_first else WalksItAlready(name=account.name)) from clash
    publish(
        CellAssigned(
            subject=f"cell:{place.code}",
            worker=account.reference,
            since_on=since_on,
            until_on=until_on,
            is_first=is_first,
        ),
        actor=actor,
        at=at,
    )
    return made


def _reaching(day: date) -> Q:
    """Assignments that are in force on this day or after it."""
    return Q(until_on=None) | Q(until_on__gt=day)


@transaction.atomic
def end_assignment(*, cell: str, worker: str, until_on: date, actor: Actor, at: datetime) -> None:
    """Let a worker walk a cell no longer, from a day on. One that has not begun by then never was.

    Raises NoSuchCell, NoSuchWorker, WalksItNot.
    """
    place, account = queries.access_cell(cell, actor), worker_named(worker, actor, at)
    held = Assignment.objects.select_for_update().filter(_reaching(until_on), cell=place.code, worker=account)
    found = list(held)
    if not found:
        raise WalksItNot
    for one in found:
        _end(one, until_on)
    fact = AssignmentEnded(subject=f"cell:{place.code}", worker=account.reference, until_on=until_on)
    publish(fact, actor=actor, at=at)


def _end(assignment: Assignment, until_on: date) -> None:
    if assignment.since_on >= until_on:
        assignment.delete()
        return
    assignment.until_on = until_on
    assignment.save(update_fields=["until_on"])


@transaction.atomic
def hand_over_cells(*, worker: str, to: str, since_on: date, actor: Actor, at: datetime) -> int:
    """Let another worker walk, from a day on, every cell of a worker that the actor answers for; gives how many.

    Who has a cell already keeps it. Raises NoSuchWorker, ToHimself, WalksItNot (there is nothing to hand over).
    """
    account, heir = worker_named(worker, actor, at), worker_named(to, actor, at)
    if account.pk == heir.pk:
        raise ToHimself(field="to")
    reach = queries.within(queries.reach_of(actor), "cell")
    going = list(Assignment.objects.select_for_update().filter(reach, _reaching(since_on), worker=account))
    if not going:
        raise WalksItNot
    known = set(
        Assignment.objects.filter(_reaching(since_on), worker=heir, cell__in=[one.cell for one in going]).values_list(
            "cell", flat=True
        )
    )
    for one in going:
        kept_until = one.until_on
        _end(one, since_on)
        if one.cell not in known:
            begins = max(one.since_on, since_on)
            Assignment.objects.create(
                worker=heir, cell=one.cell, since_on=begins, until_on=kept_until, is_first=one.is_first
            )
    fact = CellsHandedOver(subject=account.reference, to=heir.reference, cells=len(going), since_on=since_on)
    publish(fact, actor=actor, at=at)
    return len(going)
