"""What departments ask for (延期, 挂账) and reporters appeal against: each a work item of its own that the command centre decides."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.declarations import limits
from huimin.platform.incidents.events import AppealDecided, AppealMade, AskingDecided, AskingMade
from huimin.platform.incidents.models import Appeal, Asking, Incident
from huimin.platform.incidents.operations.beside import COURSE, access_to_command, open_again
from huimin.platform.incidents.operations.course import CITY_COMMAND, command_post
from huimin.platform.incidents.operations.handling import NothingToDo, SayWhy, step_of
from huimin.platform.incidents.operations.moving import about, disposal_of, move_incident
from huimin.platform.incidents.queries.following import find_report
from huimin.platform.incidents.queries.incidents import NoSuchIncident, access_incident
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.ports import StepCall
from huimin.platform.process.queries import ends_of, live_steps_about

ASKING: Final = "incident_asking"
APPEAL: Final = "incident_appeal"
SHELVED: Final = "shelved"
BASIS: Final = "GB/T 30428.8 挂账"
MOST_UNITS: Final = 30


class AskedAlready(Refusal):
    """What is asked for has been asked for, and is not decided yet."""

    zh = "已经申请过，还在等待决定。"
    en = "This has been asked for already and is not decided yet."


class ExtensionNotFit(Refusal):
    """An extension is for so many more units of the limit as are asked for; there is a most."""

    zh = "延期数量应为 1 到 {most}（单位同处置时限）。"
    en = "An extension is for 1 to {most} more units of the limit."
    status = 400


class NothingToAppeal(Refusal):
    """Appeals are made against a report's not being filed, or its close, once at a time."""

    zh = "只有不予受理或已办结的可以申诉，且同时只能有一次申诉。"
    en = "Only what was not taken up, or was closed, can be appealed against, once at a time."


def ask(number: str, *, what: str, reason: str, amount: int = 0, actor: Actor, at: datetime) -> Asking:
    """A department that deals with it asks for more time (`extension`, in units of its limit) or shelving; the command centre decides.

    Raises NoSuchIncident, NothingToDo, SayWhy, ExtensionNotFit, AskedAlready.
    """
    incident = access_incident(number, actor, at=at)
    wanted = Asking.What(what)
    if not reason.strip():
        raise SayWhy(field="reason")
    if wanted == Asking.What.EXTENSION and not 1 <= amount <= MOST_UNITS:
        raise ExtensionNotFit(most=MOST_UNITS)
    item = step_of(incident, "dispose", actor, at=at)
    assert item.post is not None  # a step of officials has a post
    department = item.post.code.partition(".")[0]
    try:
        with transaction.atomic():
            asking = Asking.objects.create(
                incident=incident,
                disposal=disposal_of(incident, department),
                what=wanted,
                amount=amount if wanted == Asking.What.EXTENSION else 0,
                reason=reason.strip()[:500],
                asked_at=at,
                asked_by=identity.get_account(actor.ref),
            )
            fact = AskingMade(**about(incident), department=department, what=wanted.value, amount=asking.amount)
            publish(fact, actor=actor, at=at)
            begun = process.start(
                ASKING,
                subject=asking.reference,
                data={
                    "command_post": command_post(incident),
                    "decide_limit": limits().step("dispatch", urgent=incident.urgent),
                },
                actor=actor,
                at=at,
            )
            asking.process = begun.number
            asking.save(update_fields=["process"])
    except IntegrityError as twice:
        raise AskedAlready from twice
    return asking


def decide_asking(public_id: str, *, granted: bool, said: str = "", actor: Actor, at: datetime) -> Asking:
    """The command centre decides what a department asked for. Raises NoSuchIncident, NothingToDo."""
    asking = Asking.objects.select_related("incident").filter(public_id=public_id).first()
    if asking is None:
        raise NoSuchIncident
    access_to_command(asking.incident.number, actor, at=at)
    item = live_steps_about([asking.reference]).first()
    if item is None:
        raise NothingToDo(number=asking.incident.number)
    outcome = "granted" if granted else "refused"
    process.complete_at_once(number=item.number, outcome=outcome, note=said, actor=actor, at=at)
    asking.refresh_from_db()
    return asking


