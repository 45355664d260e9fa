"""What a build leaves behind, and the day that it speaks of."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import reference_day
from huimin.platform.registries import records
from huimin.platform.registries.tests.test_reconcile import ACTOR, Clock, built, land, town_rows

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D08")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    return tmp_path


def test_folders_of_old_builds_and_of_crashed_ones_go_and_the_two_latest_stay(home: Path) -> None:
    clock = Clock()
    land(home, town_rows(), clock)
    kept = [built(clock).folder for _ in range(3)][1:]
    crashed = records.builds() / "build-crashed"
    crashed.mkdir()
    assert crashed.name not in records.sweep()
    for folder in records.builds().glob("build-*"):
        os.utime(folder, (0, 0))
    assert crashed.name in records.sweep()
    assert sorted(folder.name for folder in records.builds().glob("build-*")) == sorted(kept)


def test_a_record_pushed_for_a_later_day_does_not_move_the_citys_day(home: Path) -> None:
    clock, rows = Clock(), town_rows()
    assert reference_day() is None
    land_rows("medins.insured", rows["medins.insured"][:1], actor=ACTOR, at=clock(), reference_on=date(2026, 6, 2))
    assert reference_day() == date(2026, 6, 2)
    land(home, rows, clock, day=date(2026, 6, 1))
    land_rows("medins.insured", rows["medins.insured"][1:2], actor=ACTOR, at=clock(), reference_on=date(2026, 6, 29))
    assert reference_day() == date(2026, 6, 1)
