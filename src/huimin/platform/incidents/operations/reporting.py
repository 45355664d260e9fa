"""A report comes in, by any channel: it becomes an incident with its first work item, or joins an open one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from huimin.kernel.coordinates import to_cgcs2000
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid import queries as grid
from huimin.platform.identity.queries import reading
from huimin.platform.incidents.declarations import areas, limits, standard
from huimin.platform.incidents.events import IncidentReported, ReportAdded
from huimin.platform.incidents.models import Incident, Photo, Report
from huimin.platform.incidents.operations.course import KIND, course_data, first_end
from huimin.platform.incidents.operations.photos import Kept, keep_photos, rows_of
from huimin.platform.incidents.queries.incidents import NoSuchIncident, nearest_alike
from huimin.platform.incidents.queries.routing import current_routing, district_of, suggested_departments
from huimin.platform.incidents.rules.numbers import incident_number
from huimin.platform.incidents.rules.reports import SEEN_BY_OFFICIALS, Channel, NewReport, PhotoStage
from huimin.platform.incidents.rules.routing import Assigned
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.process import operations as process
from huimin.platform.registries.declarations import city

_HOUR: Final = timedelta(hours=1)
_ACCOUNT: Final = reading.Kept(lambda: get_user_model().objects.filter(public_id=reading.slot("ref")))


class OutsideTheGrid(BadInput):
    """The point lies in no cell of this city."""

    zh = "这个地点不在本市网格范围内。"
    en = "This place is outside the grid of the city."


class TooManyReports(Refusal):
    """One sender has sent more within an hour than his channel allows."""

    zh = "您一小时内上报得太多了，请稍后再报；紧急情况请拨打 110、119 或 120。"
    en = "You have sent too many reports within an hour. Please try later; in an emergency call 110, 119 or 120."
    status = 429


class NotOpenAnyMore(Refusal):
    """What the report confirms has ended: it should be reported anew."""

    zh = "{number} 已经结束，请作为新的问题上报。"
    en = "{number} has ended; please report it as something new."


@dataclass(frozen=True)
class Reported:
    """What became of a report. `is_new` is False for a report that had arrived before, `joined` says that it confirms another's."""

    incident: Incident
    report: Report
    is_new: bool
    joined: bool


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where it is, as far as it is known."""

    longitude: float | None = None
    latitude: float | None = None
    datum_said: str = ""
    cell: str = ""
    division: str = ""


def report_incident(*, report: NewReport, sender: str, actor: Actor, at: datetime) -> Reported:
    """Take in a report. The same sender and key are the same report, however often and from however many threads it is sent.

    `sender` names who sent it, stably: `account:…`, `handset:…`, `client:…`, a telephone number; only its keyed digest is kept.
    What confirms an open incident (`confirms`) joins it; all else becomes an incident whose first step is somebody's work.
    Raises NoSuchClass, NoSuchComponent, OutsideTheGrid, TooManyReports, NotOpenAnyMore, NoSuchIncident, PhotoNotReadable, TooManyPhotos,
    and what coordinates refuse.
    """
    who = str(digest(sender))
    if (report.photos or report.channel in limits().most_reports_an_hour) and (known := _find(who, report.key)):
        return known
    try:
        return _take_in(report, who, actor=actor, at=at)
    except (IntegrityError, Refusal):
        # It has arrived before, or at the same instant from another thread: that one stands, whatever would be said of it now.
        if known := _find(who, report.key):
            return known
        raise


def _take_in(report: NewReport, who: str, *, actor: Actor, at: datetime) -> Reported:
    _hold_rate(report, who, at)
    kept = keep_photos(report.photos)
    with transaction.atomic():
        if report.confirms:
            return _join(report, who, kept, actor=actor, at=at)
        return _open(report, who, kept, actor=actor, at=at)


def _find(who: str, key: str) -> Reported | None:
    found = Report.objects.select_related("incident").filter(sender=who, key=key).first()
    return Reported(found.incident, found, is_new=False, joined=not found.is_first) if found else None


def _hold_rate(report: NewReport, who: str, at: datetime) -> None:
    most = limits().most_reports_an_hour.get(report.channel)
    if most is not None and Report.objects.filter(sender=who, received_at__gt=at - _HOUR).count() >= most:
        raise TooManyReports


def _join(report: NewReport, who: str, kept: list[Kept], *, actor: Actor, at: datetime) -> Reported:
    incident = Incident.objects.select_for_update().filter(number=report.confirms).first()
    if incident is None:
        raise NoSuchIncident
    if incident.ended_at is not None:
        raise NotOpenAnyMore(number=incident.number)
    voice = _voice(report, incident, who, is_first=False, actor=actor, at=at)
    incident.voices += 1
    incident.save(update_fields=["voices"])
    Photo.objects.bulk_create(
        rows_of(kept, incident=incident, report=voice, stage=PhotoStage.BEFORE, actor=actor, at=at),
        ignore_conflicts=True,
    )
    fact = ReportAdded(
        subject=incident.reference,
        class_code=incident.class_code,
        division=incident.division,
        channel=report.channel.value,
        voices=incident.voices,
    )
    publish(fact, actor=actor, at=at)
    return Reported(incident, voice, is_new=True, joined=True)


def _open(report: NewReport, who: str, kept: list[Kept], *, actor: Actor, at: datetime) -> Reported:
    incident, assigned = _described(report, at=at)
    incident.process = process.draw_number(at)
    incident.number = incident_number(incident.division or city().division, incident.process)
    by_itself = assigned.by_itself and report.channel in SEEN_BY_OFFICIALS and bool(assigned.departments)
    data = course_data(incident, by_itself=by_itself)
    incident.due_at = first_end(data, at)
    incident.save(force_insert=True)
    voice = _voice(report, incident, who, is_first=True, actor=actor, at=at)
    if kept:
        Photo.objects.bulk_create(
            rows_of(kept, incident=incident, report=voice, stage=PhotoStage.BEFORE, actor=actor, at=at)
        )
    begun = process.start_within(
        KIND,
        subject=incident.reference,
        data=data,
        department=district_of(incident.division),
        number=incident.process,
        before=[_fact(incident, photos=len(kept))],
        actor=actor,
        at=at,
    )
    if begun.acted:
        incident.refresh_from_db()
    return Reported(incident, voice, is_new=True, joined=False)


def _fact(incident: Incident, *, photos: int) -> IncidentReported:
    return IncidentReported(
        subject=incident.reference,
        class_code=incident.class_code,
        division=incident.division,
        # A code has no spaces.
        standard_ref=incident.standard_ref.replace(" ", ""),
        channel=incident.channel,
        cell=incident.cell,
        state=incident.state,
        urgent=incident.urgent,
        edition=incident.edition,
        photos=photos,
        resembles=incident.resembles,
    )


def _described(report: NewReport, *, at: datetime) -> tuple[Incident, Assigned]:
    """The incident of a report, not yet written, and who is responsible. Raises what `report_incident` raises of class and place."""
    component = grid.component_coded(report.component) if report.component else None
    numbered = standard(component.standard_ref if component else None)
    code = report.class_code
    if component is not None and not code:
        code = numbered.of_component(component.class_code).code
    kind = numbered.of(code).kind if code else "component" if component else "event"
    if component is not None and report.point is None:
        report = replace(report, longitude=component.longitude, latitude=component.latitude, datum="cgcs2000")
    place = _place(report)
    seen = report.channel in SEEN_BY_OFFICIALS
    incident = Incident(
        standard_ref=numbered.standard_ref,
        kind=kind,
        class_code=code,
        component=report.component,
        description=report.description.strip()[:2000],
        longitude=place.longitude,
        latitude=place.latitude,
        datum_said=place.datum_said,
        address=report.address.strip()[:200],
        cell=place.cell,
        street=place.cell[:9],
        division=place.division,
        grade=areas().grade_of(place.cell),
        channel=report.channel.value,
        # Whom nobody knows to have been there is asked after on the spot, where there is a spot.
        state=(State.REPORTED if seen or not place.cell else State.VERIFYING).value,
        urgent=report.urgent,
        observed_at=report.observed_at,
        reported_at=at,
    )
    if place.longitude is not None and place.latitude is not None and code:
        incident.resembles = nearest_alike(place.longitude, place.latitude, code)
    table = current_routing()
    incident.edition = table.number
    return incident, suggested_departments(incident, table)


def _place(report: NewReport) -> _Place:
    if report.point is None:
        return _Place()
    point = to_cgcs2000(*report.point, report.datum)
    cell = grid.cell_at(point.longitude, point.latitude)
    if cell is None:
        raise OutsideTheGrid(field="longitude")
    return _Place(
        longitude=point.longitude,
        latitude=point.latitude,
        datum_said=point.datum_said.value,
        cell=cell,
        division=cell[:6],
    )


def _voice(report: NewReport, incident: Incident, who: str, *, is_first: bool, actor: Actor, at: datetime) -> Report:
    contact = report.contact
    # An agent of the hotline writes down what a caller says: the voice is the caller's.
    own = actor.kind == "account" and not report.anonymous and report.channel is not Channel.HOTLINE
    known = _ACCOUNT.first(ref=actor.ref) if own else None
    point = to_cgcs2000(*report.point, report.datum) if report.point else None
    return Report.objects.create(
        incident=incident,
        sender=who,
        key=report.key,
        channel=report.channel.value,
        account=known,
        handset=report.handset[:24],
        contact_name=contact.name.strip()[:60] if contact else "",
        contact_phone=contact.phone.strip()[:30] if contact else "",
        contact_email=contact.email.strip()[:120] if contact else "",
        anonymous=report.anonymous,
        text=report.description.strip()[:2000],
        longitude=point.longitude if point else None,
        latitude=point.latitude if point else None,
        observed_at=report.observed_at,
        received_at=at,
        is_first=is_first,
    )