def settle_asking(call: StepCall) -> None:
    """The command centre has decided: more time, or the clocks stand until it is taken up again."""
    asking = Asking.objects.select_related("incident", "disposal__department").get(
        public_id=call.subject.partition(":")[2]
    )
    granted = call.data["decide"] == "granted"
    asking.decided_at, asking.granted = call.at, granted
    asking.save(update_fields=["decided_at", "granted"])
    if granted:
        _GRANT[Asking.What(asking.what)](asking, call)
    fact = AskingDecided(
        **about(asking.incident), department=asking.disposal.department.code, what=asking.what, granted=granted
    )
    publish(fact, actor=call.actor, at=call.at)


def _extend(asking: Asking, call: StepCall) -> None:
    incident, code = asking.incident, asking.disposal.department.code
    item = live_steps_about([incident.reference]).filter(node="dispose", post__code=f"{code}.dispose").first()
    if item is None:
        # It was dealt with while the asking waited.
        return
    process.extend_limit(number=item.number, amount=asking.amount, actor=COURSE, at=call.at)
    asking.disposal.due_at = ends_of([item]).get(item.number)
    asking.disposal.save(update_fields=["due_at"])
    _show_end(Incident.objects.select_for_update().get(pk=incident.pk))


def _shelve(asking: Asking, call: StepCall) -> None:
    incident = asking.incident
    for number in _processes_of(incident):
        with suppress(process.ClockNotRunning):
            process.stop_clock(number=number, reason=SHELVED, basis=BASIS, actor=COURSE, at=call.at)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    move_incident(incident, State.SHELVED, actor=call.actor, at=call.at, shelved_from=incident.state, due_at=None)


_GRANT: Final = {Asking.What.EXTENSION: _extend, Asking.What.SHELVING: _shelve}


def _processes_of(incident: Incident) -> list[str]:
    return sorted({item.process.number for item in live_steps_about([incident.reference])})


def _show_end(incident: Incident) -> None:
    """Let the incident show the end of the step that has to be done last."""
    ends = ends_of(list(live_steps_about([incident.reference]))).values()
    incident.due_at = max(ends, default=None)
    incident.save(update_fields=["due_at"])


def unshelve_incident(number: str, *, actor: Actor, at: datetime) -> Incident:
    """It can be dealt with now: the clocks go on where they stood. Raises NoSuchIncident, NotTheCommandCentre, IncidentStands."""
    incident = access_to_command(number, actor, at=at)
    with transaction.atomic():
        for one in _processes_of(incident):
            with suppress(process.ClockNotStopped):
                process.resume_clock(number=one, actor=COURSE, at=at)
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        back = State(incident.shelved_from) if incident.state == State.SHELVED else State.SHELVED
        move_incident(incident, back, actor=actor, at=at, shelved_from="")
        _show_end(incident)
    return incident


def appeal(token: str, *, reason: str, actor: Actor, at: datetime) -> Appeal:
    """A reporter does not accept that it was not filed, or how it was closed: the city's command centre decides.

    Raises NoSuchIncident, SayWhy, NothingToAppeal.
    """
    report = find_report(token)
    if report is None:
        raise NoSuchIncident
    if not reason.strip():
        raise SayWhy(field="reason")
    incident = report.incident
    if incident.state not in (State.NOT_FILED, State.CLOSED):
        raise NothingToAppeal
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                incident=incident, report=report, against=incident.state, reason=reason.strip()[:500], made_at=at
            )
            publish(AppealMade(**about(incident), against=incident.state), actor=actor, at=at)
            begun = process.start(APPEAL, subject=made.reference, data={"chief": CITY_COMMAND}, actor=actor, at=at)
            made.process = begun.number
            made.save(update_fields=["process"])
    except IntegrityError as twice:
        raise NothingToAppeal from twice
    return made


def settle_appeal(call: StepCall) -> None:
    """The city's command centre has decided: upheld, the incident goes back to be dispatched."""
    made = Appeal.objects.select_related("incident").get(public_id=call.subject.partition(":")[2])
    made.decided_at, made.upheld = call.at, call.data["decide"] == "upheld"
    made.save(update_fields=["decided_at", "upheld"])
    incident = Incident.objects.select_for_update().get(pk=made.incident_id)
    if made.upheld and incident.state in (State.NOT_FILED, State.CLOSED):
        open_again(incident, made.reason, actor=call.actor, at=call.at)
    fact = AppealDecided(**about(incident), against=made.against, upheld=made.upheld)
    publish(fact, actor=call.actor, at=call.at)
