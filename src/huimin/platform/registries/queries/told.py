"""Whom notices of people's corrections are for, and what they say."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from huimin.kernel.refusals import CHINESE, ENGLISH
from huimin.platform.notifications.operations import Told
from huimin.platform.notifications.queries import readers
from huimin.platform.registries.events import CorrectionFact
from huimin.platform.registries.fields import PEOPLE, fields_of

if TYPE_CHECKING:
    pass

A_SLICE: Final = 500


def told_of_correction(fact: CorrectionFact, *, but: str, at: datetime) -> Told:
    """The readers of a correction's notices but the account whose own step it was (`but`, a public number); the placeholder `field`."""
    field = fields_of(PEOPLE)[fact.field]
    to = [reader for reader in readers(fact.subject, at=at) if reader.account.public_id != but]
    values = {language: {"field": field.label(language)} for language in (CHINESE, ENGLISH)}
    page = reverse("registries:my_correction", args=[fact.correction])
    return Told(to=to, about=fact.subject, page=page, values=values)
