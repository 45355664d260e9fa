"""Words of incidents for pages: classes, states, steps, limits."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.incidents.declarations import ClassOf, class_of
from huimin.platform.incidents.models import Incident
from huimin.platform.process.ports import Outcome
from huimin.platform.process.rules.graph import LimitUnit
from huimin.platform.process.rules.limits import limit_said
from huimin.platform.ui.languages import reader_language

OUTCOMES: Final[Mapping[str, Sequence[Outcome]]] = {
    "verify": (
        Outcome("confirmed", gettext_lazy("情况属实")),
        Outcome("not_found", gettext_lazy("现场未发现"), needs_reason=True),
    ),
    "file": (
        Outcome("filed", gettext_lazy("予以立案")),
        Outcome("not_filed", gettext_lazy("不予立案"), needs_reason=True),
    ),
    "dispatch": (Outcome("dispatched", gettext_lazy("按规则派遣")),),
    "dispose": (
        Outcome("done", gettext_lazy("已处置")),
        Outcome("returned", gettext_lazy("退件"), needs_reason=True),
    ),
    "redispatch": (
        Outcome("dispatched", gettext_lazy("改派")),
        Outcome("dropped", gettext_lazy("不再派遣"), needs_reason=True),
    ),
    "check": (
        Outcome("passed", gettext_lazy("核查通过")),
        Outcome("failed", gettext_lazy("核查不通过"), needs_reason=True),
    ),
    "close": (
        Outcome("closed", gettext_lazy("予以结案")),
        Outcome("rework", gettext_lazy("退回返工"), needs_reason=True),
    ),
    "decide": (
        Outcome("granted", gettext_lazy("同意")),
        Outcome("refused", gettext_lazy("不予同意"), needs_reason=True),
        Outcome("upheld", gettext_lazy("申诉成立，重新办理")),
        Outcome("dismissed", gettext_lazy("维持原决定"), needs_reason=True),
    ),
}
UNITS: Final = {
    LimitUnit.HOURS: gettext_lazy("%(n)d 小时"),
    LimitUnit.OFFICE_HOURS: gettext_lazy("%(n)d 个工作时"),
    LimitUnit.WORKING_DAYS: gettext_lazy("%(n)d 个工作日"),
    LimitUnit.DAYS: gettext_lazy("%(n)d 天"),
}


def class_name(one: ClassOf) -> str:
    """A class with its code: several have the same name."""
    return f"{one.code} {one.names.text(reader_language())}"


def what_of(incident: Incident) -> str:
    """What an incident is, in a few words."""
    found = class_of(incident.standard_ref, incident.class_code)
    return found.names.text(reader_language()) if found else str(_("尚未定类别"))


def limit_in_words(said: str) -> str:
    """A limit as people say it."""
    limit = limit_said(said)
    return str(UNITS[limit.unit]) % {"n": limit.amount}
