"""Change how a licence stands, and announce what comes to its end."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from huimin.platform.catalogue.library import licence_types
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.events import LicenceExpiring, LicenceMoved
from huimin.platform.licences.models import Licence
from huimin.platform.licences.queries import lock_licence
from huimin.platform.licences.rules import State

A_ROUND: Final = 200


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
