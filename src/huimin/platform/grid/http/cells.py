"""Cells: the list of them for everybody, a cell with all that is in it, a worker's own cells, and the map of everything."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huimin.kernel.identifiers import find_division
from huimin.platform.grid import operations, queries
from huimin.platform.grid.declarations import component_standards
from huimin.platform.grid.http.forms import AssignForm, EndForm, InspectForm
from huimin.platform.grid.http.trying import attempt
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.models import Component, Inspection
from huimin.platform.grid.permissions import ASSIGN, MY_CELLS, READ_CELLS, READ_COMPONENTS
from huimin.platform.grid.rules import SMALLEST_SHOWN, is_shown
from huimin.platform.identity.permissions import may, needs, public
from huimin.platform.identity.queries import actor_of, get_account
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licence_name
from huimin.platform.registries.queries import places
from huimin.platform.ui import toasts
from huimin.platform.ui.dates import day
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Column, Empty, Figure, Table

STREET, DISTRICT = 9, 6
LISTED: Final = 50
STREET_WORKERS: Final = 100


def cell_link(code: str) -> str:
    """The address of a cell's page."""
    return reverse("grid:cell", args=[code])


@public
@require_safe
def cells(request: HttpRequest) -> HttpResponse:
    """Districts and their streets; with `?street=`, the cells of one: the map for those who use none."""
    streets = queries.street_names()
    street = request.GET.get("street", "")
    if street in streets:
        rows = places.grid_cells().filter(code__startswith=street).values_list("code", "name")
        context: dict[str, Any] = {"street": streets[street], "cells": list(rows)}
    else:
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, name in sorted(streets.items()):
            groups.setdefault(code[:DISTRICT], []).append((code, name))
        context = {"districts": [(_district(code), own) for code, own in groups.items()]}
    piece = Map(label=_("本市的网格"), show=street if street in streets else "")
    return render(request, "grid/cells.html", {**context, "map": piece})


def _district(code: str) -> str:
    division = find_division(code)
    return division.name(reader_language()) if division else code


