"""Starting a process, finishing its steps, ending it early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor, ActorKind
from huimin.platform.process.events import OpinionGiven, ProcessCancelled, ProcessWithdrawn, StepTaken, WorkCompleted
from huimin.platform.process.models import Definition, Process, WorkItem
from huimin.platform.process.models.work import REFERENCE_LENGTH, NotOpen
from huimin.platform.process.operations.asking import give_copies
from huimin.platform.process.operations.closing import close_item, end_early
from huimin.platform.process.operations.engine import (
    Run,
    begin,
    go_on_after,
    lock,
    lock_item,
    remark,
)
from huimin.platform.process.operations.hands import NotYours, fact_fields, lock_held, lock_workable, spoken_by
from huimin.platform.process.operations.machine import own_data, take_step
from huimin.platform.process.queries import get_definition, may_supervise
from huimin.platform.process.rules.graph import MACHINE, Limit
from huimin.platform.process.rules.states import OPINIONS, DataNotFit, ItemKind, ItemState, ProcessState


class ReasonMissing(Refusal):
    """Going back, withdrawing and cancelling need a reason that others can read."""

    zh = "请写明理由。"
    en = "Please give the reason."
    status = 400


class OutcomeUnknown(Refusal):
    """The step cannot end like that."""

    zh = "这一步不能以“{outcome}”办结。"
    en = "This step cannot end with “{outcome}”."
    status = 400


class AnswersAwaited(Refusal):
    """Others were asked for their opinion and have not answered yet."""

    zh = "{number} 还有{count}份委派或加签意见没有反馈，请等反馈或撤回后再办结。"
    en = "{count} opinions asked for in {number} have not come back yet; wait for them or withdraw the request."


class NotInBatches(Refusal):
    """The definition does not allow several of these to be finished in one go."""

    zh = "“{node}”须逐件办理，不能批量办结。"
    en = "“{node}” must be done one by one; it cannot be finished in batches."


def needs_reason(reason: str) -> None:
    """Raises ReasonMissing for an empty one."""
    if not reason.strip():
        raise ReasonMissing


def start(
    definition: Definition | str,
    *,
    subject: str,
    data: Mapping[str, Any] | None = None,
    kind: str = "",
    department: str = "",
    limit: Limit | None = None,
    parent: str = "",
    actor: Actor,
    at: datetime,
) -> Process:
    """Begin a process by a definition, or the newest version of its code, about a subject (a reference such as `correction:C-17`).

    `kind` chooses how the subject is shown (`ports.subject_view`); the definition's code when not given. `department` is the
    code of the body that answers for it; that of the first post when not given. `limit` is the clock of the whole, in place of the
    one that is drawn. `parent` is the number of the process whose sub-case this is; it does not wait for it. Raises
    DefinitionUnknown, DataNotFit, DataMissing, PostNotThere, ProcessOver (of the parent), and what the first steps refuse.
    """
    with transaction.atomic():
        started = start_within(
            definition,
            subject=subject,
            data=data,
            kind=kind,
            department=department,
            limit=limit,
            parent=parent,
            actor=actor,
            at=at,
        )
    return started.process


@dataclass(frozen=True)
class Started:
    """A process that has begun. `acted`: the machine has taken steps already, which may have changed what the process is about."""

    process: Process
    acted: bool


def start_within(
    definition: Definition | str,
    *,
    subject: str,
    data: Mapping[str, Any] | None = None,
    kind: str = "",
    department: str = "",
    limit: Limit | None = None,
    parent: str = "",
    number: str = "",
    before: Sequence[Fact] = (),
    actor: Actor,
    at: datetime,
) -> Started:
    """As `start`, as a part of the caller's own transaction, which a refusal must undo as a whole.

    `number` is one from `draw_number`; `before` are the caller's facts: they are announced with those of the process, and before them.
    """
    drawn = get_definition(definition) if isinstance(definition, str) else definition
    if not subject or len(subject) > REFERENCE_LENGTH:
        raise DataNotFit(name="subject")
    run = begin(
        drawn,
        subject=subject,
        kind=kind,
        data=data or {},
        parent=lock(parent) if parent else None,
        department=department,
        limit=limit,
        number=number,
        before=before,
        actor=actor,
        at=at,
    )
    publish_many(run.facts, actor=actor, at=at)
    return Started(run.process, acted=any(run.graph.nodes[node].kind in MACHINE for node in run.opened))


def complete(
    *,
    number: str,
    outcome: str = "done",
    data: Mapping[str, Any] | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> WorkItem:
    """Finish a work item that one holds. The outcome becomes a datum under the step's id, beside `data`; then the
    process moves on. What was delegated or is to be countersigned goes back to who asked for it.

    Raises NotOpen, NotYours, OutcomeUnknown, AnswersAwaited, DataNotFit, ProcessOver, what a condition on the way cannot
    decide (DataMissing, DataNotComparable), PostNotThere, and what a step of the machine refuses; then nothing has
    happened.
    """
    with transaction.atomic():
        item = lock_held(number, actor, at)
        _do(item, outcome, data or {}, note, actor=actor, at=at)
    return item


def complete_at_once(
    *,
    number: str,
    outcome: str = "done",
    data: Mapping[str, Any] | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> WorkItem:
    """即办: as `complete`, also for a work item that waits at one's post: it is claimed and finished in one act.

    Raises what `claim` and `complete` raise.
    """
    with transaction.atomic():
        item = lock_workable(number, actor, at)
        _do(item, outcome, data or {}, note, actor=actor, at=at)
    return item


def _do(item: WorkItem, outcome: str, data: Mapping[str, Any], note: str, *, actor: Actor, at: datetime) -> None:
    speaker = spoken_by(actor, item)
    if item.kind in OPINIONS:
        _give_opinion(item, outcome, note, actor=speaker, at=at)
    else:
        _finish(item, outcome, data, note, actor=speaker, at=at)


def _finish(item: WorkItem, outcome: str, data: Mapping[str, Any], note: str, *, actor: Actor, at: datetime) -> None:
    """Close a step with an outcome and let its token go on. Raises what `complete` raises."""
    process, node = item.process, item.drawn
    if item.kind not in (ItemKind.STEP, ItemKind.APPLICANT):
        raise NotOpen(number=item.number)
    if outcome not in node.outcomes:
        raise OutcomeUnknown(outcome=outcome[:64])
    if item.awaiting:
        raise AnswersAwaited(number=item.number, count=item.awaiting)
    answer = {} if node.multi else {node.datum: outcome}
    process.data = {**process.data, **own_data(process.definition.graph, data), **answer}
    close_item(item, ItemState.DONE, at, outcome)
    give_copies(item, node.copies, at=at)
    run = Run(process, actor=actor, at=at, said=note.strip()).leave(item.token, previous=item, outcome=outcome)
    fact = WorkCompleted(
        **fact_fields(item),
        remark=remark(process, note, at),
        outcome=outcome,
        opened=tuple(run.opened),
        ended=run.ended,
    )
    publish_many([fact, *run.facts], actor=actor, at=at)


def _give_opinion(item: WorkItem, outcome: str, note: str, *, actor: Actor, at: datetime) -> None:
    if outcome not in item.drawn.outcomes:
        raise OutcomeUnknown(outcome=outcome[:64])
    if item.awaiting:
        raise AnswersAwaited(number=item.number, count=item.awaiting)
    close_item(item, ItemState.DONE, at, outcome)
    asker = item.parent
    assert asker is not None  # the database keeps it: an opinion stands beside a step
    asker.awaiting -= 1
    asker.save(update_fields=["awaiting"])
    fact = OpinionGiven(**fact_fields(item), remark=remark(item.process, note, at), of=asker.number, outcome=outcome)
    publish_many([fact], actor=actor, at=at)


@dataclass(frozen=True)
class Batch:
    """What became of several work items: the numbers of those that were done, and the refusals of the others by number."""

    done: tuple[str, ...]
    refused: Mapping[str, Refusal]


def complete_many(*, numbers: Sequence[str], outcome: str, note: str = "", actor: Actor, at: datetime) -> Batch:
    """Finish several work items alike, one transaction each, where the definition allows it; those that wait at one's post are
    claimed on the way. What is refused is named and changes nothing; the others are done.
    """
    done, refused = [], {}
    for number in dict.fromkeys(numbers):
        try:
            with transaction.atomic():
                item = lock_workable(number, actor, at)
                if not item.drawn.batch:
                    raise NotInBatches(node=item.drawn.name or item.node)
                _do(item, outcome, {}, note, actor=actor, at=at)
        except Refusal as refusal:
            refused[number] = refusal
        else:
            done.append(number)
    return Batch(tuple(done), refused)


def answer_for_applicant(
    *,
    number: str,
    outcome: str = "done",
    data: Mapping[str, Any] | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> WorkItem:
    """Finish the step that waits for the applicant. The app that calls has made sure that the actor is he, or may act for him.

    Raises NotOpen when it waits for nobody any more or is not the applicant's, and what `complete` raises.
    """
    with transaction.atomic():
        item = lock_item(number)
        if item.kind != ItemKind.APPLICANT or item.closed_at is not None:
            raise NotOpen(number=number)
        _finish(item, outcome, data or {}, note, actor=actor, at=at)
    return item


def take_due_step(*, number: str, actor: Actor, at: datetime) -> bool:
    """Take the machine's step that a work item stands for; False when it was taken, or called off, before.

    Raises what the step refuses, and what the way on refuses; then nothing has happened, and the outbox tries again.
    """
    with transaction.atomic():
        try:
            item = lock_item(number)
        except Refusal:
            return False
        if item.kind != ItemKind.MACHINE or item.closed_at is not None:
            return False
        run = Run(item.process, actor=actor, at=at)
        run.resting.remove(item.token)
        outcome = take_step(run, item.drawn, item.token)
        close_item(item, ItemState.DONE, at, outcome or "done")
        run.leave(item.token, previous=item.previous, outcome=outcome)
        fact = StepTaken(
            subject=item.process.reference,
            about=item.process.subject,
            process_kind=item.process.kind,
            item=item.number,
            node=item.node,
            opened=tuple(run.opened),
            ended=run.ended,
        )
        publish_many([fact, *run.facts], actor=actor, at=at)
    return True


def withdraw_process(*, number: str, reason: str, actor: Actor, at: datetime) -> Process:
    """撤回: who started a process takes it back; everything open in it ends. Raises ReasonMissing, NotYours,
    ProcessOver.
    """
    needs_reason(reason)
    with transaction.atomic():
        process = lock(number)
        if process.started_by != actor.ref:
            raise NotYours(number=number)
        _end(process, ProcessState.WITHDRAWN, reason, actor=actor, at=at)
    return process


def withdraw_for_applicant(*, number: str, reason: str, actor: Actor, at: datetime) -> Process:
    """撤回 by an applicant whose process somebody else started, such as a window clerk. The app that calls has made sure that the
    actor is he, or may act for him. Raises ReasonMissing, ProcessOver.
    """
    needs_reason(reason)
    with transaction.atomic():
        process = lock(number)
        _end(process, ProcessState.WITHDRAWN, reason, actor=actor, at=at)
    return process


def cancel_process(*, number: str, reason: str, actor: Actor, at: datetime) -> Process:
    """终止: a supervisor, or the system itself, ends a process; everything open in it ends. Raises ReasonMissing,
    NotYours, ProcessOver.
    """
    needs_reason(reason)
    with transaction.atomic():
        process = lock(number)
        if actor.kind != ActorKind.SYSTEM and not may_supervise(actor, process, at=at):
            raise NotYours(number=number)
        _end(process, ProcessState.CANCELLED, reason, actor=actor, at=at)
    return process


_ENDED_BY = {ProcessState.WITHDRAWN: ProcessWithdrawn, ProcessState.CANCELLED: ProcessCancelled}


def _end(process: Process, state: ProcessState, reason: str, *, actor: Actor, at: datetime) -> None:
    """End a process and what it called; the one that called it goes on, and can ask how it ended."""
    called_off = end_early(process, state, at)
    fact = _ENDED_BY[state](
        subject=process.reference,
        about=process.subject,
        process_kind=process.kind,
        called_off=called_off,
        remark=remark(process, reason, at),
    )
    onward = go_on_after(process, actor=actor, at=at) if process.caller_id else []
    publish_many([fact, *onward], actor=actor, at=at)
