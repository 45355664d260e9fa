"""Walking a scenario: what the rules of a service make of a situation, and where its path through the process ends.

The walk uses the engine's own rules of tokens; machine's tasks succeed at once, the decision table decides where the process asks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.scenarios import Doing, GivenFact, Scenario
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.answers import asked, data_of, faults, missing
from huimin.platform.catalogue.rules.situations import Need, fee_due, needed_materials, parameters_of, to_bring
from huimin.platform.catalogue.rules.tables import Decision, decided
from huimin.platform.process.rules.graph import MACHINE, WITH_OUTCOME, Graph, Node, NodeKind, Token
from huimin.platform.process.rules.rounds import Round
from huimin.platform.process.rules.tokens import Advance, advance, detached_scope

EMPTY: Final = {"truth": False, "choice": "", "number": 0, "money": 0, "choices": []}
"""What a question of this type gives the process where it was not asked; other types never reach it."""
PART_ENDS: Final = frozenset({"granted", "refused", "lapsed", "cancelled"})
"""How the case of a part of a life event may end, for the whole that waits for it; `cancelled`: its applicant withdrew it."""


class WalkBroken(AssertionError):
    """A scenario's path does what its process does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of a scenario."""

    asked: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    materials: tuple[str, ...]
    to_bring: tuple[str, ...]
    fee: int
    decision: Decision | None
    end: str
    days: int


def process_data(
    service: Service, graph: Graph, answers: Mapping[str, Any], departments: Mapping[str, str]
) -> dict[str, Any]:
    """What a case gives its process as data: departments by function, and answers that are codes, truths and numbers.

    `departments`: function → department code, for every one of `service.functions`. Text never reaches a process. What a task will
    say is empty until it has spoken, so that a condition may ask for a task whose time has run out.
    """
    item, form = service.item, service.form
    put = data_of(form, answers, parameters_of(item))
    data: dict[str, Any] = {node.datum: "" for node in graph.nodes.values() if node.kind in WITH_OUTCOME}
    data.update(
        {
            question.code: put.get(question.code, EMPTY[question.type])
            for question in form.questions
            if question.type in EMPTY
        }
    )
    data.update({function: departments[function] for function in service.functions})
    data["body"] = departments[item.body]
    data["departments"] = [departments[function] for function in item.joint_bodies]
    data.setdefault("deferred", False)
    return data


def values_of(facts: Mapping[str, Mapping[str, str | GivenFact]]) -> dict[str, dict[str, str | None]]:
    """A scenario's facts as rules see them: what is disputed is not known."""
    return {party: {field: _value(fact) for field, fact in fields.items()} for party, fields in facts.items()}


def _value(fact: str | GivenFact) -> str | None:
    return fact if isinstance(fact, str) else (None if fact.disputed else fact.value)


def known_answers(form: Form, scenario: Scenario) -> dict[str, str]:
    """The questions that the scenario's facts and licences answer already."""
    facts = values_of(scenario.facts)
    found: dict[str, str] = {}
    for question in form.questions:
        first, _, rest = (question.source or "").partition(".")
        if first == "licence":
            kind, _, name = rest.partition(".")
            value = scenario.licences.get(kind, {}).get(name)
        else:
            value = facts.get(first, {}).get(rest)
        if value is not None:
            found[question.code] = value
    return found


def walk(service: Service, graph: Graph, scenario: Scenario) -> Walked:
    """Everything that rules reach of a scenario. Raises WalkBroken where its path is not one of the process."""
    item, form = service.item, service.form
    parameters, on = parameters_of(item), date.fromisoformat(scenario.on)
    facts, known = values_of(scenario.facts), known_answers(form, scenario)
    answers = {**known, **scenario.answers}
    data = data_of(form, answers, parameters)
    needs = needed_materials(item, data)
    held = {way.of: set(scenario.licences) for need in needs for way in need.material.met_by}
    stand = {party: {name for name, value in fields.items() if value is not None} for party, fields in facts.items()}
    table = service.decision
    decision = decided(table, facts=facts, answers=data, parameters=parameters, on=on) if table else None
    steps = _Steps(graph, process_data(service, graph, answers, {function: function for function in service.functions}))
    end, days = steps.taken(scenario.path, decision.outcome if decision else "human")
    return Walked(
        asked=tuple(question.code for question in asked(form, scenario.answers, parameters, known)),
        missing=tuple(question.code for question in missing(form, scenario.answers, parameters, known)),
        wrong=tuple(wrong.question for wrong in faults(form, scenario.answers, parameters, on=on)),
        materials=_codes(needs),
        to_bring=_codes(to_bring(needs, licences=held, facts=stand)),
        fee=fee_due(item, data).total.amount,
        decision=decision,
        end=end,
        days=days,
    )


