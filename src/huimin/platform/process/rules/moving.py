"""Whether a running process can go on under another version of its definition, and if not, why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from huimin.platform.process.rules.expressions import Data
from huimin.platform.process.rules.graph import Graph, Node, Token
from huimin.platform.process.rules.rounds import Round
from huimin.platform.process.rules.tokens import DETACHED


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a process cannot move: a sentence in both languages, and the node that it is about."""

    zh: str
    en: str
    node: str

    def said(self, language: str = "zh") -> str:
        """The sentence with the node in it."""
        return (self.en if language.startswith("en") else self.zh).format(node=self.node)


_GONE: Final = ("新版没有步骤“{node}”", "the new version has no step “{node}”")
_OTHER_KIND: Final = ("新版的“{node}”是另一种元素", "“{node}” is another kind of element in the new version")
_OTHER_PLACE: Final = (
    "新版的“{node}”处在别的并行分支里，汇合会等不齐",
    "“{node}” lies in other parallel branches in the new version, so that a join would wait in vain",
)
_OTHER_ROUND: Final = (
    "新版的“{node}”改变了多人办理的方式",
    "the new version changes how “{node}” is done by several",
)
_OTHER_CALL: Final = ("新版的“{node}”调用别的流程", "“{node}” calls another process in the new version")
_DATUM: Final = (
    "新版的“{node}”按数据项选择岗位，本流程没有这项数据",
    "the post of “{node}” comes from a datum in the new version that this process does not have",
)
_CONDITION: Final = (
    "新版在“{node}”之后的条件要用本流程没有、也不会再产生的数据项",
    "a condition after “{node}” in the new version asks for a datum that this process does not have and will not get",
)


def reasons_against(
    old: Graph, new: Graph, *, tokens: Collection[Token], rounds: Mapping[str, Round], data: Data
) -> list[Reason]:
    """Everything that keeps a process with these tokens from going on under `new`; empty when it can."""
    found: list[Reason] = []
    for node_id in sorted({token.node for token in tokens}):
        was, now = old.nodes[node_id], new.nodes.get(node_id)
        why = _GONE if now is None else _differs(old, new, was, now)
        if why:
            found.append(Reason(*why, node=was.name or node_id))
    # A line that a timer started stands in no block, whatever the timer hangs on; its own start must be there still.
    for scope in {token.scope for token in tokens if token.scope.startswith(DETACHED)}:
        timers = {old.branches[token.node][0][0].removeprefix(DETACHED) for token in tokens if token.scope == scope}
        found.extend(Reason(*_GONE, node=timer) for timer in sorted(timers - new.nodes.keys()))
    return found or _missing_data(new, {token.node for token in tokens}, data)


def _differs(old: Graph, new: Graph, was: Node, now: Node) -> tuple[str, str] | None:
    if was.kind is not now.kind or was.is_applicants != now.is_applicants:
        return _OTHER_KIND
    if _blocks(old, was.id) != _blocks(new, now.id):
        return _OTHER_PLACE
    if (was.multi is None) != (now.multi is None) or (
        was.multi and now.multi and was.multi.sequential != now.multi.sequential
    ):
        return _OTHER_ROUND
    if was.called != now.called:
        return _OTHER_CALL
    return None


def _blocks(graph: Graph, node: str) -> list[tuple[str, str]]:
    """The blocks around a node, each with its split and the join that closes it; their branches may be drawn in another order."""
    closing = {split: join for join, split in graph.joins.items()}
    return [(split, closing.get(split, "")) for split, _ in graph.branches[node]]


def _missing_data(new: Graph, places: Collection[str], data: Data) -> list[Reason]:
    """What nodes ahead ask of the data that is not there and that no step ahead leaves."""
    ahead, todo = set(places), list(places)
    while todo:
        node = todo.pop()
        following = [flow.target for flow in new.outgoing[node]] + [timer.id for timer in new.boundaries.get(node, ())]
        for target in following:
            if target not in ahead:
                ahead.add(target)
                todo.append(target)
    # A machine's step or a called process may leave anything; then nobody can tell beforehand.
    if any(new.nodes[node].step or new.nodes[node].called for node in ahead):
        return []
    coming = {name for node in ahead for name in new.nodes[node].own_data}
    coming |= {name for node in ahead for name in _of_rounds(new.nodes[node])}
    found = []
    for node in sorted(ahead):
        about = new.nodes[node].name or node
        names = {part.partition("}")[0] for part in new.nodes[node].post.split("{")[1:]}
        if node not in places and names - data.keys() - coming:
            found.append(Reason(*_DATUM, node=about))
        asked = {name for flow in new.outgoing[node] if flow.condition for name in flow.condition.names}
        if asked - data.keys() - coming:
            found.append(Reason(*_CONDITION, node=about))
    return found


def _of_rounds(node: Node) -> tuple[str, ...]:
    return (node.multi.element,) if node.multi else ()
