"""How the city handles what people apply for, in public: published tables of cases as figures, a chart and a table. It reads no case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from huimin.platform.indicators import queries as indicators
from huimin.platform.indicators.declarations import UNKNOWN
from huimin.platform.indicators.tables import PublishedTable
from huimin.platform.ui.charts import LineChart, Series, number, percent
from huimin.platform.ui.pieces import Column, Figure, Table
from huimin.portals.city.charts import data_url

RECEIVED: Final = "cases_received_by_service_and_month"
FINISHED: Final = "cases_finished_by_service_and_month"
TIMELY: Final = "cases_finished_by_service_and_timeliness"


@dataclass(frozen=True, kw_only=True)
class Handling:
    """The page: `reference_on` is None before anything was published."""

    reference_on: date | None = None
    smallest: int = 0
    figures: Sequence[Figure] = ()
    chart: LineChart | None = None
    table: Table | None = None


def handling(*, language: str) -> Handling:
    """The page for a reader of this language."""
    tables = indicators.released_tables()
    if not {RECEIVED, FINISHED, TIMELY} <= tables.keys():
        return Handling()
    received, finished = tables[RECEIVED], tables[FINISHED]
    return Handling(
        reference_on=received.reference_on,
        smallest=received.smallest,
        figures=_figures(tables, language),
        chart=_months(received, finished, language),
        table=_services(tables, language),
    )


def _figures(tables: Mapping[str, PublishedTable], language: str) -> list[Figure]:
    received, finished, timely = tables[RECEIVED], tables[FINISHED], tables[TIMELY]

    def figure(table: PublishedTable, label: str, text: str, unit: str = "") -> Figure:
        source = table.source.in_language(language)
        return Figure(
            label=label, number=text, unit=unit, as_of=table.reference_on, source=source, source_url=data_url(table)
        )

    unit = received.unit.in_language(language)
    mean = finished.mean()
    return [
        figure(received, _("收到"), number(received.number()), unit),
        figure(finished, _("作出决定"), number(finished.number()), unit),
        figure(timely, _("按时办结率"), _share(timely), "%" if _on_time(timely) is not None else ""),
        figure(finished, _("平均用时"), "—" if mean is None else f"{mean:.1f}", "" if mean is None else _("个工作日")),
    ]


def _on_time(table: PublishedTable, **of: str) -> float | None:
    """The share in percent of those with a clock that were decided in time; None where either number is not published, or is of nobody."""
    in_time, late = table.number(timely="on_time", **of), table.number(timely="late", **of)
    if in_time is None or late is None or not in_time + late:
        return None
    return 100 * in_time / (in_time + late)


def _share(table: PublishedTable, **of: str) -> str:
    """The share in words: a dash where nothing was decided under a clock."""
    nobody = table.number(timely="on_time", **of) == table.number(timely="late", **of) == 0
    return "—" if nobody else percent(_on_time(table, **of))


def _in_order(table: PublishedTable) -> list[str]:
    """The months of the twelve up to the day of the table, the earliest first."""
    last = table.reference_on.month
    return [f"{(last + n) % 12 + 1:02}" for n in range(12)]


def _months(received: PublishedTable, finished: PublishedTable, language: str) -> LineChart:
    months, names = _in_order(received), received.axis("month").categories
    last = months[-1]
    return LineChart(
        title=_("各月收到和作出决定的办件"),
        summary=_("%(month)s收到 %(received)s 件，作出决定 %(finished)s 件。")
        % {
            "month": names[last].in_language(language),
            "received": number(received.number(month=last)),
            "finished": number(finished.number(month=last)),
        },
        unit=received.unit.in_language(language),
        as_of=received.reference_on,
        source=received.source.in_language(language),
        source_url=data_url(received),
        points=[names[month].in_language(language) for month in months],
        series=[
            Series(label=_("收到"), values=[received.number(month=month) for month in months]),
            Series(label=_("作出决定"), values=[finished.number(month=month) for month in months]),
        ],
    )


def _services(tables: Mapping[str, PublishedTable], language: str) -> Table:
    """A line for each service for which anything was received or decided, what is not published said so."""
    received, finished, timely = tables[RECEIVED], tables[FINISHED], tables[TIMELY]
    names = received.axis("service").categories
    codes = [
        code for code in names
        if code != UNKNOWN and (received.number(service=code) != 0 or finished.number(service=code) != 0)
    ]  # fmt: skip
    ordered = sorted(codes, key=lambda code: -(received.number(service=code) or 0))

    def days(code: str) -> str:
        mean = finished.mean(service=code)
        return "—" if mean is None else f"{mean:.1f}"

    return Table(
        caption=_("各事项"),
        columns=[
            Column(heading=_("事项")),
            Column(heading=_("收到"), numeric=True),
            Column(heading=_("作出决定"), numeric=True),
            Column(heading=_("按时办结率（%）"), numeric=True),
            Column(heading=_("平均用时（工作日）"), numeric=True),
        ],
        rows=[
            [
                names[code].in_language(language),
                number(received.number(service=code)),
                number(finished.number(service=code)),
                _share(timely, service=code),
                days(code),
            ]
            for code in ordered
        ],
    )
