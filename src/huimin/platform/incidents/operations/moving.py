"""What the steps of the drawings do to an incident. They run inside the operation that reached them, under the lock of the process."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.declarations import limits
from huimin.platform.incidents.events import (
    IncidentCheckFailed,
    IncidentDispatched,
    IncidentMoved,
    IncidentReturned,
)
from huimin.platform.incidents.models import Disposal, Incident
from huimin.platform.incidents.operations.course import end_of
from huimin.platform.incidents.queries.routing import suggested_departments
from huimin.platform.incidents.rules.reports import PhotoStage
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.ports import StepCall

PREFIX: Final = "incident:"
MOST_DEPARTMENTS: Final = 8


class NotClassified(Refusal):
    """It has no class yet, so nobody could say whose it is and by when."""

    zh = "请先给案件定类别，再立案。"
    en = "Give the incident a class before it is filed."


class NobodyResponsible(BadInput):
    """Neither the routing table nor the operator says which department deals with it."""

    zh = "派遣规则没有给出责任部门，请指定至少一个处置部门。"
    en = "The routing table names no department: choose at least one."


class CannotDispose(BadInput):
    """The department has nobody who deals with incidents."""

    zh = "部门“{department}”没有设处置岗位，不能派遣。"
    en = "The department “{department}” has no post that deals with incidents."


class AfterPhotosMissing(Refusal):
    """The city wants to see what it looks like afterwards."""

    zh = "请先上传处置后的照片（至少 {least} 张）。"
    en = "Add photos of how it looks afterwards first (at least {least})."


class NobodyDisposed(Refusal):
    """No department has dealt with it, so there is nothing to check."""

    zh = "还没有部门处置过，不能免派；请另派部门，或者作废案件。"
    en = "No department has dealt with it yet: send it to another one, or void the incident."


def lock_subject(subject: str) -> Incident:
    """The incident that a process is about, held until the transaction ends."""
    return Incident.objects.select_for_update().select_related(None).get(number=subject.removeprefix(PREFIX))


def about(incident: Incident) -> dict[str, Any]:
    """The fields that every fact about an incident has."""
    return {"subject": incident.reference, "class_code": incident.class_code, "division": incident.division}


def move_incident(incident: Incident, state: State, *, actor: Actor, at: datetime, **fields: Any) -> None:
    """Go to another state with these fields, and announce it. Raises IncidentStands."""
    before = incident.state
    incident.move(state, at=at)
    for name, value in fields.items():
        setattr(incident, name, value)
    incident.save(update_fields=["state", "ended_at", "closed_at", *fields])
    publish(IncidentMoved(**about(incident), before=before, state=incident.state), actor=actor, at=at)


def note_verified(call: StepCall) -> None:
    """The worker has been there."""
    move_incident(
        lock_subject(call.subject),
        State.REPORTED,
        actor=call.actor,
        at=call.at,
        verified_at=call.at,
        due_at=end_of(str(call.data["file_limit"]), call.at),
    )


def note_filed(call: StepCall) -> None:
    """Filed: it has a class, and a department will have to deal with it. Raises NotClassified."""
    incident = lock_subject(call.subject)
    if not incident.class_code:
        raise NotClassified
    due = end_of(str(call.data["dispatch_limit"]), call.at)
    move_incident(incident, State.FILED, actor=call.actor, at=call.at, filed_at=call.at, due_at=due)


def note_not_filed(call: StepCall) -> None:
    """Not filed; its reporters read why."""
    incident = lock_subject(call.subject)
    move_incident(incident, State.NOT_FILED, actor=call.actor, at=call.at, outcome_said=call.said[:1000], due_at=None)


def send(call: StepCall) -> Mapping[str, object]:
    """To the departments that the operator chose, or those of the routing table; gives the round's data."""
    incident = lock_subject(call.subject)
    chosen = [str(code) for code in call.data.get("disposals") or ()]
    suggested = suggested_departments(incident).departments
    codes = list(dict.fromkeys(chosen or suggested))[:MOST_DEPARTMENTS]
    return _send(incident, codes, suggested, by_itself=call.node != "send" or call.data["by_itself"] is True, call=call)


def send_again(call: StepCall) -> Mapping[str, object]:
    """返工: back to those who dealt with it."""
    incident = lock_subject(call.subject)
    reworked = incident.reworked + 1
    publish(IncidentCheckFailed(**about(incident), reworked=reworked), actor=call.actor, at=call.at)
    last = incident.disposals.filter(round=_round(incident), returned_at=None).order_by("-is_lead", "pk")
    codes = list(last.values_list("department__code", flat=True))
    incident.reworked = reworked
    incident.save(update_fields=["reworked"])
    return _send(incident, codes, (), by_itself=True, call=call)


def _send(
    incident: Incident, codes: Sequence[str], suggested: tuple[str, ...], *, by_itself: bool, call: StepCall
) -> Mapping[str, object]:
    if not codes:
        raise NobodyResponsible(field="departments")
    limit = limits().disposal(incident.class_code, incident.grade, urgent=incident.urgent)
    assert limit is not None  # a start-up check: every class has a limit
    due, turn = end_of(limit, call.at), _round(incident) + 1
    departments = {code: department_disposing(code) for code in codes}
    Disposal.objects.bulk_create(
        Disposal(
            incident=incident,
            department_id=key,
            is_lead=place == 0,
            round=turn,
            limit=limit,
            dispatched_at=call.at,
            due_at=due,
            reported_at=incident.reported_at,
        )
        for place, key in enumerate(departments.values())
    )
    first = incident.dispatched_at or call.at
    lead = departments[codes[0]]
    move_incident(
        incident, State.DISPATCHED, actor=call.actor, at=call.at, dispatched_at=first, due_at=due, lead_id=lead
    )
    fact = IncidentDispatched(
        **about(incident),
        departments=tuple(codes),
        suggested=suggested,
        by_itself=by_itself,
        limit=limit,
        round=turn,
    )
    publish(fact, actor=call.actor, at=call.at)
    return {"disposals": list(codes), "dispose_limit": limit}


