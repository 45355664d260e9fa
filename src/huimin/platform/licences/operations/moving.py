"""Change how a licence stands, and announce what comes to its end."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput
from huimin.platform.catalogue.library import licence_types
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.events import LicenceExpiring, LicenceMoved
from huimin.platform.licences.models import Change, Licence
from huimin.platform.licences.queries import access_kept_licence, lock_licence
from huimin.platform.licences.rules import State

A_ROUND: Final = 200
FOR_GOOD: Final = frozenset({State.REVOKED, State.CANCELLED, State.WITHDRAWN})
"""The standings that nothing follows."""


class NoReason(BadInput):
    """A holder is told why."""

    zh = "请写明事实和理由，持证人会看到。"
    en = "Please state the facts and reasons; the holder will read them."


class NoBasis(BadInput):
    """A licence is taken away only by law."""

    zh = "撤销、吊销、注销要写明法律依据（法名和条款）。"
    en = "To revoke, withdraw or cancel, name the law and its article."


def suspend_licence(public_id: str, *, case: str = "", actor: Actor, at: datetime) -> Licence:
    """暂扣: it does not hold until it is restored. Raises NoSuchLicence, MayNotMove."""
    return _moved(public_id, State.SUSPENDED, case, actor, at)


def restore_licence(public_id: str, *, case: str = "", actor: Actor, at: datetime) -> Licence:
    """A suspended licence holds again. Raises NoSuchLicence, MayNotMove."""
    return _moved(public_id, State.VALID, case, actor, at)


def revoke_licence(public_id: str, *, case: str = "", actor: Actor, at: datetime) -> Licence:
    """撤销: it should not have been granted. Raises NoSuchLicence, MayNotMove."""
    return _moved(public_id, State.REVOKED, case, actor, at)


def cancel_licence(public_id: str, *, case: str = "", actor: Actor, at: datetime) -> Licence:
    """注销: the holder gave it up, or its ground has gone. Raises NoSuchLicence, MayNotMove."""
    return _moved(public_id, State.CANCELLED, case, actor, at)


def withdraw_licence(public_id: str, *, case: str = "", actor: Actor, at: datetime) -> Licence:
    """吊销: taken away as a penalty. Raises NoSuchLicence, MayNotMove."""
    return _moved(public_id, State.WITHDRAWN, case, actor, at)


def _moved(public_id: str, state: State, case: str, actor: Actor, at: datetime) -> Licence:
    with transaction.atomic():
        licence = lock_licence(public_id)
        licence.move(state)
        licence.save(update_fields=["state"])
        fact = LicenceMoved(
            subject=licence.reference, type=licence.type, holder=licence.holder, state=state.value, case=case
        )
        publish(fact, actor=actor, at=at)
    return licence


def change_standing(public_id: str, state: State, *, basis: str, reason: str, actor: Actor, at: datetime) -> Licence:
    """A department changes how one of its own licences stands, and says why to its holder; for good only by naming the law.

    Raises NoSuchLicence, MayNotMove, NoReason, NoBasis.
    """
    access_kept_licence(public_id, actor)
    reason, basis = reason.strip(), basis.strip()
    if not reason:
        raise NoReason(field="reason")
    if state in FOR_GOOD and not basis:
        raise NoBasis(field="basis")
    with transaction.atomic():
        licence = _moved(public_id, state, "", actor, at)
        note_change(licence, state, basis=basis, reason=reason, actor=actor, at=at)
    return licence


def note_change(licence: Licence, state: State, *, basis: str, reason: str, actor: Actor, at: datetime) -> Change:
    """Keep why a licence was changed, for its holder to read: in the transaction that changes it."""
    return Change.objects.create(
        licence=licence, state=state.value, basis=basis, reason=reason, post=actor.post, made_at=at
    )


def announce_expiring(*, actor: Actor, at: datetime) -> int:
    """Announce, once each, the licences whose end is as near as their type declares; gives how many. Works in rounds."""
    today = timezone.localdate(at)
    announced = 0
    for code, declared in licence_types().items():
        last = today + timedelta(days=declared.renew_days)
        ending = Licence.objects.in_force(today).filter(type=code, noticed_at=None, valid_until__lte=last)
        for licence in ending.order_by("valid_until")[:A_ROUND]:
            with transaction.atomic():
                noted = Licence.objects.filter(pk=licence.pk, noticed_at=None).update(noticed_at=at)
                if noted and licence.valid_until:
                    until = licence.valid_until.isoformat()
                    fact = LicenceExpiring(subject=licence.reference, type=code, holder=licence.holder, until=until)
                    publish(fact, actor=actor, at=at)
                    announced += 1
    return announced
