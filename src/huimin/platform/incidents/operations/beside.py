"""Beside the way: urge, void, join, reopen, and what a reporter says of the end."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.incidents.declarations import limits
from huimin.platform.incidents.events import IncidentsJoined, IncidentUrged, VerdictGiven
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.operations.course import begin_course
from huimin.platform.incidents.operations.handling import SayWhy
from huimin.platform.incidents.operations.moving import about, move_incident
from huimin.platform.incidents.queries.following import find_report
from huimin.platform.incidents.queries.incidents import NoSuchIncident, access_incident, commands, get_incident
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import live_steps_about

COURSE: Final = Actor(kind="system", ref="incidents.course")
"""Who ends and begins processes when the command centre, or a reporter, has decided about the incident."""


class NotTheCommandCentre(NotPermitted):
    """Only the command centre of its district, or the city's, decides this."""

    zh = "只有案件所在区或市指挥中心可以这样办理。"
    en = "Only the command centre of its district, or of the city, may do this."


class UrgedToday(Refusal):
    """It has been urged today already."""

    zh = "{number} 今天已经催办过，请明天再催。"
    en = "{number} has been urged today already; please wait until tomorrow."


class CannotJoin(Refusal):
    """The two cannot be joined."""

    zh = "{number} 不能并入 {into}：两者都应在办，且都没有并入别的案件。"
    en = "{number} cannot be joined to {into}: both must be open and joined to nothing else."


class TooLateToReopen(Refusal):
    """It was closed longer ago than a reporter may open it again, or it is not closed."""

    zh = "结案超过 {days} 天，或案件没有结案，不能要求重办；您可以重新上报，或者申诉。"
    en = "It was closed more than {days} days ago, or is not closed. You can report it anew, or appeal."


class NotRateable(BadInput):
    """A verdict is given once, from 1 to 5, on what has come to an end."""

    zh = "评价为 1（非常满意）到 5（非常不满意），结案后评价一次。"
    en = "A verdict is 1 (very content) to 5 (not content at all), given once after the close."


def access_to_command(number: str, actor: Actor, *, at: datetime) -> Incident:
    """An incident of the command centre in which the actor serves. Raises NoSuchIncident, NotTheCommandCentre."""
    incident = access_incident(number, actor, at=at)
    if not commands(actor, at=at):
        raise NotTheCommandCentre
    return incident


def _lock(incident: Incident) -> Incident:
    return Incident.objects.select_for_update().get(pk=incident.pk)


def _end_course(incident: Incident, reason: str, *, at: datetime) -> None:
    """End everything that runs about an incident, before its row is locked: a step of a process takes the two in this order too."""
    references = [incident.reference, *(one.reference for one in incident.askings.filter(decided_at=None))]
    running = {item.process.number: item.process for item in live_steps_about(references)}
    roots = {one.root.number if one.root else number for number, one in running.items()}
    for number in sorted(roots, reverse=True):
        process.cancel_process(number=number, reason=reason, actor=COURSE, at=at)
    incident.askings.filter(decided_at=None).update(decided_at=at, granted=False)


def urge_incident(number: str, *, actor: Actor, at: datetime) -> Incident:
    """催办, at most once a day: by whoever the door that calls has let in, the reporter among them. Raises NoSuchIncident, UrgedToday."""
    incident = get_incident(number)
    with transaction.atomic():
        for item in live_steps_about([incident.reference]):
            with suppress(process.RemindedToday):
                process.remind(number=item.number, actor=COURSE, at=at)
        incident = _lock(incident)
        if not incident.is_open:
            raise NoSuchIncident
        if incident.urged_at is not None and at - incident.urged_at < timedelta(days=1):
            raise UrgedToday(number=number)
        incident.urged, incident.urged_at = incident.urged + 1, at
        incident.save(update_fields=["urged", "urged_at"])
        publish(IncidentUrged(**about(incident), urged=incident.urged), actor=actor, at=at)
    return incident


