"""Going back, called processes, machines' steps, endings: on the real journal, identity and database."""

from datetime import date

import pytest

from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.process.rules.states import DataNotFit, ProcessState
from huimin.platform.process.tests.acting import (
    DAY,
    HOUR,
    POSTS,
    asked,
    at_post,
    begun,
    do,
    live,
    state_of,
    three_steps,
)
from huimin.platform.process.tests.factories import NOW, SYSTEM, Drawing, actor_of, publish

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01")]


class TestGoingBack:
    def test_to_any_earlier_step(self, police, civil, health):
        process = begun(three_steps())
        do(live(process)["intake"], police)
        do(live(process)["check"], civil)
        item = live(process)["decide"]
        operations.claim(number=item.number, actor=actor_of(health), at=NOW)
        item = queries.access_work_item(actor_of(health), item.number, at=NOW)
        assert [earlier.node for earlier in queries.earlier_steps(item)] == ["check", "intake"]
        with pytest.raises(operations.NothingBefore):
            operations.send_back(number=item.number, to="decide", reason="x", actor=actor_of(health), at=NOW)
        back = operations.send_back(number=item.number, to="intake", reason="缺件", actor=actor_of(health), at=NOW)
        assert (back.node, back.holder, set(live(process))) == ("intake", police, {"intake"})
        operations.complete(number=back.number, actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"check"}

    def test_never_into_the_branch_beside(self, police, civil):
        drawing = (
            Drawing().start().parallel("split").user("a").user("a2").user("b", "mzj.data").parallel("join").end()
            .line("start", "split").line("split", "a", "a2", "join").line("split", "b", "join", "end")
        )  # fmt: skip
        process = begun(drawing)
        do(live(process)["a"], police)
        item = live(process)["b"]
        operations.claim(number=item.number, actor=actor_of(civil), at=NOW)
        for to in ("a", ""):
            with pytest.raises(operations.NothingBefore):
                operations.send_back(number=item.number, to=to, reason="x", actor=actor_of(civil), at=NOW)

    def test_taking_back_what_nobody_has_touched(self, police, civil):
        process = begun(
            Drawing().start().user("check", attributes='hm:outcomes="ok bad" hm:workingDays="5"').user("decide", "mzj.data").end()
            .line("start", "check", "decide", "end")
        )  # fmt: skip
        item = live(process)["check"]
        do(item, police, "bad")
        again = operations.take_back(number=item.number, reason="按错了", actor=actor_of(police), at=NOW + HOUR)
        assert (set(live(process)), again.holder, again.due_on) == ({"check"}, police, item.due_on)
        process.refresh_from_db()
        assert process.data == {}
        assert Deadline.objects.get(item=again, closed_at=None).started_at == NOW
        operations.complete(number=again.number, outcome="ok", actor=actor_of(police), at=NOW + HOUR)
        operations.claim(number=live(process)["decide"].number, actor=actor_of(civil), at=NOW + HOUR)
        with pytest.raises(operations.GoneOn):
            operations.take_back(number=again.number, actor=actor_of(police), at=NOW + HOUR)

    def test_taking_back_from_a_join(self, police, civil):
        drawing = (
            Drawing().start().parallel("split").user("a").user("b", "mzj.data").parallel("join").user("next").end()
            .line("start", "split").line("split", "a", "join").line("split", "b", "join", "next", "end")
        )  # fmt: skip
        process = begun(drawing)
        first = live(process)["a"]
        do(first, police)
        again = operations.take_back(number=first.number, actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"a", "b"}
        do(live(process)["b"], civil)
        operations.complete(number=again.number, actor=actor_of(police), at=NOW)
        assert set(live(process)) == {"next"}
        with pytest.raises(operations.GoneOn):
            operations.take_back(
                number=WorkItem.objects.get(process=process, node="b").number, actor=actor_of(civil), at=NOW
            )

    def test_taking_back_a_signature_in_turn(self, police, civil, health):
        process = begun(asked(sequential=True), data={"posts": POSTS})
        first = at_post(process, "gaj.data")
        do(first, police, "refuse")
        operations.take_back(number=first.number, actor=actor_of(police), at=NOW)
        operations.complete(number=at_post(process, "gaj.data").number, outcome="agree", actor=actor_of(police), at=NOW)
        do(at_post(process, "mzj.data"), civil, "agree")
        do(at_post(process, "wjw.data"), health, "agree")
        process.refresh_from_db()
        assert (process.data["ask"], process.data["ask_agree"]) == ("agree", 3)

    def test_what_the_machine_did_is_not_taken_back(self, police, monkeypatch):
        monkeypatch.setitem(ports.steps._things, "test.step", lambda _call: None)
        drawing = (
            Drawing().start().user("check").service("s", "test.step").user("next").end()
            .line("start", "check", "s", "next", "end")
        )  # fmt: skip
        process = begun(drawing)
        item = live(process)["check"]
        do(item, police)
        with pytest.raises(operations.GoneOn):
            operations.take_back(number=item.number, actor=actor_of(police), at=NOW)


