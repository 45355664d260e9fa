"""Components: looking them up, one with all its attributes, changing its state."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huimin.kernel.refusals import Refusal
from huimin.platform.grid import operations, queries
from huimin.platform.grid.declarations import component_standards
from huimin.platform.grid.http.forms import ComponentsForm, MoveForm
from huimin.platform.grid.http.trying import attempt
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.models import Component
from huimin.platform.grid.permissions import KEEP_COMPONENTS, READ_COMPONENTS
from huimin.platform.identity.permissions import may, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries.queries import places
from huimin.platform.ui import toasts
from huimin.platform.ui.dates import day
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

PAGE: Final = 30
TOLD: Final = 20


@needs(READ_COMPONENTS)
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The components of the reader's divisions, narrowed by cell and state; a whole code opens its component."""
    actor = actor_of(request)
    form = ComponentsForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {"code": "", "cell": "", "state": "", "after": ""}
    if said["code"]:
        try:
            queries.access_component(said["code"], actor)
            return redirect("grid:component", code=said["code"])
        except Refusal as refusal:
            form.add_error("code", refusal.sentence(reader_language()))
    rows = queries.components_within(actor, cell=said["cell"], state=said["state"])
    page = keyset_page(rows, by=("code",), after=said["after"], size=PAGE)
    declared, language = component_standards(), reader_language()
    shown = [
        {"component": one, "kind": declared[one.standard_ref].names_of(one.class_code).text(language)}
        for one in page.rows
    ]
    narrowed = {name: said[name] for name in ("cell", "state") if said[name]}
    points = reverse("grid:component_points")
    context = {
        "form": form,
        "rows": shown,
        "more": f"{reverse('grid:components')}?{urlencode(narrowed | {'after': page.after})}" if page.after else "",
        "map": Map(
            label=_("部件分布"),
            points=f"{points}?{urlencode({'state': said['state']})}" if said["state"] else points,
            show=said["cell"],
            listed=False,
        ),
        "portal": "desk",
    }
    return render(request, "grid/components.html", context)


@needs(READ_COMPONENTS)
def component(request: HttpRequest, code: str) -> HttpResponse:
    """A component: the attributes of the standard, where it stands, what became of it; its state is changed here."""
    actor, at = actor_of(request), timezone.now()
    found = queries.access_component(code, actor)
    form = None
    if may(request, KEEP_COMPONENTS) and Component.MOVES[Component.State(found.state)]:
        form = MoveForm(request.POST or None, component=found)
        if request.method == "POST" and attempt(
            form, lambda: operations.move_component(code=code, **_said(form), actor=actor, at=at)
        ):
            toasts.say(request, _("已更新状态。"))
            return redirect("grid:component", code=code)
    context = {
        "component": found,
        "attributes": _attributes(found),
        "provisional": component_standards()[found.standard_ref].provisional,
        "map": Map(
            label=_("部件位置"), at=(found.longitude, found.latitude, 17), points=reverse("grid:component_points")
        ),
        "facts": entries_about([found.reference], at=at)[:TOLD],
        "form": form,
        "portal": "desk",
    }
    return render(request, "grid/component.html", context)


def _said(form: MoveForm | None) -> dict[str, str]:
    assert form is not None
    return {"state": form.cleaned_data["state"], "reason": form.cleaned_data["reason"]}


def _attributes(one: Component) -> list[tuple[str, str]]:
    """The 18 attributes of the standard, in its order, in words."""
    language = reader_language()

    def named(department: Any) -> str:
        if department is None:
            return ""
        return f"{department.name_en if language == 'en' else department.name}（{department.code}）"

    streets = queries.street_names()
    community = places.cell_names([one.cell]).get(one.cell, "")
    said = [
        (_("标识码"), one.code),
        (_("名称"), component_standards()[one.standard_ref].names_of(one.class_code).text(language)),
        (_("主管部门"), named(one.authority)),
        (_("权属单位"), named(one.owner)),
        (_("养护单位"), named(one.maintainer)),
        (_("所在单元网格"), f"{community}（{one.cell}）"),
        (_("街道"), f"{streets.get(one.cell[:9], '')}（{one.cell[6:9]}）"),
        (_("社区代码"), one.cell[9:12]),
        (_("状态"), one.get_state_display()),
        (_("初始日期"), day(one.installed_on) if one.installed_on else ""),
        (_("变更日期"), day(one.changed_on) if one.changed_on else ""),
        (_("数据来源"), one.source),
        (_("备注"), one.note),
        (_("坐标（2000 国家大地坐标系）"), f"{one.longitude:.6f}, {one.latitude:.6f}"),
        (_("标准"), one.standard_ref),
    ]
    return [(str(label), str(value)) for label, value in said if value]
