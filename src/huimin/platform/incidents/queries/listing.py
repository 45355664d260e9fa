"""Lists of incidents within one's scope: narrowed, searched, ordered by when they were reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Q

from huimin.platform.incidents.models import Incident, IncidentQuerySet, Link
from huimin.platform.incidents.queries.incidents import incidents_seen_by
from huimin.platform.incidents.rules.numbers import is_incident_number
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.rules import Actor

NEWEST_FIRST: Final = ("-reported_at", "-id")
SEARCHED: Final = 5_000
"""Words are looked for in the newest so many of what the list is narrowed to: no index answers for the middle of a text."""
EXPORTED: Final = 10_000


class View(StrEnum):
    """Which incidents a list shows."""

    OPEN = "open"
    LATE = "late"
    URGENT = "urgent"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to; empty where it is not. `about` is the reference of a thing that incidents are linked to."""

    view: View = View.OPEN
    state: str = ""
    class_code: str = ""
    division: str = ""
    street: str = ""
    department: str = ""
    words: str = ""
    about: str = ""


def _views(at: datetime) -> Mapping[View, Q]:
    return {
        View.OPEN: Q(ended_at=None),
        View.LATE: Q(ended_at=None, due_at__lt=at),
        View.URGENT: Q(ended_at=None, urgent=True),
        View.CLOSED: Q(state=State.CLOSED.value),
        View.ALL: Q(),
    }


def listed(actor: Actor, narrowed: Narrowed, *, at: datetime) -> IncidentQuerySet:
    """The incidents that the actor may see, narrowed, with what a row shows. Page it by NEWEST_FIRST."""
    seen = incidents_seen_by(actor, at=at).select_related("lead")
    number = narrowed.words.strip().upper()
    if is_incident_number(number):
        return seen.filter(number=number)
    asked = _views(at)[narrowed.view]
    if narrowed.state:
        asked &= Q(state=narrowed.state)
    if narrowed.class_code:
        asked &= _of_class(narrowed.class_code)
    if narrowed.division:
        asked &= Q(division=narrowed.division)
    if narrowed.street:
        asked &= Q(street=narrowed.street)
    if narrowed.department:
        asked &= Q(lead__code=narrowed.department)
    if narrowed.about:
        asked &= Q(pk__in=Link.objects.filter(reference=narrowed.about).values("incident"))
    found = seen.filter(asked)
    return _with_words(found, narrowed.words)


def _of_class(code: str) -> Q:
    """A class, or a large class by the beginning of its classes' codes: a range, which an index serves on either store."""
    return (
        Q(class_code=code) if len(code.removeprefix("C")) == 5 else Q(class_code__gte=code, class_code__lt=f"{code}:")
    )


def _with_words(found: IncidentQuerySet, words: str) -> IncidentQuerySet:
    wanted = words.split()
    if not wanted:
        return found
    newest = list(found.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[:SEARCHED])
    said = Q()
    for word in wanted[:5]:
        said &= Q(description__icontains=word) | Q(address__icontains=word)
    return Incident.objects.filter(pk__in=newest).filter(said).select_related("lead")
