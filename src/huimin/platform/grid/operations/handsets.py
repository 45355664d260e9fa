"""Handsets: a code for a worker, taking one up, releasing its key for a session, revoking it, and taking what it sends once."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from allauth.usersessions.models import UserSession
from django.db import transaction

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.grid import sealing
from huimin.platform.grid.events import (
    EnrolmentOffered,
    HandsetEnrolled,
    HandsetOpened,
    HandsetRevoked,
    HandsetWiped,
)
from huimin.platform.grid.models import EnrolmentCode, Handset, HandsetItem
from huimin.platform.grid.queries.handsets import access_handset, digest_of, grid_post
from huimin.platform.grid.queries.reach import is_within, reach_of
from huimin.platform.identity.queries import posts_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

CODE_LENGTH: Final = 8
CODE_HOLDS: Final = timedelta(minutes=30)
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly “last seen” is kept: a handset that sends all day does not write a row for it each time."""


class NoWorkerOfYours(NotPermitted):
    """The account is no grid worker of the divisions that the post answers for."""

    zh = "没有找到本辖区的这名网格员。请核对登录名。"
    en = "There is no such grid worker in your area. Check the sign-in name."


class CodeNotGood(BadInput):
    """The one-time code is wrong, used or too old, or was made for somebody else."""

    zh = "绑定码不对、已用过或已过期。绑定码只能由本人在30分钟内用一次，请向指挥中心再要一个。"
    en = "The code is wrong, used or expired. It works once, for you, within 30 minutes; ask the command post for another."


class ReasonMissing(BadInput):
    """A handset is not revoked without a reason."""

    zh = "请写明停用的原因。"
    en = "Give the reason for revoking it."


class KeyHasOtherContent(Refusal):
    """The same key came with other content."""

    zh = "同一条内容的编号被用了两次，这一条没有收下。请重新填报。"
    en = "The number of this item was used for another one; this one was not taken. Please fill it in again."
    status = 422


def offer_enrolment(*, worker: "Account | None", actor: Actor, at: datetime) -> str:
    """A one-time code for a worker of the actor's own area; it is shown once and kept as a digest. Raises NoWorkerOfYours."""
    post = grid_post(posts_of(worker, at)) if worker else None
    division = post.divisions[0] if post and post.divisions else ""
    if worker is None or post is None or not is_within(reach_of(actor), division):
        raise NoWorkerOfYours(field="worker")
    code = random_number(CODE_LENGTH)
    with transaction.atomic():
        EnrolmentCode.objects.filter(worker=worker, used_at=None).delete()
        EnrolmentCode.objects.create(
            worker=worker,
            division=division,
            digest=digest_of(code),
            made_by=actor.ref,
            made_at=at,
            until=at + CODE_HOLDS,
        )
        publish(EnrolmentOffered(subject=f"account:{worker.public_id}"), actor=actor, at=at)
    return code


def enrol_handset(*, code: str, name: str, account: "Account", actor: Actor, at: datetime) -> tuple[Handset, str]:
    """Take up a handset; gives it and the token that it is known by from now on, which is kept nowhere here. Raises CodeNotGood."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        offered = (
            EnrolmentCode.objects.select_for_update()
            .filter(digest=digest_of(code.strip().upper()), worker=account, used_at=None, until__gt=at)
            .first()
        )
        if offered is None:
            raise CodeNotGood(field="code")
        offered.used_at = at
        offered.save(update_fields=["used_at"])
        handset = Handset.objects.create(
            worker=account,
            division=offered.division,
            name=name.strip()[:60] or "—",
            token_digest=digest_of(token),
            secret=sealing.put_away(secrets.token_bytes(sealing.SECRET_BYTES)),
            enrolled_at=at,
            seen_at=at,
        )
        publish(HandsetEnrolled(subject=_reference(handset), worker=account.public_id), actor=actor, at=at)
    return handset, token


def _reference(handset: Handset) -> str:
    return f"handset:{handset.number}"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a handset is given for a session, in Base64: the key of its cache, and the point that it seals to."""

    cache: str
    public: str


def open_handset(*, handset: Handset, actor: Actor, at: datetime) -> Keys:
    """Release the handset's keys to its worker, who has signed in."""
    with transaction.atomic():
        Handset.objects.filter(pk=handset.pk).update(seen_at=at)
        publish(HandsetOpened(subject=_reference(handset), worker=handset.worker.public_id), actor=actor, at=at)
    secret = sealing.take_out(handset.secret)
    return Keys(cache=_base64(sealing.cache_key(secret)), public=_base64(sealing.public_key(secret)))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def note_seen(*, handset: Handset, at: datetime) -> None:
    """Keep when the handset was last heard of, to the minute."""
    if at - handset.seen_at > SEEN_EVERY:
        Handset.objects.filter(pk=handset.pk, seen_at__lt=at).update(seen_at=at)


def revoke_handset(*, number: str, reason: str, actor: Actor, at: datetime) -> Handset:
    """Trust a handset no more, erase its secret, and end the sessions of its worker, one of which may be open on it.

    A second time changes nothing. Raises NoSuchHandset, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    seen = access_handset(number, actor)
    with transaction.atomic():
        handset = Handset.objects.select_for_update().get(pk=seen.pk)
        if handset.revoked_at is None:
            handset.revoked_at, handset.revoked_by, handset.reason = at, actor.ref, reason.strip()[:200]
            handset.secret = ""
            handset.save(update_fields=["revoked_at", "revoked_by", "reason", "secret"])
            for session in UserSession.objects.filter(user=handset.worker_id):
                session.end()
            publish(HandsetRevoked(subject=_reference(handset), worker=seen.worker.public_id), actor=actor, at=at)
    return handset


def note_wiped(*, handset: Handset, at: datetime) -> None:
    """A revoked handset says that it is empty; once."""
    actor = Actor(kind="system", ref=_reference(handset))
    with transaction.atomic():
        if Handset.objects.filter(pk=handset.pk, wiped_at=None).update(wiped_at=at):
            publish(HandsetWiped(subject=_reference(handset), worker=handset.worker.public_id), actor=actor, at=at)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer to one item: for ever the same. `known`: it had been answered before."""

    answer: Mapping[str, Any]
    is_refused: bool
    known: bool


def take_item(
    *,
    handset: Handset,
    key: str,
    kind: str,
    content: bytes,
    act: Callable[[], Mapping[str, Any]],
    refused: Callable[[Refusal], Mapping[str, Any]],
    at: datetime,
) -> Answered:
    """Do what an item asks for exactly once, in one transaction with its answer; whoever sends it again is told the same.

    A refusal is an answer too: what was begun is undone, and the refusal kept. Raises KeyHasOtherContent, and whatever else `act`
    raises, of which nothing is kept: it may be sent again.
    """
    digest = sha256(content).hexdigest()
    with transaction.atomic():
        item, is_new = HandsetItem.objects.get_or_create(
            handset=handset, key=key, defaults={"digest": digest, "kind": kind, "taken_at": at}
        )
        if item.digest != digest:
            raise KeyHasOtherContent
        if not is_new:
            return Answered(answer=item.answer, is_refused=item.is_refused, known=True)
        try:
            with transaction.atomic():
                item.answer = dict(act())
        except Refusal as refusal:
            item.answer, item.is_refused = dict(refused(refusal)), True
        item.save(update_fields=["answer", "is_refused"])
    return Answered(answer=item.answer, is_refused=item.is_refused, known=False)
