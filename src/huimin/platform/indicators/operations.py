"""Writes of indicators: one, the release of statistics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from huimin.kernel.refusals import Refusal
from huimin.platform.indicators.counting import count_population
from huimin.platform.indicators.declarations import Statistics, statistics
from huimin.platform.indicators.events import StatisticsReleased
from huimin.platform.indicators.models import Release
from huimin.platform.indicators.queries import StandingBuild
from huimin.platform.indicators.rules import Figure, rounded, withheld
from huimin.platform.indicators.tables import Axis, PublishedTable, figure_at, places, stored
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
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
    """Count, protect and publish every declared table for a build; once for each build, whoever asks again.

    A second release of the same build by other rules would let the two be held against each other: changed declarations take effect
    with the next build. Counting and protecting come before the transaction, so that nobody waits for them. Raises NothingToCount
    without a build.
    """
    if build is None:
        raise NothingToCount
    if (before := _released_before(build.number)) is not None:
        return before
    rows = [
        Release(
            code=table.code,
            build=table.build,
            reference_on=table.reference_on,
            released_at=at,
            published=table.published,
            withheld=table.withheld,
            content=stored(table),
        )
        for table in _tables(statistics(), build, at)
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


def _tables(declared: Statistics, build: StandingBuild, at: datetime) -> Iterator[PublishedTable]:
    """Every declared table, protected together with the others of its population."""
    for name, population in declared.populations.items():
        golden = golden_files(build.folder, population.registry)
        counted = count_population(declared, name, golden=golden, reference_on=build.reference_on)
        hidden = withheld(counted, smallest=declared.smallest)
        figures = {
            figure: None if figure in hidden else rounded(number, declared.round_to)
            for figure, number in counted.figures().items()
        }
        for code in declared.releases_of(name):
            yield _table(declared, code, figures, build, at)


def _table(
    declared: Statistics, code: str, figures: Mapping[Figure, int | None], build: StandingBuild, at: datetime
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
        build=build.number,
        reference_on=build.reference_on,
        released_at=at,
        numbers={place: figures[figure_at(place, axes, population.chain)] for place in places(axes)},
    )
