"""The compiled form of a definition: an immutable graph of nodes and flows, made once by `rules.bpmn` and proven
sound by `rules.soundness`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from huimin.platform.process.rules.expressions import Condition


class NodeKind(StrEnum):
    """The elements of BPMN 2.0 that may be drawn."""

    START = "startEvent"
    END = "endEvent"
    USER_TASK = "userTask"
    SERVICE_TASK = "serviceTask"
    DECISION = "businessRuleTask"
    CALL = "callActivity"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    TIMER = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"


MACHINE: Final = frozenset({NodeKind.SERVICE_TASK, NodeKind.DECISION})
"""Nodes at which the machine acts."""

RESTING: Final = MACHINE | {NodeKind.USER_TASK, NodeKind.CALL, NodeKind.TIMER}
"""Nodes at which a token stays until something is done; through all others it passes."""

CHOICES: Final = frozenset({NodeKind.EXCLUSIVE, NodeKind.INCLUSIVE})
"""Gateways whose flows have conditions."""

FORKS: Final = frozenset({NodeKind.PARALLEL, NodeKind.INCLUSIVE})
"""Gateways that send several tokens on, and that join them."""

APPLICANT: Final = "applicant"
"""What a user task writes in place of a post when the applicant himself has to act."""

Stack = tuple[tuple[str, int], ...]
"""The parallel blocks around a node, outermost first: the split, and the number of the branch."""


class LimitUnit(StrEnum):
    """How the length of a limit is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"
    OFFICE_HOURS = "office_hours"


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time: `Limit(5, LimitUnit.WORKING_DAYS)`. Hours are elapsed hours, office hours those in
    which offices are open, days are whole days of the calendar.
    """

    amount: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Multi:
    """A task done several times over: once for each element of a list in the data, or so many times.

    `until` ends it early: a condition over the data and BPMN's own `numberOfInstances`, `numberOfCompletedInstances`,
    `numberOfActiveInstances`, and `count_<outcome>` for every outcome of the task. Without it all have to answer.
    """

    sequential: bool = False
    collection: str = ""
    element: str = ""
    """Under which name a post or a called process can ask for the element: `{department}`."""
    cardinality: int | str = 0
    """How many times; a name stands for a datum."""
    until: Condition | None = None


class OverdueAct(StrEnum):
    """What happens by itself when the limit of a step has run out (超时自动处理)."""

    OUTCOME = "outcome"
    """It ends with that outcome: tacit approval, where the law says that silence is consent."""
    POST = "post"
    """It goes up to that post."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """`outcome:granted` or `post:mzj.chief`."""

    act: OverdueAct
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One element. Fields that its kind does not use keep their empty default."""

    id: str
    kind: NodeKind
    name: str = ""
    name_en: str = ""
    line: int = 0
    post: str = ""
    """Of a user task: the code of the post that does it; `{name}` in it stands for a datum of the process."""
    limit: Limit | None = None
    """Of a user task: how long it may take. Of a timer: how long the token waits."""
    limit_from: str = ""
    """Of a user task whose limit depends on the matter: the datum that says it."""
    urgent: bool = False
    outcomes: tuple[str, ...] = ("done",)
    multi: Multi | None = None
    overdue: Overdue | None = None
    stops: str = ""
    """While a token rests here the clock of the whole stands, for this reason: `supplement`, `special_procedure`."""
    basis: str = ""
    """The law by which the clock stands, or silence is consent."""
    batch: bool = False
    """Several of its work items may be finished in one go."""
    copies: tuple[str, ...] = ()
    """Posts that are told when it is done."""
    step: str = ""
    """Of a service or decision task: the name under which it is registered in `ports`."""
    after_commit: bool = False
    """Of a service or decision task: it runs from the outbox, not in the transaction that reached it."""
    called: str = ""
    """Of a call activity: the code of the definition that it starts."""
    passes: tuple[str, ...] | None = None
    """Of a call activity: the data handed down; None is all."""
    returns: tuple[str, ...] = ()
    """Of a call activity: the data brought back."""
    terminates: bool = False
    """Of an end event: it ends the whole process."""
    default_flow: str = ""
    attached_to: str = ""
    interrupting: bool = True

    @property
    def datum(self) -> str:
        """The name in the data under which its outcome stands: its id, in letters, digits and underscores."""
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign == "_") else "_" for sign in self.id)
        return plain if plain[:1].isalpha() else f"n{plain}"

    @property
    def own_data(self) -> tuple[str, ...]:
        """The names in the data that nobody but this node may write."""
        if self.multi is None:
            return (self.datum,)
        return (self.datum, *(f"{self.datum}_{outcome}" for outcome in self.outcomes))

    @property
    def is_applicants(self) -> bool:
        """Whether the applicant himself has to act."""
        return self.post == APPLICANT

    def named(self, language: str = "zh") -> str:
        """What people call it; Chinese unless English is asked for and given."""
        return (self.name_en if language.startswith("en") else "") or self.name or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """An arrow from one node to the next, taken when its condition holds (of exclusive gateways only)."""

    id: str
    source: str
    target: str
    condition: Condition | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A place where the process stands: a node, and the run of the parallel block in which it stands.

    The scope is a path such as `/3/7`: block run 7 inside block run 3. The main line is the empty path. A line that a
    non-interrupting timer has started stands in a path of its own (`~4`), for which no join waits.
    """

    node: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A definition ready to run.

    `joins` maps every join to the split whose branches it waits for, `branches` every node to the blocks around it,
    `limit` is the clock of the whole, `reserved` the names of data that belong to steps.
    """

    name: str
    name_en: str
    nodes: Mapping[str, Node]
    outgoing: Mapping[str, tuple[Flow, ...]]
    incoming: Mapping[str, tuple[Flow, ...]]
    start: str
    boundaries: Mapping[str, tuple[Node, ...]]
    joins: Mapping[str, str]
    branches: Mapping[str, Stack]
    limit: Limit | None
    reserved: frozenset[str]

    @property
    def user_tasks(self) -> tuple[Node, ...]:
        """The tasks that officials do, in the order they are drawn."""
        return tuple(node for node in self.nodes.values() if node.kind is NodeKind.USER_TASK)

    @property
    def unspoken(self) -> dict[str, str]:
        """The data of tasks before they have spoken: empty, which is no gap. A condition may ask whether a task's time ran out before."""
        return {node.datum: "" for node in self.nodes.values() if node.kind in SPEAKING}

    @property
    def steps(self) -> frozenset[str]:
        """The names of the registered steps that the machine takes."""
        return frozenset(node.step for node in self.nodes.values() if node.kind is NodeKind.SERVICE_TASK)

    @property
    def decisions(self) -> frozenset[str]:
        """The names of the registered decisions."""
        return frozenset(node.step for node in self.nodes.values() if node.kind is NodeKind.DECISION)

    @property
    def calls(self) -> frozenset[str]:
        """The codes of the definitions that it calls."""
        return frozenset(node.called for node in self.nodes.values() if node.called)

    def reaches_only_people(self, node: str) -> bool:
        """Whether everything that a token may rest at next, after this node, is done by people."""
        seen, todo = {node}, [flow.target for flow in self.outgoing[node]]
        while todo:
            reached = todo.pop()
            kind = self.nodes[reached].kind
            if kind in RESTING and kind is not NodeKind.USER_TASK:
                return False
            if reached not in seen and kind is not NodeKind.USER_TASK:
                todo.extend(flow.target for flow in self.outgoing[reached])
            seen.add(reached)
        return True

    def named(self, language: str = "zh") -> str:
        """What people call the definition; Chinese unless English is asked for and given."""
        return (self.name_en if language.startswith("en") else "") or self.name


