"""What the drawings of incidents take from here: the steps that they name, and how their subjects look on an official's desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy

from huimin.platform.incidents.http import panels
from huimin.platform.incidents.http.words import OUTCOMES
from huimin.platform.incidents.operations import asking, moving
from huimin.platform.incidents.operations.asking import APPEAL, ASKING
from huimin.platform.incidents.operations.course import DISPOSAL, KIND
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports

DEFINITIONS: Final = Path(__file__).with_name("definitions")
LETTING: Final = {ASKING: ("granted", "refused"), APPEAL: ("upheld", "dismissed")}

for _definition in (KIND, DISPOSAL, ASKING, APPEAL):
    ports.definitions.register(_definition, DEFINITIONS / f"{_definition}.bpmn")

for _step in (
    moving.note_verified,
    moving.note_filed,
    moving.note_not_filed,
    moving.send,
    moving.send_again,
    moving.send_elsewhere,
    moving.note_done,
    moving.note_returned,
    moving.note_disposed,
    moving.note_checked,
    moving.note_closed,
    asking.settle_asking,
    asking.settle_appeal,
):
    ports.step(f"incidents.{_step.__name__}")(_step)


@ports.subject_view(DISPOSAL)
@ports.subject_view(KIND)
class IncidentView(ports.SubjectView):
    """An incident on the item page: what, where, photos; the forms of the step are on the incident's own page."""

    label = gettext_lazy("案件")
    template = "incidents/panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """What and where."""
        return panels.titles(subjects, actor=actor, at=at)

    def briefs(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The same line: what is closed in batches has been seen by a worker."""
        return panels.titles(subjects, actor=actor, at=at)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Within the reader's scope."""
        return panels.incident_panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The step's own words."""
        return OUTCOMES.get(node, ())


@ports.subject_view(ASKING)
class AskingView(ports.SubjectView):
    """What a department asks for on the item page of the command centre."""

    label = gettext_lazy("延期、挂账申请")
    template = "incidents/panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """What, and about which incident."""
        return panels.asking_titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Within the reader's scope."""
        return panels.asking_panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """Granted or not."""
        return [one for one in OUTCOMES[node] if one.code in LETTING[ASKING]]


@ports.subject_view(APPEAL)
class AppealView(ports.SubjectView):
    """A reporter's appeal on the item page of the city's command centre."""

    label = gettext_lazy("上报人申诉")
    template = "incidents/panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """Against what, and which incident."""
        return panels.appeal_titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Within the reader's scope."""
        return panels.appeal_panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """Upheld or not."""
        return [one for one in OUTCOMES[node] if one.code in LETTING[APPEAL]]
