"""The rules: what may be drawn, conditions, numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.process.rules import bpmn, refused, soundness
from huimin.platform.process.rules.expressions import Condition, ConditionNotAllowed, DataMissing, DataNotComparable
from huimin.platform.process.rules.graph import Limit, LimitUnit, NodeKind, Token
from huimin.platform.process.rules.numbers import find_number, item_number, process_number, process_of
from huimin.platform.process.rules.states import (
    ITEM_MOVES,
    LIVE,
    PROCESS_MOVES,
    DataNotFit,
    ItemState,
    ProcessState,
    fit_data,
)
from huimin.platform.process.rules.tokens import advance, detached_scope, ended_by_return
from huimin.platform.process.tests.factories import Drawing, side_by_side, two_steps
from huimin.platform.process.tests.factories import bpmn as drawn

pytestmark = pytest.mark.unit


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "data", "answer"),
        [
            ('decide == "ok"', {"decide": "ok"}, True),
            ("${amount >= 100 and not urgent}", {"amount": 100, "urgent": False}, True),
            ('kind in ["a", "b"] or amount > 3', {"kind": "c", "amount": 3}, False),
            ("1 < amount <= 5", {"amount": 5}, True),
            ("amount == -1", {"amount": -1}, True),
            ('kind not in ("a",)', {"kind": "a"}, False),
            ("approved", {"approved": True}, True),
        ],
    )
    def test_holds(self, text, data, answer):
        assert Condition.parse(text).holds(data) is answer

    @pytest.mark.parametrize(
        "text",
        ["", "a.b", "f(1)", "a + 1", "__import__('os')", "[x for x in a]", "a if b else c", "lambda: 1", "a := 1", "a ==", "a[0]",
         "b'x' == a", "x" * 600, "(" * 300 + "a" + ")" * 300, "f'{a}'", "a is None"],
    )  # fmt: skip
    def test_refuses_everything_else(self, text):
        with pytest.raises(ConditionNotAllowed):
            Condition.parse(text)

    def test_never_guesses(self):
        with pytest.raises(DataMissing, match="DataMissing"):
            Condition.parse("amount > 3").holds({})
        with pytest.raises(DataNotComparable):
            Condition.parse("amount > 3").holds({"amount": "many"})

    @given(st.text(max_size=60))
    def test_any_text_is_parsed_or_refused(self, text):
        try:
            condition = Condition.parse(text)
        except ConditionNotAllowed:
            return
        try:
            condition.holds({})
        except (DataMissing, DataNotComparable):
            return


class TestReading:
    def test_two_steps(self):
        graph = bpmn.compiled(two_steps().text())
        check = graph.nodes["check"]
        assert (check.kind, check.post, check.limit, check.outcomes) == (
            NodeKind.USER_TASK, "gaj.data", Limit(5, LimitUnit.WORKING_DAYS), ("ok", "bad"),
        )  # fmt: skip
        assert [node.id for node in graph.user_tasks] == ["check", "decide"]

    def test_join_is_matched_with_its_split(self):
        assert dict(bpmn.compiled(side_by_side().text()).joins) == {"join": "split"}

    def test_other_modellers_parts_are_read_over(self):
        text = drawn(
            '<extensionElements><x:thing xmlns:x="urn:x"><x:other/></x:thing></extensionElements>'
            '<laneSet id="lanes"><lane id="lane"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
            '<startEvent id="s"><outgoing>f1</outgoing></startEvent><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>'
            '<userTask id="a" name="办" xmlns:c="urn:camunda" c:assignee="demo" hm:post="x.y"><documentation>…</documentation></userTask>'
            '<sequenceFlow id="f2" sourceRef="a" targetRef="e"/><endEvent id="e"/>'
            '<textAnnotation id="note"><text>…</text></textAnnotation>'
        )
        assert bpmn.compiled(text).nodes["a"].post == "x.y"

    @pytest.mark.parametrize(
        ("drawing", "refusal"),
        [
            (Drawing().start().user("a").line("start", "a"), soundness.NoEnd),
            (Drawing().user("a").end().line("a", "end"), refused.NotOneStart),
            (Drawing().start().start("again").end().line("start", "end").line("again", "end"), refused.NotOneStart),
            (Drawing().start().end().user("lost").line("start", "end").line("lost", "end"), soundness.NodeUnreachable),
            (Drawing().start().end().exclusive("x", "d").user("trap").line("start", "x").line("x", "end", id="d")
             .line("x", "trap", when="a == 1").line("trap", "trap"), soundness.NoWayToEnd),
            (Drawing().start().user("a").user("b").end().line("start", "a", "b", "end").line("a", "end"), soundness.ImplicitSplit),
            (Drawing().start().exclusive("x").user("a").end().line("start", "x", "a", "end").line("x", "end", when="k == 1"),
             soundness.NoDefaultFlow),
            (Drawing().start().exclusive("x", "d").user("a").end().line("start", "x", "a", "end").line("x", "end", id="d"),
             soundness.ConditionMissing),
            (Drawing().start().user("a").end().line("start", "a", when="k == 1").line("a", "end"), soundness.ConditionMisplaced),
            (Drawing().start().end().line("start", "end").line("end", "nowhere"), refused.FlowDangling),
            (Drawing().start().end().line("start", "nowhere"), refused.FlowDangling),
            (Drawing().start().user("a", post="").end().line("start", "a", "end"), refused.PostMissing),
            (Drawing().start().service("a", "").end().line("start", "a", "end"), refused.StepMissing),
            (Drawing().start().user("a", attributes='hm:limit="soon"').end().line("start", "a", "end"), refused.LimitNotUnderstood),
            (Drawing().start().user("a", attributes='hm:limit="P1D" hm:workingDays="1"').end().line("start", "a", "end"),
             refused.LimitNotUnderstood),
            (Drawing().start().user("a", attributes='hm:deadline="5"').end().line("start", "a", "end"), refused.AttributeNotSupported),
            (Drawing().start().user("a").user("a").end().line("start", "a", "end"), refused.IdNotUsable),
            (Drawing().start().user("a-1").user("a_1").end().line("start", "a-1", "a_1", "end"), refused.IdNotUsable),
            (Drawing().start().user("a").end().boundary("b", "end", 1).line("start", "a", "end").line("b", "end"), refused.TimerMisplaced),
            (Drawing().start().exclusive("x", "d").exclusive("y").user("a").end().line("start", "y", "x").line("x", "y", id="d")
             .line("x", "a", when="k == 1").line("a", "end"), soundness.LoopWithoutPause),
        ],
    )  # fmt: skip
    def test_what_is_outside_the_subset_is_refused_by_name(self, drawing, refusal):
        with pytest.raises(refusal) as refused:
            bpmn.compiled(drawing.text())
        assert refused.value.sentence("zh")
        assert refused.value.sentence("en")

    def test_elements_outside_the_subset_are_named_with_their_line(self):
        text = drawn('<startEvent id="s"/>\n<scriptTask id="t"/>')
        with pytest.raises(refused.ElementNotSupported) as caught:
            bpmn.compiled(text)
        assert caught.value.details == {"element": "scriptTask", "line": 5}
        with pytest.raises(refused.ElementNotSupported, match="ElementNotSupported"):
            bpmn.compiled(
                drawn('<startEvent id="s"/><userTask id="t" hm:post="a.b"><standardLoopCharacteristics/></userTask>')
            )

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no xml",
            "<definitions/>",
            "<!DOCTYPE d [<!ENTITY e 'x'>]><definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
        ],
    )
    def test_what_is_no_bpmn_is_refused(self, text):
        with pytest.raises(refused.NotBpmn):
            bpmn.compiled(text)

    def test_one_process(self):
        with pytest.raises(refused.NotOneProcess):
            bpmn.compiled('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')

    def test_an_outside_file_is_never_read(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("secret")
        text = f"<!DOCTYPE d [<!ENTITY e SYSTEM '{secret.as_uri()}'>]>" + two_steps().text().split("?>")[1].replace(
            'name="check"', 'name="&e;"'
        )
        with pytest.raises(refused.NotBpmn):
            bpmn.compiled(text)


def parallel(*branches: str) -> Drawing:
    """start → split → the branches, given as the nodes between split and end of the branch."""
    return Drawing().start().parallel("split").line("start", "split")


class TestSoundness:
    @pytest.mark.parametrize(
        "drawing",
        [
            # a branch may end while the join waits for it
            parallel().user("a").user("b").exclusive("x", "d").parallel("join").end().end("early")
            .line("split", "a", "join", "end").line("split", "b", "x").line("x", "join", id="d").line("x", "early", when="k == 1"),
            # two flows of one branch reach the join
            parallel().user("a").user("b").exclusive("x", "d").user("c").parallel("join").end()
            .line("split", "a", "join", "end").line("split", "b", "x")
            .line("x", "join", id="d").line("x", "c", when="k == 1").line("c", "join"),
            # a choice is joined as if it were a fork
            Drawing().start().exclusive("x", "d").user("a").user("b").parallel("join").end().line("start", "x").line("x", "a", id="d")
            .line("x", "b", when="k == 1").line("a", "join", "end").line("b", "join"),
            # branches of two splits meet crosswise
            parallel().parallel("s2").user("a").user("b").user("c").parallel("j1").parallel("j2").end()
            .line("split", "s2").line("split", "c", "j1")
            .line("s2", "a", "j1").line("s2", "b", "j2").line("j1", "j2", "end"),
            # a join in front of which a loop comes back
            Drawing().start().user("a").parallel("join").exclusive("x", "d").end()
            .line("start", "join").line("join", "a", "x").line("x", "end", id="d").line("x", "join", when="k == 1"),
        ],
    )  # fmt: skip
    def test_a_join_that_may_wait_for_ever_is_refused(self, drawing):
        with pytest.raises(soundness.JoinMayDeadlock):
            bpmn.compiled(drawing.text())

    def test_jumping_out_of_a_branch_is_refused(self):
        drawing = (
            Drawing().start().user("a").parallel("split").user("b").user("c").parallel("join").exclusive("x", "d").end()
            .line("start", "a", "split").line("split", "b", "x").line("x", "join", id="d").line("x", "a", when="k == 1")
            .line("split", "c", "join", "end")
        )  # fmt: skip
        with pytest.raises(soundness.BranchesMix):
            bpmn.compiled(drawing.text())

    def test_branches_may_each_end_by_themselves(self):
        drawing = (
            parallel().user("a").user("b").end().end("other").line("split", "a", "end").line("split", "b", "other")
        )
        assert not bpmn.compiled(drawing.text()).joins


FLAT = bpmn.compiled(Drawing().start().user("a").user("b").end().line("start", "a", "b", "end").text())


class TestTokens:
    def test_a_join_lets_the_last_through_once(self):
        graph = bpmn.compiled(side_by_side().text())
        fork = advance(graph, Token("intake"), resting=[], data={}, runs=0)
        assert fork.opened == (Token("left", "/1"), Token("right", "/1"))
        first = advance(graph, Token("left", "/1"), resting=[Token("right", "/1")], data={}, runs=1)
        assert first.opened == ()
        assert advance(graph, Token("right", "/1"), resting=[], data={}, runs=1).opened == (Token("conclude", ""),)

    def test_a_line_of_its_own_holds_no_join_up(self):
        graph = bpmn.compiled(side_by_side().text())
        moved = advance(graph, Token("right", "/1"), resting=[Token("elsewhere", detached_scope(2))], data={}, runs=2)
        assert moved.opened == (Token("conclude", ""),)

    @pytest.mark.parametrize(
        ("leaving", "back_to", "ended"),
        [
            (("b", ""), ("a", ""), set()),
            (("b", "/1"), ("a", ""), {("x", "/1"), ("y", "/1/2")}),
            (("b", "/1/2"), ("a", "/1"), {("y", "/1/2")}),
            (("b", "/4"), ("a", "/1"), set()),
            (("b", ""), ("a", "/1"), set()),
            (("b", "/10"), ("a", ""), {("z", "/10")}),
        ],
    )
    def test_going_back_before_a_block_ends_its_other_branches(self, leaving, back_to, ended):
        resting = [Token("x", "/1"), Token("y", "/1/2"), Token("z", "/10"), Token("w", "~3")]
        there, found = ended_by_return(FLAT, leaving=Token(*leaving), back_to=Token(*back_to), resting=resting)
        assert there == Token(*back_to)
        assert {(token.node, token.scope) for token in found} == ended


class TestNumbers:
    def test_form(self):
        assert process_number(2026, 123) == "HM-2026-0000123H"
        assert item_number("HM-2026-0000123H", 2) == "HM-2026-0000123H-02"
        assert process_of("HM-2026-0000123H-02") == "HM-2026-0000123H"

    def test_typed_carelessly(self):
        assert find_number(" hm20260000123h ") == "HM-2026-0000123H"
        assert find_number("ＨＭ－2026-0000123H-02".replace("－", "-")) == "HM-2026-0000123H-02"

    @given(st.integers(2000, 2999), st.integers(1, 10**9), st.data())
    def test_every_slip_of_a_digit_is_caught(self, year, serial, data):
        number = process_number(year, serial)
        assert find_number(number) == number
        body = f"{year:04d}{serial:07d}"
        place = data.draw(st.integers(0, len(body) - 1))
        digit = data.draw(st.sampled_from([d for d in "0123456789" if d != body[place]]))
        wrong = body[:place] + digit + body[place + 1 :]
        assert find_number(f"HM-{wrong[:4]}-{wrong[4:]}{number[-1]}") is None


class TestStates:
    def test_moves_are_complete(self):
        assert set(ITEM_MOVES) == set(ItemState)
        assert set(PROCESS_MOVES) == set(ProcessState)
        assert {state for state, to in ITEM_MOVES.items() if to} == LIVE | {ItemState.DONE}

    @pytest.mark.parametrize(
        "data",
        [
            {"x": {"deep": 1}},
            {"x": "y" * 200},
            {"n": "340204195603120947"},
            {"p": "13812345678"},
            {"a b": 1},
            {"x": ["13812345678"]},
        ],
    )
    def test_data_that_may_not_be_kept(self, data):
        with pytest.raises(DataNotFit):
            fit_data(data)

    def test_data_that_may(self):
        assert fit_data({"a": 1, "b": True, "c": None, "d": "code", "e": ["x", "y"]})
