"""Say what an incident has to do with; take it back."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.kernel.refusals import BadInput
from huimin.platform.grid.queries import find_component
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.events import IncidentLinked, IncidentUnlinked
from huimin.platform.incidents.models import Incident, Link
from huimin.platform.incidents.operations.moving import about
from huimin.platform.incidents.queries.incidents import access_incident, incidents_seen_by
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, is_code

_KEY: Final = re.compile(r"[A-Za-z0-9-]{1,40}")


class NoSuchThing(BadInput):
    """Nothing of this kind has that number, or not in a form that could be one."""

    zh = "没有编号为“{number}”的{kind}，请核对。"
    en = "There is no {kind} with the number “{number}”."


def _is_component(number: str, actor: Actor, at: datetime) -> bool:
    return find_component(number) is not None


def _is_incident(number: str, actor: Actor, at: datetime) -> bool:
    return incidents_seen_by(actor, at=at).filter(number=number).exists()


_THERE: Final[Mapping[str, Callable[[str, Actor, datetime], bool]]] = {
    Link.Kind.COMPONENT: _is_component,
    Link.Kind.INCIDENT: _is_incident,
}
"""Kinds whose things this app can ask after. Whether a person, firm, house, licence or case is there it must not tell whoever asks."""


def link_incident(number: str, *, kind: str, thing: str, actor: Actor, at: datetime) -> Link:
    """Say that an incident has to do with a thing, by the thing's number or key. Raises NoSuchIncident, NoSuchThing."""
    incident = access_incident(number, actor, at=at)
    wanted, key = Link.Kind(kind), thing.strip()
    asks = _THERE.get(wanted)
    if not _KEY.fullmatch(key) or not is_code(key) or (asks is not None and not asks(key, actor, at)):
        raise NoSuchThing(field="thing", number=key[:40], kind=wanted.label)
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        link, is_new = Link.objects.get_or_create(
            incident=incident,
            reference=f"{wanted.value}:{key}",
            defaults={"kind": wanted, "made_at": at, "made_by": identity.get_account(actor.ref)},
        )
        if is_new:
            publish(IncidentLinked(**about(incident), to=link.reference), actor=actor, at=at)
    return link


def unlink_incident(number: str, *, reference: str, actor: Actor, at: datetime) -> None:
    """Take a relation back; nothing happens where there is none. Raises NoSuchIncident."""
    incident = access_incident(number, actor, at=at)
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        if incident.links.filter(reference=reference).delete()[0]:
            publish(IncidentUnlinked(**about(incident), to=reference), actor=actor, at=at)
