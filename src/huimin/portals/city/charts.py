"""Published tables as charts and tables of the page, each with one sentence of what is to be seen in it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.platform.indicators import queries
from huimin.platform.indicators.declarations import UNKNOWN
from huimin.platform.indicators.rules import OLD_FROM
from huimin.platform.indicators.tables import PublishedTable
from huimin.platform.ui.charts import Band, Bar, BarChart, Pyramid, number, percent
from huimin.platform.ui.pieces import Column, Table
from huimin.portals.city.words import tenth


def pyramid(table: PublishedTable, language: str) -> Pyramid:
    """Ages by sex, the oldest on top."""
    bands = {code: table.number(age_band=code) for code in table.known("age_band") if code != UNKNOWN}
    largest = max(bands, key=lambda code: bands[code] or 0)
    return Pyramid(
        title=table.names.in_language(language),
        summary=_("人数最多的是 %(band)s岁，%(number)s 人。")
        % {"band": _span(largest), "number": number(bands[largest])},
        unit=table.unit.in_language(language),
        as_of=table.reference_on,
        source=table.source.in_language(language),
        source_url=data_url(table),
        heading=_("年龄（岁）"),
        bands=[
            Band(
                label=_span(code),
                left=table.number(age_band=code, sex="1"),
                right=table.number(age_band=code, sex="2"),
            )
            for code in reversed(bands)
        ],
    )


def bars(table: PublishedTable, axis: str, language: str, *, title: str = "", largest_first: bool = False) -> BarChart:
    """The totals of one axis as bars; empty categories of a long list are left out, withheld ones of it told in a sentence."""
    names = table.known(axis)
    values = {code: table.number(**{axis: code}) for code in names}
    shown = [code for code in names if not largest_first or values[code]]
    order = sorted(shown, key=lambda code: (code == UNKNOWN, -(values[code] or 0))) if largest_first else shown
    return BarChart(
        title=title or table.names.in_language(language),
        summary=_most(table, axis, values, language, folded=largest_first),
        unit=table.unit.in_language(language),
        as_of=table.reference_on,
        source=table.source.in_language(language),
        source_url=data_url(table),
        heading=table.axis(axis).names.in_language(language),
        bars=[
            Bar(label=names[code].in_language(language), value=values[code], note=_share(values[code], table))
            for code in order
        ],
    )


def ageing_bars(table: PublishedTable, language: str) -> BarChart:
    """The share of people of 60 and over in each district."""
    shares = {code: _old_share(table, code) for code in table.known("district") if code != UNKNOWN}
    known = {code: share for code, share in shares.items() if share is not None}
    names = table.axis("district").categories
    oldest = max(known, key=lambda code: known[code], default=None)
    summary = (
        _("%(district)s最高，%(share)s%%。")
        % {"district": names[oldest].in_language(language), "share": percent(known[oldest])}
        if oldest
        else _("人数过少，各区县的比重都不公布。")
    )
    return BarChart(
        title=_("各区县 60 岁及以上人口比重"),
        summary=summary,
        unit="%",
        as_of=table.reference_on,
        source=table.source.in_language(language),
        source_url=data_url(table),
        heading=table.axis("district").names.in_language(language),
        bars=[Bar(label=names[code].in_language(language), value=tenth(share)) for code, share in shares.items()],
    )


def cross_table(table: PublishedTable, language: str) -> Table:
    """Both axes of a table with all totals."""
    rows, columns = table.axes
    across = table.known(columns.code)
    heads = [Column(heading=rows.names.in_language(language)), Column(heading=_("合计"), numeric=True)]
    heads += [Column(heading=names.in_language(language), numeric=True) for names in across.values()]

    def row(label: str, **of: str) -> list[str]:
        return [
            label,
            number(table.number(**of)),
            *(number(table.number(**of, **{columns.code: code})) for code in across),
        ]

    body = [row(names.in_language(language), **{rows.code: code}) for code, names in table.known(rows.code).items()]
    return Table(
        caption=_("%(title)s（%(unit)s）")
        % {"title": table.names.in_language(language), "unit": table.unit.in_language(language)},
        columns=heads,
        rows=[*body, row(_("合计"))],
    )


def data_url(table: PublishedTable) -> str:
    """Where the table can be downloaded."""
    return f"{reverse('city:data')}#{table.code}"


def _span(code: str) -> str:
    return code.replace("-", "–")


def _share(value: int | None, table: PublishedTable) -> str:
    whole = table.number()
    return f"{percent(100 * value / whole)}%" if value is not None and whole else ""


def _most(table: PublishedTable, axis: str, values: dict[str, int | None], language: str, *, folded: bool) -> str:
    names = table.axis(axis).categories
    known = {code: value for code, value in values.items() if value is not None and code != UNKNOWN}
    largest = max(known, key=lambda code: known[code], default=None)
    sentences: Sequence[str] = [
        *(
            [
                _("%(name)s最多，%(number)s %(unit)s。")
                % {
                    "name": names[largest].in_language(language),
                    "number": number(known[largest]),
                    "unit": table.unit.in_language(language),
                }
            ]
            if largest
            else []
        ),
        *(
            [_("另有 %(n)d 类数值过小或用于防止推算，不公布。") % {"n": hidden}]
            if folded and (hidden := sum(value is None for value in values.values()))
            else []
        ),
    ]
    return " ".join(sentences)


def _old_share(table: PublishedTable, district: str) -> float | None:
    return queries.age_structure(table, "age_group", district=district).share_from(OLD_FROM)
