"""Patrols: thinned, on shift only, forgotten in time; others read cells, not ways."""

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.coordinates import Point
from huimin.platform.grid.models import Patrol, PatrolCell
from huimin.platform.grid.operations import patrols as operations
from huimin.platform.grid.operations.patrols import Passed, _apart, thinned
from huimin.platform.grid.queries.patrols import own_patrols, patrol_coverage
from huimin.platform.grid.tests import factories_handsets as make
from huimin.platform.registries.tests import factories as people
from huimin.platform.registries.tests.factories_places import CELL, OTHER_CELL

pytestmark = pytest.mark.covers("G02")
MINUTE = timedelta(minutes=1)


def passed(minutes: float, longitude: float, latitude: float = 31.005) -> Passed:
    return Passed(make.NOW + minutes * MINUTE, Point(longitude, latitude))


@pytest.mark.unit
@given(st.lists(st.tuples(st.floats(0, 500), st.floats(118, 118.02), st.floats(31, 31.01)), max_size=60))
def test_what_is_left_out_lies_near_and_soon_after_what_is_kept(points: list[tuple[float, float, float]]) -> None:
    whole = [passed(*point) for point in points]
    kept = thinned(whole, metres=20, seconds=120)
    assert kept == sorted(kept, key=lambda one: one.at)
    assert set(kept) <= set(whole)
    for one, following in pairwise(kept):
        assert (following.at - one.at).total_seconds() >= 120 or _apart(one, following) >= 20
    for left_out in set(whole) - set(kept):
        before = [one for one in kept if one.at <= left_out.at]
        assert any((left_out.at - one.at).total_seconds() < 120 and _apart(one, left_out) < 20 for one in before)


@pytest.fixture
def walk(db: None, tmp_path: Path, settings: Any) -> Any:
    settings.HOME = tmp_path
    make.grid(tmp_path)
    worker = make.worker(CELL, OTHER_CELL)

    def record(*points: Passed, key: str = "walk-0001", ended_at: Any = None, at: Any = None) -> Patrol:
        return operations.record_patrol(
            worker=make.account_of(worker),
            key=key,
            points=points,
            ended_at=ended_at,
            actor=worker,
            at=at or make.NOW + timedelta(hours=3),
        )

    record.worker = worker  # type: ignore[attr-defined]
    return record


def test_parts_in_any_order_make_one_track_and_the_cells_walked(walk: Any) -> None:
    walk(passed(30, 118.011), passed(35, 118.015))
    walk(passed(5, 118.001), passed(10, 118.005))
    patrol = walk(ended_at=make.NOW + 40 * MINUTE)
    assert Patrol.objects.count() == 1
    assert (patrol.started_at, patrol.ended_at) == (make.NOW + 5 * MINUTE, make.NOW + 40 * MINUTE)
    assert [second for second, _x, _y in json.loads(patrol.points)] == [0, 300, 1500, 1800]
    assert set(PatrolCell.objects.values_list("cell", flat=True)) == {CELL, OTHER_CELL}
    assert own_patrols(make.account_of(walk.worker)) == [patrol]


def test_nothing_outside_of_the_workers_own_shift_is_kept(walk: Any) -> None:
    patrol = walk(passed(-600, 118.001), passed(5, 118.001), passed(300, 118.015))
    assert len(json.loads(patrol.points)) == 1
    with pytest.raises(operations.NotOnShift):
        walk(passed(-600, 118.001), key="walk-0002")
    with pytest.raises(operations.TooManyPoints):
        walk(*[passed(1, 118.001)] * 2_001, key="walk-0003")


def test_tracks_are_forgotten_and_cells_stay(walk: Any) -> None:
    patrol = walk(passed(5, 118.001))
    assert operations.forget_old_tracks(actor=people.SYSTEM, at=make.NOW + timedelta(days=30)) == 0
    assert operations.forget_old_tracks(actor=people.SYSTEM, at=make.NOW + timedelta(days=31)) == 1
    patrol.refresh_from_db()
    assert patrol.points == ""
    assert PatrolCell.objects.filter(patrol=patrol).exists()
    assert operations.forget_old_tracks(actor=people.SYSTEM, at=make.NOW + timedelta(days=31)) == 0


def test_a_command_post_reads_cells_and_nobodys_way(walk: Any) -> None:
    walk(passed(5, 118.001))
    found = patrol_coverage(make.operator(), at=make.NOW + timedelta(days=1))
    assert (found.cells, found.walked) == (2, 1)
    assert [(one.cell, one.days) for one in found.least] == [(OTHER_CELL, 0), (CELL, 1)]
    elsewhere = patrol_coverage(make.operator("340207", "qu_jiujiang.command"), at=make.NOW)
    assert elsewhere.cells == 0
    page = make.signed_in(make.operator()).get("/patrols/coverage/").content.decode()
    assert "只看网格有没有人走到" in page
    assert "118.001" not in page
    assert make.account_of(walk.worker).public_id not in page
    assert make.signed_in(walk.worker).get("/patrols/coverage/").status_code == 403
