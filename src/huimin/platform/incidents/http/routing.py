"""The routing table: editions, the draft, its trial on past incidents, publishing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huimin.kernel.refusals import BadInput
from huimin.platform.identity.names import department_name, is_english
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents import operations
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.http.words import what_of
from huimin.platform.incidents.models import RoutingEdition
from huimin.platform.incidents.permissions import ROUTE
from huimin.platform.incidents.queries.trying import SHOWN, Difference, Trial
from huimin.platform.incidents.rules.routing import ANY, DISTRICT, OWNER
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Column, Empty, Table

BY_ITSELF: Final = "auto"
_COLUMNS: Final = 5


class RowsForm(forms.Form):
    """The rows as lines of text, and the note of the edition."""

    rows = forms.CharField(
        label=gettext_lazy("规则，每行一条"),
        help_text=gettext_lazy(
            "类别 | 区县 | 部件权属 | 部门（牵头在前，逗号分隔）| auto 表示网格员上报后自动派遣。"
            "* 为全部，{district} 为所在区县政府，{owner} 为部件权属单位。"
        ),
        widget=forms.Textarea(attrs={"rows": 24, "class": "tabular", "spellcheck": "false"}),
    )
    note = forms.CharField(label=gettext_lazy("这一版改了什么"), required=False, max_length=200)
    seen = forms.DateTimeField(widget=forms.HiddenInput)


def as_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the form shows them."""
    return "\n".join(
        " | ".join(
            [
                row["of_class"], row["division"], row["owner"], ", ".join(row["departments"]),
                BY_ITSELF if row["by_itself"] else "",
            ]
        ).rstrip(" |")
        for row in rows
    )  # fmt: skip


def of_lines(text: str) -> list[dict[str, Any]]:
    """Rows as somebody typed them; what is left out is `*`. Whether they are right, the operation says."""
    rows = []
    for line in filter(str.strip, text.splitlines()):
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        parts += [""] * (_COLUMNS - len(parts))
        rows.append(
            {
                "of_class": parts[0],
                "division": parts[1] or ANY,
                "owner": parts[2] or ANY,
                "departments": [code.strip() for code in parts[3].replace("，", ",").split(",") if code.strip()],
                "by_itself": parts[4].lower() == BY_ITSELF,
            }
        )
    return rows


@needs(ROUTE)
@require_GET
def editions(request: HttpRequest) -> HttpResponse:
    """The editions, the table in force, and the draft."""
    return _show(request)


def _show(
    request: HttpRequest, *, trial: Trial | None = None, form: RowsForm | None = None, status: int = 200
) -> HttpResponse:
    found = list(RoutingEdition.objects.order_by("-number")[:50])
    draft = next((one for one in found if one.published_at is None), None)
    in_force = next((one for one in found if one.published_at is not None), None)
    context = {
        "editions": _editions(found),
        "draft": draft,
        "form": form or (_form(draft) if draft else None),
        "tested": draft.tested if draft else {},
        "rows": _rows(in_force) if in_force else None,
        "trial": trial,
        "differences": _differences(trial) if trial else None,
        "shown": SHOWN,
    }
    return render(request, "incidents/routing.html", context, status=status)


def _form(draft: RoutingEdition) -> RowsForm:
    return RowsForm(initial={"rows": as_lines(draft.rows), "note": draft.note, "seen": draft.drafted_at.isoformat()})


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _editions(found: Sequence[RoutingEdition]) -> Table:
    rows: list[list[Any]] = [
        [str(one.number), _moment(one.published_at) if one.published_at else _("草稿"), len(one.rows), one.note or "—"]
        for one in found
    ]
    return Table(
        caption=_("版本"),
        columns=[
            Column(heading=_("版本")),
            Column(heading=_("发布时间")),
            Column(heading=_("规则条数"), numeric=True),
            Column(heading=_("说明")),
        ],
        rows=rows,
        empty=Empty(what=_("还没有发布过派遣规则。")),
    )


def _rows(edition: RoutingEdition) -> Table:
    rows = [
        [
            _class_words(row["of_class"]),
            _("全部") if row["division"] == ANY else row["division"],
            _("全部") if row["owner"] == ANY else _department(row["owner"]),
            _departments(row["departments"]),
            _("自动") if row["by_itself"] else "—",
        ]
        for row in edition.rows
    ]
    headings = (_("类别"), _("区县"), _("部件权属"), _("责任部门（牵头在前）"), _("自动派遣"))
    return Table(
        caption=_("现行规则（第 %(n)d 版）") % {"n": edition.number},
        columns=[Column(heading=heading) for heading in headings],
        rows=rows,
    )


def _class_words(prefix: str) -> str:
    numbered, language = standard(), reader_language()
    if prefix == ANY:
        return _("全部")
    named = numbered.classes.get(prefix) or numbered.groups.get(prefix)
    return f"{prefix} {named.names.text(language)}" if named else f"{prefix} {_('部件')}"


def _department(code: str) -> str:
    stands_for = {DISTRICT: _("所在区县政府"), OWNER: _("部件权属单位")}
    return stands_for.get(code) or department_name(code, reader_language())


def _departments(codes: Sequence[str]) -> str:
    return (", " if is_english(reader_language()) else "、").join(_department(code) for code in codes)


def _differences(trial: Trial) -> Table:
    both: list[Difference] = [*trial.nowhere, *trial.other][:SHOWN]
    rows = [
        [
            one.incident.number,
            what_of(one.incident),
            _departments(one.went),
            _departments(one.would) or _("无处可派"),
        ]
        for one in both
    ]
    headings = (_("案件"), _("类别"), _("实际办理"), _("按草稿派往"))
    return Table(
        caption=_("与实际不同的案件"),
        columns=[Column(heading=heading) for heading in headings],
        rows=rows,
        empty=Empty(what=_("没有不同。")),
    )


@needs(ROUTE)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Begin the next edition."""
    operations.draft_routing(actor=actor_of(request), at=timezone.now())
    return redirect(f"{reverse('incidents:routing')}#draft")


@needs(ROUTE)
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Keep the draft as it was typed."""
    form = RowsForm(request.POST)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    given = form.cleaned_data
    try:
        operations.change_draft(
            of_lines(given["rows"]), note=given["note"], seen=given["seen"], actor=actor_of(request), at=timezone.now()
        )
    except BadInput as wrong:
        form.add_error("rows", wrong.sentence(reader_language()))
        return _show(request, form=form, status=422)
    toasts.say(request, _("草稿已保存，请试算。"))
    return redirect(f"{reverse('incidents:routing')}#draft")


@needs(ROUTE)
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """Route past incidents by the draft and show which would go elsewhere."""
    return _show(request, trial=operations.try_draft(actor=actor_of(request), at=timezone.now()))


@needs(ROUTE)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Put the draft into force."""
    edition = operations.publish_routing(actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("第 %(n)d 版已发布，之后上报的案件按它派遣。") % {"n": edition.number})
    return redirect("incidents:routing")
