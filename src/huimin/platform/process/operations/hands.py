"""Who has it: claim, put back, pass on, hand over on leaving a post, ask to hurry."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from huimin.kernel.refusals import NotPermitted, Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, ActorKind
from huimin.platform.process.events import WorkClaimed, WorkHandedOver, WorkReleased, WorkTransferred, WorkUrged
from huimin.platform.process.models import WorkItem
from huimin.platform.process.models.work import NotOpen
from huimin.platform.process.operations.engine import lock_item, remark
from huimin.platform.process.operations.opening import post_key
from huimin.platform.process.queries import may_supervise, posts_reached, stood_in_for, work_in_hand
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.process.rules.states import AT_A_POST, ItemState
from huimin.platform.process.rules.tokens import is_within, outer_of

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account


class AlreadyClaimed(Refusal):
    """Somebody else took the work item first."""

    zh = "{number} 已由他人领取。"
    en = "{number} has already been claimed by somebody else."


class NotYours(NotPermitted):
    """The actor does not hold the work item, or not the post at which it waits."""

    zh = "{number} 不在您手上，不能由您办理。"
    en = "{number} is not in your hands, so you cannot do this with it."


class SamePlace(Refusal):
    """The work item is already where it would be passed on to."""

    zh = "{number} 本来就在那里，不需要转办。"
    en = "{number} is already there; nothing needs to be passed on."


class NotAtThisPost(Refusal):
    """The colleague does not hold the post."""

    zh = "该同事不在岗位“{post}”上。"
    en = "That colleague does not hold the post “{post}”."


class AnotherPerson(Refusal):
    """The step asks for several people, and this one has done, or holds, his part already."""

    zh = "{number} 须由不同的人办理，您已经办理过其中一份。"
    en = "{number} has to be done by another person: you have done a part of this step already."


class RemindedToday(Refusal):
    """The work item has been urged today already; once a day is enough."""

    zh = "{number} 今天已经催办过，请明天再催。"
    en = "{number} has been urged today already; please wait until tomorrow."


def lock_held(number: str, actor: Actor, at: datetime) -> WorkItem:
    """A work item that the actor, or somebody whom he stands in for, holds, under the lock of its process.

    Raises NotOpen when nobody holds it, NotYours when somebody else does.
    """
    return check_held(lock_item(number), actor, at)


def check_held(item: WorkItem, actor: Actor, at: datetime) -> WorkItem:
    """The locked item, if it is in the actor's hands or in those of somebody whom he stands in for. Raises NotOpen, NotYours."""
    if item.state != ItemState.HELD:
        raise NotOpen(number=item.number)
    holder = item.holder.public_id if item.holder else ""
    if holder != actor.ref and holder not in stood_in_for(actor.ref, at):
        raise NotYours(number=item.number)
    return item


def spoken_by(actor: Actor, item: WorkItem) -> Actor:
    """The actor as the journal names him: with whom he stands in for, when the work is in another's hands."""
    holder = item.holder
    if holder is None or holder.public_id == actor.ref:
        return actor
    return replace(actor, on_behalf_of=holder.reference)


def fact_fields(item: WorkItem) -> dict[str, Any]:
    """The fields that every fact about a work item has."""
    process = item.process
    return {
        "subject": process.reference,
        "about": process.subject,
        "process_kind": process.kind,
        "item": item.number,
        "node": item.node,
    }


def post_code(item: WorkItem) -> str:
    """The code of the post at which an item is done; nothing for one that no official does."""
    return item.post.code if item.post else ""


def _put_into_hands(item: WorkItem, public_id: str, at: datetime) -> None:
    take(item, identity.get_account(public_id), at)


def _put_back(item: WorkItem) -> None:
    item.move(ItemState.OPEN)
    item.holder = item.claimed_at = None


_PLACE = ("state", "post", "holder", "claimed_at")


def claim(*, number: str, actor: Actor, at: datetime) -> WorkItem:
    """Take a work item of one of one's posts, or of somebody's whom one stands in for, into one's hands.

    Raises AlreadyClaimed, NotYours, NotOpen, AnotherPerson.
    """
    with transaction.atomic():
        item = lock_item(number)
        account = _worker_at(item, actor, at)
        if item.state == ItemState.HELD:
            raise AlreadyClaimed(number=number)
        take(item, account, at)
        item.save(update_fields=_PLACE)
        publish(WorkClaimed(**fact_fields(item)), actor=actor, at=at)
    return item


def lock_workable(number: str, actor: Actor, at: datetime) -> WorkItem:
    """A work item that the actor holds, or that waits at his post and is taken into his hands by this, unsaved; under the lock.

    Raises NotOpen, NotYours, AnotherPerson.
    """
    item = lock_item(number)
    if item.state == ItemState.OPEN and item.post_id is not None:
        take(item, _worker_at(item, actor, at), at)
        return item
    return check_held(item, actor, at)


def take(item: WorkItem, account: "Account", at: datetime) -> None:
    """Put a work item into somebody's hands; does not save. Raises NotOpen, AnotherPerson."""
    _check_another_person(item, account.public_id)
    item.move(ItemState.HELD)
    item.holder, item.claimed_at = account, at


