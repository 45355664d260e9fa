"""What processes take from here: the step that records the answer to a request for data, and how a request looks on a desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy

from huimin.platform.exchange.http import asked
from huimin.platform.exchange.operations import sharing
from huimin.platform.exchange.operations.narrowing import NARROWED, NARROWING
from huimin.platform.exchange.requests import numbered
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports

ports.definitions.register(sharing.DEFINITION, Path(__file__).parent / "definitions" / "data_request.bpmn")


@ports.step("exchange.settle_request")
def settle_request(call: ports.StepCall) -> None:
    """Record what was decided last."""
    answers = {call.data.get(node) for node in NARROWING}
    sharing.settle_request(
        reference=call.subject, granted="granted" in answers, narrowed=NARROWED in answers, actor=call.actor, at=call.at
    )


@ports.subject_view(sharing.KIND)
class RequestView(ports.SubjectView):
    """A request on the item page: who asks for what, on which rows, in which way, for what, by which law, until when."""

    label = gettext_lazy("数据需求")
    template = "exchange/request_panel.html"

    def titles(self, subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
        """The resource, who asks, and the number."""
        return {reference: asked.title_of(one) for reference, one in numbered(list(subjects)).items()}

    def context(self, subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Everything that was asked for; no record of anybody."""
        return asked.panel(subject)

    def outcomes(self, node: str) -> Sequence[ports.Outcome]:
        """The answers, in the words of the desk."""
        return _OUTCOMES.get(node, ())


_OUTCOMES: Mapping[str, Sequence[ports.Outcome]] = {
    "check": (
        ports.Outcome("forwarded", gettext_lazy("要素齐全，交数源部门审核")),
        ports.Outcome("refused", gettext_lazy("不符合要求，退回申请部门"), needs_reason=True),
    ),
    "decide": (
        ports.Outcome("granted", gettext_lazy("同意按申请的范围提供")),
        ports.Outcome("narrowed", gettext_lazy("缩小范围后同意"), needs_reason=True),
        ports.Outcome("refused", gettext_lazy("不同意提供"), needs_reason=True),
    ),
    "answer": (
        ports.Outcome("accepted", gettext_lazy("接受，不再申请")),
        ports.Outcome("arbitrate", gettext_lazy("不接受，请数据资源管理部门协调裁定"), needs_reason=True),
    ),
    "told": (ports.Outcome("read", gettext_lazy("已知悉")),),
    "arbitrate": (
        ports.Outcome("granted", gettext_lazy("裁定：按申请的范围提供"), needs_reason=True),
        ports.Outcome("narrowed", gettext_lazy("裁定：缩小范围后提供"), needs_reason=True),
        ports.Outcome("refused", gettext_lazy("裁定：不予提供"), needs_reason=True),
    ),
}
