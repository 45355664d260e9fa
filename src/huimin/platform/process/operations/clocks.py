"""Clocks at work: stopping and resuming them by hand, and moving on what has run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish, publish_many
from huimin.platform.journal.rules import Actor, ActorKind
from huimin.platform.process.events import ClockResumed, ClockStopped, OverdueHandled, TimerFired
from huimin.platform.process.models import ClockPause, Deadline, Process, WorkItem
from huimin.platform.process.operations.closing import call_off, close_item
from huimin.platform.process.operations.engine import Run, lock
from huimin.platform.process.operations.hands import NotYours, fact_fields, lock_held, spoken_by
from huimin.platform.process.operations.opening import post_key
from huimin.platform.process.operations.standing import show_clock
from huimin.platform.process.queries import may_supervise, stood_in_for, work_calendar
from huimin.platform.process.rules.graph import OverdueAct, Token
from huimin.platform.process.rules.numbers import process_of
from huimin.platform.process.rules.states import ItemKind, ItemState
from huimin.platform.process.rules.tokens import detached_scope, is_within, outer_of

TIMER_ACTOR = Actor(kind=ActorKind.SYSTEM, ref="process.timers")


class ClockNotRunning(Refusal):
    """There is no clock, or it stands already."""

    zh = "{number} 没有正在走的时限，不能停表。"
    en = "{number} has no running clock that could be stopped."


class ClockNotStopped(Refusal):
    """The clock runs, or a step that is drawn to stop it has not ended."""

    zh = "{number} 没有可以恢复的停表：它在计时，或由正在办理的步骤停表。"
    en = "The clock of {number} has not been stopped by hand, so it cannot be made to go on."


class BasisMissing(Refusal):
    """A clock stands only where a law says so, and the law is named."""

    zh = "停表须写明法律依据。"
    en = "Name the law by which the clock stands."
    status = 400


def stop_clock(*, number: str, reason: str, basis: str, actor: Actor, at: datetime) -> Process:
    """停表: stop the clocks of a work item that one holds, and with it that of the whole; or, given the number of a process in which
    one holds something, all its clocks. The time does not count. `reason` is a code (`supplement`), `basis` the law, in words.

    Timers that wait for the applicant run on. Raises BasisMissing, NotOpen, NotYours, ClockNotRunning.
    """
    if not basis.strip():
        raise BasisMissing
    with transaction.atomic():
        process, item, speaker = _whose(number, actor, at)
        clocks = [clock for clock in _clocks(process, item) if not clock.stopped]
        if not clocks:
            raise ClockNotRunning(number=number)
        calendar = work_calendar()
        for clock in clocks:
            ClockPause.objects.create(deadline=clock, reason=reason, basis=basis.strip()[:200], stopped_at=at)
            show_clock(clock, calendar)
        publish(ClockStopped(**_about(process, item), reason=reason), actor=speaker, at=at)
    return process


def resume_clock(*, number: str, actor: Actor, at: datetime) -> Process:
    """恢复计时: let the clocks go on that were stopped by hand. Raises NotOpen, NotYours, ClockNotStopped."""
    with transaction.atomic():
        process, item, speaker = _whose(number, actor, at)
        standing = ClockPause.objects.filter(deadline__in=_clocks(process, item), resumed_at=None, drawn=False)
        stopped = [
            clock for clock in _clocks(process, item) if clock.pk in set(standing.values_list("deadline", flat=True))
        ]
        if not stopped:
            raise ClockNotStopped(number=number)
        standing.update(resumed_at=at)
        calendar = work_calendar()
        for clock in stopped:
            show_clock(clock, calendar)
        due_on = item.due_on if item else process.due_on
        publish(ClockResumed(**_about(process, item), due_on=due_on), actor=speaker, at=at)
    return process


def _whose(number: str, actor: Actor, at: datetime) -> tuple[Process, WorkItem | None, Actor]:
    """What is meant by the number, under the lock, and who acts. Raises NotOpen, NotYours."""
    if process_of(number) != number:
        item = lock_held(number, actor, at)
        return item.process, item, spoken_by(actor, item)
    process = lock(number)
    hands = {actor.ref, *stood_in_for(actor.ref, at)}
    takes_part = process.items.filter(closed_at=None, holder__public_id__in=hands).exists()
    if not takes_part and actor.kind != ActorKind.SYSTEM and not may_supervise(actor, process, at=at):
        raise NotYours(number=number)
    return process, None, actor


def _clocks(process: Process, item: WorkItem | None) -> list[Deadline]:
    """The live clocks that stand and go on together."""
    found = []
    for clock in process.deadlines.filter(closed_at=None).select_related("item").order_by("pk"):
        if item is not None and clock.item_id == item.pk:
            clock.item = item
        elif clock.purpose != Deadline.Purpose.PROCESS and (item is not None or _is_applicants(clock)):
            continue
        clock.process = process
        found.append(clock)
    return found


def _is_applicants(clock: Deadline) -> bool:
    return clock.item is None or clock.item.kind == ItemKind.APPLICANT


def _about(process: Process, item: WorkItem | None) -> dict[str, Any]:
    about = {"subject": process.reference, "about": process.subject, "process_kind": process.kind}
    return fact_fields(item) if item else {**about, "item": "", "node": ""}


@dataclass(frozen=True)
class TimersFired:
    """What a round of timers did: how many processes moved on, and the numbers of those whose way on refused (to be looked at)."""

    moved: int
    refused: tuple[str, ...]


def fire_due_timers(*, at: datetime, at_most: int = 1000) -> TimersFired:
    """Move on every process in which a timer has run out, oldest first, one transaction each.

    A process that cannot move on (a post is gone, a datum is missing) holds nobody else up: it is named in the
    answer and tried again next time.
    """
    due = Deadline.objects.filter(closed_at=None, fires=True, due_at__lte=at)
    timers = list(due.order_by("due_at").values_list("pk", "process__number")[:at_most])
    moved, refused = 0, []
    for key, number in timers:
        try:
            moved += fire_timer(deadline=key, process=number, at=at)
        except Refusal:
            refused.append(number)
    return TimersFired(moved, tuple(refused))


def fire_timer(*, deadline: int, process: str, at: datetime) -> bool:
    """Let one timer that has run out move its process on, or do what is declared for a step that is overdue; False when somebody
    was faster, or the clock was stopped or moved meanwhile.

    Raises ProcessOver, and what the way on refuses (see `complete`).
    """
    with transaction.atomic():
        locked = lock(process)
        timers = locked.deadlines.select_related("item__post", "item__holder").filter(
            pk=deadline, closed_at=None, due_at__lte=at
        )
        timer = timers.first()
        if timer is None:
            return False
        timer.closed_at, timer.fired = at, True
        timer.save(update_fields=["closed_at", "fired"])
        if timer.item is not None:
            timer.item.process = locked
        act = _overdue if timer.purpose == Deadline.Purpose.OVERDUE else _fire
        publish_many(act(locked, timer, at), actor=TIMER_ACTOR, at=at)
    return True


def _fire(process: Process, timer: Deadline, at: datetime) -> Sequence[Fact]:
    node = process.definition.graph.nodes[timer.node]
    leaving, interrupted = Token(timer.node, timer.scope), ""
    if not node.interrupting:
        process.runs += 1
        # The token's line goes on beside the work, and no join waits for it.
        leaving = Token(timer.node, detached_scope(process.runs))
    elif timer.item is not None:
        interrupted = timer.item.number
        call_off(process, [timer.item.token], at)
    elif timer.purpose == Deadline.Purpose.BOUNDARY:
        asked = process.items.filter(closed_at=None, parent=None)
        call_off(process, [item.token for item in asked if is_within(item.scope, timer.scope)], at)
        leaving = Token(timer.node, outer_of(timer.scope))
    run = Run(process, actor=TIMER_ACTOR, at=at)
    run.forget_rounds()
    run.leave(leaving)
    fact = TimerFired(
        subject=process.reference,
        about=process.subject,
        process_kind=process.kind,
        node=timer.node,
        interrupted=interrupted,
        opened=tuple(run.opened),
        ended=run.ended,
    )
    return [fact, *run.facts]


def _overdue(process: Process, timer: Deadline, at: datetime) -> Sequence[Fact]:
    """超时自动处理: the step ends with the declared outcome, or goes up to the declared post."""
    item, node = timer.item, process.definition.graph.nodes[timer.node]
    assert item is not None  # the database keeps it: what is overdue is a step
    assert node.overdue is not None  # the deadline was made because it is declared
    fields = {**fact_fields(item), "act": node.overdue.act.value}
    if node.overdue.act is OverdueAct.POST:
        if item.state == ItemState.HELD:
            item.move(ItemState.OPEN)
            item.holder = item.claimed_at = None
        item.post_id = post_key(node.overdue.what)
        item.save(update_fields=["state", "holder", "claimed_at", "post"])
        return [OverdueHandled(**fields, to_post=node.overdue.what)]
    outcome = node.overdue.what
    if node.multi is None:
        process.data = {**process.data, node.datum: outcome}
    item.unattended = True
    close_item(item, ItemState.DONE, at, outcome)
    run = Run(process, actor=TIMER_ACTOR, at=at).leave(item.token, previous=item, outcome=outcome)
    fact = OverdueHandled(**fields, outcome=outcome, opened=tuple(run.opened), ended=run.ended)
    return [fact, *run.facts]
