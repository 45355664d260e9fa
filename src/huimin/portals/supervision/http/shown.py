"""From figures to the pieces of the board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.identity.names import department_names
from huimin.platform.indicators.rules import RATES, Counts
from huimin.platform.process.declarations import supervision
from huimin.platform.process.queries.supervision import CardCount, Work
from huimin.platform.process.rules.states import CardState
from huimin.platform.ui.charts import LineChart, Series, number
from huimin.platform.ui.pieces import Chip, Column, Empty, Figure, Table, Text
from huimin.portals.supervision import words
from huimin.portals.supervision.queries import Board, Row, months_back

LISTS: Final = {
    "open": gettext_lazy("在办的办件"),
    "late": gettext_lazy("超期的办件"),
    "due": gettext_lazy("将到期的办件"),
    "all": gettext_lazy("全部办件"),
}
MINOR: Final = frozenset({"stopped", "points", "days", "acceptance", "online", "early"})
"""Columns that a phone leaves out of the lists; the department's own page has them all."""
NONE: Final = "—"
"""Where there is nothing to count, or to count among."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The head of a column that the table can be sorted by."""

    code: str
    label: str
    url: str
    sorted: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the sortable table: its name, where it leads (nowhere if empty), its cells: the column's name, the figure, whether a phone
    leaves it out.
    """

    code: str
    name: str
    url: str
    cells: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, kw_only=True)
class SortableTable:
    """A table whose columns are links that sort it."""

    first: Heading
    headings: Sequence[Heading]
    lines: Sequence[Line]


def is_department(code: str) -> bool:
    """Whether the city declares a department of this code."""
    return code in department_names()


def cell(row: Row, name: str) -> str:
    """A figure as it is written: a rate in percent, days with one decimal, a count."""
    figure = row.figure(name)
    if figure is None:
        return NONE
    return f"{figure:.1f}%" if name in RATES else (f"{figure:.1f}" if name == "days" else number(figure))


def sortable(
    first: str,
    rows: Sequence[Row],
    columns: Sequence[str],
    by: str,
    *,
    named: Callable[[str], str],
    url: Callable[[str], str],
    sort_url: Callable[[str], str],
) -> SortableTable:
    """The table of rows that are sorted already."""
    labels = {**words.COUNTS, **words.RATES}
    headings = [Heading(code=name, label=str(labels[name]), url=sort_url(name), sorted=name == by) for name in columns]
    return SortableTable(
        first=Heading(code="name", label=first, url=sort_url("name"), sorted=by not in columns),
        headings=headings,
        lines=[
            Line(
                code=row.code,
                name=named(row.code),
                url=url(row.code),
                cells=[(str(labels[name]), cell(row, name), name in MINOR) for name in columns],
            )
            for row in rows
        ],
    )


def now_figures(board: Board) -> list[Figure]:
    """How it stands at this moment."""
    row, unit = board.city, _("件")
    figures: dict[Text, float | None] = {
        words.COUNTS["open"]: row.open,
        words.COUNTS["due"]: row.figure("due"),
        words.COUNTS["late"]: row.figure("late"),
        words.COUNTS["stopped"]: row.figure("stopped"),
        _("今天提交"): board.lodged_today,
        _("今天决定"): board.ended_today,
    }
    found = [Figure(label=label, number=number(value or 0), unit=unit) for label, value in figures.items()]
    return [*found, Figure(label=words.COUNTS["cards"], number=number(row.cards), unit=_("张"))]


def rate_figures(counts: Counts) -> list[Figure]:
    """The five rates, each with what it is a share of."""
    found = []
    for name, rate in RATES.items():
        value = rate.percent(counts)
        found.append(
            Figure(
                label=words.RATES[name],
                number=NONE if value is None else f"{value:.1f}",
                unit="" if value is None else "%",
                compared=f"{number(rate.numerator(counts))} ÷ {number(rate.denominator(counts))}",
            )
        )
    return found


def definitions() -> list[tuple[str, str]]:
    """What each rate is counted of."""
    return [(str(words.RATES[name]), str(words.DEFINED[name])) for name in RATES]


def month_chips(chosen: date, today: date, url: Callable[[str], str]) -> list[Chip]:
    """The months that the page can be turned to."""
    return [
        Chip(label=f"{month:%Y-%m}", url=url(f"{month:%Y-%m}"), chosen=month == chosen) for month in months_back(today)
    ]


def plain_rows(
    rows: Sequence[Row], named: Callable[[str], str], heading: str, narrowed: str, department: str
) -> SortableTable:
    """Services or districts, most open cases first; each leads to the list of its open cases."""
    columns = ("open", "due", "late", "received", "finished", "days", "on_time", "satisfaction")

    def url(code: str) -> str:
        asked = {narrowed: code, "department": department}
        return f"{reverse('cases:overseen')}?{urlencode({name: value for name, value in asked.items() if value})}"

    ordered = sorted(rows, key=lambda row: (-row.open, -row.counts.received, row.code))
    return sortable(heading, ordered, columns, "", named=named, url=url, sort_url=lambda name: "")


def month_table(months: Mapping[date, Counts]) -> SortableTable:
    """The five rates month by month, the latest first."""
    rows = [Row(code=f"{month:%Y-%m}", counts=counts) for month, counts in sorted(months.items(), reverse=True)]
    columns = ("received", "finished", "days", *RATES)
    return sortable(
        _("月份"), rows, columns, "", named=lambda code: code, url=lambda code: "", sort_url=lambda name: ""
    )


def work_table(caption: str, heading: str, work: Sequence[tuple[str, Work]]) -> Table:
    """What was done by step or by person: those of the rates that a step has."""
    return Table(
        caption=caption,
        columns=[
            Column(heading=heading),
            Column(heading=_("办理件数"), numeric=True),
            Column(heading=_("有时限"), numeric=True),
            Column(heading=words.RATES["on_time"], numeric=True),
            Column(heading=words.RATES["early"], numeric=True),
        ],
        rows=[
            [name, one.done, one.timed, _share(one.on_time, one.timed), _share(one.early, one.timed)]
            for name, one in sorted(work, key=lambda pair: (-pair[1].done, pair[0]))
        ],
        empty=Empty(what=_("这个月还没有办结的环节。")),
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else NONE


def card_table(cards: Sequence[CardCount], language: str) -> Table:
    """Open cards by kind, in the order of their number: how many wait for an explanation, how many for a decision."""
    declared = supervision()
    found: dict[tuple[str, str], dict[CardState, int]] = {}
    for one in cards:
        found.setdefault((one.rule, one.level), {})[one.state] = one.number

    def named(rule: str, level: str) -> str:
        violation = declared.find_violation(rule)
        kind = violation.names.said(language) if violation else (rule or _("时限"))
        return f"{declared.named(level, language)} · {kind}"

    ordered = sorted(found.items(), key=lambda pair: -sum(pair[1].values()))
    return Table(
        caption=_("未结监察卡"),
        columns=[
            Column(heading=_("种类")),
            Column(heading=_("待说明"), numeric=True),
            Column(heading=_("待认定"), numeric=True),
        ],
        rows=[
            [named(*kind), number(states.get(CardState.RAISED, 0)), number(states.get(CardState.EXPLAINED, 0))]
            for kind, states in ordered
        ],
        empty=Empty(what=_("没有未结的监察卡。")),
    )


def trend(months: Mapping[date, Counts], at: datetime) -> LineChart | None:
    """Cases lodged and finished month by month; None where there are fewer than two months."""
    if len(months) < 2:
        return None
    ordered = sorted(months)
    last = months[ordered[-1]]
    return LineChart(
        title=_("各月提交和办结"),
        summary=_("最近一个月提交 %(received)s 件，办结 %(finished)s 件。")
        % {"received": number(last.received), "finished": number(last.finished)},
        unit=_("件"),
        as_of=at,
        points=[f"{month:%Y-%m}" for month in ordered],
        series=[
            Series(label=_("提交件数"), values=[months[month].received for month in ordered]),
            Series(label=_("办结件数"), values=[months[month].finished for month in ordered]),
        ],
    )
