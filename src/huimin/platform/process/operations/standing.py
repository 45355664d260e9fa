"""Clocks that stand and go on: what a deadline shows, and the clock of the whole that a drawn step stops."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Case, F, Value, When

from huimin.kernel.workdays import WorkCalendar
from huimin.platform.process.declarations import supervision
from huimin.platform.process.models import ClockPause, Deadline, Process
from huimin.platform.process.operations.opening import SUPERVISED
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import NO_TURN, day_of, due
from huimin.platform.process.rules.graph import Token
from huimin.platform.process.rules.states import OPINIONS
from huimin.platform.process.rules.supervision import next_card


def show_clock(deadline: Deadline, calendar: WorkCalendar) -> bool:
    """Write the end of a limit onto the deadline and onto what shows it, by which lists are ordered; whether anything
    changed.
    """
    clock = deadline.clock
    end = due(clock, calendar)
    values = (end.at, end.provisional) if end else (None, False)
    changed = values != (deadline.due_at, deadline.provisional)
    deadline.due_at, deadline.provisional = values
    deadline.stopped = end is None
    if deadline.purpose in SUPERVISED:
        deadline.card_at = next_card(supervision().as_rules, deadline.level, clock, end, calendar)
    deadline.save(update_fields=["due_at", "provisional", "stopped", "card_at"])
    item = deadline.item
    if item is not None and deadline.purpose == Deadline.Purpose.LIMIT:
        item.due_on = end.on if end else None
        item.clock_stopped = end is None
        item.turn_on = (day_of(item.opened_at) if item.urgent else end.warn_on) if end else NO_TURN
        item.save(update_fields=["due_on", "clock_stopped", "turn_on"])
        if item.awaiting:
            # What others were asked for beside the step shows the clock of the step.
            asked = item.beside.filter(closed_at=None, kind__in=sorted(OPINIONS))
            asked.update(due_on=item.due_on, clock_stopped=item.clock_stopped, turn_on=item.turn_on)
    if deadline.purpose == Deadline.Purpose.PROCESS:
        process = deadline.process
        process.due_on, process.turn_on = (end.on, end.warn_on) if end else (None, NO_TURN)
        process.clock_stopped = end is None
        process.save(update_fields=["due_on", "turn_on", "clock_stopped"])
        _show_on_items(process)
    return changed


def _show_on_items(process: Process) -> None:
    """Steps without a limit of their own show the clock of the whole."""
    turn = Case(When(urgent=True, then=F("turn_on")), default=Value(process.turn_on))
    process.items.filter(closed_at=None, own_clock=False).update(
        due_on=process.due_on, clock_stopped=process.clock_stopped, turn_on=turn
    )


def hold_clock(process: Process, resting: Collection[Token], at: datetime) -> None:
    """Let the clock of the whole stand while a token rests in a step that is drawn to stop it, and go on when none does."""
    nodes = process.definition.graph.nodes
    if not any(node.stops for node in nodes.values()):
        return
    clock = process.deadlines.filter(closed_at=None, purpose=Deadline.Purpose.PROCESS).first()
    if clock is None:
        return
    clock.process = process
    stopping = next((nodes[token.node] for token in resting if nodes[token.node].stops), None)
    standing = clock.pauses.filter(resumed_at=None).first()
    if stopping is not None and standing is None:
        pause = ClockPause(deadline=clock, reason=stopping.stops, basis=stopping.basis, drawn=True, stopped_at=at)
        pause.save()
        show_clock(clock, work_calendar())
    elif stopping is None and standing is not None and standing.drawn:
        standing.resumed_at = at
        standing.save(update_fields=["resumed_at"])
        show_clock(clock, work_calendar())
