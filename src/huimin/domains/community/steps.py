"""What the drawing of mediation takes from here, and how a dispute looks on the item page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from huimin.domains.community import operations
from huimin.domains.community.http import shown
from huimin.domains.community.operations import KIND
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports

ports.definitions.register(KIND, Path(__file__).with_name("definitions") / f"{KIND}.bpmn")

for _step in (operations.note_taken, operations.note_mediated, operations.note_followed_up):
    ports.step(f"community.{_step.__name__}")(_step)

OUTCOMES: Final[Mapping[str, tuple[ports.Outcome, ...]]] = {
    "take": (ports.Outcome("taken", _("受理")), ports.Outcome("refused", _("不予受理"), needs_reason=True)),
    "follow_up": (
        ports.Outcome("kept", _("协议已履行"), needs_reason=True),
        ports.Outcome("broken", _("没有履行，再次调解"), needs_reason=True),
    ),
    "mediate": (
        ports.Outcome("failed", _("调解不成"), needs_reason=True),
        ports.Outcome("withdrawn", _("当事人撤回"), needs_reason=True),
    ),
}
"""How a step may end on the item page; an agreement is written down on the dispute's own page."""


@ports.subject_view(KIND)
class MediationView(ports.SubjectView):
    """A dispute on the item page: what it is about and where; its parties on its own page."""

    label = _("人民调解")
    template = "community/panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """What kind of dispute: nobody's name."""
        return shown.titles(subjects)

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Within the reader's districts."""
        return shown.panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The step's own words."""
        return OUTCOMES.get(node, ())