def _codes(needs: tuple[Need, ...]) -> tuple[str, ...]:
    return tuple(need.material.code for need in needs if need.certain)


@dataclass
class _Steps:
    """The tokens of one walk, and how many working days the clock has run."""

    graph: Graph
    data: dict[str, Any]
    resting: list[Token] = field(default_factory=list)
    rounds: dict[str, Round] = field(default_factory=dict)
    runs: int = 0
    end: str = ""
    clock: int = 0
    today: int = 0
    is_counted: bool = False

    def taken(self, path: tuple[Doing, ...], by_table: str) -> tuple[str, int]:
        """The end event that the path leads to, and the days of the clock."""
        self._move(Token(self.graph.start), by_table)
        for doing in path:
            # What is waited for runs out as its day ends: with the beginning of the next one.
            if not self.end:
                self._pass_time(doing.on_day + doing.waited)
            for _ in range(doing.times):
                self._do(doing, by_table)
            if self.end and not self.is_counted:
                self.is_counted = True
                self.clock += self.today > 0 and not doing.waited
        if not self.end or any(not token.scope.startswith("~") for token in self.resting):
            raise WalkBroken(f"the path stops at {', '.join(token.node for token in self.resting)}")
        return self.end, self.clock

    def _pass_time(self, day: int) -> None:
        """Let days end. A day counts when the clock runs as it ends; the day of lodging does not (`process.rules.clocks`)."""
        if day < self.today:
            raise WalkBroken(f"day {day} lies before day {self.today}")
        if not any(self.graph.nodes[token.node].stops for token in self.resting):
            self.clock += day - max(self.today, 1) if day > 0 else 0
        self.today = day

    def _do(self, doing: Doing, by_table: str) -> None:
        node = self.graph.nodes.get(doing.task)
        if node is None:
            raise WalkBroken(f"the process has no {doing.task}")
        if node.kind is NodeKind.DECISION:
            # The machine has gone through it already; the path only says what it said.
            if self.data.get(node.datum) != doing.outcome:
                raise WalkBroken(f"{node.id} said {self.data.get(node.datum)}, not {doing.outcome}")
            return
        if node.kind is NodeKind.BOUNDARY:
            self._run_out(node, by_table)
            return
        token = self._find(node.id)
        outcomes = PART_ENDS if node.kind is NodeKind.CALL else node.outcomes
        if node.kind is not NodeKind.TIMER and doing.outcome not in outcomes:
            raise WalkBroken(f"{node.id} has no outcome {doing.outcome}")
        if (node.kind is NodeKind.TIMER) != doing.waited:
            raise WalkBroken(f"{node.id} is waited for, or it is not")
        self.data[node.datum] = doing.outcome
        self._move(token, by_table, doing.outcome)

    def _find(self, node: str) -> Token:
        token = next((token for token in self.resting if token.node == node), None)
        if token is None:
            raise WalkBroken(f"nothing waits at {node}, but at {', '.join(one.node for one in self.resting)}")
        self.resting.remove(token)
        return token

    def _run_out(self, node: Node, by_table: str) -> None:
        task = self._find(node.attached_to)
        if node.interrupting:
            self._move(Token(node.id, task.scope), by_table)
        else:
            self.resting.append(task)
            self.runs += 1
            self._move(Token(node.id, detached_scope(self.runs)), by_table)

    def _move(self, token: Token, by_table: str, outcome: str = "") -> None:
        self._take(
            advance(
                self.graph,
                token,
                resting=self.resting,
                data=self.data,
                runs=self.runs,
                rounds=self.rounds,
                outcome=outcome,
            )
        )
        while machine := next((one for one in self.resting if self.graph.nodes[one.node].kind in MACHINE), None):
            self.resting.remove(machine)
            node = self.graph.nodes[machine.node]
            if node.kind is NodeKind.DECISION:
                self.data[node.datum] = by_table
            self._take(
                advance(self.graph, machine, resting=self.resting, data=self.data, runs=self.runs, rounds=self.rounds)
            )

    def _take(self, moved: Advance) -> None:
        self.resting = [one for one in self.resting if one not in moved.ended] + list(moved.opened)
        self.runs, self.rounds = moved.runs, dict(moved.rounds)
        self.data.update(moved.learned)
        self.end = moved.end or self.end
