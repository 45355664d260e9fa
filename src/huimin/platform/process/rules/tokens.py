"""Where the tokens go: the pure heart of the engine.

A token rests at a user task, a machine's task, a called process or a timer. When it leaves, it moves through events and
gateways until it rests again or ends. Nothing is counted at a join: a join lets the last token of its block run through,
that is, the one that arrives when no other token of that run rests or moves. So joins follow from the rows of work items
alone, a branch that is called off cannot block one, and a block that is entered again is a run of its own. An inclusive
join is the same join, since only the branches that were chosen have a token.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from huimin.platform.process.rules.expressions import Data
from huimin.platform.process.rules.graph import CHOICES, FORKS, RESTING, Flow, Graph, Node, NodeKind, Token
from huimin.platform.process.rules.rounds import Round, begun

DETACHED = "~"
"""First letter of the scope of a line that a non-interrupting timer started."""

Rounds = Mapping[str, Round]
"""The running rounds, by the scope of their run."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What follows from one token's leaving.

    `opened`: where tokens now rest; `ended`: other tokens that were called off; `runs`: the highest number of block runs
    given out; `rounds`: the rounds that run now; `learned`: data that a finished round leaves; `end`: the end event that
    the main line reached, if it did.
    """

    opened: tuple[Token, ...]
    runs: int
    rounds: Rounds = field(default_factory=dict)
    ended: tuple[Token, ...] = ()
    learned: Mapping[str, Any] = field(default_factory=dict)
    end: str = ""


def is_within(scope: str, outer: str) -> bool:
    """Whether a scope is the other one or lies inside it."""
    return scope == outer or scope.startswith(f"{outer}/")


def outer_of(scope: str) -> str:
    """The scope around this one."""
    return scope.rpartition("/")[0]


def detached_scope(run: int) -> str:
    """The scope of a line of its own, for which no join waits."""
    return f"{DETACHED}{run}"


def instance_of(scope: str) -> int:
    """The number of the instance that stands in this scope of a round."""
    return int(scope.rpartition("/")[2])


def round_scope(graph: Graph, token: Token, rounds: Rounds) -> str | None:
    """The scope of the round in which a token is an instance; None for a token that is none."""
    if graph.nodes[token.node].multi is None:
        return None
    outer = outer_of(token.scope)
    return outer if outer in rounds and rounds[outer].node == token.node else None


def advance(
    graph: Graph,
    leaving: Token,
    *,
    resting: Collection[Token],
    data: Data,
    runs: int,
    rounds: Rounds | None = None,
    outcome: str = "",
) -> Advance:
    """Let one token leave its node.

    `resting` are the other tokens that rest in the process (without `leaving`), `data` what conditions may ask,
    `runs` how many block runs were numbered before, `outcome` how a task of a round ended. Raises DataMissing or
    DataNotComparable when a condition cannot be decided, NobodyToAsk for a round without anybody.
    """
    return _Move(graph, resting, data, runs, dict(rounds or {})).leave(leaving, outcome)


def dropped(
    graph: Graph, token: Token, *, resting: Collection[Token], data: Data, runs: int, rounds: Rounds
) -> Advance:
    """Take an instance off its round: what follows when it was the last that somebody waited for. `resting` without it."""
    return _Move(graph, resting, data, runs, dict(rounds)).leave_undone(token)


def entered(
    graph: Graph, token: Token, *, resting: Collection[Token], data: Data, runs: int, rounds: Rounds
) -> Advance:
    """Put a token down at a node, as if it had just come there: a new round where the node is done by several."""
    move = _Move(graph, resting, data, runs, dict(rounds))
    move.rest(graph.nodes[token.node], token.scope)
    return move.result()


class _Move:
    """The move of one token, with what it opens and ends on the way."""

    def __init__(
        self, graph: Graph, resting: Collection[Token], data: Data, runs: int, rounds: dict[str, Round]
    ) -> None:
        self.graph, self.data, self.runs, self.rounds = graph, dict(data), runs, rounds
        self.resting = list(resting)
        self.moving: list[tuple[str, str]] = []
        self.opened: list[Token] = []
        self.ended: list[Token] = []
        self.learned: dict[str, Any] = {}
        self.end = ""

    def result(self) -> Advance:
        return Advance(
            opened=tuple(self.opened),
            runs=self.runs,
            rounds=self.rounds,
            ended=tuple(self.ended),
            learned=self.learned,
            end=self.end,
        )

    def leave(self, token: Token, outcome: str) -> Advance:
        around = round_scope(self.graph, token, self.rounds)
        scope = token.scope
        if around is not None:
            if not self._round_is_over(token.node, around, self.rounds[around].with_answer(outcome)):
                return self.result()
            scope = outer_of(around)
        return self._go_on(token.node, scope)

    def leave_undone(self, token: Token) -> Advance:
        around = outer_of(token.scope)
        if self._round_is_over(token.node, around, self.rounds[around].without_signer(instance_of(token.scope))):
            return self._go_on(token.node, outer_of(around))
        return self.result()

    def _go_on(self, node: str, scope: str) -> Advance:
        self._leave(node, scope)
        while self.moving:
            node_id, scope = self.moving.pop(0)
            self._reach(self.graph.nodes[node_id], scope)
        return self.result()

    def _leave(self, node: str, scope: str) -> None:
        self.moving.extend((flow.target, scope) for flow in self.graph.outgoing[node])

    def _round_is_over(self, node_id: str, around: str, answered: Round) -> bool:
        """Whether the round, as it is after an answer, is over; and then what it leaves behind."""
        node = self.graph.nodes[node_id]
        active = [other for other in self.resting if is_within(other.scope, around)]
        if answered.is_over(node, len(active), self.data):
            del self.rounds[around]
            self._call_off(active)
            self.learned = answered.result(node)
            self.data.update(self.learned)
            return True
        if not active:
            following, *queued = answered.queued
            self.opened.append(Token(node.id, f"{around}/{following}"))
            answered = Round(answered.node, answered.elements, tuple(queued), answered.done, answered.dropped)
        self.rounds[around] = answered
        return False

    def _call_off(self, tokens: list[Token]) -> None:
        self.ended.extend(tokens)
        self.resting = [token for token in self.resting if token not in tokens]

    def _reach(self, node: Node, scope: str) -> None:
        if node.kind in RESTING:
            self.rest(node, scope)
        elif node.kind in FORKS:
            self._join_and_fork(node, scope)
        elif node.kind is NodeKind.EXCLUSIVE:
            self.moving.append((_chosen(self.graph, node, self.data)[0].target, scope))
        elif node.kind is NodeKind.END:
            self._end(node, scope)

    def rest(self, node: Node, scope: str) -> None:
        """Open what a token that comes here rests in."""
        if node.multi is None:
            self.opened.append(Token(node.id, scope))
            return
        fresh, numbers = begun(node, node.multi, self.data)
        self.runs += 1
        around = f"{scope}/{self.runs}"
        self.rounds[around] = fresh
        self.opened.extend(Token(node.id, f"{around}/{number}") for number in numbers)

    def _join_and_fork(self, node: Node, scope: str) -> None:
        if node.id in self.graph.joins:
            others = [token.scope for token in (*self.resting, *self.opened)] + [other for _, other in self.moving]
            if any(is_within(other, scope) for other in others):
                return
            scope = outer_of(scope)
        flows = self.graph.outgoing[node.id]
        if len(flows) > 1:
            self.runs += 1
            scope = f"{scope}/{self.runs}"
            flows = _chosen(self.graph, node, self.data) if node.kind in CHOICES else flows
        self.moving.extend((flow.target, scope) for flow in flows)

    def _end(self, node: Node, scope: str) -> None:
        if node.terminates:
            self._call_off(list(self.resting))
            self.opened, self.moving, self.rounds = [], [], {}
        if node.terminates or not scope.startswith(DETACHED):
            self.end = node.id


def _chosen(graph: Graph, gateway: Node, data: Data) -> tuple[Flow, ...]:
    """The flows that a choosing gateway takes: the first whose condition holds, or (inclusive) every one; else the default flow,
    of which soundness has made sure.
    """
    flows = graph.outgoing[gateway.id]
    default = next((flow for flow in flows if flow.id == gateway.default_flow), flows[0])
    if gateway.kind is NodeKind.EXCLUSIVE:
        holding = next((flow for flow in flows if flow.condition is not None and flow.condition.holds(data)), default)
        return (holding,)
    return tuple(flow for flow in flows if flow.condition is not None and flow.condition.holds(data)) or (default,)


def _entry(graph: Graph, token: Token) -> Token:
    """Where the token of a task's instance entered the task: outside its round."""
    if graph.nodes[token.node].multi is None:
        return token
    return Token(token.node, outer_of(outer_of(token.scope)))


