"""Reads of indicators: the latest published tables, and the tallies of months. Nothing here reaches the registries' rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q, Sum
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.queries import oversight
from huimin.platform.indicators.declarations import Aged, statistics
from huimin.platform.indicators.models import MonthTally, Release
from huimin.platform.indicators.rules import COUNTED, AgeStructure, Counts, Satisfaction, published_satisfaction
from huimin.platform.indicators.tables import PublishedTable, read
from huimin.platform.registries.records import builds, latest_build

if TYPE_CHECKING:
    from django.db.models import QuerySet


class NoSuchRelease(NotFound):
    """No statistics of this name are published, or none yet."""

    zh = "没有公布名为 {code} 的统计表。"
    en = "No statistics named {code} are published."


@dataclass(frozen=True, kw_only=True)
class StandingBuild:
    """The build of the registries that figures are counted from: its number, its folder of files, the day it speaks of."""

    number: int
    folder: Path
    reference_on: date


def find_standing_build() -> StandingBuild | None:
    """The build that the registries show now; None before the first."""
    build = latest_build()
    if build is None:
        return None
    return StandingBuild(number=build.number, folder=builds() / build.folder, reference_on=build.reference_on)


def find_unreleased_build() -> StandingBuild | None:
    """The build that the registries show now, if its figures are not published yet."""
    build = find_standing_build()
    released = build is not None and Release.objects.filter(build=build.number).exists()
    return None if released else build


def released_tables() -> dict[str, PublishedTable]:
    """The latest published table of each declared release, by code, in the order declared; those not yet published are missing."""
    newest = Release.objects.aggregate(number=Max("build"), day=Max("reference_on", filter=Q(build=0)))
    rows = Release.objects.filter(Q(build=newest["number"], build__gt=0) | Q(build=0, reference_on=newest["day"]))
    found = {row.code: read(row.content) for row in rows}
    return {code: found[code] for code in statistics().releases if code in found}


def get_table(code: str) -> PublishedTable:
    """The latest published table of this code. Raises NoSuchRelease."""
    row = Release.objects.filter(code=code).order_by("-build", "-reference_on").first()
    if row is None or code not in statistics().releases:
        raise NoSuchRelease(code=code)
    return read(row.content)


def age_structure(table: PublishedTable, axis: str, **of: str) -> AgeStructure:
    """The published numbers of a table by its axis of age, of a category of the other one if given, as shares are read off them."""
    dimension = statistics().dimensions[axis]
    assert isinstance(dimension, Aged), f"{axis} is no dimension of age"
    return AgeStructure({band: table.number(**of, **{axis: code}) for code, band in dimension.bands.items()})


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def span_of(month: date) -> tuple[datetime, datetime]:
    """The instants at which a month begins and has ended, in the city's time zone."""
    return instant_of(month), instant_of(month_after(month))


def instant_of(day: date) -> datetime:
    """The instant at which a day begins in the city's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def untallied_months(on: date) -> list[date]:
    """The months since the first case, up to that of the day, that were never tallied, the latest first."""
    first = oversight.first_lodged_at()
    if first is None:
        return []
    month, last, found = month_of(timezone.localdate(first)), month_of(on), []
    known = set(MonthTally.objects.values_list("month", flat=True).distinct())
    while month <= last:
        found += [] if month in known else [month]
        month = month_after(month)
    return found[::-1]


def tallies_by(name: str, month: date, *, department: str = "") -> Mapping[str, Counts]:
    """What a month came to, by `department`, `service` or `division`; of one department, or of all."""
    found = MonthTally.objects.filter(month=month)
    return _summed(name, found.filter(department=department) if department else found)


def tallies_by_month(since: date, *, department: str = "") -> Mapping[date, Counts]:
    """What each month from `since` on came to, earliest first; of one department, or of all."""
    found = MonthTally.objects.filter(month__gte=since)
    return _summed("month", found.filter(department=department) if department else found)


def _summed(name: str, rows: "QuerySet[MonthTally]") -> Mapping[Any, Counts]:
    summed = rows.values(name).annotate(**{f"all_{one}": Sum(one) for one in COUNTED}).order_by(name)
    return {row[name]: Counts(**{one: row[f"all_{one}"] for one in COUNTED}) for row in summed}


def satisfaction_with(service: str, *, on: date) -> tuple[Satisfaction, date] | None:
    """How satisfied people were with a service in the year of whole months before this one, and the last day of it; None where that is
    too little to be published. It changes once a month, and only whole months count.
    """
    this = month_of(on)
    since = this.replace(year=this.year - 1)
    counted = MonthTally.objects.filter(service=service, month__gte=since, month__lt=this)
    sums = counted.aggregate(rated=Sum("rated"), satisfied=Sum("satisfied"))
    found = published_satisfaction(sums["rated"] or 0, sums["satisfied"] or 0, smallest=statistics().smallest)
    return None if found is None else (found, this - timedelta(days=1))


def are_cases_released(on: date) -> bool:
    """Whether the cases' figures of this day are published, or there is no case to count."""
    return Release.objects.filter(build=0, reference_on=on).exists() or oversight.first_lodged_at() is None
