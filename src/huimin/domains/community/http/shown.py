"""From disputes to the pieces of the page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.domains.community.models import Mediation
from huimin.domains.community.queries import access_mediation, mediations_called
from huimin.kernel.identifiers import find_division
from huimin.platform.journal.rules import Actor
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer, QueueRow


def division_name(code: str) -> str:
    """What a district is called."""
    found = find_division(code)
    return found.name(reader_language()) if found else code


def titles(subjects: Sequence[str]) -> dict[str, str]:
    """What kind of dispute each is, and where."""
    return {
        reference: f"{one.get_kind_display()} · {division_name(one.division)}"
        for reference, one in mediations_called(subjects).items()
    }


def panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """A dispute on the item page: where it stands, and the way to its own page."""
    found = access_mediation(subject.removeprefix("mediation:"), actor, at=at)
    return {"mediation": found, "url": reverse("community:mediation", args=[found.number])}


def row(one: Mediation) -> QueueRow:
    """A line of the list."""
    return QueueRow(
        number=one.number,
        url=reverse("community:mediation", args=[one.number]),
        what=one.get_kind_display(),
        who=one.address or division_name(one.division),
        note=one.get_state_display(),
        next_act=_("查看"),
    )


def said_of(one: Mediation) -> list[Answer]:
    """What a dispute is about and what came of it; what is empty is left out."""
    rows = {
        _("纠纷类型"): one.get_kind_display(),
        _("区县"): division_name(one.division),
        _("地点"): one.address,
        _("纠纷情况"): one.summary,
        _("来自案件"): one.incident,
        _("协议内容"): one.agreement,
        _("达成日期"): f"{one.agreed_on:%Y-%m-%d}" if one.agreed_on else "",
        _("说明"): one.said,
    }
    return [Answer(question=question, answer=answer) for question, answer in rows.items() if answer]
