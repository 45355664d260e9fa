"""The engine against SpiffWorkflow 3.2: on random block-structured graphs of the supported elements both offer the same tasks in the same
freedom of order, and come to the same end.

Two readings of BPMN differ and are held apart: SpiffWorkflow asks its own expressions for a completion condition, so both are given a
condition that means the same; and it knows no name for a called process but its id.
"""

from collections import Counter
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins.service_task import ServiceTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import MACHINE, NodeKind, Token
from huimin.platform.process.rules.tokens import advance
from huimin.platform.process.tests.factories import Drawing

pytestmark = pytest.mark.unit

CALLED = (
    Drawing()
    .start()
    .user("c1")
    .user("c2")
    .end()
    .line("start", "c1", "c2", "end")
    .text()
    .replace('id="p"', 'id="called"')
)
task = st.sampled_from([("task",), ("task",), ("service",), ("call",), ("stop",)])
rounds = st.tuples(st.just("round"), st.integers(1, 4), st.booleans(), st.none() | st.integers(1, 4))
blocks = st.recursive(
    task | rounds,
    lambda inner: st.one_of(
        st.tuples(st.just("seq"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("xor"), st.lists(st.one_of(inner, st.none()), min_size=2, max_size=3)),
        st.tuples(st.just("and"), st.lists(st.one_of(inner, st.none()), min_size=2, max_size=3)),
        st.tuples(st.just("or"), st.lists(st.one_of(inner, st.none()), min_size=2, max_size=3)),
        st.tuples(st.just("loop"), inner),
    ),
    max_leaves=8,
)


class Builder:
    """Draws a block between two nodes, which it connects."""

    def __init__(self) -> None:
        self.drawing = Drawing().start().end()
        self.ids = count(1)
        self.choices: dict[str, int] = {}
        self.switches: set[str] = set()
        self.loops: set[str] = set()

    def new(self, kind: str) -> str:
        return f"{kind}{next(self.ids)}"

    def build(self, block, before: str, after: str, *, when: str = "", flow: str = "") -> None:
        getattr(self, {"and": "all", "or": "some"}.get(block[0], block[0]))(block, before, after, when, flow)

    def straight(self, block, before, after, when="", flow="") -> None:
        if block is None:
            self.drawing.line(before, after, when=when, id=flow)
        else:
            self.build(block, before, after, when=when, flow=flow)

    def task(self, _block, before, after, when, flow) -> None:
        own = self.new("t")
        self.drawing.user(own).line(before, own, when=when, id=flow).line(own, after)

    def service(self, _block, before, after, when, flow) -> None:
        own = self.new("s")
        self.drawing.service(own, "step").line(before, own, when=when, id=flow).line(own, after)

    def call(self, _block, before, after, when, flow) -> None:
        own = self.new("c")
        self.drawing.call(own, "called").line(before, own, when=when, id=flow).line(own, after)

    def stop(self, _block, before, after, when, flow) -> None:
        """A choice whose one way ends the whole process at once."""
        split, name, end = self.new("x"), self.new("k"), self.new("e")
        self.choices[name] = 8
        self.drawing.exclusive(split, f"{split}_on").terminate(end).line(before, split, when=when, id=flow)
        self.drawing.line(split, after, id=f"{split}_on").line(split, end, when=f"{name} == 0")

    def round(self, block, before, after, when, flow) -> None:
        _, times, sequential, enough = block
        own = self.new("r")
        until = f"numberOfCompletedInstances >= {enough}" if enough else ""
        self.drawing.round(own, times, sequential, until).line(before, own, when=when, id=flow).line(own, after)

    def seq(self, block, before, after, when, flow) -> None:
        gates = [self.new("g") for _ in block[1][1:]]
        for gate in gates:
            self.drawing.exclusive(gate)
        stops = [before, *gates, after]
        for place, part in enumerate(block[1]):
            first = place == 0
            self.build(part, stops[place], stops[place + 1], when=when if first else "", flow=flow if first else "")

    def xor(self, block, before, after, when, flow) -> None:
        split, merge, name = self.new("x"), self.new("m"), self.new("k")
        self.choices[name] = len(block[1])
        self.drawing.exclusive(split, f"{split}_default").exclusive(merge).line(before, split, when=when, id=flow).line(
            merge, after
        )
        for place, branch in enumerate(block[1]):
            if place == 0:
                self.straight(branch, split, merge, flow=f"{split}_default")
            else:
                self.straight(branch, split, merge, when=f"{name} == {place}")

    def all(self, block, before, after, when, flow) -> None:
        split, join = self.new("p"), self.new("j")
        self.drawing.parallel(split).parallel(join).line(before, split, when=when, id=flow).line(join, after)
        for branch in block[1]:
            self.straight(branch, split, join)

    def some(self, block, before, after, when, flow) -> None:
        split, join = self.new("o"), self.new("j")
        self.drawing.inclusive(split, f"{split}_default").inclusive(join)
        self.drawing.line(before, split, when=when, id=flow).line(join, after)
        for place, branch in enumerate(block[1]):
            if place == 0:
                self.straight(branch, split, join, flow=f"{split}_default")
            else:
                name = self.new("k")
                self.switches.add(name)
                self.straight(branch, split, join, when=f"{name} == True")

    def loop(self, block, before, after, when, flow) -> None:
        merge, ask, again = self.new("m"), self.new("t"), self.new("x")
        self.loops.add(ask)
        self.drawing.exclusive(merge).user(ask, attributes='hm:outcomes="again on"').exclusive(again, f"{again}_on")
        self.drawing.line(before, merge, when=when, id=flow).line(ask, again).line(again, after, id=f"{again}_on")
        self.drawing.line(again, merge, when=f"{ask} == 'again'")
        self.build(block[1], merge, ask)


class Ours:
    """Our engine, by its rules alone: machines act at once, a called process is a graph of its own."""

    def __init__(self, text: str, data) -> None:
        self.graph, self.data, self.runs, self.rounds = compiled(text), dict(data), 0, {}
        self.resting: list[Token] = []
        self.called: dict[Token, Ours] = {}
        self.over = False
        self.leave(Token(self.graph.start))

    def leave(self, token: Token, outcome: str = "done") -> None:
        moving = [(token, outcome)]
        while moving:
            leaving, outcome = moving.pop(0)
            moved = advance(
                self.graph, leaving, resting=[*self.resting, *(t for t, _ in moving)], data=self.data, runs=self.runs,
                rounds=self.rounds, outcome=outcome,
            )  # fmt: skip
            self.resting = [one for one in self.resting if one not in moved.ended]
            moving = [pair for pair in moving if pair[0] not in moved.ended]
            self.called = {at: one for at, one in self.called.items() if at not in moved.ended}
            self.runs, self.rounds, self.data = moved.runs, dict(moved.rounds), {**self.data, **moved.learned}
            for reached in moved.opened:
                kind = self.graph.nodes[reached.node].kind
                if kind in MACHINE:
                    moving.append((reached, "done"))
                    continue
                self.resting.append(reached)
                if kind is NodeKind.CALL:
                    self.called[reached] = Ours(CALLED, self.data)
        self.over = not self.resting

    def tasks(self) -> list[tuple[str, Token]]:
        own = [(token.node, token) for token in self.resting if token not in self.called]
        return own + [(name, token) for token, child in self.called.items() for name, _ in child.tasks()]

    def ready(self) -> Counter[str]:
        return Counter(name for name, _ in self.tasks())

    def complete(self, node: str, outcome: str) -> None:
        token = next(token for name, token in self.tasks() if name == node)
        if token in self.called:
            child = self.called[token]
            child.complete(node, outcome)
            if child.over:
                del self.called[token]
                self.resting.remove(token)
                self.leave(token)
            return
        self.resting.remove(token)
        if self.graph.nodes[node].multi is None:
            self.data[node] = outcome
        self.leave(token, outcome)


class Spiff:
    """SpiffWorkflow. It counts the instances of a round in variables of its own, which completion conditions ask for."""

    def __init__(self, text: str, data) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(text.replace("numberOfCompletedInstances", "answered").encode())
        parser.add_bpmn_str(CALLED.encode())
        spec, calls = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.workflow = BpmnWorkflow(spec, calls, script_engine=PythonScriptEngine())
        self.rounds: Counter[str] = Counter()
        self.workflow.get_next_task(state=TaskState.READY).data.update(data)
        self.steps()

    def steps(self) -> None:
        self.workflow.do_engine_steps()
        while machines := [
            one for one in self.workflow.get_tasks(state=TaskState.STARTED) if isinstance(one.task_spec, ServiceTask)
        ]:
            for machine in machines:
                machine.complete()
            self.workflow.do_engine_steps()
        self.workflow.refresh_waiting_tasks()
        self.workflow.do_engine_steps()

    def tasks(self):
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    def ready(self) -> Counter[str]:
        return Counter(task.task_spec.bpmn_id for task in self.tasks())

    def complete(self, node: str, outcome: str) -> None:
        task = next(task for task in self.tasks() if task.task_spec.bpmn_id == node)
        task.data[node] = outcome
        self.rounds[task.parent.id] += 1
        task.data["answered"] = self.rounds[task.parent.id]
        task.run()
        self.steps()

    @property
    def over(self) -> bool:
        return self.workflow.completed


@settings(max_examples=200, deadline=None)
@given(blocks, st.data())
def test_both_offer_the_same_tasks_whatever_is_done_first(block, data):
    builder = Builder()
    builder.build(block, "start", "end")
    text = builder.drawing.text()
    chosen = {name: data.draw(st.integers(0, ways - 1), label=name) for name, ways in builder.choices.items()}
    chosen |= {name: data.draw(st.booleans(), label=name) for name in sorted(builder.switches)}
    ours, spiff = Ours(text, chosen), Spiff(text, chosen)
    again = 3
    while ready := ours.ready():
        assert ready == spiff.ready()
        node = data.draw(st.sampled_from(sorted(ready)), label="done next")
        outcome = "done"
        if node in builder.loops:
            outcome = data.draw(st.sampled_from(["again", "on"]) if again else st.just("on"), label="outcome")
            again -= outcome == "again"
        ours.complete(node, outcome)
        spiff.complete(node, outcome)
    assert ours.over
    assert not spiff.ready()
    assert spiff.over
