"""Whether a drawn process can always end: checked when it is published, so that no running case can ever get stuck.

Accepted are block-structured graphs: a parallel or inclusive split has one join that all its branches reach, each by one flow,
or none, when every branch runs to an end of its own. Exclusive gateways may loop, but not jump into or out of a
parallel branch. Every node can be reached, and from every node an end can be reached. (Free loops, choices and
nesting remain; what is refused is exactly what could make a join wait for ever.)
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from huimin.kernel.refusals import Refusal
from huimin.platform.process.rules.graph import CHOICES, FORKS, Flow, Graph, Node, NodeKind, Stack


class DefinitionRefused(Refusal):
    """A definition cannot be used; every refusal of a definition is one of these, and names the line of the file
    where it can.
    """

    zh = "流程定义不能使用。"
    en = "The process definition cannot be used."
    status = 422


class NoEnd(DefinitionRefused):
    """The process has no end event."""

    zh = "流程没有结束事件。"
    en = "The process has no end event."


class NodeUnreachable(DefinitionRefused):
    """No way leads from the start to this node."""

    zh = "第{line}行的“{node}”从开始事件到达不了。"
    en = "“{node}” on line {line} cannot be reached from the start event."


class NoWayToEnd(DefinitionRefused):
    """From this node no way leads to an end event."""

    zh = "从第{line}行的“{node}”到达不了结束事件。"
    en = "From “{node}” on line {line} no end event can be reached."


class ImplicitSplit(DefinitionRefused):
    """Several flows leave something that is not a gateway (BPMN would fork silently): a gateway must say which is
    meant.
    """

    zh = "第{line}行的“{node}”有多条流出线，请用网关写明是并行还是择一。"
    en = "Several flows leave “{node}” on line {line}: say with a gateway whether all or one are meant."


class NoDefaultFlow(DefinitionRefused):
    """A gateway that chooses among several ways on lacks a default flow, so that there might be no way on."""

    zh = "第{line}行的选择网关“{node}”没有默认流出线。"
    en = "The choosing gateway “{node}” on line {line} has no default flow."


class ConditionMissing(DefinitionRefused):
    """A flow that leaves a choosing gateway has no condition and is not the default."""

    zh = "第{line}行的流出线“{flow}”没有条件，也不是默认线。"
    en = "The flow “{flow}” on line {line} has no condition and is not the default."


class ConditionMisplaced(DefinitionRefused):
    """A condition stands where nothing is chosen: on a default flow, or on a flow that does not leave a choice."""

    zh = "第{line}行的流出线“{flow}”不应有条件。"
    en = "The flow “{flow}” on line {line} must not have a condition."


class JoinMayDeadlock(DefinitionRefused):
    """A parallel join might wait for a branch that never comes."""

    zh = "第{line}行的“{node}”可能永远等不齐并行分支：每个并行分支都必须各以一条线到达同一个汇合网关，或各自结束。"
    en = (
        "“{node}” on line {line} might wait for ever: "
        "every parallel branch must reach the same join by one flow, or end by itself."
    )


class BranchesMix(DefinitionRefused):
    """A flow jumps into or out of a parallel branch."""

    zh = "有流出线从并行分支之外跳到第{line}行的“{node}”，或从分支之中跳出到它。"
    en = "A flow jumps into or out of a parallel branch at “{node}” on line {line}."


class LoopWithoutPause(DefinitionRefused):
    """A loop has no user task and no timer in it, so that it could run for ever in one breath."""

    zh = "经过第{line}行“{node}”的循环里没有人工任务或定时器，会无休止地运行。"
    en = "The loop through “{node}” on line {line} has no user task and no timer, so it could run for ever."


def checked(graph: Graph) -> Graph:
    """The same graph with its joins found. Raises a DefinitionRefused that names the first thing wrong."""
    if not any(node.kind is NodeKind.END for node in graph.nodes.values()):
        raise NoEnd
    for node in graph.nodes.values():
        _check_ways_out(graph, node)
    _check_reachable(graph)
    _check_loops(graph)
    walk = _Walk(graph)
    return replace(graph, joins=MappingProxyType(walk.joins()), branches=MappingProxyType(walk.of_node))


def _about(node: Node) -> dict[str, object]:
    return {"node": node.name or node.id, "line": node.line}


def _check_ways_out(graph: Graph, node: Node) -> None:
    flows = graph.outgoing[node.id]
    if node.kind not in CHOICES | FORKS and len(flows) > 1:
        raise ImplicitSplit(**_about(node))
    is_choice = node.kind in CHOICES and len(flows) > 1
    if is_choice and not any(flow.id == node.default_flow for flow in flows):
        raise NoDefaultFlow(**_about(node))
    for flow in flows:
        needs_condition = is_choice and flow.id != node.default_flow
        if needs_condition and flow.condition is None:
            raise ConditionMissing(flow=flow.id, line=flow.line)
        if not needs_condition and flow.condition is not None:
            raise ConditionMisplaced(flow=flow.id, line=flow.line)


def _closure(first: Iterable[str], neighbours: Callable[[str], Iterable[str]]) -> set[str]:
    found, todo = set(first), list(first)
    while todo:
        for other in neighbours(todo.pop()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _after(graph: Graph, node: str) -> list[str]:
    return [flow.target for flow in graph.outgoing[node]] + [timer.id for timer in graph.boundaries.get(node, ())]


def _check_reachable(graph: Graph) -> None:
    reached = _closure([graph.start], lambda node: _after(graph, node))
    for node in graph.nodes.values():
        if node.id not in reached:
            raise NodeUnreachable(**_about(node))
    ends = [node.id for node in graph.nodes.values() if node.kind is NodeKind.END]
    ending = _closure(ends, lambda node: [flow.source for flow in graph.incoming[node]])
    for node in graph.nodes.values():
        if node.id not in ending:
            raise NoWayToEnd(**_about(node))


_PAUSES: Final = frozenset({NodeKind.USER_TASK, NodeKind.TIMER})
# A called process might end in one breath, so it is no pause.


def _check_loops(graph: Graph) -> None:
    def without_pause(node: str) -> list[str]:
        return [flow.target for flow in graph.outgoing[node] if graph.nodes[flow.target].kind not in _PAUSES]

    for node in graph.nodes.values():
        if node.kind not in _PAUSES and node.id in _closure(without_pause(node.id), without_pause):
            raise LoopWithoutPause(**_about(node))


class _Walk:
    """One walk over the graph that gives every flow its stack of blocks, and so finds the split of every join."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.of_flow: dict[str, Stack] = {}
        self.of_node: dict[str, Stack] = {}
        self.found: dict[str, str] = {}
        self.todo: list[tuple[str, Stack]] = [(graph.start, ())]

    def joins(self) -> dict[str, str]:
        while self.todo:
            node_id, stack = self.todo.pop()
            self._visit(self.graph.nodes[node_id], stack)
        for node in self.graph.nodes.values():
            if node.id not in self.of_node:
                raise JoinMayDeadlock(**_about(node))
        joined = set(self.found.values())
        for node in self.graph.nodes.values():
            # An end that ends everything cannot leave a join waiting.
            if (
                node.kind is NodeKind.END
                and not node.terminates
                and any(split in joined for split, _ in self.of_node[node.id])
            ):
                raise JoinMayDeadlock(**_about(node))
        return self.found

    def _visit(self, node: Node, stack: Stack) -> None:
        if node.id in self.of_node:
            if self.of_node[node.id] != stack:
                raise BranchesMix(**_about(node))
            return
        self.of_node[node.id] = stack
        flows = self.graph.outgoing[node.id]
        forks = node.kind in FORKS and len(flows) > 1
        for branch, flow in enumerate(flows):
            self._follow(flow, (*stack, (node.id, branch)) if forks else stack)
        for timer in self.graph.boundaries.get(node.id, ()):
            self.todo.append((timer.id, stack if timer.interrupting else ((f"~{timer.id}", 0),)))

    def _follow(self, flow: Flow, stack: Stack) -> None:
        self.of_flow[flow.id] = stack
        target = self.graph.nodes[flow.target]
        arriving = self.graph.incoming[target.id]
        if target.kind not in FORKS or len(arriving) == 1:
            self.todo.append((target.id, stack))
        elif all(other.id in self.of_flow for other in arriving):
            self.todo.append((target.id, self._joined(target, [self.of_flow[other.id] for other in arriving])))

    def _joined(self, join: Node, stacks: list[Stack]) -> Stack:
        """The stack behind a join: the one before its split, if exactly the branches of one split meet here."""
        if not all(stacks):
            raise JoinMayDeadlock(**_about(join))
        split = stacks[0][-1][0]
        base = stacks[0][:-1]
        branches = sorted(stack[-1][1] for stack in stacks)
        expected = list(range(len(self.graph.outgoing[split]))) if split in self.graph.nodes else []
        if (
            any(stack[:-1] != base or stack[-1][0] != split for stack in stacks)
            or branches != expected
            or split in self.found.values()
            or (self.graph.nodes[split].kind is NodeKind.INCLUSIVE and join.kind is not NodeKind.INCLUSIVE)
        ):
            raise JoinMayDeadlock(**_about(join))
        self.found[join.id] = split
        return base
