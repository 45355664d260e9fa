"""The district's command post: who walks which cell, what nobody walks, handing over, shifts."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.grid import operations, queries
from huimin.platform.grid.http.cells import cell_link
from huimin.platform.grid.http.forms import HandOverForm, SearchForm, ShiftsForm
from huimin.platform.grid.http.trying import attempt
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.permissions import ASSIGN
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of, get_account
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places
from huimin.platform.ui import toasts
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Column, Empty, Figure, Table

PAGE: Final = 30
WEEKS: Final = 14


@needs(ASSIGN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How many cells are walked and by how many, on the map and street by street."""
    actor, at = actor_of(request), timezone.now()
    today = timezone.localdate(at)
    standing = queries.coverage(actor, on=today, at=at)
    reach = queries.reach_of(actor)
    context = {
        "portal": "desk",
        "figures": [
            _figure(_("网格"), standing.cells, _("个")),
            _figure(_("无人负责"), standing.cells - standing.covered, _("个")),
            _figure(_("网格员"), standing.workers, _("人")),
            _figure(_("现在在岗"), standing.on_shift, _("人")),
        ],
        "uncovered": standing.cells - standing.covered,
        "map": Map(
            label=_("各街道网格员人数"),
            figures=reverse("grid:worker_figures"),
            show=next(iter(reach.divisions), "") if len(reach.divisions) == 1 else "",
        ),
        "table": _by_street(standing.streets),
        "form": SearchForm(),
    }
    return render(request, "grid/command.html", context)


def _figure(label: str, count: int, unit: str) -> Figure:
    return Figure(label=label, number=number_format(count, force_grouping=True), unit=unit)


def _by_street(streets: list[queries.StreetCover]) -> Table:
    names = queries.street_names()
    return Table(
        caption=_("各街道、镇"),
        columns=[
            Column(heading=_("街道、镇")),
            Column(heading=_("网格"), numeric=True),
            Column(heading=_("无人负责"), numeric=True),
            Column(heading=_("网格员"), numeric=True),
        ],
        rows=[[names.get(one.street, one.street), one.cells, one.cells - one.covered, one.workers] for one in streets],
        empty=Empty(
            what=_("还没有接入网格。"), do=_("用 huimin registry cells 载入网格，用 huimin grid workers 导入名册。")
        ),
    )


@needs(ASSIGN)
@require_safe
def uncovered(request: HttpRequest) -> HttpResponse:
    """The cells that nobody walks today."""
    actor, today = actor_of(request), timezone.localdate(timezone.now())
    rows = queries.uncovered_cells(actor, on=today).defer("outline")
    page = keyset_page(rows, by=("code",), after=request.GET.get("after", ""), size=PAGE)
    more = f"{reverse('grid:uncovered')}?after={page.after}" if page.after else ""
    return render(request, "grid/uncovered.html", {"cells": page.rows, "more": more, "portal": "desk"})


@needs(ASSIGN)
@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    """The workers, by number, or those whose number or name begins with what is sought."""
    actor, at = actor_of(request), timezone.now()
    form = SearchForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {"q": "", "after": ""}
    rows = queries.workers_within(actor, at=at)
    if sought := said["q"].strip():
        rows = queries.sought(rows, sought)
    page = keyset_page(rows, by=("username",), after=said["after"], size=PAGE)
    keys = [one.pk for one in page.rows]
    on = queries.on_shift(keys, at=at)
    counts = queries.cells_by_worker(keys, on=timezone.localdate(at))
    shown = [{"worker": one, "cells": counts.get(one.pk, 0), "on": one.pk in on} for one in page.rows]
    more = f"{reverse('grid:workers')}?q={sought}&after={page.after}" if page.after else ""
    return render(request, "grid/workers.html", {"rows": shown, "form": form, "more": more, "portal": "desk"})


@needs(ASSIGN)
def worker(request: HttpRequest, public_id: str) -> HttpResponse:
    """A worker: what he walks from when to when, his shifts; hand his cells over, plan shifts."""
    actor, at, username = actor_of(request), timezone.now(), get_account(public_id).username
    today = timezone.localdate(at)
    asked = request.POST.get("act", "")
    hand = HandOverForm(request.POST if asked == "hand" else None, initial={"since_on": today + timedelta(days=1)})
    plan = ShiftsForm(
        request.POST if asked == "plan" else None,
        initial={"first_on": today, "last_on": today + timedelta(days=6)},
    )
    acts = {"hand": (hand, _hand_over), "plan": (plan, _plan)}
    if asked in acts:
        form, act = acts[asked]
        if attempt(form, lambda: act(form, username, actor, at)):
            toasts.say(request, _("已办理。"))
            return redirect("grid:worker", public_id=public_id)
    return render(request, "grid/worker.html", {**_worker(username, actor, at), "hand": hand, "plan": plan})


def _hand_over(form: Any, username: str, actor: Actor, at: datetime) -> None:
    said = form.cleaned_data
    operations.hand_over_cells(
        worker=username, to=said["to"].strip().lower(), since_on=said["since_on"], actor=actor, at=at
    )


def _plan(form: Any, username: str, actor: Actor, at: datetime) -> None:
    said = form.cleaned_data
    operations.plan_shifts(
        worker=username, days=form.days, starts=said["starts"], ends=said["ends"], actor=actor, at=at
    )


def _worker(username: str, actor: Actor, at: datetime) -> dict[str, Any]:
    account = operations.worker_named(username, actor, at)
    today = timezone.localdate(at)
    held = queries.coming_assignments(account, on=today)
    names = places.cell_names([one.cell for one in held])
    since = timezone.make_aware(datetime.combine(today, time.min))
    shifts = queries.shifts_of(account, since=since, until=since + timedelta(days=WEEKS))
    return {
        "portal": "desk",
        "worker": account,
        "on": queries.is_on_shift(account, at=at),
        "rows": [
            {"assignment": one, "name": names.get(one.cell, one.cell), "link": cell_link(one.cell)} for one in held
        ],
        "map": Map(label=_("负责的网格"), show=held[0].cell if held else ""),
        "shifts": [{"shift": one, "may_drop": one.starts_at > at} for one in shifts],
    }


@needs(ASSIGN)
@require_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a shift out of the plan."""
    try:
        starts_at = datetime.fromisoformat(request.POST.get("starts_at", ""))
    except ValueError:
        raise operations.NoDays(field="starts_at") from None
    username = get_account(public_id).username
    operations.drop_shift(worker=username, starts_at=starts_at, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已取消这个班次。"))
    return redirect("grid:worker", public_id=public_id)