def _worker_at(item: WorkItem, actor: Actor, at: datetime) -> "Account":
    """The actor's account, if he may work at the item's post: his own, or that of somebody whom he stands in for. Raises NotYours."""
    if item.post is None:
        raise NotYours(number=item.number)
    own = identity.find_holder(item.post.code, actor.ref, at)
    if own is not None:
        return own
    if item.post.code not in posts_reached(actor.ref, at):
        raise NotYours(number=item.number)
    return identity.get_account(actor.ref)


def _check_another_person(item: WorkItem, account: str) -> None:
    """Where a step asks for so many people at one post, nobody is counted twice."""
    multi = item.drawn.multi
    if multi is None or multi.collection or item.parent_id is not None:
        return
    same = item.process.items.filter(node=item.node, holder__public_id=account).exclude(state=ItemState.ENDED)
    around = outer_of(item.scope)
    if any(is_within(scope, around) for scope in same.values_list("scope", flat=True)):
        raise AnotherPerson(number=item.number)


def release(*, number: str, actor: Actor, at: datetime) -> WorkItem:
    """Put a work item that one holds back to its post. Raises NotOpen, NotYours."""
    with transaction.atomic():
        item = lock_held(number, actor, at)
        speaker = spoken_by(actor, item)
        _put_back(item)
        item.save(update_fields=_PLACE)
        publish(WorkReleased(**fact_fields(item)), actor=speaker, at=at)
    return item


def transfer(
    *, number: str, to_post: str, to_account: str = "", note: str = "", actor: Actor, at: datetime
) -> WorkItem:
    """转办: pass a work item that one holds to another post, or to a colleague (public id) at a post. Its clocks
    run on.

    Raises NotOpen, NotYours, SamePlace, NotAtThisPost, PostNotThere.
    """
    post = post_key(to_post)
    if to_account and to_post not in identity.post_codes_of(to_account, at):
        raise NotAtThisPost(post=to_post)
    with transaction.atomic():
        item = lock_held(number, actor, at)
        speaker, from_post = spoken_by(actor, item), post_code(item)
        if (from_post, to_account or actor.ref) == (to_post, actor.ref):
            raise SamePlace(number=number)
        _put_back(item)
        item.post_id = post
        if to_account:
            _put_into_hands(item, to_account, at)
        item.save(update_fields=_PLACE)
        fact = WorkTransferred(
            **fact_fields(item),
            remark=remark(item.process, note, at),
            from_post=from_post,
            to_post=to_post,
            to=to_account,
        )
        publish(fact, actor=speaker, at=at)
    return item


def remind(*, number: str, note: str = "", actor: Actor, at: datetime) -> WorkItem:
    """催办: ask that a live work item be done soon, at most once a day. Who started the process may, supervisors, and the system for
    whom the app that calls has let in.

    Raises NotYours, NotOpen, RemindedToday.
    """
    with transaction.atomic():
        item = lock_item(number)
        own = item.process.started_by == actor.ref or actor.kind == ActorKind.SYSTEM
        if not own and not may_supervise(actor, item.process, at=at):
            raise NotYours(number=number)
        if item.closed_at is not None or item.kind not in AT_A_POST:
            raise NotOpen(number=number)
        if item.urged_on == day_of(at):
            raise RemindedToday(number=number)
        item.urged, item.urged_on = item.urged + 1, day_of(at)
        item.save(update_fields=["urged", "urged_on"])
        fact = WorkUrged(
            **fact_fields(item),
            remark=remark(item.process, note, at),
            post=post_code(item),
            holder=item.holder.public_id if item.holder else "",
            count=item.urged,
        )
        publish(fact, actor=actor, at=at)
    return item


def hand_over(*, number: str, giver: str, to_account: str = "", actor: Actor, at: datetime) -> WorkItem:
    """Pass one work item of somebody who leaves its post to a successor at the same post, or back to the post.

    The giver himself may, supervisors, and the system when he has left. Raises NotYours, NotOpen, NotAtThisPost,
    SamePlace.
    """
    successors_posts = identity.post_codes_of(to_account, at) if to_account else []
    if to_account == giver:
        raise SamePlace(number=number)
    with transaction.atomic():
        item = lock_item(number)
        if item.state != ItemState.HELD:
            raise NotOpen(number=number)
        own = actor.ref == giver or actor.kind == ActorKind.SYSTEM
        if (
            not (own or may_supervise(actor, item.process, at=at))
            or item.holder is None
            or item.holder.public_id != giver
        ):
            raise NotYours(number=number)
        if to_account and post_code(item) not in successors_posts:
            raise NotAtThisPost(post=post_code(item))
        _put_back(item)
        if to_account:
            _put_into_hands(item, to_account, at)
        item.save(update_fields=_PLACE)
        publish(
            WorkHandedOver(**fact_fields(item), post=post_code(item), giver=giver, to=to_account), actor=actor, at=at
        )
    return item


def hand_over_all(*, post: str, giver: str, to_account: str = "", actor: Actor, at: datetime) -> int:
    """Hand over everything that somebody holds at a post which he leaves; how many items.

    One operation an item, so that no long lock stands in anybody's way and each item's trail tells of it; when it
    breaks off, calling it again goes on with the rest. Raises what `hand_over` raises.
    """
    numbers = list(work_in_hand(giver, post).values_list("number", flat=True))
    for number in numbers:
        hand_over(number=number, giver=giver, to_account=to_account, actor=actor, at=at)
    return len(numbers)
