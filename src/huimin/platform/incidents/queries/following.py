"""What whoever reported may read of it: the state in a citizen's words, no official's name, no other reporter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.rules.states import State

_WORDS: Final = {
    State.REPORTED: _("已收到，等待受理"),
    State.VERIFYING: _("网格员正在现场核实"),
    State.FILED: _("已受理，正在派遣"),
    State.DISPATCHED: _("已交责任部门处置"),
    State.DISPOSING: _("责任部门正在处置"),
    State.CHECKING: _("已处置，网格员正在核查"),
    State.CLOSED: _("已办结"),
    State.NOT_FILED: _("未予受理"),
    State.SHELVED: _("暂不具备处置条件，已挂起"),
    State.VOID: _("已作废"),
    State.JOINED: _("与同一问题合并办理"),
}


@dataclass(frozen=True, kw_only=True)
class PublicState:
    """How an incident stands, for its reporter: the code, the words, when it came to be so, by when it is promised, who deals with it."""

    code: str
    words: str
    reported_at: datetime
    filed_at: datetime | None
    disposed_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    department: str
    department_en: str
    is_over: bool


def public_state(incident: Incident) -> PublicState:
    """What its reporter may read of how it stands: that of its parent where it was joined."""
    shown = incident.parent if incident.parent is not None and incident.state == State.JOINED else incident
    state = State(incident.state)
    return PublicState(
        code=state.value,
        words=str(_WORDS[state]),
        reported_at=incident.reported_at,
        filed_at=shown.filed_at,
        disposed_at=shown.disposed_at,
        closed_at=incident.closed_at,
        due_at=None if incident.ended_at else shown.due_at,
        department=shown.lead.name if shown.lead else "",
        department_en=shown.lead.name_en if shown.lead else "",
        is_over=incident.ended_at is not None,
    )


def find_report(token: str) -> Report | None:
    """The report that this token opens, with its incident; None for a token that opens none."""
    reports = Report.objects.select_related("incident__lead", "incident__parent__lead")
    return reports.filter(token=token).first() if token else None
