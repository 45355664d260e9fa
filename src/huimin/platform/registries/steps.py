"""What processes take from here: the step that records the answer to a correction, and how a correction looks on an official's desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext_lazy

from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports
from huimin.platform.registries import operations, queries
from huimin.platform.registries.fields import PEOPLE, fields_of
from huimin.platform.registries.http import desk
from huimin.platform.registries.operations.correcting import DEFINITION, KIND

ports.definitions.register(DEFINITION, Path(__file__).parent / "definitions" / "correction.bpmn")


@ports.step("registries.settle_correction")
def settle_correction(call: ports.StepCall) -> None:
    """Record what the official answered; refuses the whole step where a value is agreed to but not settled."""
    corrected = call.data.get("decide") == "corrected"
    operations.settle_correction(reference=call.subject, corrected=corrected, actor=call.actor, at=call.at)


@ports.subject_view(KIND)
class CorrectionView(ports.SubjectView):
    """A correction on the item page: before it is claimed only the field; in hand, who says what and what it should be."""

    label = gettext_lazy("数据更正")
    template = "registries/correction_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The field and the ticket's number: nothing of the person."""
        words, language = fields_of(PEOPLE), get_language() or "zh"
        found = queries.numbered(list(subjects))
        return {reference: f"{words[one.field].label(language)} · {one.number}" for reference, one in found.items()}

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Looking at the panel is a look at the person's data, so it is journalled before anything is shown."""
        return desk.panel(subject, actor=actor, at=at)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The answers, in the words of the desk."""
        return _OUTCOMES.get(node, ())


_OUTCOMES: Mapping[str, Sequence[ports.Outcome]] = {
    "decide": (
        ports.Outcome("corrected", gettext_lazy("更正：按核定的内容更新本部门记录")),
        ports.Outcome("refused", gettext_lazy("不予更正"), needs_reason=True),
        ports.Outcome("not_ours", gettext_lazy("不是本部门的数据，请数据局确定责任部门"), needs_reason=True),
    ),
    "assign": (
        ports.Outcome("assigned", gettext_lazy("请原部门重新核实"), needs_reason=True),
        ports.Outcome("refused", gettext_lazy("不予更正"), needs_reason=True),
    ),
}
