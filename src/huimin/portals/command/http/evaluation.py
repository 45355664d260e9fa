"""Evaluation by GB/T 30428.4: by district, street, department and class; and the incidents behind every figure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.names import department_name
from huimin.platform.identity.permissions import needs
from huimin.platform.incidents.permissions import WATCH
from huimin.platform.incidents.queries import evaluation as evaluated
from huimin.platform.incidents.queries.board import Commanded
from huimin.platform.incidents.queries.evaluation import BY
from huimin.platform.incidents.rules.evaluation import MEASURES, RATES, Counts, Measure, ranked, total
from huimin.platform.ui.charts import LineChart, Series, number
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Chip, Figure
from huimin.portals.command.http import words
from huimin.portals.command.http.board import incident_url
from huimin.portals.command.http.watched import watched

MONTHS: Final = 12
NONE: Final = "—"
PARTS: Final = {
    "division": gettext_lazy("区县"),
    "street": gettext_lazy("街道"),
    "department": gettext_lazy("部门"),
    "topic": gettext_lazy("类别"),
}
"""By what a month is told."""


class NoSuchFigure(NotFound):
    """The address names no measure, or a part that one does not watch."""

    zh = "没有这项指标，或不在您的范围内。"
    en = "There is no such measure, or it is not yours to watch."


def _month(request: HttpRequest, today: date) -> date:
    months = {f"{month:%Y-%m}": month for month in evaluated.months_back(today, MONTHS)}
    return months.get(request.GET.get("month", ""), evaluated.month_of(today))


def _narrowed(request: HttpRequest, whose: Commanded) -> dict[str, str]:
    """The parts that the address narrows to. Raises NoSuchFigure for a place outside of what one watches."""
    asked = {name: request.GET[name] for name in BY if name in request.GET}
    places = [asked[name][: words.DISTRICT] for name in ("division", "street") if name in asked]
    if not whose.is_city and any(place not in whose.divisions for place in places):
        raise NoSuchFigure
    return asked


def value(measure: Measure, counts: Counts) -> str:
    """A figure as it is written: a rate in percent, hours with one decimal."""
    found = MEASURES[measure].value(counts)
    return NONE if found is None else (f"{found:.1f}%" if measure in RATES else f"{found:.1f}")


@needs(WATCH)
@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    """A month's measures by a part of the city, ranked by one of them; each figure leads to its incidents."""
    whose, today = watched(request), timezone.localdate()
    month, narrowed = _month(request, today), _narrowed(request, whose)
    by = request.GET["by"] if request.GET.get("by") in PARTS else "division"
    asked_for = request.GET.get("rank", "")
    rank = Measure(asked_for) if asked_for in set(Measure) else Measure.ON_TIME_CLOSE
    rows = evaluated.tallied(month, by, whose, **narrowed)
    asked = {"month": f"{month:%Y-%m}", "by": by, "rank": rank.value, **narrowed}

    def here(**otherwise: str) -> str:
        return "?" + urlencode({**asked, **otherwise})

    whole = total(rows.values())
    context = {
        "month": month,
        "months": [
            Chip(label=f"{one:%Y-%m}", url=here(month=f"{one:%Y-%m}"), chosen=one == month)
            for one in evaluated.months_back(today, MONTHS)
        ],
        "parts": [Chip(label=label, url=here(by=code), chosen=code == by) for code, label in PARTS.items()],
        "narrowed": " · ".join(part_name(name, code) for name, code in narrowed.items()),
        "whole_url": f"?{urlencode({'month': asked['month'], 'by': by})}",
        "figures": _figures(whole, month, narrowed),
        "counts": _counts(whole),
        "heading": PARTS[by],
        "measures": [
            {"label": words.MEASURES[one][0], "url": here(rank=one.value), "ranked": one is rank} for one in MEASURES
        ],
        "lines": [_line(key, place, rows[key], by, month, narrowed) for place, key in enumerate(ranked(rows, rank), 1)],
        "definitions": [words.MEASURES[one] for one in MEASURES],
        "trend": _trend(evaluated.tallied_by_month(evaluated.months_back(today, MONTHS)[-1], whose, **narrowed)),
    }
    return render(request, "command/evaluation.html", context)


