"""Incidents: by number, within one's scope, close to a point."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from huimin.kernel.coordinates import box_around, metres_between
from huimin.kernel.refusals import NotFound
from huimin.platform.grid import queries as grid
from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.identity.queries.reading import Kept, slot
from huimin.platform.incidents.models import Disposal, Incident, IncidentQuerySet, Report
from huimin.platform.incidents.permissions import COMMAND, DISPOSE, HOTLINE, WALK
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import ALL, supervised_by

_CLOSE_BY: Final = 20


class NoSuchIncident(NotFound):
    """There is no such incident, or the reader may not know of it."""

    zh = "没有这个案件，或者您无权查看。"
    en = "There is no such incident, or you may not see it."


def get_incident(number: str) -> Incident:
    """The incident of this number. Raises NoSuchIncident."""
    if incident := Incident.objects.filter(number=number).first():
        return incident
    raise NoSuchIncident


def incidents_seen_by(actor: Actor, *, at: datetime) -> IncidentQuerySet:
    """The incidents that an actor may see, in the post that he acts in.

    The command centre those of its divisions (a city post all), the hotline all that callers may ask about, a handler what his
    department takes part in, a grid worker those of the cells he walks and what he reported, a supervisor of the city all, a citizen
    what he reported.
    """
    seen = _seen(actor, at)
    return Incident.objects.none() if seen is None else Incident.objects.filter(seen)


def commands(actor: Actor, *, at: datetime) -> bool:
    """Whether the actor serves in a command centre, in the post that he acts in."""
    if actor.kind != "account" or actor.post not in identity.post_codes_of(actor.ref, at):
        return False
    duty = duties().get(identity.get_post(actor.post).duty)
    return duty is not None and duty.allows(COMMAND)


def _seen(actor: Actor, at: datetime) -> Q | None:
    if actor.kind != "account":
        return None
    own = Q(Exists(Report.objects.filter(incident=OuterRef("pk"), account__public_id=actor.ref)))
    if not actor.post or actor.post not in identity.post_codes_of(actor.ref, at):
        return own
    post = identity.get_post(actor.post)
    duty = duties().get(post.duty)
    if duty is None:
        return own
    if duty.allows(COMMAND):
        return Q(division__in=post.divisions) if post.divisions else Q()
    if duty.allows(WALK):
        cells = [cell.code for cell in grid.cells_of(identity.get_account(actor.ref), on=timezone.localdate(at))]
        return own | Q(cell__in=cells)
    if duty.allows(DISPOSE):
        part = Disposal.objects.filter(incident=OuterRef("pk"), department=post.department_id)
        return own | Q(Exists(part))
    return Q() if duty.allows(HOTLINE) or supervised_by(actor, at) == ALL else own


def access_incident(number: str, actor: Actor, *, at: datetime) -> Incident:
    """An incident that the actor may see. Raises NoSuchIncident."""
    if incident := incidents_seen_by(actor, at=at).filter(number=number).first():
        return incident
    raise NoSuchIncident


_OPEN_IN_BOX: Final = Kept(
    lambda: (
        Incident.objects.open()
        .filter(
            latitude__range=(slot("south"), slot("north")),
            longitude__range=(slot("west"), slot("east")),
            class_code=slot("class_code"),
        )
        .values_list("number", "longitude", "latitude")
    )
)


def nearest_alike(longitude: float, latitude: float, class_code: str, *, metres: int = 100) -> str:
    """The number of the nearest open incident of the same class within so many metres; empty where there is none."""
    west, south, east, north = box_around(longitude, latitude, metres)
    inside = _OPEN_IN_BOX(west=west, south=south, east=east, north=north, class_code=class_code)
    near = [
        (metres_between(longitude, latitude, x, y), number)
        for number, x, y in inside
        if x is not None and y is not None
    ]
    return next((number for far, number in sorted(near) if far <= metres), "")


def similar_incidents(
    *, longitude: float, latitude: float, class_code: str = "", at: datetime, metres: int = 100
) -> list[Incident]:
    """Open incidents within so many metres of a point, the nearest first; of a class, or of the same large class, if one is given."""
    west, south, east, north = box_around(longitude, latitude, metres)
    around = Incident.objects.open().filter(latitude__range=(south, north), longitude__range=(west, east))
    if class_code:
        around = around.filter(Q(class_code__startswith=class_code[:-3]) | Q(class_code=""))
    near = [
        (metres_between(longitude, latitude, one.longitude, one.latitude), one)
        for one in around
        if one.longitude is not None and one.latitude is not None
    ]
    near.sort(key=lambda pair: (pair[0], pair[1].pk))
    return [one for far, one in near if far <= metres][:_CLOSE_BY]
