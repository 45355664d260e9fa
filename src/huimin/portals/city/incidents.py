"""How the city deals with what is reported in the streets, in public: a finished month by district and by class. It reads no incident."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huimin.kernel.identifiers import find_division
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.declarations.command import command
from huimin.platform.incidents.queries import evaluation as evaluated
from huimin.platform.incidents.rules.evaluation import MEASURES, Counts, Measure, publishable, total
from huimin.platform.ui.charts import number, percent
from huimin.platform.ui.pieces import Chip, Column, Figure, Table

MONTHS: Final = 12
SHOWN: Final = (Measure.FILING, Measure.ON_TIME_DISPOSAL, Measure.ON_TIME_CLOSE, Measure.HOURS_TO_CLOSE)
NONE: Final = "—"


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The page of a month; `month` is None before a month has been finished and counted."""

    month: date | None = None
    months: Sequence[Chip] = ()
    smallest: int = 0
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()


def reported(*, asked: str, today: date, language: str) -> Reported:
    """The page of the month that is asked for (`2026-06`), or of the latest finished one. A month not finished is not published."""
    finished = evaluated.months_back(today, MONTHS + 1)[1:]
    counted = evaluated.tallied_by_month(finished[-1])
    months = [month for month in finished if month in counted]
    if not months:
        return Reported()
    chosen = next((month for month in months if f"{month:%Y-%m}" == asked), months[0])
    smallest, whole = command().smallest_published, counted[chosen]
    return Reported(
        month=chosen,
        months=[Chip(label=f"{month:%Y-%m}", url=f"?month={month:%Y-%m}", chosen=month == chosen) for month in months],
        smallest=smallest,
        figures=_figures(whole) if whole.reported >= smallest else [],
        tables=[
            _table(_("各区县"), _("区县"), evaluated.tallied(chosen, "division"), smallest, _district(language)),
            _table(_("各类别"), _("类别"), evaluated.tallied(chosen, "topic"), smallest, _topic(language)),
        ],
    )


def _district(language: str) -> Callable[[str], str]:
    def named(code: str) -> str:
        found = find_division(code) if code else None
        return found.name(language) if found else _("地点不详")

    return named


def _topic(language: str) -> Callable[[str], str]:
    groups = standard().groups

    def named(code: str) -> str:
        return groups[code].names.text(language) if code in groups else _("未分类")

    return named


def _labels() -> Mapping[Measure, str]:
    return {
        Measure.FILING: _("立案率（%）"),
        Measure.ON_TIME_DISPOSAL: _("按期处置率（%）"),
        Measure.ON_TIME_CLOSE: _("按期结案率（%）"),
        Measure.HOURS_TO_CLOSE: _("平均结案用时（小时）"),
    }


def _value(measure: Measure, counts: Counts) -> str:
    found = MEASURES[measure].value(counts)
    return NONE if found is None else percent(found)


def _figures(whole: Counts) -> list[Figure]:
    unit = pgettext("incidents", "件")
    counts = ((_("上报"), whole.reported), (_("立案"), whole.filed), (_("结案"), whole.closed))
    return [
        *(Figure(label=label, number=number(value), unit=unit) for label, value in counts),
        *(Figure(label=_labels()[measure], number=_value(measure, whole)) for measure in SHOWN),
    ]


def _table(caption: str, heading: str, rows: Mapping[str, Counts], smallest: int, named: Callable[[str], str]) -> Table:
    shown = publishable(rows, smallest=smallest)
    whole = total(rows.values())
    hidden = number(None)

    def line(name: str, counts: Counts, *, is_shown: bool) -> list[str]:
        cells = [number(counts.reported), number(counts.filed), number(counts.closed)]
        told = [*cells, *(_value(measure, counts) for measure in SHOWN)]
        return [name, *(told if is_shown else [hidden] * len(told))]

    ordered = sorted(rows, key=lambda key: (key not in shown, -rows[key].reported, key))
    return Table(
        caption=caption,
        columns=[
            Column(heading=heading),
            *(Column(heading=label, numeric=True) for label in (_("上报"), _("立案"), _("结案"))),
            *(Column(heading=_labels()[measure], numeric=True) for measure in SHOWN),
        ],
        rows=[
            *(line(named(key), rows[key], is_shown=key in shown) for key in ordered),
            line(_("合计"), whole, is_shown=whole.reported >= smallest),
        ],
    )
