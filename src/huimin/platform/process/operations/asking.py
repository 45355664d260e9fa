"""Others' word: 委派 (the answer comes back), 加签 and 减签, 抄送."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish, publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import CopyRead, CopySent, SignerAdded, SignerDropped, WorkDelegated
from huimin.platform.process.models import WorkItem
from huimin.platform.process.models.work import NotOpen
from huimin.platform.process.operations.closing import close_item
from huimin.platform.process.operations.engine import Run, item_in, lock_any, lock_item, remark
from huimin.platform.process.operations.hands import (
    NotAtThisPost,
    NotYours,
    SamePlace,
    fact_fields,
    lock_held,
    post_code,
    spoken_by,
)
from huimin.platform.process.operations.opening import Opening, PostNotThere, filled
from huimin.platform.process.queries import may_supervise, posts_reached, stood_in_for
from huimin.platform.process.rules.clocks import NO_TURN
from huimin.platform.process.rules.graph import Token
from huimin.platform.process.rules.numbers import item_number
from huimin.platform.process.rules.rounds import LITERAL
from huimin.platform.process.rules.states import OPINIONS, ItemKind, ItemState
from huimin.platform.process.rules.tokens import outer_of, round_scope


class LastSigner(Refusal):
    """Nobody else would be left to sign."""

    zh = "{number} 是最后一个需要签署的，不能减签。"
    en = "{number} is the last that has to sign; it cannot be dropped."


class NotASigner(Refusal):
    """The work item is not one of several that sign, nor one that was asked for."""

    zh = "{number} 不是会签或加签的一份，不能减签。"
    en = "{number} is not one of several signatures, so it cannot be dropped."


def delegate(
    *, number: str, to_post: str, to_account: str = "", note: str = "", actor: Actor, at: datetime
) -> WorkItem:
    """委派: let somebody else do a work item that one holds; his answer comes back, and the holder finishes the step.

    Returns the delegated item. Its clock is that of the step. Raises NotOpen, NotYours, SamePlace, NotAtThisPost, PostNotThere.
    """
    with transaction.atomic():
        asker = _asking(number, actor, at)
        beside = _beside(asker, ItemKind.DELEGATED, to_post, to_account, actor=actor, at=at)
        fact = WorkDelegated(
            **fact_fields(asker),
            remark=remark(asker.process, note, at),
            beside=beside.number,
            to_post=to_post,
            to=to_account,
        )
        publish(fact, actor=spoken_by(actor, asker), at=at)
    return beside


def add_signer(
    *, number: str, to_post: str, to_account: str = "", note: str = "", actor: Actor, at: datetime
) -> WorkItem | None:
    """加签: let somebody more sign. In a step done by several he joins the round (one by one: as the next); beside any other step
    his signature is asked for, and the holder finishes when it is there.

    Returns his work item; None when it is his turn only later. Raises NotOpen, NotYours, SamePlace, NotAtThisPost,
    PostNotThere.
    """
    with transaction.atomic():
        asker = _asking(number, actor, at)
        process = asker.process
        around = round_scope(process.definition.graph, asker.token, process.running_rounds)
        if around is None:
            added: WorkItem | None = _beside(asker, ItemKind.COSIGN, to_post, to_account, actor=actor, at=at)
        else:
            added = _into_round(asker, around, to_post, at)
        process.save()
        fact = SignerAdded(
            **fact_fields(asker),
            remark=remark(process, note, at),
            added=added.number if added else "",
            to_post=to_post,
            to=to_account,
        )
        publish(fact, actor=spoken_by(actor, asker), at=at)
    return added


def drop_signer(*, number: str, note: str = "", actor: Actor, at: datetime) -> None:
    """减签: what somebody was asked for and has not given yet is not needed any more. Who asked for it may, who signs in the same
    round, and a supervisor; the round goes on, or is over when nobody else was waited for.

    Raises NotASigner, NotYours, NotOpen, LastSigner, and what the way on refuses.
    """
    with transaction.atomic():
        item = lock_item(number)
        supervises = may_supervise(actor, item.process, at=at)
        if item.closed_at is not None:
            raise NotOpen(number=number)
        process = item.process
        around = (
            round_scope(process.definition.graph, item.token, process.running_rounds) if not item.parent_id else None
        )
        if item.kind not in OPINIONS and around is None:
            raise NotASigner(number=number)
        if not supervises and not _may_drop(item, around, actor, at):
            raise NotYours(number=number)
        fact = SignerDropped(**fact_fields(item), remark=remark(process, note, at), dropped=item.number)
        facts = [fact, *_drop(item, around, at=at, actor=actor)]
        publish_many(facts, actor=actor, at=at)


def send_copy(*, number: str, to_posts: Sequence[str], note: str = "", actor: Actor, at: datetime) -> list[WorkItem]:
    """抄送: show a work item that one holds to other posts. A copy is read (`acknowledge`), and nobody waits for it.

    Raises NotOpen, NotYours, PostNotThere.
    """
    with transaction.atomic():
        item = lock_held(number, actor, at)
        copies = give_copies(item, to_posts, at=at)
        item.process.save()
        fact = CopySent(**fact_fields(item), remark=remark(item.process, note, at), posts=tuple(to_posts))
        publish(fact, actor=spoken_by(actor, item), at=at)
    return copies


def acknowledge(*, number: str, actor: Actor, at: datetime) -> WorkItem:
    """已阅: a copy at one of one's posts has been read, also when its process has ended. Raises NotYours, NotOpen."""
    posts = posts_reached(actor.ref, at)
    with transaction.atomic():
        item = item_in(lock_any(number.rpartition("-")[0]), number)
        if item.kind != ItemKind.COPY:
            raise NotOpen(number=number)
        if post_code(item) not in posts:
            raise NotYours(number=number)
        item.holder, item.claimed_at = identity.get_account(actor.ref), at
        close_item(item, ItemState.DONE, at, "read")
        publish(CopyRead(**fact_fields(item)), actor=actor, at=at)
    return item