def part_name(name: str, code: str) -> str:
    """What a part of the city is called."""
    if name == "department":
        return department_name(code, reader_language()) if code else str(_("未派遣"))
    return words.topic_name(code) if name == "topic" else (words.place_name(code) if code else str(words.NOWHERE))


def _behind_url(measure: Measure, month: date, parts: Mapping[str, str]) -> str:
    return f"{reverse('command:behind')}?{urlencode({'measure': measure.value, 'month': f'{month:%Y-%m}', **parts})}"


def _figures(whole: Counts, month: date, parts: Mapping[str, str]) -> list[Figure]:
    found = []
    for measure in RATES:
        ratio, figure = MEASURES[measure], MEASURES[measure].value(whole)
        among = f"{number(getattr(whole, ratio.of))} ÷ {number(getattr(whole, ratio.among))}"
        found.append(
            Figure(
                label=words.MEASURES[measure][0],
                number=NONE if figure is None else f"{figure:.1f}",
                unit="" if figure is None else "%",
                compared=among,
                source=_("看案件") if parts else "",
                source_url=_behind_url(measure, month, parts) if parts else "",
            )
        )
    return found


def _counts(whole: Counts) -> list[tuple[str, int]]:
    said = {
        _("上报"): whole.reported,
        _("立案"): whole.filed,
        _("派遣"): whole.dispatched,
        _("应处置"): whole.due_disposal,
        _("处置"): whole.disposed,
        _("按期处置"): whole.disposed_on_time,
        _("应结案"): whole.due_close,
        _("结案"): whole.closed,
        _("按期结案"): whole.closed_on_time,
        _("超期"): whole.overdue,
        _("返工"): whole.reworked,
    }
    return list(said.items())


def _line(key: str, place: int, counts: Counts, by: str, month: date, narrowed: Mapping[str, str]) -> dict[str, Any]:
    parts = {**narrowed, by: key}
    finer = {"division": "street"}.get(by, "")
    return {
        "place": place,
        "name": part_name(by, key),
        "url": f"?{urlencode({'month': f'{month:%Y-%m}', 'by': finer, **parts})}" if finer and key else "",
        "reported": counts.reported,
        "cells": [
            (words.MEASURES[one][0], value(one, counts), _behind_url(one, month, parts) if one in RATES else "")
            for one in MEASURES
        ],
    }


def _trend(months: Mapping[date, Counts]) -> LineChart | None:
    """The rates of on-time disposal and close month by month; None where there are fewer than two months."""
    if len(months) < 2:
        return None
    ordered = sorted(months)
    shown = (Measure.ON_TIME_DISPOSAL, Measure.ON_TIME_CLOSE)
    last = value(Measure.ON_TIME_CLOSE, months[ordered[-1]])
    return LineChart(
        title=_("各月按期率"),
        summary=_("最近一个月按期结案率 %(last)s。") % {"last": last},
        unit="%",
        points=[f"{month:%Y-%m}" for month in ordered],
        series=[
            Series(label=words.MEASURES[one][0], values=[MEASURES[one].value(months[month]) for month in ordered])
            for one in shown
        ],
    )


@needs(WATCH)
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The incidents behind a rate: those that it counts, and those that it misses."""
    whose, at = watched(request), timezone.now()
    month, parts = _month(request, timezone.localdate(at)), _narrowed(request, whose)
    asked_for = request.GET.get("measure", "")
    if asked_for not in {one.value for one in RATES} or not parts:
        raise NoSuchFigure
    measure = Measure(asked_for)
    found = evaluated.behind(measure, month, whose, at=at, **parts)
    context = {
        "label": words.MEASURES[measure][0],
        "defined": words.MEASURES[measure][1],
        "month": month,
        "narrowed": " · ".join(part_name(name, code) for name, code in parts.items()),
        "back": f"{reverse('command:evaluation')}?{urlencode({'month': f'{month:%Y-%m}', **parts})}",
        "missed": [(one, incident_url(one)) for one in found.missed],
        "counted": [(one, incident_url(one)) for one in found.counted],
        "is_more": found.is_more,
    }
    return render(request, "command/behind.html", context)
