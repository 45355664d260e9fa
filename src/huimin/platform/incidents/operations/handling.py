"""The way of an incident, step by step: verify, file, dispatch, dispose, check, close. Each finishes the work item that stands for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.operations.moving import begin_disposing
from huimin.platform.incidents.operations.photos import add_photos
from huimin.platform.incidents.queries.incidents import access_incident
from huimin.platform.incidents.rules.reports import NewPhoto, PhotoStage
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import live_steps_about, posts_reached

if TYPE_CHECKING:
    from huimin.platform.process.models import WorkItem


class NothingToDo(Refusal):
    """No step of this incident waits for the actor, or in his hands."""

    zh = "{number} 现在没有要您办的这一步：可能已由同事办理，或者不归您的岗位。"
    en = "{number} has no such step for you now: a colleague may have done it, or it is not your post's."


class SayWhy(BadInput):
    """What a reporter or another office will read needs words."""

    zh = "请写明理由。"
    en = "Please say why."


def step_of(incident: Incident, node: str, actor: Actor, *, at: datetime) -> "WorkItem":
    """The step at this node of the drawings that the actor may do now. Raises NothingToDo."""
    reached = posts_reached(actor.ref, at)
    waiting = live_steps_about([incident.reference]).filter(node=node, post__code__in=reached)
    found = sorted(waiting, key=lambda item: (item.post is None or item.post.code != actor.post, item.pk))
    if not found:
        raise NothingToDo(number=incident.number)
    return found[0]


def _finish(
    incident: Incident,
    node: str,
    outcome: str,
    *,
    said: str = "",
    data: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> Incident:
    item = step_of(incident, node, actor, at=at)
    process.complete_at_once(number=item.number, outcome=outcome, data=data, note=said, actor=actor, at=at)
    return Incident.objects.get(pk=incident.pk)


def _said_why(reason: str) -> str:
    if not reason.strip():
        raise SayWhy(field="reason")
    return reason


def verify_incident(
    number: str, *, found: bool, said: str = "", photos: Sequence[NewPhoto] = (), actor: Actor, at: datetime
) -> Incident:
    """The worker has been there and found it, or not. Raises NoSuchIncident, NothingToDo, PhotoNotReadable, TooManyPhotos."""
    incident = access_incident(number, actor, at=at)
    with transaction.atomic():
        if photos:
            add_photos(number, stage=PhotoStage.BEFORE, photos=photos, actor=actor, at=at)
        return _finish(incident, "verify", "confirmed" if found else "not_found", said=said, actor=actor, at=at)


def classify_incident(
    number: str, *, class_code: str, urgent: bool | None = None, actor: Actor, at: datetime
) -> Incident:
    """Give an incident that is to be filed its class, and say whether it is urgent. Raises NoSuchIncident, NoSuchClass, NothingToDo."""
    incident = access_incident(number, actor, at=at)
    found = standard(incident.standard_ref).of(class_code)
    with transaction.atomic():
        step_of(incident, "file", actor, at=at)
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        incident.class_code, incident.kind = found.code, found.kind
        incident.urgent = incident.urgent if urgent is None else urgent
        incident.save(update_fields=["class_code", "kind", "urgent"])
    return incident


def file_incident(
    number: str, *, class_code: str = "", urgent: bool | None = None, said: str = "", actor: Actor, at: datetime
) -> Incident:
    """立案. Raises NoSuchIncident, NothingToDo, NoSuchClass, NotClassified."""
    incident = access_incident(number, actor, at=at)
    with transaction.atomic():
        if class_code or urgent is not None:
            classify_incident(number, class_code=class_code or incident.class_code, urgent=urgent, actor=actor, at=at)
        return _finish(incident, "file", "filed", said=said, actor=actor, at=at)


def decline_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """不予立案: its reporter reads the reason. Raises NoSuchIncident, NothingToDo, SayWhy."""
    incident = access_incident(number, actor, at=at)
    return _finish(incident, "file", "not_filed", said=_said_why(reason), actor=actor, at=at)


def dispatch_incident(
    number: str, *, departments: Sequence[str] = (), said: str = "", actor: Actor, at: datetime
) -> Incident:
    """派遣 to these departments, the leading one first; to whom the routing table says when none is given.

    Raises NoSuchIncident, NothingToDo, NobodyResponsible, CannotDispose.
    """
    incident = access_incident(number, actor, at=at)
    data = {"disposals": list(dict.fromkeys(departments))} if departments else {}
    return _finish(incident, "dispatch", "dispatched", said=said, data=data, actor=actor, at=at)


def dispose_incident(
    number: str, *, said: str = "", photos: Sequence[NewPhoto] = (), actor: Actor, at: datetime
) -> Incident:
    """反馈: one's department has dealt with its part.

    Raises NoSuchIncident, NothingToDo, AfterPhotosMissing, PhotoNotReadable, TooManyPhotos.
    """
    incident = access_incident(number, actor, at=at)
    with transaction.atomic():
        if photos:
            add_photos(number, stage=PhotoStage.AFTER, photos=photos, actor=actor, at=at)
        return _finish(incident, "dispose", "done", said=said, actor=actor, at=at)


def take_disposal(number: str, *, actor: Actor, at: datetime) -> Incident:
    """签收: one's department takes its part in hand, and oneself the work. Raises NoSuchIncident, NothingToDo, AlreadyClaimed."""
    incident = access_incident(number, actor, at=at)
    with transaction.atomic():
        item = step_of(incident, "dispose", actor, at=at)
        process.claim(number=item.number, actor=actor, at=at)
        begin_disposing(number, actor=actor, at=at)
    return Incident.objects.get(pk=incident.pk)


