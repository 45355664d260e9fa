"""The board, and one department's page behind it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.permissions import OVERSEE
from huimin.platform.cases.queries import oversight
from huimin.platform.cases.queries.oversight import ALL
from huimin.platform.identity.names import department_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.portals.supervision import queries
from huimin.portals.supervision.http import shown

COLUMNS: Final = (
    *("open", "due", "late", "stopped", "cards", "points"),
    *("received", "finished", "days"),
    *("acceptance", "online", "on_time", "early", "satisfaction"),
)
"""The columns of the departments' table; it is sorted by one of them, the largest first, or by name."""
BY_NAME: Final = "name"


class NotOverseen(NotFound):
    """There is no such department, or the reader does not oversee it."""

    zh = "没有这个部门，或者不在您的监察范围内。"
    en = "There is no such department, or it is not yours to oversee."


def _month_asked(request: HttpRequest, today: date) -> date:
    """The month that the page is turned to; the current one where none, or none that there is, was asked for."""
    months = {f"{month:%Y-%m}": month for month in queries.months_back(today)}
    return months.get(request.GET.get("month", ""), next(iter(months.values())))


def _overseen(request: HttpRequest) -> str:
    department = oversight.overseen_by(actor_of(request), timezone.now())
    if department is None:
        raise NotOverseen
    return department


@needs(OVERSEE)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """How everything that one oversees stands now, and what a month came to."""
    scope, at, today = _overseen(request), timezone.now(), timezone.localdate()
    found = queries.board(department=scope, month=_month_asked(request, today), today=today, at=at)
    language, sort = get_language() or "zh", request.GET.get("sort", "late")
    still = "1" if "still" in request.GET else ""
    asked = {"month": f"{found.month:%Y-%m}", "sort": sort, "still": still}

    def here(**otherwise: str) -> str:
        return _address("supervision:board", **{**asked, **otherwise})

    def department_named(code: str) -> str:
        return department_name(code, language)

    context = {
        "scope": department_named(scope) if scope != ALL else _("全市"),
        "board": found,
        "now": shown.now_figures(found),
        "rates": shown.rate_figures(found.city.counts),
        "months": shown.month_chips(found.month, today, lambda month: here(month=month)),
        "departments": shown.sortable(
            _("部门"),
            _sorted(found.departments, sort, department_named),
            COLUMNS,
            sort,
            named=department_named,
            url=lambda code: _address("supervision:department", code, month=asked["month"]),
            sort_url=lambda name: here(sort=name),
        ),
        "services": shown.plain_rows(
            found.services, lambda code: oversight.service_named(code, language), _("事项"), "service", scope
        ),
        "divisions": shown.plain_rows(
            found.divisions, lambda code: oversight.division_named(code, language), _("区县"), "division", scope
        ),
        "cards": shown.card_table(found.cards, language),
        "trend": shown.trend(found.months, found.at),
        "definitions": shown.definitions(),
        "still": still,
        "here": here(),
        "turn_url": here(still="" if still else "1"),
        "late_url": _list_address(scope, "late"),
        "cards_url": reverse("process:cards"),
    }
    return render(request, "supervision/board.html", context)


def _sorted(rows: Sequence[queries.Row], by: str, named: Callable[[str], str]) -> list[queries.Row]:
    """By name, or by a column with the largest first; where there is no figure comes last."""
    ordered = sorted(rows, key=lambda row: named(row.code))
    if by not in COLUMNS:
        return ordered
    return sorted(ordered, key=lambda row: -1.0 if (figure := row.figure(by)) is None else figure, reverse=True)


def _address(name: str, *place: str, **asked: str) -> str:
    given = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse(name, args=place)}{'?' if given else ''}{given}"


def _list_address(department: str, view: str) -> str:
    return _address("cases:overseen", view=view, department=department)


@needs(OVERSEE)
@require_safe
def department(request: HttpRequest, code: str) -> HttpResponse:
    """One department: its rates month by month, by service, by step and by person; from here to its cases."""
    scope, at, today = _overseen(request), timezone.now(), timezone.localdate()
    if scope not in (ALL, code) or not shown.is_department(code):
        raise NotOverseen
    language, month = get_language() or "zh", _month_asked(request, today)
    found = queries.board(department=code, month=month, today=today, at=at)
    worked = queries.worked(code, month, language)
    context: dict[str, Any] = {
        "name": department_name(code, language),
        "board": found,
        "now": shown.now_figures(found),
        "rates": shown.rate_figures(found.city.counts),
        "months": shown.month_chips(month, today, lambda one: _address("supervision:department", code, month=one)),
        "by_month": shown.month_table(found.months),
        "services": shown.plain_rows(
            found.services, lambda one: oversight.service_named(one, language), _("事项"), "service", code
        ),
        "steps": shown.work_table(_("按环节"), _("环节"), worked.steps),
        "people": shown.work_table(_("按经办人"), _("经办人"), worked.people),
        "cards": shown.card_table(found.cards, language),
        "definitions": shown.definitions(),
        "lists": [(_list_address(code, view), label) for view, label in shown.LISTS.items()],
        "cards_url": _address("process:cards", department=code),
    }
    return render(request, "supervision/department.html", context)