def _round(incident: Incident) -> int:
    newest = incident.disposals.order_by("-round").values_list("round", flat=True).first()
    return newest or 0


def department_disposing(code: str) -> int:
    """The key of a department that has a post which deals with incidents. Raises CannotDispose."""
    post = identity.posts_coded([f"{code}.dispose"]).get(f"{code}.dispose")
    if post is None:
        raise CannotDispose(field="departments", department=code[:24])
    return int(post.department_id)


def disposal_of(incident: Incident, code: str) -> Disposal:
    """What a department has to do about an incident in the round that runs."""
    open_ones = incident.disposals.filter(department__code=code, done_at=None, returned_at=None)
    return open_ones.order_by("-round").get()


def note_done(call: StepCall) -> None:
    """A department has dealt with its part. Raises AfterPhotosMissing."""
    incident = lock_subject(call.subject)
    least = limits().after_photos
    if incident.photos.filter(stage=PhotoStage.AFTER.value).count() < least:
        raise AfterPhotosMissing(least=least)
    disposal = disposal_of(incident, str(call.data["disposal"]))
    disposal.done_at, disposal.said = call.at, call.said[:1000]
    disposal.save(update_fields=["done_at", "said"])
    if incident.state == State.DISPATCHED:
        move_incident(incident, State.DISPOSING, actor=call.actor, at=call.at)


def note_returned(call: StepCall) -> None:
    """退件: it is another department's; counted against the dispatch."""
    incident = lock_subject(call.subject)
    code = str(call.data["disposal"])
    disposal = disposal_of(incident, code)
    disposal.returned_at, disposal.said = call.at, call.said[:1000]
    disposal.save(update_fields=["returned_at", "said"])
    incident.returned += 1
    incident.save(update_fields=["returned"])
    fact = IncidentReturned(**about(incident), department=code, returned=incident.returned)
    publish(fact, actor=call.actor, at=call.at)
    _leave_to_command(incident, call)


def _leave_to_command(incident: Incident, call: StepCall) -> None:
    """Where nobody deals with it any more it waits for the command centre; where others do, it goes on."""
    if not incident.disposals.filter(round=_round(incident), returned_at=None).exists():
        due = end_of(str(call.data["dispatch_limit"]), call.at)
        move_incident(incident, State.FILED, actor=call.actor, at=call.at, due_at=due)


def send_elsewhere(call: StepCall) -> Mapping[str, object]:
    """What a department sent back goes to another one. Raises NobodyResponsible, CannotDispose."""
    incident = lock_subject(call.subject)
    code = str(call.data["disposal"])
    turn = _round(incident)
    if incident.disposals.filter(round=turn, department__code=code).exists():
        raise NobodyResponsible(field="departments")
    limit = limits().disposal(incident.class_code, incident.grade, urgent=incident.urgent)
    assert limit is not None
    key, due = department_disposing(code), end_of(limit, call.at)
    leads = not incident.disposals.filter(round=turn, is_lead=True, returned_at=None).exists()
    Disposal.objects.create(
        incident=incident,
        department_id=key,
        is_lead=leads,
        round=turn,
        limit=limit,
        dispatched_at=call.at,
        due_at=due,
        reported_at=incident.reported_at,
    )
    fields = {"lead_id": key} if leads else {}
    if incident.state == State.FILED:
        move_incident(incident, State.DISPATCHED, actor=call.actor, at=call.at, due_at=due, **fields)
    else:
        Incident.objects.filter(pk=incident.pk).update(**fields, due_at=due)
    fact = IncidentDispatched(
        **about(incident), departments=(code,), suggested=(), by_itself=False, limit=limit, round=turn
    )
    publish(fact, actor=call.actor, at=call.at)
    return {"dispose_limit": limit}


def note_disposed(call: StepCall) -> None:
    """All who took part have fed back. Raises NobodyDisposed."""
    incident = lock_subject(call.subject)
    if not incident.disposals.filter(round=_round(incident), done_at__isnull=False).exists():
        raise NobodyDisposed
    due = end_of(str(call.data["check_limit"]), call.at)
    move_incident(incident, State.CHECKING, actor=call.actor, at=call.at, disposed_at=call.at, due_at=due)


def note_checked(call: StepCall) -> None:
    """The worker has seen that it is done."""
    incident = lock_subject(call.subject)
    incident.checked_at, incident.due_at = call.at, end_of(str(call.data["close_limit"]), call.at)
    incident.save(update_fields=["checked_at", "due_at"])


def note_closed(call: StepCall) -> None:
    """Closed, and with it what was joined to it."""
    incident = lock_subject(call.subject)
    move_incident(incident, State.CLOSED, actor=call.actor, at=call.at, outcome_said=call.said[:1000], due_at=None)
    for child in incident.children.select_for_update().filter(state=State.JOINED).order_by("pk"):
        move_incident(child, State.CLOSED, actor=call.actor, at=call.at, due_at=None)


def begin_disposing(number: str, *, actor: Actor, at: datetime) -> None:
    """A department has taken its part in hand; nothing happens where it had been taken before, or has gone on."""
    with transaction.atomic():
        incident = lock_subject(f"{PREFIX}{number}")
        if incident.state == State.DISPATCHED:
            move_incident(incident, State.DISPOSING, actor=actor, at=at)
