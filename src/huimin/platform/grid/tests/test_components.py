"""Components: the standards' classes, a survey with its mistakes, changes of state, who may see and change which."""

from pathlib import Path
from typing import Any

import pytest

from huimin.kernel.coordinates import metres_between, to_gcj02
from huimin.platform.grid import operations, queries
from huimin.platform.grid.declarations import (
    BadComponentCode,
    NoSuchComponentClass,
    component_standard,
    component_standards,
    standard_of_code,
)
from huimin.platform.grid.events import ComponentMoved, ComponentsTaken
from huimin.platform.grid.models import Component, ComponentBound
from huimin.platform.grid.tests import factories_grid as grid
from huimin.platform.journal.models import Entry
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.covers("G01", "G06")]
State = Component.State


@pytest.mark.unit
def test_both_standards_are_there_with_codes_of_their_length() -> None:
    assert {ref: one.code_digits for ref, one in component_standards().items()} == {
        "GB/T 30428": 16,
        "GB/T 47678.5": 17,
    }
    assert component_standard("GB/T 30428").names_of("0102").zh == "污水井盖"
    assert component_standard("GB/T 47678.5").names_of("01002").zh == "污水井盖"
    assert component_standard("GB/T 47678.5").provisional


@pytest.mark.unit
def test_a_code_names_its_class() -> None:
    assert standard_of_code("3402020118000001").class_in("3402020118000001") == "0118"
    assert standard_of_code("34020201018000001").class_in("34020201018000001") == "01018"
    with pytest.raises(BadComponentCode):
        standard_of_code("34020201").class_in("34020201")
    with pytest.raises(NoSuchComponentClass):
        component_standard("GB/T 30428").class_in("3402020988000001")


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    grid.take(tmp_path)
    grid.posts()
    for code in ("cgj", "water"):
        grid.department(code)


SHIFTED = to_gcj02(*grid.middle(2))
SURVEY = f"""标识码,名称,经度,纬度,坐标系,主管部门代码,权属单位代码,养护单位代码,状态,初始日期,备注
3402020118000001,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,cgj,cgj,cgj,完好,2020-05-01,
3402020101000001,,{SHIFTED[0]},{SHIFTED[1]},gcj02,cgj,water,,破损,,井盖缺角
34020202010000001,消火栓,{grid.middle(3)[0]},{grid.middle(3)[1]},,cgj,,,,,
3402020118000001,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,cgj,,,,,
3402020118000002,路灯,117.0,30.0,,cgj,,,,,
3402020118000003,路灯,east,31.3,,cgj,,,,,
3402020118000004,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,nobody,,,,,
3402020118000005,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,cgj,,,崭新,,
3402020118000006,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},bd09,cgj,,,,,
34020201180000,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,cgj,,,,,
3402020118000007,路灯,{grid.middle(1)[0]},{grid.middle(1)[1]},,cgj,,,,1.5.2020,
"""


def test_a_survey_is_taken_over_and_every_wrong_row_told(city: None) -> None:
    taken = operations.take_components(SURVEY.encode(), actor=make.SYSTEM, at=make.AT)
    assert (taken.rows, taken.made, taken.changed) == (11, 3, 0)
    assert [one.line for one in taken.refused] == [5, 6, 7, 8, 9, 10, 11, 12]
    cover = queries.component_coded("3402020101000001")
    assert (cover.name, cover.state, cover.note, cover.cell) == ("上水井盖", State.BROKEN, "井盖缺角", grid.cell(2))
    assert cover.owner is not None
    assert (cover.authority.code, cover.owner.code, cover.maintainer) == ("cgj", "water", None)
    # GCJ-02 was taken back: the point is where it is, not where the map showed it.
    assert metres_between(cover.longitude, cover.latitude, *grid.middle(2)) < 0.5
    assert queries.component_coded("34020202010000001").standard_ref == "GB/T 47678.5"
    fact = Entry.objects.get(kind=ComponentsTaken.kind).fact
    assert (fact.rows, fact.refused, fact.made) == (11, 8, 3)  # type: ignore[attr-defined]


def test_the_same_survey_changes_nothing_and_a_new_one_what_it_says(city: None) -> None:
    operations.take_components(SURVEY.encode(), actor=make.SYSTEM, at=make.AT)
    again = operations.take_components(SURVEY.encode(), actor=make.SYSTEM, at=make.AT)
    assert (again.made, again.changed) == (0, 0)
    newer = operations.take_components(SURVEY.replace("井盖缺角", "已围挡").encode(), actor=make.SYSTEM, at=make.AT)
    assert (newer.made, newer.changed) == (0, 1)
    assert queries.component_coded("3402020101000001").note == "已围挡"


def move(one: Component, state: str, by: Any, reason: str = "巡查发现") -> Component:
    return operations.move_component(code=one.code, state=state, reason=reason, actor=by, at=make.AT)


def test_a_state_changes_with_a_reason_and_is_journalled(city: None) -> None:
    one = grid.component()
    moved = move(one, "broken", grid.operator())
    assert (moved.state, moved.note) == (State.BROKEN, "巡查发现")
    fact = Entry.objects.get(kind=ComponentMoved.kind).fact
    assert (fact.before, fact.after, fact.cell) == ("intact", "broken", grid.cell(1))  # type: ignore[attr-defined]
    with pytest.raises(operations.ReasonMissing):
        move(one, "intact", grid.operator(), reason=" ")


def test_what_was_removed_stays_removed(city: None) -> None:
    one = grid.component(state=State.REMOVED)
    with pytest.raises(ComponentBound):
        move(one, "intact", grid.operator())


def test_a_state_is_changed_by_its_departments_and_the_command_post_of_its_cell(city: None) -> None:
    one = grid.component(owner=grid.department("water"))
    move(one, "broken", make.official("water.dispose", "incident_handler", ("999999",)))
    with pytest.raises(operations.NotYours):
        move(one, "intact", grid.operator("qu_jiujiang", "340207"))
    with pytest.raises(queries.NoSuchComponent):
        queries.access_component(one.code, grid.operator("qu_jiujiang", "340207"))
    assert queries.access_component(one.code, grid.operator()).code == one.code


def test_the_nearest_come_first_and_removed_ones_not_at_all(city: None) -> None:
    east, north = grid.middle(5)
    near = grid.component(longitude=east + 0.0001, latitude=north, cell=grid.cell(5))
    nearest = grid.component(longitude=east, latitude=north, cell=grid.cell(5))
    grid.component(longitude=east, latitude=north, cell=grid.cell(5), state=State.REMOVED)
    grid.component(longitude=east + 0.01, latitude=north, cell=grid.cell(6))
    found = queries.components_near(east, north, metres=50, limit=5)
    assert [one.code for one in found] == [nearest.code, near.code]
    assert [one.code for one in queries.components_near(east, north, metres=50, limit=1)] == [nearest.code]


def test_components_are_seen_within_the_divisions_of_ones_post(city: None) -> None:
    here, there = grid.component(), grid.component(street=grid.OTHER)
    assert [one.code for one in queries.components_within(grid.operator())] == [here.code]
    city_wide = make.official("cgj.dispose", "incident_handler")
    assert {one.code for one in queries.components_within(city_wide)} == {here.code, there.code}
    assert [one.code for one in queries.components_within(city_wide, cell="340207")] == [there.code]
