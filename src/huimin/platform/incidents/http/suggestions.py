"""How good the suggestions of classes are: measured when they were learned, and by what people made of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huimin.platform.identity.permissions import needs
from huimin.platform.incidents.permissions import READ
from huimin.platform.incidents.queries.suggesting import learned_editions, taken_by_edition
from huimin.platform.ui.dates import full_day
from huimin.platform.ui.pieces import Column, Empty, Table


@needs(READ)
@require_GET
def measured(request: HttpRequest) -> HttpResponse:
    """Both measures, the newest edition first."""
    editions = learned_editions()
    learned = Table(
        caption=_("学习时的检验：用最近一月没有学过的案件"),
        columns=[
            Column(heading=_("版次")),
            Column(heading=_("学习日期")),
            Column(heading=_("学了多少件"), numeric=True),
            Column(heading=_("类别"), numeric=True),
            Column(heading=_("检验多少件"), numeric=True),
            Column(heading=_("首选命中"), numeric=True),
            Column(heading=_("前三命中"), numeric=True),
        ],
        rows=[
            [
                str(one.number),
                full_day(one.learned_at),
                one.texts,
                one.classes,
                one.tested,
                _percent(one.first, one.tested),
                _percent(one.three, one.tested),
            ]
            for one in editions
        ],
        empty=Empty(
            what=_("还没有学过：建议来自声明的关键词。"),
            do=_("结案满 100 件后每周自动学习，也可运行 huimin incidents train。"),
        ),
    )
    taken = Table(
        caption=_("实际采纳：立案时定的类别与建议相比"),
        columns=[
            Column(heading=_("版次")),
            Column(heading=_("立案多少件"), numeric=True),
            Column(heading=_("采纳首选"), numeric=True),
            Column(heading=_("采纳前三之一"), numeric=True),
        ],
        rows=[
            [
                str(one.edition) if one.edition else _("关键词"),
                one.judged,
                _percent(one.first, one.judged),
                _percent(one.three, one.judged),
            ]
            for one in taken_by_edition()
        ],
        empty=Empty(what=_("还没有立案的案件可以比。"), do=_("案件立案后，建议与所定类别自动比对。")),
    )
    return render(request, "incidents/suggestions.html", {"learned": learned, "taken": taken})


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