def give_copies(item: WorkItem, posts: Sequence[str], *, at: datetime) -> list[WorkItem]:
    """Make the copies of a work item; the process has to be saved afterwards. Raises DataMissing, PostNotThere."""
    if not posts:
        return []
    codes = [filled(post, item.process.data) for post in posts]
    found = identity.posts_coded(codes)
    if missing := [code for code in codes if code not in found]:
        raise PostNotThere(post=missing[0])
    copies = [_item_beside(item, ItemKind.COPY, at) for _ in codes]
    for copy, code in zip(copies, codes, strict=True):
        copy.post, copy.due_on, copy.turn_on, copy.clock_stopped = found[code], None, NO_TURN, False
    return WorkItem.objects.bulk_create(copies)


def _asking(number: str, actor: Actor, at: datetime) -> WorkItem:
    item = lock_held(number, actor, at)
    if item.kind == ItemKind.COPY:
        raise NotOpen(number=number)
    return item


def _item_beside(asker: WorkItem, kind: ItemKind, at: datetime) -> WorkItem:
    process = asker.process
    process.items_opened += 1
    return WorkItem(
        number=item_number(process.number, process.items_opened),
        process=process,
        node=asker.node,
        scope=asker.scope,
        kind=kind,
        parent=asker,
        opened_at=at,
        urgent=asker.urgent,
        own_clock=asker.own_clock,
        due_on=asker.due_on,
        turn_on=asker.turn_on,
        clock_stopped=asker.clock_stopped,
    )


def _beside(asker: WorkItem, kind: ItemKind, to_post: str, to_account: str, *, actor: Actor, at: datetime) -> WorkItem:
    found = identity.posts_coded([to_post]).get(to_post)
    if found is None:
        raise PostNotThere(post=to_post)
    if to_account and to_post not in identity.post_codes_of(to_account, at):
        raise NotAtThisPost(post=to_post)
    if to_account in (actor.ref, asker.holder.public_id if asker.holder else actor.ref):
        raise SamePlace(number=asker.number)
    item = _item_beside(asker, kind, at)
    item.post = found
    if to_account:
        item.move(ItemState.HELD)
        item.holder, item.claimed_at = identity.get_account(to_account), at
    item.save(force_insert=True)
    asker.awaiting += 1
    asker.save(update_fields=["awaiting"])
    asker.process.save(update_fields=["items_opened"])
    return item


def _into_round(asker: WorkItem, around: str, to_post: str, at: datetime) -> WorkItem | None:
    process, rounds = asker.process, asker.process.running_rounds
    multi = asker.drawn.multi
    queued = multi is not None and multi.sequential
    grown = rounds[around] = rounds[around].with_signer(f"{LITERAL}{to_post}", queued=queued)
    process.rounds = {scope: one.as_json() for scope, one in rounds.items()}
    opening = Opening(process, at, asker.previous)
    if queued:
        if to_post not in identity.posts_coded([to_post]):
            raise PostNotThere(post=to_post)
        return None
    opening.rest(Token(asker.node, f"{around}/{len(grown.elements)}"), rounds)
    opening.write()
    return opening.items[0]


def _may_drop(item: WorkItem, around: str | None, actor: Actor, at: datetime) -> bool:
    """Who asked for an opinion may do without it; who signs in a round may do without another's signature."""
    hands = {actor.ref, *stood_in_for(actor.ref, at)}
    if around is None:
        return item.parent is not None and item.parent.holder is not None and item.parent.holder.public_id in hands
    signing = item.process.items.filter(node=item.node, closed_at=None, parent=None, holder__public_id__in=hands)
    return any(outer_of(other.scope) == around and other.pk != item.pk for other in signing)


def _drop(item: WorkItem, around: str | None, *, actor: Actor, at: datetime) -> list[Fact]:
    if around is None:
        close_item(item, ItemState.ENDED, at)
        asker = item.parent
        assert asker is not None  # the database keeps it: an opinion stands beside a step
        asker.awaiting -= 1
        asker.save(update_fields=["awaiting"])
        return []
    if item.process.running_rounds[around].of == 1:
        raise LastSigner(number=item.number)
    close_item(item, ItemState.ENDED, at)
    return Run(item.process, actor=actor, at=at).drop(item.token).facts