class TestCalls:
    def drawings(self, returns=""):
        inner = (
            Drawing().start().user("look", "mzj.data", 'hm:outcomes="fine foul"').exclusive("x", "no").end("good").end("bad")
            .line("start", "look", "x").line("x", "good", when="look == 'fine'").line("x", "bad", id="no")
        )  # fmt: skip
        outer = (
            Drawing().start().call("inspect", "inspection", returns).exclusive("x", "no").user("grant").end().end("stop")
            .line("start", "inspect", "x").line("x", "grant", when="inspect == 'good'").line("x", "stop", id="no").line("grant", "end")
        )  # fmt: skip
        return inner, outer

    def test_a_called_process_ends_and_the_caller_goes_on(self, police, civil):
        inner, outer = self.drawings('hm:returns="found"')
        publish("inspection", inner)
        process = begun(outer)
        child = Process.objects.get(parent=process)
        assert (child.root, child.caller.node, child.subject) == (process, "inspect", "thing:1")
        do(live(child)["look"], civil, "fine", data={"found": "nothing"})
        assert state_of(child) == ProcessState.ENDED
        assert set(live(process)) == {"grant"}
        process.refresh_from_db()
        assert (process.data["inspect"], process.data["found"]) == ("good", "nothing")
        do(live(process)["grant"], police)
        assert state_of(process) == ProcessState.ENDED

    def test_ending_the_caller_ends_the_called(self, police, civil):
        inner, outer = self.drawings()
        publish("inspection", inner)
        process = begun(outer)
        operations.cancel_process(number=process.number, reason="重复", actor=SYSTEM, at=NOW)
        assert state_of(Process.objects.get(parent=process)) == ProcessState.CANCELLED

    def test_ending_the_called_tells_the_caller(self, police, civil):
        inner, outer = self.drawings()
        publish("inspection", inner)
        process = begun(outer)
        operations.cancel_process(
            number=Process.objects.get(parent=process).number, reason="不必", actor=SYSTEM, at=NOW
        )
        assert state_of(process) == ProcessState.ENDED
        assert process.data["inspect"] == "cancelled"

    def test_one_sub_case_a_department(self, police, civil):
        inner = Drawing().start().user("look", "{each}").end().line("start", "look", "end")
        outer = Drawing().start()
        outer._add(
            '<callActivity id="inspect" calledElement="inspection">'
            '<multiInstanceLoopCharacteristics hm:collection="posts" hm:element="each"/></callActivity>'
        )
        outer.user("conclude").end().line("start", "inspect", "conclude", "end")
        publish("inspection", inner)
        process = begun(outer, data={"posts": POSTS[:2]})
        children = list(Process.objects.filter(parent=process).order_by("pk"))
        assert [live(child)["look"].post.code for child in children] == POSTS[:2]
        do(live(children[1])["look"], civil)
        assert set(live(process)) == {"inspect"}
        do(live(children[0])["look"], police)
        assert set(live(process)) == {"conclude"}

    def test_a_called_process_without_people_ends_at_once(self, police):
        publish("inspection", Drawing().start().end("good").line("start", "good"))
        process = begun(self.drawings()[1])
        assert set(live(process)) == {"grant"}

    def test_calls_without_end_are_refused(self, police):
        publish("inspection", Drawing().start().call("again", "inspection").end().line("start", "again", "end"))
        with pytest.raises(operations.CallsTooDeep):
            begun(self.drawings()[1])

    def test_a_sub_case_has_a_clock_of_its_own(self, police, civil, health):
        process = begun(three_steps(), limit=Limit(20, LimitUnit.WORKING_DAYS))
        publish("inspection", self.drawings()[0])
        sub = operations.start(
            "inspection", subject="thing:1", parent=process.number, limit=Limit(3, LimitUnit.WORKING_DAYS), actor=SYSTEM, at=NOW
        )  # fmt: skip
        assert (sub.parent, sub.due_on, process.due_on) == (process, date(2026, 6, 8), date(2026, 7, 2))
        do(live(sub)["look"], civil, "fine")
        assert state_of(process) == ProcessState.RUNNING


