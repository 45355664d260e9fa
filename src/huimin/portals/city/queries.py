"""What the city page shows: published tables, and how each department's data stand. It reads no row of any registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.platform.exchange import queries as exchange
from huimin.platform.exchange.declarations import Names
from huimin.platform.exchange.rules import Punctuality
from huimin.platform.indicators import queries as indicators
from huimin.platform.indicators.rules import OLD_FROM, WORKING_UNTIL
from huimin.platform.indicators.tables import PublishedTable
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.charts import Chart, number, percent
from huimin.platform.ui.pieces import Column, Figure, Table
from huimin.portals.city import charts
from huimin.portals.city.words import PUNCTUALITY, STAGES

WORST_FIRST = (Punctuality.NEVER, Punctuality.OVERDUE, Punctuality.ON_TIME)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the bulletin: figures, charts and tables on one subject, in this order."""

    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True, kw_only=True)
class Bulletin:
    """The city page. `reference_on` is None before anything was published; then only `departments` says something."""

    reference_on: date | None
    smallest: int
    rounded_to: int
    headline: Sequence[Figure]
    residents: Part
    businesses: Part
    departments: Part


@dataclass(frozen=True, kw_only=True)
class Download:
    """One published table on the page of open data."""

    code: str
    title: str
    counts: str
    dimensions: str
    reference_on: date
    published: int
    withheld: int
    csv_url: str
    json_url: str


@dataclass(frozen=True, kw_only=True)
class OpenData:
    """The page of open data: the files, the address for programs, and the smallest figure that is published."""

    downloads: Sequence[Download]
    api_url: str
    smallest: int
    rounded_to: int


def bulletin(*, language: str, today: date) -> Bulletin:
    """The city page for a reader of this language."""
    tables = indicators.released_tables()
    first = next(iter(tables.values()), None)
    return Bulletin(
        reference_on=first.reference_on if first else None,
        smallest=first.smallest if first else 0,
        rounded_to=first.round_to if first else 1,
        headline=[*_people_figures(tables, language), *_business_figures(tables, language)],
        residents=_residents(tables, language),
        businesses=_businesses(tables, language),
        departments=_departments(exchange.access(today), language, today),
    )


def open_data(*, language: str) -> OpenData:
    """The page of open data for a reader of this language."""
    tables = list(indicators.released_tables().values())
    return OpenData(
        downloads=[_download(table, language) for table in tables],
        api_url=reverse("statistics"),
        smallest=tables[0].smallest if tables else 0,
        rounded_to=tables[0].round_to if tables else 1,
    )


def _download(table: PublishedTable, language: str) -> Download:
    return Download(
        code=table.code,
        title=table.names.in_language(language),
        counts=table.population.in_language(language),
        dimensions=_(" × ").join(axis.names.in_language(language) for axis in table.axes),
        reference_on=table.reference_on,
        published=table.published,
        withheld=table.withheld,
        csv_url=reverse("indicators:csv", args=[table.code]),
        json_url=reverse("indicators:json", args=[table.code]),
    )


def _people_figures(tables: dict[str, PublishedTable], language: str) -> list[Figure]:
    table = tables.get("residents_by_district_and_age")
    if table is None:
        return []
    ages = indicators.age_structure(table, "age_group")
    stage = ages.stage
    return [
        _figure(
            table,
            language,
            table.population.in_language(language),
            table.number(),
            table.unit.in_language(language),
        ),
        _figure(
            table,
            language,
            _("60 岁及以上"),
            ages.share_from(OLD_FROM),
            "%",
            compared=_("65 岁及以上 %(older)s%%，%(stage)s")
            % {"older": percent(ages.share_from(WORKING_UNTIL)), "stage": STAGES[stage] if stage else _("不公布")},
        ),
        _figure(
            table,
            language,
            _("总抚养比"),
            ages.dependency_ratio,
            "%",
            compared=_("少儿 %(child)s，老年 %(old)s")
            % {"child": percent(ages.child_ratio), "old": percent(ages.old_ratio)},
        ),
    ]


