"""The demonstration's grid: every cell walked, every worker with a cell, a week of shifts, components inside of their cells."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.grid import demonstrate as demo
from huimin.platform.grid import queries
from huimin.platform.grid.models import Assignment, Component, Shift
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.covers("G01", "G03")]


@pytest.mark.unit
@given(st.lists(st.integers(1, 900), min_size=1, max_size=9), st.data())
def test_shares_add_up_and_leave_nobody_out(sizes: list[int], data: Any) -> None:
    whole = data.draw(st.integers(len(sizes) * 20, len(sizes) * 2000))
    parts = demo.shares(sizes, whole)
    assert min(parts) >= 1
    # Where a tiny district is given one worker, the whole may be exceeded by as many as there are such.
    assert whole <= sum(parts) <= whole + len(sizes)


@pytest.mark.unit
def test_shares_are_the_whole_for_the_citys_districts() -> None:
    assert sum(demo.shares([618, 795, 530, 442, 530, 706, 884], demo.WORKERS)) == demo.WORKERS


@pytest.mark.django_db
def test_a_grid_comes_to_life_once(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path
    assert demo.demonstrate(actor=make.SYSTEM, at=make.AT) == 0
    grid.take(tmp_path)
    grid.posts()
    for code in ("cgj", "zjj", "water"):
        grid.department(code)
    persona = grid.worker()
    monkeypatch.setattr(demo, "WORKERS", 12)
    assert demo.demonstrate(actor=make.SYSTEM, at=make.AT) > 12
    today = timezone.localdate(make.AT)
    assert not queries.uncovered_cells(make.SYSTEM, on=today).exists()
    standing = queries.coverage(make.SYSTEM, on=today, at=make.AT)
    assert (standing.cells, standing.covered, standing.workers) == (18, 18, 12)
    assert Assignment.objects.filter(is_first=True).count() == 18
    assert queries.cells_of(make.account_of(persona), on=today)
    assert Shift.objects.count() == 12 * 6
    for one in Component.objects.all():
        assert queries.cell_at(one.longitude, one.latitude) == one.cell
        assert one.code.startswith(one.division + one.class_code)
    assert demo.demonstrate(actor=make.SYSTEM, at=make.AT) == 0