class TestMachines:
    def drawing(self):
        drawing = Drawing().start().user("check")
        drawing._add('<serviceTask id="s" hm:step="test.step" hm:run="after_commit"/>')
        return drawing.user("next").end().line("start", "check", "s", "next", "end")

    def test_a_step_after_the_commit(self, police, monkeypatch):
        seen = []
        monkeypatch.setitem(ports.steps._things, "test.step", lambda call: seen.append(call.key) or {"score": 7})
        process = begun(self.drawing())
        do(live(process)["check"], police)
        assert (set(live(process)), seen) == ({"s"}, [])
        deliver_due(at=NOW + HOUR)
        assert set(live(process)) == {"next"}
        number = WorkItem.objects.get(process=process, node="s").number
        assert operations.take_due_step(number=number, actor=SYSTEM, at=NOW) is False
        assert len(seen) == 1
        process.refresh_from_db()
        assert process.data["score"] == 7

    def test_a_step_that_fails_is_tried_again(self, police, monkeypatch):
        tries = []

        def step(call):
            tries.append(call.key)
            if len(tries) == 1:
                raise DataNotFit(name="x")

        monkeypatch.setitem(ports.steps._things, "test.step", step)
        process = begun(self.drawing())
        do(live(process)["check"], police)
        deliver_due(at=NOW + HOUR)
        assert set(live(process)) == {"s"}
        deliver_due(at=NOW + DAY)
        assert set(live(process)) == {"next"}
        assert tries[0] == tries[1]

    def test_a_decision_by_rule(self, police, monkeypatch):
        decided = ports.Decided(outcome="granted", data={"amount": 200}, because=("r1", "r7"))
        monkeypatch.setitem(ports.decisions._things, "test.allowance", lambda _call: decided)
        drawing = (
            Drawing().start().decision("d", "test.allowance", "granted manual").exclusive("x", "m").user("human").end("paid").end()
            .line("start", "d", "x").line("x", "paid", when="d == 'granted' and amount >= 100").line("x", "human", id="m").line("human", "end")
        )  # fmt: skip
        process = begun(drawing)
        assert (process.state, process.end_node, process.data) == ("ended", "paid", {"d": "granted", "amount": 200})
        fact = next(entry.fact for entry in entries_about([process.reference]) if entry.kind == "process.DecisionTaken")
        assert fact.rules == ("r1", "r7")
        monkeypatch.setitem(ports.decisions._things, "test.allowance", lambda _call: ports.Decided(outcome="perhaps"))
        with pytest.raises(operations.OutcomeUndeclared):
            operations.start("trial", subject="thing:2", actor=SYSTEM, at=NOW)

    def test_a_machine_may_not_speak_for_a_step(self, police, monkeypatch):
        monkeypatch.setitem(ports.steps._things, "test.step", lambda _call: {"check": "done"})
        drawing = Drawing().start().service("s", "test.step").user("check").end().line("start", "s", "check", "end")
        with pytest.raises(DataNotFit):
            begun(drawing)


class TestEnding:
    def test_an_end_that_ends_everything(self, police, civil):
        drawing = (
            Drawing().start().parallel("split").user("a", attributes='hm:outcomes="ok bad"').user("b", "mzj.data").parallel("join")
            .exclusive("x", "on").terminate("stop").end()
            .line("start", "split").line("split", "a", "x").line("x", "join", id="on").line("x", "stop", when="a == 'bad'")
            .line("split", "b", "join", "end")
        )  # fmt: skip
        process = begun(drawing)
        do(live(process)["a"], police, "bad")
        assert (state_of(process), process.end_node) == (ProcessState.ENDED, "stop")
        assert not WorkItem.objects.filter(process=process, closed_at=None).exists()

    def test_only_the_chosen_branches_are_waited_for(self, police, civil, health):
        drawing = (
            Drawing().start().inclusive("split", "f0").user("a").user("b", "mzj.data").user("c", "wjw.data").inclusive("join").end()
            .line("start", "split").line("split", "a", id="f0").line("split", "b", when="fire").line("split", "c", when="food")
            .line("a", "join").line("b", "join").line("c", "join", "end")
        )  # fmt: skip
        process = begun(drawing, data={"fire": True, "food": True})
        assert set(live(process)) == {"b", "c"}
        do(live(process)["b"], civil)
        do(live(process)["c"], health)
        assert state_of(process) == ProcessState.ENDED
        publish("trial", drawing)
        other = operations.start("trial", subject="thing:2", data={"fire": False, "food": False}, actor=SYSTEM, at=NOW)
        assert set(live(other)) == {"a"}
