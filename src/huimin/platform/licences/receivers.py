"""What holders are told of: the end that comes near, and a standing that has changed."""

from datetime import date

from django.urls import reverse
from django.utils import translation

from huimin.kernel.refusals import CHINESE, ENGLISH
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.licences import queries
from huimin.platform.licences.events import LicenceExpiring, LicenceFact, LicenceMoved, LicenceReissued
from huimin.platform.licences.models import Licence
from huimin.platform.notifications.operations import Told, tell_of
from huimin.platform.notifications.queries import readers
from huimin.platform.ui.dates import full_day


@receives(LicenceExpiring)
def tell_of_end(fact: LicenceExpiring, arrival: Arrival) -> None:
    """The licence ends soon."""
    _tell(fact, arrival)


@receives(LicenceMoved)
def tell_of_standing(fact: LicenceMoved, arrival: Arrival) -> None:
    """An authority suspended, restored, revoked, withdrew or cancelled it."""
    _tell(fact, arrival)


@receives(LicenceReissued)
def tell_of_new_version(fact: LicenceReissued, arrival: Arrival) -> None:
    """A newer version took its place."""
    _tell(fact, arrival)


def _tell(fact: LicenceFact, arrival: Arrival) -> None:
    tell_of(fact, lambda: _told(fact, arrival), key=arrival.key, at=arrival.received_at)


def _told(fact: LicenceFact, arrival: Arrival) -> Told:
    licence = queries.get_licence(fact.subject.removeprefix("licence:"))
    return Told(
        to=readers(fact.holder, at=arrival.received_at),
        about=fact.subject,
        page=reverse("licences:licence", args=[licence.public_id]),
        values={language: _values(fact, licence, language) for language in (CHINESE, ENGLISH)},
    )


def _values(fact: LicenceFact, licence: Licence, language: str) -> dict[str, str]:
    """The placeholders `licence until state` in a language."""
    with translation.override(language):
        until = date.fromisoformat(fact.until) if isinstance(fact, LicenceExpiring) else licence.valid_until
        state = fact.state if isinstance(fact, LicenceMoved) else licence.state
        return {
            "licence": queries.get_licence_type(licence.type).names.text(language),
            "until": full_day(until) if until else "",
            "state": str(Licence.States(state).label),
        }