def _business_figures(tables: dict[str, PublishedTable], language: str) -> list[Figure]:
    table = tables.get("businesses_by_kind_and_status")
    if table is None:
        return []
    active = table.number(business_status="active")
    return [
        _figure(
            table,
            language,
            _("法人和个体工商户"),
            table.number(),
            table.unit.in_language(language),
            compared=_("其中存续 %(active)s") % {"active": number(active)},
        )
    ]


def _figure(
    table: PublishedTable, language: str, label: str, value: float | None, unit: str, *, compared: str = ""
) -> Figure:
    return Figure(
        label=label,
        number=percent(value) if unit == "%" else number(value),
        unit="" if value is None else unit,
        as_of=table.reference_on,
        compared=compared,
        source=table.source.in_language(language),
        source_url=charts.data_url(table),
    )


def _residents(tables: dict[str, PublishedTable], language: str) -> Part:
    ages = tables.get("residents_by_age_and_sex")
    districts = tables.get("residents_by_district_and_age")
    education = tables.get("residents_by_education_and_sex")
    drawn: list[Chart] = []
    drawn += [charts.pyramid(ages, language)] if ages else []
    drawn += [charts.bars(education, "education", language)] if education else []
    drawn += [charts.bars(districts, "district", language, title=_("各区县人口"))] if districts else []
    drawn += [charts.ageing_bars(districts, language)] if districts else []
    return Part(
        charts=drawn,
        tables=[charts.cross_table(table, language) for table in (districts, education) if table],
    )


def _businesses(tables: dict[str, PublishedTable], language: str) -> Part:
    kinds = tables.get("businesses_by_kind_and_status")
    districts = tables.get("businesses_by_district")
    industries = tables.get("businesses_by_industry")
    drawn: list[Chart] = []
    drawn += [charts.bars(kinds, "business_kind", language, title=_("按类型"))] if kinds else []
    drawn += [charts.bars(kinds, "business_status", language, title=_("按登记状态"))] if kinds else []
    drawn += [charts.bars(industries, "industry", language, largest_first=True)] if industries else []
    drawn += [charts.bars(districts, "business_district", language)] if districts else []
    return Part(charts=drawn, tables=[charts.cross_table(kinds, language)] if kinds else [])


def _departments(access: exchange.Access, language: str, today: date) -> Part:
    rates = access.rates
    figures = [
        Figure(
            label=_("部门接入率"),
            number=percent(rates.access_percent),
            unit="%",
            as_of=today,
            compared=_("应接入 %(all)d 个部门，已交付 %(some)d 个") % {"all": rates.expected, "some": rates.connected},
        ),
        Figure(
            label=_("部门按时率"),
            number=percent(rates.on_time_percent),
            unit="%",
            as_of=today,
            compared=_("已约定 %(all)d 个部门，全部数据都按时的 %(some)d 个")
            % {"all": rates.agreed, "some": rates.on_time},
        ),
    ]
    ordered = sorted(access.departments, key=lambda one: (WORST_FIRST.index(one.punctuality), one.department))
    table = Table(
        caption=_("各部门数据时效"),
        columns=[
            Column(heading=_("部门")),
            Column(heading=_("提供的数据")),
            Column(heading=_("最早一份截至"), numeric=True),
            Column(heading=_("是否按时")),
        ],
        rows=[
            [
                department_name(one.department, language),
                _("、").join(_named(each.resource.names, language) for each in one.resources),
                one.reference_on.isoformat() if one.reference_on else "—",
                str(PUNCTUALITY[one.punctuality]),
            ]
            for one in ordered
        ],
    )
    return Part(figures=figures, tables=[table])


def _named(names: Names, language: str) -> str:
    return names.en if language.lower().startswith("en") else names.zh
