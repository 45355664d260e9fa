"""From an incident to the pieces of its page, and of its panel on the item page."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.grid.mapping import Map
from huimin.platform.identity import queries as identity
from huimin.platform.identity.names import department_name, post_name
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.events import IncidentMoved
from huimin.platform.incidents.http import desk_forms as forms
from huimin.platform.incidents.http.words import limit_in_words, what_of
from huimin.platform.incidents.models import Incident, Photo
from huimin.platform.incidents.queries.handling import Handling, handling_of, may_reach_reporter, reachable_reporters
from huimin.platform.incidents.queries.routing import suggested_departments
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.events import Fact
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer, Column, Empty, Table, Trail, TrailEntry

if TYPE_CHECKING:
    from huimin.platform.process.models import WorkItem

FACTS: Final = 60
STEPS: Final = {
    "verify": gettext_lazy("核实"),
    "file": gettext_lazy("立案"),
    "dispatch": gettext_lazy("派遣"),
    "dispose": gettext_lazy("处置"),
    "redispatch": gettext_lazy("改派"),
    "check": gettext_lazy("核查"),
    "close": gettext_lazy("结案"),
}
_OTHERS: Final = {"system": gettext_lazy("系统"), "account": gettext_lazy("上报人")}


def whole(incident: Incident, actor: Actor, *, at: datetime) -> dict[str, Any]:
    """What the page of an incident shows to this reader."""
    doing = handling_of(incident, actor, at=at)
    return {
        **panel(incident),
        "doing": doing,
        "waiting": _waiting(doing),
        "disposals": _disposals(incident),
        "trail": _trail(incident, at),
        "forms": _forms(incident, doing),
        "links": list(incident.links.order_by("made_at", "pk")),
        "children": list(incident.children.order_by("reported_at", "pk")),
        "may_reach": may_reach_reporter(incident, actor, at=at) and bool(reachable_reporters(incident)),
    }


def panel(incident: Incident) -> dict[str, Any]:
    """What, where, and the photos: the same on both pages."""
    return {
        "incident": incident,
        "what": what_of(incident),
        "facts": _facts(incident),
        "map": _map(incident),
        "photos": photos_of(incident),
        "url": reverse("incidents:incident", args=[incident.number]),
    }


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _facts(incident: Incident) -> list[Answer]:
    rows: dict[str, str] = {
        _("状态"): str(incident.get_state_display()),
        _("来源"): str(incident.get_channel_display()),
        _("网格"): incident.cell or "—",
        _("上报时间"): _moment(incident.reported_at),
        _("应完成时间"): _moment(incident.due_at),
        _("反映人数"): str(incident.voices),
    }
    if incident.component:
        rows[_("部件编号")] = incident.component
    if incident.outcome_said:
        rows[_("处理说明")] = incident.outcome_said
    if incident.resembles:
        rows[_("附近同类在办")] = incident.resembles
    counted = {_("退件"): incident.returned, _("返工"): incident.reworked, _("催办"): incident.urged}
    rows |= {name: _("%(n)d 次") % {"n": count} for name, count in counted.items() if count}
    return [Answer(question=name, answer=value) for name, value in rows.items()]


def _map(incident: Incident) -> Map | None:
    if incident.longitude is None or incident.latitude is None:
        return None
    return Map(
        label=_("案件位置"),
        show=incident.cell,
        at=(incident.longitude, incident.latitude, 17),
        listed=False,
    )


def photos_of(incident: Incident) -> list[dict[str, Any]]:
    """The photos by stage, before first."""
    photos = list(incident.photos.order_by("given_at", "pk"))
    return [
        {
            "stage": label,
            "photos": [
                {"url": _photo(one, "full"), "small": _photo(one, "small"), "at": one.taken_at or one.given_at}
                for one in photos
                if one.stage == stage
            ],
        }
        for stage, label in Photo.Stages.choices
        if any(one.stage == stage for one in photos)
    ]


def _photo(photo: Photo, size: str) -> str:
    return reverse("incidents:photo", args=[photo.public_id, size])


def _waiting(doing: Handling) -> list[dict[str, Any]]:
    return [{"step": STEPS.get(item.node, item.node), "who": _who(item), "due_on": item.due_on} for item in doing.steps]


def _who(item: "WorkItem") -> str:
    post = post_name(item.post.code, reader_language()) if item.post else ""
    return f"{post} · {item.holder}" if item.holder else post


def _disposals(incident: Incident) -> Table:
    language = reader_language()
    rows = [
        [
            department_name(one.department.code, language) + (_("（牵头）") if one.is_lead else ""),
            limit_in_words(one.limit) if one.limit else "—",
            _moment(one.due_at),
            _how(one.done_at, one.returned_at),
            one.said or "—",
        ]
        for one in incident.disposals.select_related("department").order_by("round", "-is_lead", "pk")
    ]
    headings = (_("部门"), _("处置时限"), _("应完成时间"), _("结果"), _("说明"))
    return Table(
        caption=_("处置部门"),
        columns=[Column(heading=heading) for heading in headings],
        rows=rows,
        empty=Empty(what=_("还没有派遣。")),
    )


def _how(done_at: datetime | None, returned_at: datetime | None) -> str:
    if done_at:
        return _("%(at)s 已处置") % {"at": _moment(done_at)}
    return _("%(at)s 退件") % {"at": _moment(returned_at)} if returned_at else _("处置中")


def _act(fact: Fact) -> str:
    """What happened: a move in the words of the states, all else as the fact says it."""
    if isinstance(fact, IncidentMoved):
        return f"{Incident.States(fact.before).label} → {Incident.States(fact.state).label}"
    return fact.sentence(reader_language())


def _trail(incident: Incident, at: datetime) -> Trail:
    entries = list(entries_about([incident.reference], at=at)[:FACTS])
    names = identity.names_of_officials(sorted({entry.actor_ref for entry in entries}))
    return Trail(
        entries=[
            TrailEntry(
                at=entry.at,
                who=names.get(entry.actor_ref) or str(_OTHERS.get(entry.actor_kind, entry.actor_ref)),
                act=_act(entry.fact),
            )
            for entry in entries
        ],
        open_count=8,
    )


def _forms(incident: Incident, doing: Handling) -> Mapping[str, Any]:
    """The forms of the steps that wait for the reader, by the name of what they do."""
    made: dict[str, Any] = {}
    if "verify" in doing.mine:
        made["verify"] = forms.SeenForm(auto_id="verify_%s")
    if "file" in doing.mine:
        numbered = standard(incident.standard_ref)
        initial = {"class_code": incident.class_code, "urgent": incident.urgent}
        made["file"] = forms.FilingForm(numbered=numbered, initial=initial, auto_id="file_%s")
        made["decline"] = forms.ReasonForm(auto_id="decline_%s")
    if "dispatch" in doing.mine:
        said = suggested_departments(incident).departments
        initial = {"lead": said[0] if said else "", "others": list(said[1:])}
        made["dispatch"] = forms.DispatchForm(initial=initial, auto_id="dispatch_%s")
    if "dispose" in doing.mine:
        if doing.mine["dispose"].holder is None:
            made["take"] = Form()
        made["dispose"] = forms.DisposedForm(auto_id="dispose_%s")
        made["return"] = forms.ReasonForm(auto_id="return_%s")
        made["ask"] = forms.AskingForm(auto_id="ask_%s")
    if "redispatch" in doing.mine:
        made["redispatch"] = forms.RedispatchForm(auto_id="redispatch_%s")
        made["drop"] = forms.ReasonForm(auto_id="drop_%s")
    if "check" in doing.mine:
        made["check"] = forms.SeenForm(auto_id="check_%s")
    if "close" in doing.mine:
        made["close"] = forms.SaidForm(auto_id="close_%s")
        made["rework"] = forms.ReasonForm(auto_id="rework_%s")
    if doing.commands and incident.is_open:
        made["void"] = forms.ReasonForm(auto_id="void_%s")
        made["join"] = forms.JoinForm(auto_id="join_%s", initial={"into": incident.resembles})
    if doing.commands and incident.state == State.SHELVED:
        made["unshelve"] = forms.SaidForm(auto_id="unshelve_%s")
    made["link"] = forms.LinkForm(auto_id="link_%s")
    return made
