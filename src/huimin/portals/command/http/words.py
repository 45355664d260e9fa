"""Words of the command centre: standings, measures and what each is counted of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huimin.kernel.identifiers import find_division
from huimin.platform.grid.queries import street_names
from huimin.platform.incidents.declarations import class_of, standard
from huimin.platform.incidents.queries.board import Standing
from huimin.platform.incidents.rules.evaluation import Measure
from huimin.platform.registries.queries.places import cell_names
from huimin.platform.ui.languages import reader_language

if TYPE_CHECKING:
    from huimin.platform.incidents.models import Incident

STANDINGS: Final[Mapping[str, Promise]] = {
    Standing.OVERDUE: _("已超期"),
    Standing.DUE_SOON: _("将到期"),
    Standing.RUNNING: _("时限内"),
    Standing.SHELVED: _("已挂账"),
}
TONES: Final[Mapping[str, str]] = {
    Standing.OVERDUE: "late",
    Standing.DUE_SOON: "due",
    Standing.RUNNING: "info",
    Standing.SHELVED: "brand",
}
"""The tone of a point on the map: colour and shape."""

MEASURES: Final[Mapping[Measure, tuple[Promise, Promise]]] = {
    Measure.FILING: (_("立案率"), _("已立案 ÷（已立案＋不予立案）")),
    Measure.RIGHT_DISPATCH: (_("准确派遣率"), _("没有被退回的派遣 ÷ 全部派遣")),
    Measure.DISPOSAL: (_("处置率"), _("已处置 ÷ 应处置（已处置的，和时限已到的）")),
    Measure.ON_TIME_DISPOSAL: (_("按期处置率"), _("按期处置 ÷ 应处置")),
    Measure.CHECK: (_("核查率"), _("已核查 ÷ 应核查（已处置的）")),
    Measure.CLOSE: (_("结案率"), _("已结案 ÷ 应结案（已结案的，和结案时限已到的）")),
    Measure.ON_TIME_CLOSE: (_("按期结案率"), _("按期结案 ÷ 应结案")),
    Measure.REWORK: (_("返工率"), _("核查退回过的 ÷ 已处置")),
    Measure.HOURS_TO_FILE: (_("平均立案用时"), _("从上报到立案，小时")),
    Measure.HOURS_TO_DISPATCH: (_("平均派遣用时"), _("从立案到派遣，小时")),
    Measure.HOURS_TO_DISPOSE: (_("平均处置用时"), _("从派遣到处置完成，小时")),
    Measure.HOURS_TO_CLOSE: (_("平均结案用时"), _("从上报到结案，小时")),
}
"""Each measure of GB/T 30428.4: what it is called, and how it is counted."""
NOWHERE: Final = _("地点不详")
DISTRICT, STREET, CELL = 6, 9, 15
"""How many characters the code of each kind of place has."""


def topic_name(code: str) -> str:
    """What a class or a large class is called; a code that the standard does not know says itself."""
    if not code:
        return str(_("未分类"))
    declared = standard()
    found = declared.classes.get(code) or declared.groups.get(code)
    return found.names.text(reader_language()) if found else code


def class_name(incident: "Incident") -> str:
    """What an incident is called by its class."""
    found = class_of(incident.standard_ref, incident.class_code)
    return found.names.text(reader_language()) if found else str(_("未分类"))


def division_name(code: str) -> str:
    """What a district is called."""
    found = find_division(code) if code else None
    return found.name(reader_language()) if found else str(NOWHERE)


def place_name(code: str) -> str:
    """What a district, street or cell is called; empty is the whole city."""
    return place_names([code])[code]


def place_names(codes: list[str]) -> dict[str, str]:
    """What districts, streets and cells are called, by code, in a fixed number of reads."""
    cells, streets = cell_names([code for code in codes if len(code) == CELL]), street_names()
    return {code: _place_name(code, cells, streets) for code in codes}


def _place_name(code: str, cells: Mapping[str, str], streets: Mapping[str, str]) -> str:
    if not code:
        return str(_("全市"))
    if len(code) == DISTRICT:
        return division_name(code)
    name = cells.get(code) or streets.get(code[:STREET]) or code
    return f"{division_name(code[:DISTRICT])}{'' if reader_language() == 'zh' else ' '}{name}"
