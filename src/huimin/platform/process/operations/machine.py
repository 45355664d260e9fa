"""What the machine does at a node: a registered step adds data, a registered decision gives the outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from huimin.kernel.refusals import Refusal
from huimin.platform.process import ports
from huimin.platform.process.events import DecisionTaken
from huimin.platform.process.rules.graph import Graph, Node, NodeKind, Token
from huimin.platform.process.rules.states import DataNotFit, fit_data

if TYPE_CHECKING:
    from huimin.platform.process.models import WorkItem
    from huimin.platform.process.operations.engine import Run


class OutcomeUndeclared(Refusal):
    """A decision gave an outcome that the drawing does not have: a fault of the declaration."""

    zh = "规则“{decision}”给出了流程没有声明的结果“{outcome}”。"
    en = "The decision “{decision}” gave the outcome “{outcome}”, which the drawing does not have."


def own_data(graph: Graph, data: Mapping[str, Any]) -> dict[str, Any]:
    """Data that a caller may set: fit to be kept, and not what a step leaves. Raises DataNotFit."""
    for name in data:
        if name in graph.reserved:
            raise DataNotFit(name=name)
    return fit_data(data)


def _called(run: "Run", node: Node, key: str) -> ports.StepCall:
    process = run.process
    return ports.StepCall(
        process=process.number,
        kind=process.kind,
        subject=process.subject,
        data=dict(process.data),
        actor=run.actor,
        at=run.at,
        node=node.id,
        key=key,
        said=run.said,
    )


def open_sub_case(run: "Run", node: Node, item: "WorkItem") -> ports.SubCase:
    """What a called process is about, and the data that the drawing passes to it: a case of its own where its caller's kind opens one, else
    what the caller is about. `item` is the call's work item.
    """
    data = dict(run.process.data)
    if node.multi is not None and node.multi.element:
        scope, _, instance = item.scope.rpartition("/")
        data[node.multi.element] = run.rounds[scope].element(int(instance))
    data = data if node.passes is None else {name: data[name] for name in node.passes if name in data}
    opener = ports.openers.get(run.process.kind) if run.process.kind in ports.openers else None
    own = opener(_called(run, node, item.number)) if opener else None
    return replace(own, data={**data, **own.data}) if own else ports.SubCase(subject=run.process.subject, data=data)


def take_step(run: "Run", node: Node, token: Token) -> str:
    """Let the machine act at a node: a step adds data, a decision gives the outcome, which is returned.

    Raises what the step refuses, DataNotFit, OutcomeUndeclared.
    """
    process = run.process
    call = _called(run, node, f"{process.number}/{node.id}{token.scope}/{process.items_opened}")
    if node.kind is NodeKind.SERVICE_TASK:
        process.data = {**process.data, **own_data(run.graph, ports.steps.get(node.step)(call) or {})}
        return ""
    decided = ports.decisions.get(node.step)(call)
    if decided.outcome not in node.outcomes:
        raise OutcomeUndeclared(decision=node.step, outcome=decided.outcome)
    process.data = {**process.data, **own_data(run.graph, decided.data), node.datum: decided.outcome}
    run.facts.append(
        DecisionTaken(
            subject=process.reference,
            about=process.subject,
            process_kind=process.kind,
            node=node.id,
            decision=node.step,
            outcome=decided.outcome,
            rules=decided.because,
        )
    )
    return decided.outcome