SPEAKING: Final = frozenset({NodeKind.USER_TASK, NodeKind.DECISION})
"""Whose outcome a condition may ask for by name: empty until one has spoken."""
WITH_OUTCOME: Final = SPEAKING | {NodeKind.CALL}
"""Whose outcome becomes a datum: of a call it is the end that the called process reached."""


def graph_of(
    name: str, name_en: str, nodes: tuple[Node, ...], flows: tuple[Flow, ...], limit: Limit | None = None
) -> Graph:
    """The graph of these parts, with its indexes; joins and branches are found by `soundness.checked`."""
    outgoing: dict[str, list[Flow]] = {node.id: [] for node in nodes}
    incoming: dict[str, list[Flow]] = {node.id: [] for node in nodes}
    boundaries: dict[str, list[Node]] = {}
    for flow in flows:
        outgoing[flow.source].append(flow)
        incoming[flow.target].append(flow)
    for node in nodes:
        if node.attached_to:
            boundaries.setdefault(node.attached_to, []).append(node)
    return Graph(
        name=name,
        name_en=name_en,
        nodes=MappingProxyType({node.id: node for node in nodes}),
        outgoing=MappingProxyType({key: tuple(value) for key, value in outgoing.items()}),
        incoming=MappingProxyType({key: tuple(value) for key, value in incoming.items()}),
        start=next(node.id for node in nodes if node.kind is NodeKind.START),
        boundaries=MappingProxyType({key: tuple(value) for key, value in boundaries.items()}),
        joins=MappingProxyType({}),
        branches=MappingProxyType({}),
        limit=limit,
        reserved=frozenset(name for node in nodes if node.kind in WITH_OUTCOME for name in node.own_data),
    )
