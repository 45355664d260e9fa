"""The data office's overview: who delivers, what is stale, what waits for a person."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from huimin.platform.exchange import queries
from huimin.platform.exchange.http import shown, words
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.permissions import OVERSEE
from huimin.platform.exchange.queries import Access, DepartmentStanding, Freshness
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.permissions import needs
from huimin.platform.ui.charts import number, percent
from huimin.platform.ui.pieces import Column, Empty, Figure, Queue, Table

HELD_SHOWN = 20


def _figures(access: Access, at: date) -> list[Figure]:
    rates = access.rates
    resources = [resource for one in access.departments for resource in one.resources]
    fresh = sum(not one.is_stale for one in resources)
    waiting = sum(one.waiting for one in resources)
    return [
        Figure(
            label=_("部门接入率"),
            number=percent(rates.access_percent),
            unit="%",
            as_of=at,
            compared=_("应接入 %(all)d 个部门，已交付 %(some)d 个") % {"all": rates.expected, "some": rates.connected},
        ),
        Figure(
            label=_("部门按时率"),
            number=percent(rates.on_time_percent),
            unit="%",
            as_of=at,
            compared=_("已约定 %(all)d 个部门，全部数据都按时的 %(some)d 个")
            % {"all": rates.agreed, "some": rates.on_time},
        ),
        Figure(
            label=_("资源鲜活率"),
            number=percent(100 * fresh / len(resources) if resources else None),
            unit="%",
            as_of=at,
            compared=_("%(all)d 个资源，按周期更新 %(some)d 个") % {"all": len(resources), "some": fresh},
        ),
        Figure(label=_("等待更正的行"), number=number(waiting), unit=_("行"), as_of=at),
    ]


def _state(one: Freshness) -> str:
    if one.reference_on is None:
        return _("从未交付")
    return _("已过期") if one.is_stale else _("按时")


def _table(found: Sequence[DepartmentStanding]) -> Table:
    return Table(
        caption=_("各部门的资源（过期的在前）"),
        columns=[
            Column(heading=_("资源")),
            Column(heading=_("部门")),
            Column(heading=_("最近基准日")),
            Column(heading=_("更新周期")),
            Column(heading=_("状态")),
            Column(heading=_("退回待更正"), numeric=True),
        ],
        rows=[
            [
                words.named(one.resource.names),
                words.department_word(one.department),
                one.reference_on.isoformat() if one.reference_on else "—",
                words.CYCLES[one.resource.cycle],
                _state(one),
                number(one.waiting),
            ]
            for standing in found
            for one in standing.resources
        ],
        empty=Empty(what=_("本市还没有登记任何部门的数据来源。")),
    )


@needs(OVERSEE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Access rate and freshness of every department, stale ones first; deliveries that wait to be confirmed."""
    today = timezone.localdate()
    access = queries.access(today)
    held = list(queries.deliveries().filter(state=Delivery.State.HELD)[:HELD_SHOWN])
    worst_first = sorted(access.departments, key=lambda one: (-one.overdue, one.department))
    missing = access.without_source
    context = {
        "figures": _figures(access, today),
        "table": _table(worst_first),
        "held": Queue(
            rows=shown.delivery_rows(held),
            label=_("待确认的交付"),
            empty=Empty(
                what=_("没有待确认的交付。"), do=_("全量交付的行数比现有记录少一成以上时，会停在这里等人确认。")
            ),
        ),
        "missing": [_department(code) for code in missing],
        "missing_words": ngettext(
            "另有 %(n)d 个应接入部门还没有约定数据来源", "另有 %(n)d 个应接入部门还没有约定数据来源", len(missing)
        )
        % {"n": len(missing)},
    }
    return render(request, "exchange/overview.html", context)


def _department(code: str) -> str:
    """The name of any department of the city, also of one that delivers nothing."""
    names = {department.code: department.names for department in this_city().departments.departments}
    return (names[code].en if words.is_english() else names[code].zh) if code in names else code
