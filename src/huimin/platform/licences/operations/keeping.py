"""The register of a department: search it and read one licence of it. Both are looks, said before anything is shown."""

from datetime import datetime

from django.db import transaction

from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.events import HolderSearched, LicenceLookedAt
from huimin.platform.licences.models import Licence, LicenceQuerySet
from huimin.platform.licences.queries import (
    access_kept_licence,
    department_of,
    holder_numbered,
    kept_licences,
    sought_licences,
)


def open_licence(public_id: str, *, actor: Actor, at: datetime) -> Licence:
    """One licence of the department in whose name the actor acts; its holder sees that he looked. Raises NoSuchLicence."""
    licence = access_kept_licence(public_id, actor)
    with transaction.atomic():
        fact = LicenceLookedAt(subject=licence.reference, type=licence.type, holder=licence.holder)
        publish(fact, actor=actor, at=at)
    return licence


def search_licences(text: str, *, actor: Actor, at: datetime) -> LicenceQuerySet:
    """Licences of the department by what was typed: a licence's number or code, a case's number, or its holder's number.

    Who searches by a holder's number asks about somebody, so it is journalled.
    """
    holder = holder_numbered(text)
    if holder is None:
        return sought_licences(text, actor)
    found = kept_licences(actor).of(holder)
    with transaction.atomic():
        fact = HolderSearched(subject=holder, department=department_of(actor), found=found.count())
        publish(fact, actor=actor, at=at)
    return found
