"""Closing: work items with their clocks and what stands beside them, branches that are called off, processes that end early."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection

from huimin.platform.identity.operations.writing import write_columns
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.rules.graph import Token
from huimin.platform.process.rules.states import OPINIONS, ItemKind, ItemState, ProcessState
from huimin.platform.process.rules.tokens import is_within


def close_item(item: WorkItem, state: ItemState, at: datetime, outcome: str = "") -> None:
    """Close a work item, its clocks, and what others were asked for beside it. Raises NotOpen when the move is not legal."""
    item.move(state)
    item.closed_at, item.outcome = at, outcome
    if item.awaiting:
        end_opinions([item.pk], at)
        item.awaiting = 0
    write_columns(item, "state", "closed_at", "outcome", "awaiting", "unattended", "holder", "claimed_at")
    close_clocks(item, at)


def close_clocks(item: WorkItem, at: datetime) -> None:
    """Close the clocks of a work item."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_CLOCKS, [connection.ops.adapt_datetimefield_value(at), item.pk])


_CLOSE_CLOCKS: Final = "UPDATE process_deadline SET closed_at = %s WHERE item_id = %s AND closed_at IS NULL"


def end_opinions(parents: Collection[int], at: datetime) -> None:
    """End what others were asked for beside these items; copies stay until they are read."""
    asked = WorkItem.objects.filter(parent__in=parents, closed_at=None, kind__in=sorted(OPINIONS))
    while pks := list(asked.values_list("pk", flat=True)):
        WorkItem.objects.filter(pk__in=pks).update(state=ItemState.ENDED, closed_at=at, awaiting=0)
        asked = WorkItem.objects.filter(parent__in=pks, closed_at=None, kind__in=sorted(OPINIONS))


def call_off(process: Process, tokens: Collection[Token] | None, at: datetime) -> int:
    """End the items and timers in which these tokens rest (None: all of them), and the processes that they called; how many items."""
    live = process.items.filter(closed_at=None, parent=None)
    ending = [item for item in live if tokens is None or item.token in tokens]
    keys = [item.pk for item in ending]
    if keys:
        WorkItem.objects.filter(pk__in=keys).update(state=ItemState.ENDED, closed_at=at)
        Deadline.objects.filter(item__in=keys, closed_at=None).update(closed_at=at)
        if any(item.awaiting for item in ending):
            end_opinions(keys, at)
        if any(item.kind == ItemKind.CALL for item in ending):
            for child in Process.objects.filter(caller__in=keys, state=ProcessState.RUNNING):
                end_early(child, ProcessState.CANCELLED, at)
    for deadline in process.deadlines.filter(closed_at=None, item=None).exclude(purpose=Deadline.Purpose.PROCESS):
        if tokens is None or _hangs_on(deadline, tokens):
            deadline.closed_at = at
            deadline.save(update_fields=["closed_at"])
    return len(ending)


def _hangs_on(deadline: Deadline, tokens: Collection[Token]) -> bool:
    """Whether a timer is one of these tokens, or hangs on the round in which they are."""
    if deadline.purpose == Deadline.Purpose.TIMER:
        return Token(deadline.node, deadline.scope) in tokens
    return any(is_within(token.scope, deadline.scope) and token.scope != deadline.scope for token in tokens)


def close_process_clock(process: Process, at: datetime) -> None:
    """Close the clock of the whole, and the timers of rounds that have no round any more."""
    process.deadlines.filter(closed_at=None).update(closed_at=at)


def end_early(process: Process, state: ProcessState, at: datetime) -> int:
    """End a process before its time, and everything that it called or that was opened under it; how many of its items."""
    called_off = call_off(process, None, at)
    process.move(state, at)
    process.rounds = {}
    close_process_clock(process, at)
    process.save()
    for child in process.children.filter(state=ProcessState.RUNNING):
        end_early(child, state, at)
    return called_off
