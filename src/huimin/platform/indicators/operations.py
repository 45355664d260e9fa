"""Writes of indicators: the release of statistics, and the tally of a month of cases."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.queries import oversight
from huimin.platform.indicators.case_rows import CASE_REGISTRIES, OF_CASES, write_case_rows
from huimin.platform.indicators.counting import count_averages, count_population
from huimin.platform.indicators.declarations import Population, Statistics, statistics
from huimin.platform.indicators.events import StatisticsReleased
from huimin.platform.indicators.models import MonthTally, Release
from huimin.platform.indicators.queries import StandingBuild, span_of
from huimin.platform.indicators.rules import Counts, Figure, rounded, withheld
from huimin.platform.indicators.tables import Axis, PublishedTable, figure_at, places, stored
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.registries.records import golden_files


class NothingToCount(Refusal):
    """The registries have not been built yet."""

    zh = "登记库还没有生成，无数可统计。请先运行 huimin registry reconcile。"
    en = "The registries have not been built yet, so there is nothing to count. Run huimin registry reconcile first."


@dataclass(frozen=True, kw_only=True)
class Released:
    """What a release came to: tables, figures shown, figures withheld; `again` when this build had been released before."""

    tables: int
    published: int
    withheld: int
    again: bool


def release_statistics(*, build: StandingBuild | None, actor: Actor, at: datetime) -> Released:
    """Count, protect and publish every declared table of the registries for a build; once for each build, whoever asks again.

    A second release of the same build by other rules would let the two be held against each other: changed declarations take effect
    with the next build. Counting and protecting come before the transaction, so that nobody waits for them. Raises NothingToCount
    without a build.
    """
    if build is None:
        raise NothingToCount
    if (before := _released_before(build.number)) is not None:
        return before
    declared = statistics()
    rows = [
        _row(table)
        for name, population in declared.populations.items()
        if population.registry not in CASE_REGISTRIES
        for table in _tables(declared, name, _of_build(build, population.registry), at)
    ]
    fact = StatisticsReleased(
        subject=f"build:{build.number}",
        releases=len(rows),
        published=sum(row.published for row in rows),
        withheld=sum(row.withheld for row in rows),
    )
    try:
        with transaction.atomic():
            Release.objects.bulk_create(rows)
            publish(fact, actor=actor, at=at)
    except IntegrityError:
        # Somebody else was faster with the same figures: they are a function of the build.
        if (before := _released_before(build.number)) is None:
            raise
        return before
    return Released(tables=fact.releases, published=fact.published, withheld=fact.withheld, again=False)


def _released_before(build: int) -> Released | None:
    counts = Release.objects.filter(build=build).aggregate(
        tables=Count("id"), published=Sum("published"), withheld=Sum("withheld")
    )
    return Released(**counts, again=True) if counts["tables"] else None


def release_case_statistics(*, actor: Actor, at: datetime) -> Released:
    """Count, protect and publish every declared table of cases up to an instant; once for each day, whoever asks again."""
    today, declared = timezone.localdate(at), statistics()
    if Release.objects.filter(build=OF_CASES, reference_on=today).exists():
        return Released(tables=0, published=0, withheld=0, again=True)
    rows = []
    for name, population in declared.populations.items():
        if population.registry in CASE_REGISTRIES:
            rows_file = write_case_rows(population.registry, Path(settings.HOME) / "spill", at=at)
            counted = StandingRows(build=OF_CASES, file=rows_file, reference_on=today)
            rows += [_row(table) for table in _tables(declared, name, counted, at)]
    fact = StatisticsReleased(
        subject=f"cases:{today.isoformat()}",
        releases=len(rows),
        published=sum(row.published for row in rows),
        withheld=sum(row.withheld for row in rows),
    )
    with transaction.atomic():
        Release.objects.bulk_create(rows)
        publish(fact, actor=actor, at=at)
    return Released(tables=fact.releases, published=fact.published, withheld=fact.withheld, again=False)


@dataclass(frozen=True, kw_only=True)
class StandingRows:
    """What a population is counted from: a file of rows, the day that it speaks of, and the build that it is of."""

    build: int
    file: Path
    reference_on: date


def _of_build(build: StandingBuild, registry: str) -> StandingRows:
    return StandingRows(build=build.number, file=golden_files(build.folder, registry), reference_on=build.reference_on)


def _row(table: PublishedTable) -> Release:
    return Release(
        code=table.code,
        build=table.build,
        reference_on=table.reference_on,
        released_at=table.released_at,
        published=table.published,
        withheld=table.withheld,
        content=stored(table),
    )


def _tables(declared: Statistics, name: str, rows: StandingRows, at: datetime) -> Iterator[PublishedTable]:
    """Every declared table of a population, protected together."""
    population = declared.populations[name]
    counted = count_population(declared, name, golden=rows.file, reference_on=rows.reference_on)
    averages = count_averages(declared, name, golden=rows.file, reference_on=rows.reference_on)
    hidden = withheld(counted, smallest=declared.smallest)
    figures = {
        figure: None if figure in hidden else rounded(number, declared.round_to)
        for figure, number in counted.figures().items()
    }
    for code in declared.releases_of(name):
        table = _table(declared, code, figures, rows, at)
        yield replace(table, **_averages(table, population, averages))


def _averages(
    table: PublishedTable, population: Population, averages: Mapping[tuple[str, ...], Mapping[tuple[str, ...], float]]
) -> dict[str, Any]:
    """The averages that go with the figures that are shown: none where the figure is withheld, so that none tells of a few."""
    found = averages.get(tuple(axis.code for axis in table.axes), {})
    shown = {place: round(average, 1) for place, average in found.items() if table.numbers.get(place)}
    return {"average": population.average.names, "averages": shown} if population.average else {}


def _table(
    declared: Statistics, code: str, figures: Mapping[Figure, int | None], rows: StandingRows, at: datetime
) -> PublishedTable:
    release = declared.releases[code]
    population = declared.populations[release.population]
    axes = tuple(
        Axis(code=name, names=declared.dimensions[name].names, categories=declared.category_names(name))
        for name in release.by
    )
    return PublishedTable(
        code=code,
        names=release.names,
        population=population.names,
        unit=population.unit,
        source=population.source,
        axes=axes,
        smallest=declared.smallest,
        round_to=declared.round_to,
        build=rows.build,
        reference_on=rows.reference_on,
        released_at=at,
        numbers={place: figures[figure_at(place, axes, population.chain)] for place in places(axes)},
    )


def tally_month(month: date) -> int:
    """Count a month of cases (its first day) again, and keep that in place of what was kept; how many rows.

    A cache of what the facts of the cases have said already, so it announces nothing. Counting comes before the transaction.
    """
    rows = [
        MonthTally(month=month, department=department, service=service, division=division, **asdict(counts))
        for (department, service, division), counts in _counted_in(month).items()
    ]
    with transaction.atomic():
        MonthTally.objects.filter(month=month).delete()
        MonthTally.objects.bulk_create(rows)
    return len(rows)


def _counted_in(month: date) -> Mapping[tuple[str, str, str], Counts]:
    since, until = span_of(month)
    calendar = work_calendar()
    found: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for lodged in oversight.lodged_in(since, until):
        found[lodged.department, lodged.service, lodged.division].update(
            received=lodged.received, online=lodged.online, accepted=lodged.accepted, not_accepted=lodged.not_accepted
        )
    for rated in oversight.rated_in(since, until):
        found[rated.department, rated.service, rated.division].update(rated=rated.rated, satisfied=rated.satisfied)
    for one in oversight.finished_in(since, until):
        counted, decided_on = found[one.department, one.service, one.division], day_of(one.decided_at)
        counted["finished"] += 1
        counted["days"] += calendar.between(day_of(one.lodged_at), decided_on)
        if one.due_on is not None:
            counted["timed"] += 1
            counted["on_time"] += decided_on <= one.due_on
            counted["early"] += decided_on < one.due_on
    return {place: Counts(**counted) for place, counted in found.items()}
