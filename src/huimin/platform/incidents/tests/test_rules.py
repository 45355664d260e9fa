"""The rules of incidents: numbers, states, routing, limits, and what every declared class must have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.incidents.checks import area_faults, limit_faults, routing_faults
from huimin.platform.incidents.declarations import AreasFile, LimitsFile, areas, limits, routing, standard, standards
from huimin.platform.incidents.declarations.local import GRADES, STANDARD, _limits
from huimin.platform.incidents.rules import (
    MOVES,
    OPEN,
    OVER,
    BadKey,
    Channel,
    Facts,
    NewReport,
    NoPlace,
    Route,
    State,
    incident_number,
    is_incident_number,
    may_move,
    route,
)
from huimin.platform.process.rules.limits import limit_said

pytestmark = [pytest.mark.unit, pytest.mark.covers("G04")]
CODES = sorted(standard().classes)
DISTRICTS = [("340202", "qu_jinghu"), ("340209", "qu_yijiang"), ("340281", "shi_wuwei")]


class TestNumbers:
    def test_it_reads_as_its_district_and_year(self):
        assert incident_number("340202", "HM-2026-0001234K")[:17] == "WG-340202-26-0001"
        assert is_incident_number(incident_number("340202", "HM-2026-0001234K").lower())

    @given(st.integers(1, 9_999_999), st.integers(0, 9))
    def test_a_wrong_digit_is_found(self, serial, digit):
        number = incident_number("340202", f"HM-2026-{serial:07}X")
        other = f"{number[:-2]}{digit}{number[-1]}"
        assert is_incident_number(other) == (other == number)


class TestStates:
    def test_every_state_has_its_moves_and_each_leads_somewhere_known(self):
        assert set(MOVES) == set(State) == OPEN | OVER
        assert not OPEN & OVER

    def test_whatever_is_open_can_come_to_an_end(self):
        ends = set(OVER)
        while grown := {one for one in State if MOVES[one] & ends} - ends:
            ends |= grown
        assert ends == set(State)

    def test_what_is_void_stays_void(self):
        assert not any(may_move(State.VOID, other) for other in State)


class TestReports:
    @pytest.mark.parametrize("key", ["short", "x" * 65, "with space 1", "中文中文中文中文"])
    def test_a_key_that_is_none_is_refused(self, key):
        with pytest.raises(BadKey):
            NewReport(key=key, channel=Channel.WORKER, address="x")

    def test_a_place_is_wanted(self):
        with pytest.raises(NoPlace):
            NewReport(key="12345678", channel=Channel.WORKER, longitude=118.0)


class TestRouting:
    ROWS = (
        Route(of_class="*", departments=("cgj",)),
        Route(of_class="01", departments=("{district}",)),
        Route(of_class="01010", departments=("zjj", "{district}")),
        Route(of_class="01010", division="340209", departments=("jtj",)),
        Route(of_class="C", owner="{owner}", departments=("{owner}",)),
    )

    @pytest.mark.parametrize(
        ("facts", "departments"),
        [
            (Facts(class_code="05001"), ("cgj",)),
            (Facts(class_code="01002", division="340202", district="qu_jinghu"), ("qu_jinghu",)),
            (Facts(class_code="01002"), ("cgj",)),
            (Facts(class_code="01010", division="340202", district="qu_jinghu"), ("zjj", "qu_jinghu")),
            (Facts(class_code="01010", division="340209", district="qu_yijiang"), ("jtj",)),
            (Facts(class_code="C01001", owner="water"), ("water",)),
            (Facts(class_code="C01001"), ("cgj",)),
            (Facts(class_code=""), ()),
        ],
    )
    def test_the_most_telling_row_counts(self, facts, departments):
        assert route(self.ROWS, facts).departments == departments

    @given(st.sampled_from(CODES), st.sampled_from(DISTRICTS), st.sampled_from(["", "water", "power"]))
    def test_the_citys_table_sends_everything_somewhere_and_nothing_to_a_placeholder(self, code, district, owner):
        rows = tuple(row.as_rule for row in routing().rows)
        found = route(rows, Facts(class_code=code, division=district[0], district=district[1], owner=owner)).departments
        assert found
        assert len(set(found)) == len(found)
        assert not any("{" in one for one in found)

    @given(st.permutations(range(5)))
    def test_the_order_of_rows_that_tell_differently_does_not_matter(self, order):
        rows = [self.ROWS[place] for place in order]
        facts = Facts(class_code="01010", division="340209", district="qu_yijiang")
        assert route(rows, facts).departments == ("jtj",)


class TestLimits:
    @given(st.sampled_from(CODES), st.sampled_from(GRADES), st.booleans())
    def test_every_class_has_a_limit_everywhere_that_clocks_understand(self, code, grade, urgent):
        said = limits().disposal(code, grade, urgent=urgent)
        assert said is not None
        assert limit_said(said).amount >= 1

    @given(st.sampled_from(CODES))
    def test_a_busier_place_has_never_more_time(self, code):
        declared = [limit_said(str(limits().disposal(code, grade, urgent=False))) for grade in GRADES]
        hours = {"working_days": 7, "office_hours": 1, "hours": 1, "days": 24}
        lengths = [one.amount * hours[one.unit] for one in declared]
        assert lengths == sorted(lengths)

    def test_the_finest_area_counts(self):
        declared = AreasFile(otherwise="C", grades={"A": ("340202001",), "B": ("340202",)})
        assert [declared.grade_of(cell) for cell in ("340202001001001", "340202002001001", "340209001001001")] == list(
            "ABC"
        )


class TestDeclarations:
    def test_both_standards_and_the_house_are_whole(self):
        assert {"GB/T 30428", "GB/T 47678.5"} <= set(standards())
        assert standard().of("01002").names.zh == "暴露垃圾"
        assert standard().of_component("0101").code == "C01001"
        for declared in standards().values():
            assert all(one.names.zh and one.names.en for one in declared.classes.values())

    def test_a_class_without_limit_is_named_with_file_and_line(self, tmp_path):
        whole = limits().model_dump()
        whole["classes"] = {"01": whole["classes"]["01"], "99": whole["classes"]["01"]}
        path = tmp_path / "limits.yaml"
        path.write_text("classes:\n  '01': {}\n", "utf-8")
        said = [str(one) for one in limit_faults(LimitsFile.model_validate(whole), path)]
        assert any("no limit for class 05001" in one for one in said)
        assert any("has no such class" in one for one in said)
        assert all(f"{path}:" in one for one in said)

    def test_an_unknown_department_and_a_class_that_goes_nowhere_are_named(self):
        declared = routing()
        lost = declared.model_copy(update={"rows": (declared.rows[1].model_copy(update={"departments": ("nobody",)}),)})
        said = [str(one) for one in routing_faults(lost, STANDARD / "routing.yaml")]
        assert any("departments: nobody" in one for one in said)
        assert any("goes nowhere" in one for one in said)

    def test_an_area_elsewhere_is_named(self):
        said = list(area_faults(AreasFile(grades={"A": ("110101",)}), STANDARD / "areas.yaml"))
        assert len(said) == 1
        assert not list(area_faults(areas(), STANDARD / "areas.yaml"))

    def test_a_limit_that_is_none_stops_the_start(self, tmp_path):
        path = Path(tmp_path, "limits.yaml")
        path.write_text((STANDARD / "limits.yaml").read_text("utf-8").replace("workingDays:1", "soon"), "utf-8")
        with pytest.raises(DeclarationWrong):
            _limits(path)