def may_go_back(graph: Graph, *, leaving: Token, back_to: Token) -> bool:
    """Whether the work at one place may go back to another, where it was done before: on the same line, and in the same branch of
    every parallel block in which both stand. (Into the branch beside, it would be done twice at once.)
    """
    here, there = _entry(graph, leaving), _entry(graph, back_to)
    path, target = here.scope.split("/"), there.scope.split("/")
    if path[0] != target[0]:
        return False
    shared = _shared(path, target)
    lead = 0 if path[0].startswith(DETACHED) else 1
    here_in, there_in = graph.branches[here.node][: shared - lead], graph.branches[there.node][: shared - lead]
    return here_in == there_in


def _shared(path: list[str], other: list[str]) -> int:
    shared = 0
    while shared < min(len(path), len(other)) and path[shared] == other[shared]:
        shared += 1
    return shared


def ended_by_return(
    graph: Graph, *, leaving: Token, back_to: Token, resting: Collection[Token]
) -> tuple[Token, tuple[Token, ...]]:
    """Where the work at `leaving` is put down again when it goes back to `back_to`, and which other tokens end with that.

    Going back within the same line ends nothing else. Going back to before a parallel block ends the whole block's
    run, since the block will be entered anew: its other branches would otherwise be done twice. A round ends as a whole.
    """
    here, there = _entry(graph, leaving), _entry(graph, back_to)
    path = here.scope.split("/")
    shared = _shared(path, there.scope.split("/"))
    if shared < len(path):
        block = "/".join(path[: shared + 1])
    elif here != leaving:
        block = outer_of(leaving.scope)
    else:
        return there, ()
    return there, tuple(token for token in resting if is_within(token.scope, block))


def pruned(rounds: Rounds, resting: Collection[Token]) -> dict[str, Round]:
    """The rounds that still have somebody in them."""
    return {scope: one for scope, one in rounds.items() if any(is_within(token.scope, scope) for token in resting)}