def void_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """作废. Raises NoSuchIncident, NotTheCommandCentre, SayWhy, IncidentStands."""
    incident = access_to_command(number, actor, at=at)
    if not reason.strip():
        raise SayWhy(field="reason")
    with transaction.atomic():
        _end_course(incident, reason, at=at)
        incident = _lock(incident)
        move_incident(
            incident, State.VOID, actor=actor, at=at, outcome_said=reason.strip()[:1000], due_at=None, parent=None
        )
        for child in incident.children.select_for_update().filter(state=State.JOINED).order_by("pk"):
            _on_its_own(child, actor=actor, at=at)
    return incident


def join_incident(number: str, *, into: str, actor: Actor, at: datetime) -> Incident:
    """并案: one of two reports of the same goes with the other from now on. Raises NoSuchIncident, NotTheCommandCentre, CannotJoin."""
    incident, parent = access_to_command(number, actor, at=at), access_to_command(into, actor, at=at)
    with transaction.atomic():
        _end_course(incident, f"并入 {into}", at=at)
        held = {
            one.pk: one
            for one in Incident.objects.select_for_update().filter(pk__in=[incident.pk, parent.pk]).order_by("pk")
        }
        incident, parent = held[incident.pk], held.get(parent.pk, incident)
        if incident == parent or not (incident.is_open and parent.is_open) or incident.children.exists():
            raise CannotJoin(number=number, into=into)
        move_incident(incident, State.JOINED, actor=actor, at=at, parent=parent, due_at=None)
        publish(IncidentsJoined(**about(incident), into=parent.number), actor=actor, at=at)
    return incident


def split_incident(number: str, *, actor: Actor, at: datetime) -> Incident:
    """Let a joined one go on by itself after all. Raises NoSuchIncident, NotTheCommandCentre, IncidentStands."""
    incident = access_to_command(number, actor, at=at)
    with transaction.atomic():
        incident = _lock(incident)
        _on_its_own(incident, actor=actor, at=at)
    return incident


def _on_its_own(incident: Incident, *, actor: Actor, at: datetime) -> None:
    move_incident(incident, State.REPORTED, actor=actor, at=at, parent=None)
    begin_course(incident, actor=actor, at=at)


def reopen_incident(token: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """Who reported it says that it has not been dealt with: it goes back to be dispatched.

    Raises NoSuchIncident, TooLateToReopen, SayWhy.
    """
    report = find_report(token)
    if report is None:
        raise NoSuchIncident
    if not reason.strip():
        raise SayWhy(field="reason")
    days = limits().reopen_days
    with transaction.atomic():
        incident = _lock(report.incident)
        closed = incident.closed_at if incident.state == State.CLOSED else None
        if closed is None or at - closed > timedelta(days=days):
            raise TooLateToReopen(days=days)
        open_again(incident, reason, actor=actor, at=at)
    return incident


def open_again(incident: Incident, reason: str, *, actor: Actor, at: datetime) -> None:
    """A locked incident that was closed, or not filed, is to be dispatched; one that went with another goes by itself from here on."""
    move_incident(
        incident,
        State.FILED,
        actor=actor,
        at=at,
        outcome_said=reason.strip()[:1000],
        reopened=incident.reopened + 1,
        filed_at=incident.filed_at or at,
        closed_at=None,
        checked_at=None,
        disposed_at=None,
        parent=None,
    )
    begin_course(incident, actor=actor, at=at)


def rate_incident(token: str, *, rating: int, actor: Actor, at: datetime) -> Report:
    """A reporter says how content he is with the end: 1 (very) to 5. Raises NoSuchIncident, NotRateable."""
    report = find_report(token)
    if report is None:
        raise NoSuchIncident
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        incident = Incident.objects.get(pk=report.incident_id)
        if rating not in range(1, 6) or incident.state != State.CLOSED or report.rating is not None:
            raise NotRateable(field="rating")
        report.rating, report.rated_at = rating, at
        report.save(update_fields=["rating", "rated_at"])
        publish(VerdictGiven(**about(incident), rating=rating), actor=actor, at=at)
    return report
