"""The three rates of the hotline, by the department that first received the ticket, in a month."""

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huimin.platform.identity.permissions import needs
from huimin.platform.incidents.declarations.channels import hotline
from huimin.platform.incidents.http.hotline_forms import MonthForm
from huimin.platform.incidents.permissions import HOTLINE
from huimin.platform.incidents.queries import hotline as queries
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Cell, Chip, Column, Empty, Table

MONTHS: Final = 6


@needs(HOTLINE)
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """By department, with the formulas as the city declares them."""
    at, language = timezone.now(), reader_language()
    form = MonthForm(request.GET)
    today = timezone.localdate(at)
    month = ((form.cleaned_data["month"] if form.is_valid() else None) or today).replace(day=1)
    found = queries.rates(month=month, at=at)
    declared = hotline().rates
    table = Table(
        caption=_("%(year)d年%(month)d月的三率") % {"year": month.year, "month": month.month},
        columns=[
            Column(heading=_("首接部门")),
            Column(heading=_("工单"), numeric=True),
            *(Column(heading=one.names.text(language), numeric=True) for one in declared.values()),
        ],
        rows=[_row(row, language) for row in found.values()] if found[queries.ALL].tickets else [],
        empty=Empty(what=_("这个月没有工单。"), do=_("换一个月份，或在“热线受理”登记来电。")),
    )
    context = {
        "table": table,
        "formulas": [(one.names.text(language), one.formula.text(language)) for one in declared.values()],
        "months": [
            Chip(label=f"{one:%Y-%m}", url=f"?month={one:%Y-%m}", chosen=one == month) for one in _months(today)
        ],
    }
    return render(request, "incidents/hotline_rates.html", context)


def _row(row: queries.Rates, language: str) -> list[Cell]:
    named = {queries.ALL: _("全部工单"), queries.NOBODY: _("还没有派出")}
    name = named.get(row.department or queries.NOBODY) or department_name(row.department, language)
    return [
        name,
        row.tickets,
        *("–" if one is None else f"{one:.1f}%" for one in (row.response, row.resolution, row.satisfaction)),
    ]


def _months(today: date) -> list[date]:
    """The latest months, the newest first."""
    months = [today.replace(day=1)]
    for _n in range(MONTHS - 1):
        last = months[-1]
        months.append(
            last.replace(year=last.year - 1, month=12) if last.month == 1 else last.replace(month=last.month - 1)
        )
    return months
