"""What electronic supervision finds in how a matter was handled, besides time: from the facts that the journal tells alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from huimin.platform.process.rules.graph import Graph, Node, NodeKind

_PARALLEL: Final = NodeKind.PARALLEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A post, as far as competence goes: its code, its department's, and its duty."""

    post: str = ""
    department: str = ""
    duty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A step that somebody finished.

    `fact` is the entry's public number; `at_post` where it was done, `drawn` where the drawing has it done (None where the data choose
    the post). `unattended`: it ended by itself; `reasoned`: something was written with it.
    """

    fact: str
    item: str
    node: str
    outcome: str
    at_post: Place = Place()
    drawn: Place | None = None
    unattended: bool = False
    reasoned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A clock that an official stopped by hand; `agreed` says that who heads the department had given his word on the step before."""

    fact: str
    item: str
    reason: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """An opinion that was asked for and did not come; `item` is the step whose holder had asked for it."""

    fact: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a process of a kind, about a subject, was gone through. `end` is the end event that it reached, empty while it runs or
    when it was ended early.
    """

    kind: str
    subject: str
    graph: Graph
    end: str
    deeds: Sequence[Deed]
    stops: Sequence[Stop] = ()
    unheard: Sequence[Unheard] = ()
    last_fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A violation: the code of its rule, the work item in which it lies (empty: the whole), and the facts that show it."""

    rule: str
    item: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a city may set of a rule: the outcomes or reasons that it looks at, and how many are allowed."""

    among: frozenset[str] = field(default_factory=frozenset)
    at_most: int = 0


def required_steps(graph: Graph, end: str) -> tuple[str, ...]:
    """The officials' steps without which this end cannot be reached, in the order drawn: on every way to it, or in a parallel branch
    that a join waits for.
    """
    return tuple(
        node.id
        for node in graph.user_tasks
        if not node.is_applicants and node.id != end and end not in _reached(graph, without=node.id)
    )


def _reached(graph: Graph, *, without: str) -> set[str]:
    """The nodes that a token can come to when one node lets nothing through."""
    found: set[str] = set()
    todo = [graph.start]
    while todo:
        name = todo.pop()
        if name in found or name == without or not _may_enter(graph, graph.nodes[name], found):
            continue
        found.add(name)
        todo += [flow.target for flow in graph.outgoing[name]]
        for timer in graph.boundaries.get(name, ()):
            found.add(timer.id)
            todo += [flow.target for flow in graph.outgoing[timer.id]]
    return found


def _may_enter(graph: Graph, node: Node, found: Iterable[str]) -> bool:
    """A parallel join waits for every branch; everything else lets the first one through."""
    sources = {flow.source for flow in graph.incoming[node.id]}
    return node.kind is not _PARALLEL or len(sources) < 2 or sources <= set(found)


def skipped(conduct: Conduct, measure: Measure) -> list[Found]:
    """跳过环节: the end was reached, and no fact tells that a step on every way to it was done."""
    if not conduct.end:
        return []
    done = {deed.node for deed in conduct.deeds}
    missing = [node for node in required_steps(conduct.graph, conduct.end) if node not in done]
    return [Found(rule="step_skipped", evidence=_evidence(conduct.last_fact))] if missing else []


def by_the_wrong_body(conduct: Conduct, measure: Measure) -> list[Found]:
    """主体不符: a step was done by another department than the one it is drawn for."""
    return [
        Found(rule="wrong_body", item=deed.item, evidence=(deed.fact,))
        for deed in conduct.deeds
        if deed.drawn and deed.at_post.department not in ("", deed.drawn.department)
    ]


def at_the_wrong_post(conduct: Conduct, measure: Measure) -> list[Found]:
    """越权: the right department, but a post of another duty than the step is drawn for: an examiner decided in place of the head."""
    return [
        Found(rule="wrong_post", item=deed.item, evidence=(deed.fact,))
        for deed in conduct.deeds
        if deed.drawn
        and deed.at_post.department == deed.drawn.department
        and deed.at_post.duty not in ("", deed.drawn.duty)
    ]


def without_reason(conduct: Conduct, measure: Measure) -> list[Found]:
    """决定无理由: an outcome that must be reasoned, with nothing written."""
    return [
        Found(rule="no_reason", item=deed.item, evidence=(deed.fact,))
        for deed in conduct.deeds
        if deed.outcome in measure.among and not deed.reasoned and not deed.unattended
    ]


def asked_again(conduct: Conduct, measure: Measure) -> list[Found]:
    """多次补正: the same step asked for supplements more often than the law lets it."""
    times: dict[str, list[Deed]] = {}
    for deed in conduct.deeds:
        if deed.outcome in measure.among:
            times.setdefault(deed.node, []).append(deed)
    return [
        Found(rule="repeated_supplement", item=deeds[-1].item, evidence=tuple(deed.fact for deed in deeds))
        for deeds in times.values()
        if len(deeds) > measure.at_most
    ]


def unheard(conduct: Conduct, measure: Measure) -> list[Found]:
    """缺少意见: it was gone on without an opinion that had been asked for, or a body's step ended by itself without its word."""
    silent = [Unheard(fact=deed.fact, item=deed.item) for deed in conduct.deeds if deed.unattended]
    return [
        Found(rule="missing_opinion", item=one.item, evidence=_evidence(one.fact))
        for one in (*conduct.unheard, *silent)
    ]


def extended(conduct: Conduct, measure: Measure) -> list[Found]:
    """擅自延期: the clock was stopped by hand, for a reason that needs the head's word, without it."""
    return [
        Found(rule="extension", item=stop.item, evidence=(stop.fact,))
        for stop in conduct.stops
        if stop.reason in measure.among and not stop.agreed
    ]


def _evidence(fact: str) -> tuple[str, ...]:
    return (fact,) if fact else ()


Rule = Callable[[Conduct, Measure], list[Found]]

OF_PROCESSES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "step_skipped": skipped,
        "wrong_body": by_the_wrong_body,
        "wrong_post": at_the_wrong_post,
        "no_reason": without_reason,
        "repeated_supplement": asked_again,
        "missing_opinion": unheard,
        "extension": extended,
    }
)
"""The rules that hold for every process, by code; the apps whose matters run in them add their own."""


def violations(conduct: Conduct, measures: Mapping[str, Measure]) -> list[Found]:
    """Everything that the declared rules find, one for each rule and work item."""
    found = {
        (one.rule, one.item): one
        for code, rule in OF_PROCESSES.items()
        if code in measures
        for one in rule(conduct, measures[code])
    }
    return list(found.values())
