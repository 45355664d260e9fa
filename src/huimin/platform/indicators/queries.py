"""Reads of indicators: the latest published tables. Nothing here reaches the registries' rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Max

from huimin.kernel.refusals import NotFound
from huimin.platform.indicators.declarations import Aged, statistics
from huimin.platform.indicators.models import Release
from huimin.platform.indicators.rules import AgeStructure
from huimin.platform.indicators.tables import PublishedTable, read
from huimin.platform.registries.records import builds, latest_build


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
    newest = Release.objects.aggregate(build=Max("build"))["build"]
    found = {row.code: read(row.content) for row in Release.objects.filter(build=newest)}
    return {code: found[code] for code in statistics().releases if code in found}


def get_table(code: str) -> PublishedTable:
    """The latest published table of this code. Raises NoSuchRelease."""
    row = Release.objects.filter(code=code).order_by("-build").first()
    if row is None or code not in statistics().releases:
        raise NoSuchRelease(code=code)
    return read(row.content)


def age_structure(table: PublishedTable, axis: str, **of: str) -> AgeStructure:
    """The published numbers of a table by its axis of age, of a category of the other one if given, as shares are read off them."""
    dimension = statistics().dimensions[axis]
    assert isinstance(dimension, Aged), f"{axis} is no dimension of age"
    return AgeStructure({band: table.number(**of, **{axis: code}) for code, band in dimension.bands.items()})