def return_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """退件: it is another department's. Raises NoSuchIncident, NothingToDo, SayWhy."""
    incident = access_incident(number, actor, at=at)
    return _finish(incident, "dispose", "returned", said=_said_why(reason), actor=actor, at=at)


def redispatch_incident(number: str, *, department: str, said: str = "", actor: Actor, at: datetime) -> Incident:
    """Send to another department what one has sent back. Raises NoSuchIncident, NothingToDo, NobodyResponsible, CannotDispose."""
    incident = access_incident(number, actor, at=at)
    data = {"disposal": department}
    return _finish(incident, "redispatch", "dispatched", said=said, data=data, actor=actor, at=at)


def drop_disposal(number: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """Do without the department that sent it back: those beside it are enough.

    Raises NoSuchIncident, NothingToDo, SayWhy, NobodyDisposed.
    """
    incident = access_incident(number, actor, at=at)
    return _finish(incident, "redispatch", "dropped", said=_said_why(reason), actor=actor, at=at)


def check_incident(
    number: str, *, passed: bool, said: str = "", photos: Sequence[NewPhoto] = (), actor: Actor, at: datetime
) -> Incident:
    """核查 on the spot: it is done, or has to be done again.

    Raises NoSuchIncident, NothingToDo, SayWhy, PhotoNotReadable, TooManyPhotos.
    """
    incident = access_incident(number, actor, at=at)
    words = said if passed else _said_why(said)
    with transaction.atomic():
        if photos:
            add_photos(number, stage=PhotoStage.CHECK, photos=photos, actor=actor, at=at)
        return _finish(incident, "check", "passed" if passed else "failed", said=words, actor=actor, at=at)


def close_incident(number: str, *, said: str = "", actor: Actor, at: datetime) -> Incident:
    """结案: its reporters are told. Raises NoSuchIncident, NothingToDo."""
    incident = access_incident(number, actor, at=at)
    return _finish(incident, "close", "closed", said=said, actor=actor, at=at)


def rework_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> Incident:
    """返工 in place of closing. Raises NoSuchIncident, NothingToDo, SayWhy."""
    incident = access_incident(number, actor, at=at)
    return _finish(incident, "close", "rework", said=_said_why(reason), actor=actor, at=at)