@needs(READ_CELLS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """One map: cells and components of the divisions that the reader's post answers for, and the list beside it."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    points = f"{reverse('grid:component_points')}?state={state}" if state in Component.State.values else ""
    reach = queries.reach_of(actor)
    show = next(iter(reach.divisions), "") if len(reach.divisions) == 1 else ""
    piece = Map(
        label=_("一张图：网格和部件"),
        points=(points or reverse("grid:component_points")) if may(request, READ_COMPONENTS) else "",
        show=show,
        tall=True,
    )
    streets = [(code, name) for code, name in queries.street_names().items() if queries.is_within(reach, code)]
    context = {"map": piece, "streets": streets, "states": Component.State.choices, "state": state, "portal": "desk"}
    return render(request, "grid/everything.html", context)


@needs(READ_CELLS)
def cell(request: HttpRequest, code: str) -> HttpResponse:
    """A cell: its outline, who walks it, how many live there, what stands and trades there; the command post assigns here."""
    actor, at = actor_of(request), timezone.now()
    form = None
    if may(request, ASSIGN):
        form = AssignForm(request.POST or None, initial={"since_on": timezone.localdate(at)})
        if request.method == "POST" and attempt(form, lambda: _assign(form, code, actor, at)):
            toasts.say(request, _("已安排。"))
            return redirect("grid:cell", code=code)
    return render(request, "grid/cell.html", _cell(request, code, actor, at, form))


def _assign(form: AssignForm | None, code: str, actor: Actor, at: datetime) -> None:
    assert form is not None
    said = form.cleaned_data
    operations.assign_cell(
        cell=code,
        worker=said["worker"].strip().lower(),
        since_on=said["since_on"],
        until_on=said["until_on"],
        is_first=said["is_first"],
        actor=actor,
        at=at,
    )


def _cell(request: HttpRequest, code: str, actor: Actor, at: datetime, form: AssignForm | None) -> dict[str, Any]:
    seen = operations.look_into_cell(code, actor=actor, at=at, after=request.GET.get("after", ""))
    today = timezone.localdate(at)
    own = list(queries.assignments_of(code, on=today))
    on = queries.on_shift({one.worker_id for one in own}, at=at)
    components = list(queries.components_in(code).order_by("code")[: LISTED + 1])
    ends = f"{cell_link(code)}?after={seen.after}" if seen.after else ""
    return {
        "portal": "desk",
        "cell": seen.cell,
        "district": _district(code[:DISTRICT]),
        "map": Map(
            label=_("%(name)s的范围") % {"name": seen.cell.name},
            show=code,
            points=reverse("grid:component_points") if may(request, READ_COMPONENTS) else "",
            listed=False,
        ),
        "workers": [
            {
                "assignment": one,
                "on": one.worker_id in on,
                "end_form": EndForm(
                    initial={"worker": one.worker.username, "cell": code, "until_on": today}, auto_id=f"end{one.pk}_%s"
                )
                if form is not None
                else None,
            }
            for one in own
        ],
        "figures": _figures(seen),
        "smallest": SMALLEST_SHOWN,
        "components": components_table(components[:LISTED]),
        "all_components": f"{reverse('grid:components')}?cell={code}" if len(components) > LISTED else "",
        "businesses": [_business(one, code) for one in seen.businesses],
        "withheld": seen.withheld,
        "more": ends,
        "form": form,
        "nearby": queries.workers_of_street(code[:STREET], on=today)[:STREET_WORKERS] if form is not None else [],
    }


def _figures(seen: operations.CellSeen) -> list[Figure]:
    if seen.counts is None:
        return []
    counts = seen.counts
    said = [
        (_("房屋"), counts.houses, _("处"), True),
        (_("有人居住（户）"), counts.inhabited, _("户"), is_shown(counts.inhabited)),
        (_("居住"), counts.residents, _("人"), is_shown(counts.residents)),
        (_("登记单位"), counts.organisations, _("家"), True),
    ]
    return [
        Figure(
            label=label,
            number=str(count) if shown else _("少于 %(n)s") % {"n": SMALLEST_SHOWN},
            unit=unit if shown else "",
        )
        for label, count, unit, shown in said
    ]


def components_table(rows: list[Component]) -> Table:
    """Components with their class, state and where to read more."""
    declared = component_standards()
    language = reader_language()
    return Table(
        caption=_("部件"),
        columns=[Column(heading=_("标识码")), Column(heading=_("名称")), Column(heading=_("状态"))],
        rows=[
            [one.code, declared[one.standard_ref].names_of(one.class_code).text(language), one.get_state_display()]
            for one in rows
        ],
        empty=Empty(what=_("这里没有登记的部件。")),
    )


def _business(one: operations.Business, code: str) -> dict[str, Any]:
    language = reader_language()
    licences = [
        {
            "name": licence_name(licence.type, language),
            "state": licence.get_state_display(),
            "until": _("有效期至 %(day)s") % {"day": day(licence.valid_until)} if licence.valid_until else "",
        }
        for licence in one.licences
    ]
    said = {value.field: value.value for value in one.card.values if value.mask is None}
    return {
        "key": one.card.key,
        "name": said.get("name", one.card.key),
        "uscc": said.get("uscc", ""),
        "address": said.get("address", ""),
        "licences": licences,
        "inspection": one.inspection,
        "form": InspectForm(initial={"organisation": one.card.key}, auto_id=f"i{one.card.key}_%s"),
        "action": reverse("grid:inspect", args=[code]),
    }


@needs(READ_CELLS)
@require_POST
def inspect(request: HttpRequest, code: str) -> HttpResponse:
    """Record what was found at a business of the cell."""
    form = InspectForm(request.POST)
    if form.is_valid():
        made = operations.inspect_business(
            cell=code,
            organisation=form.cleaned_data["organisation"],
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            actor=actor_of(request),
            at=timezone.now(),
        )
        toasts.say(request, _("已记录：%(outcome)s。") % {"outcome": Inspection.Outcome(made.outcome).label})
    return redirect(f"{cell_link(code)}#businesses")


@needs(ASSIGN)
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Let a worker walk the cell no longer."""
    form = EndForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        operations.end_assignment(
            cell=code, worker=said["worker"], until_on=said["until_on"], actor=actor_of(request), at=timezone.now()
        )
        toasts.say(request, _("已结束分工。"))
    return redirect("grid:cell", code=code)


@needs(MY_CELLS)
@require_safe
def my_cells(request: HttpRequest) -> HttpResponse:
    """The cells that the reader walks, his shift, and how to each of them."""
    actor, at = actor_of(request), timezone.now()
    account, today = get_account(actor.ref), timezone.localdate(at)
    own = queries.cells_of(account, on=today)
    counts = queries.component_counts([one.code for one in own])
    rows = [{"cell": one, "link": cell_link(one.code), "components": counts.get(one.code, 0)} for one in own]
    context = {
        "rows": rows,
        "shift": queries.shift_at(account, at=at),
        "map": Map(
            label=_("我的网格"), show=own[0].code if own else "", points=reverse("grid:component_points"), listed=False
        ),
        "portal": "desk",
    }
    return render(request, "grid/my_cells.html", context)
