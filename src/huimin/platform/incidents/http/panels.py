"""How incidents, and what is asked about them, look on the item page of an official."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huimin.platform.identity.names import department_name
from huimin.platform.incidents.http.shown import panel
from huimin.platform.incidents.http.words import limit_in_words, what_of
from huimin.platform.incidents.models import Appeal, Asking, Incident
from huimin.platform.incidents.queries import NoSuchIncident, get_incident, incidents_seen_by
from huimin.platform.journal.rules import Actor
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer


def titles(subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
    """What each incident is and where, in one read, as far as the reader may see them."""
    numbers = [subject.partition(":")[2] for subject in subjects]
    seen = incidents_seen_by(actor, at=at).filter(number__in=numbers)
    return {one.reference: f"{what_of(one)} · {one.address or one.cell or one.number}" for one in seen}


def incident_panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """The incident for who works on it: holding the work gives no more sight than the scope says."""
    return _panel(get_incident(subject.partition(":")[2]), actor, at)


def _panel(incident: Incident, actor: Actor, at: datetime) -> dict[str, Any]:
    if not incidents_seen_by(actor, at=at).filter(pk=incident.pk).exists():
        raise NoSuchIncident
    return panel(incident)


def asking_titles(subjects: Sequence[str]) -> Mapping[str, str]:
    """What is asked for, and about which incident."""
    keys = [subject.partition(":")[2] for subject in subjects]
    found = Asking.objects.select_related("incident").filter(public_id__in=keys)
    return {one.reference: f"{one.get_what_display()} · {one.incident.number}" for one in found}


def asking_panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What a department asks for and why, with the incident."""
    asking = Asking.objects.select_related("incident", "disposal__department").get(public_id=subject.partition(":")[2])
    said = {
        _("部门"): department_name(asking.disposal.department.code, reader_language()),
        _("申请"): str(asking.get_what_display()),
        _("原定时限"): limit_in_words(asking.disposal.limit),
        _("理由"): asking.reason,
    }
    if asking.amount:
        said[_("延长")] = _("%(n)d 个单位") % {"n": asking.amount}
    return {**_panel(asking.incident, actor, at), "said": _answers(said)}


def appeal_titles(subjects: Sequence[str]) -> Mapping[str, str]:
    """Against what, and which incident."""
    keys = [subject.partition(":")[2] for subject in subjects]
    found = Appeal.objects.select_related("incident").filter(public_id__in=keys)
    return {one.reference: f"{one.get_against_display()} · {one.incident.number}" for one in found}


def appeal_panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What the reporter does not accept and why, with the incident; not who he is."""
    made = Appeal.objects.select_related("incident").get(public_id=subject.partition(":")[2])
    said = {_("不服什么"): str(made.get_against_display()), _("理由"): made.reason}
    return {**_panel(made.incident, actor, at), "said": _answers(said)}


def _answers(said: Mapping[str, str]) -> list[Answer]:
    return [Answer(question=question, answer=answer) for question, answer in said.items()]
