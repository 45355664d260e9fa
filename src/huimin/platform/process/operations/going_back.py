"""Going back: 驳回 and 退回 to an earlier step, 撤销 of one's own completion."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.journal.operations import publish, publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import WorkReturned, WorkTakenBack
from huimin.platform.process.models import Deadline, WorkItem
from huimin.platform.process.models.work import NotOpen
from huimin.platform.process.operations.closing import call_off, close_item
from huimin.platform.process.operations.engine import Run, lock_item, remark, resting_tokens
from huimin.platform.process.operations.hands import NotYours, fact_fields, lock_held, post_code, spoken_by
from huimin.platform.process.operations.running import needs_reason
from huimin.platform.process.queries import earlier_steps
from huimin.platform.process.rules.numbers import item_number
from huimin.platform.process.rules.states import ItemKind, ItemState
from huimin.platform.process.rules.tokens import ended_by_return, is_within, may_go_back, outer_of, round_scope


class NothingBefore(Refusal):
    """There is no such earlier step to go back to."""

    zh = "{number} 之前没有这样的步骤，无法退回。"
    en = "There is no such step before {number} to go back to."


class GoneOn(Refusal):
    """Somebody or the machine has gone on from there, so it cannot be undone any more; the next step can be sent back."""

    zh = "{number} 之后已经有人办理或系统已处理，不能撤销；可请下一步退回。"
    en = "Others have gone on from {number}, so it cannot be taken back; ask the next step to send it back."


def send_back(*, number: str, to: str = "", reason: str, actor: Actor, at: datetime) -> WorkItem:
    """退回 or 驳回: send a work item that one holds back to an earlier step (`to` is its node; the step before when not given), to
    whoever did it if he still holds the post; the reopened item, the first of them where several do it.

    Going back to before a parallel block ends what the block's other branches still had open, since the block will
    be entered anew; a step done by several begins a new round. Raises ReasonMissing, NotOpen, NotYours, NothingBefore.
    """
    needs_reason(reason)
    with transaction.atomic():
        item = lock_held(number, actor, at)
        if item.kind != ItemKind.STEP:
            raise NotOpen(number=number)
        process, before = item.process, _target(item, to)
        graph, speaker = process.definition.graph, spoken_by(actor, item)
        close_item(item, ItemState.RETURNED, at)
        there, ended = ended_by_return(graph, leaving=item.token, back_to=before.token, resting=resting_tokens(process))
        called_off = call_off(process, ended, at)
        run = Run(process, actor=actor, at=at)
        opened = run.put_down(there, previous=before.previous)
        if before.drawn.multi is None:
            _back_into_hands(opened[0], before, at)
        fact = WorkReturned(
            **fact_fields(item),
            remark=remark(process, reason, at),
            back_to=before.node,
            reopened=opened[0].number,
            called_off=called_off,
        )
        publish_many([fact, *run.facts], actor=speaker, at=at)
    return opened[0]


def _target(item: WorkItem, to: str) -> WorkItem:
    """The item of the earlier step. Raises NothingBefore."""
    before = item.previous
    if (
        not to
        and before is not None
        and may_go_back(item.process.definition.graph, leaving=item.token, back_to=before.token)
    ):
        before.process = item.process
        return before
    for earlier in earlier_steps(item):
        if to in ("", earlier.node):
            return earlier
    raise NothingBefore(number=item.number)


def _back_into_hands(reopened: WorkItem, before: WorkItem, at: datetime) -> None:
    """Give a reopened step to the post that did it, and to who did it while he holds that post."""
    if reopened.kind != ItemKind.STEP:
        return
    reopened.post = before.post
    if before.holder and post_code(before) in identity.post_codes_of(before.holder.public_id, at):
        reopened.move(ItemState.HELD)
        reopened.holder, reopened.claimed_at = before.holder, at
    reopened.save(update_fields=["post", "state", "holder", "claimed_at"])


def take_back(*, number: str, reason: str = "", actor: Actor, at: datetime) -> WorkItem:
    """撤销: undo one's own completion of a step, as long as nobody has touched what it opened; the item, open again in one's hands.

    Its clock runs on as if it had never been finished. Raises NotYours, NotOpen, GoneOn, ProcessOver.
    """
    with transaction.atomic():
        item = lock_item(number)
        if item.holder is None or item.holder.public_id != actor.ref:
            raise NotYours(number=number)
        if item.kind != ItemKind.STEP or item.state != ItemState.DONE:
            raise NotOpen(number=number)
        process = item.process
        following = list(process.items.filter(previous=item))
        _check_untouched(item, following)
        called_off = call_off(process, [one.token for one in following], at)
        _undo(item)
        reopened = _as_before(item)
        process.save()
        fact = WorkTakenBack(**fact_fields(item), remark=remark(process, reason, at), called_off=called_off)
        publish(fact, actor=actor, at=at)
    return reopened


def _check_untouched(item: WorkItem, following: list[WorkItem]) -> None:
    """Raises GoneOn when somebody, the machine, a timer or a join has gone on from an item."""
    process, graph = item.process, item.process.definition.graph
    rounds = process.running_rounds
    if item.drawn.multi is not None and round_scope(graph, item.token, rounds) is None:
        raise GoneOn(number=item.number)
    untouched = all(
        one.state == ItemState.OPEN and one.kind in (ItemKind.STEP, ItemKind.APPLICANT) and not one.awaiting
        for one in following
    )
    if not untouched or not graph.reaches_only_people(item.node):
        raise GoneOn(number=item.number)
    around = outer_of(item.scope)
    waiting = any(
        is_within(token.scope, item.scope if item.drawn.multi is None else around) for token in resting_tokens(process)
    )
    if item.scope and not following and not waiting:
        raise GoneOn(number=item.number)


def _undo(item: WorkItem) -> None:
    """Take what a completion left out of the process: its answer in a round, or its outcome in the data."""
    process, graph = item.process, item.process.definition.graph
    rounds = process.running_rounds
    around = round_scope(graph, item.token, rounds)
    if around is None:
        process.data = {name: value for name, value in process.data.items() if name not in item.drawn.own_data}
        return
    one, multi = rounds[around], item.drawn.multi
    if multi is not None and multi.sequential:
        opened = [int(scope.rpartition("/")[2]) for scope in
                  process.items.filter(previous=item).values_list("scope", flat=True)]  # fmt: skip
        one = one.with_queue((*opened, *one.queued))
    rounds[around] = one.with_answer(item.outcome, -1)
    process.rounds = {scope: each.as_json() for scope, each in rounds.items()}


def _as_before(item: WorkItem) -> WorkItem:
    """A new item at the same place, in the same hands, with the same clocks."""
    process = item.process
    process.items_opened += 1
    again = WorkItem(
        number=item_number(process.number, process.items_opened),
        **{name: getattr(item, name) for name in _KEPT},
        state=ItemState.HELD,
    )
    item.move(ItemState.RETURNED)
    item.save(update_fields=["state"])
    again.save(force_insert=True)
    Deadline.objects.filter(item=item, fired=False).update(item=again, closed_at=None)
    return again


_KEPT = (
    "process", "node", "scope", "kind", "post", "holder", "opened_at", "claimed_at", "urgent", "own_clock", "due_on",
    "turn_on", "clock_stopped", "previous",
)  # fmt: skip
