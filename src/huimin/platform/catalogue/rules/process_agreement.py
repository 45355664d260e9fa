"""What a process must agree on with the rest of its service: it is sound, and it asks only for data that a case gives it."""

import re
from collections.abc import Iterator
from typing import Final

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.faults import Fault
from huimin.platform.catalogue.rules.walks import process_data
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import WITH_OUTCOME, Graph, NodeKind

FILE: Final = "process.bpmn"
ENDS: Final = frozenset({"granted", "refused", "lapsed", "declined", "closed", "reminded"})
"""What end events are called: what became of the case (`reminded` ends a line beside it)."""
FROM_CASE: Final = frozenset({"eligible", "decided"})
PAYS: Final = "cases.order_payment"
AMOUNT: Final = "amount"
PART: Final = "part"
"""The drawing that every part of a life event goes through (`cases/definitions/part.bpmn`)."""
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def process_faults(service: Service) -> Iterator[Fault]:
    """Everything in the process that would stop a case of this service."""
    try:
        graph = compiled(service.process_text)
    except Refusal as refusal:
        yield Fault(FILE, (), refusal.sentence("en"))
        return
    spoken = {node.datum for node in graph.nodes.values() if node.kind in WITH_OUTCOME}
    for question in service.form.questions:
        if question.code in spoken:
            yield Fault("form.yaml", (), f"the question {question.code} is called like a task of the process")
    for result in sorted({name for rule in service.decision.rules for name in rule.gives} if service.decision else ()):
        if result in spoken:
            yield Fault("decision.json", (), f"the result {result} is called like a task of the process")
    for function in sorted(set(service.functions) & spoken):
        yield Fault(
            FILE, (), f"the function {function} is called like a task of the process, and its post could not be told"
        )
    rules = service.decision.rules if service.decision else ()
    if AMOUNT not in {name for rule in rules for name in rule.gives}:
        for node in graph.nodes.values():
            if node.step == PAYS:
                yield Fault(FILE, (), f"{node.id} orders a payment, and no decision table gives its amount")
    departments = {function: function for function in service.functions}
    known = set(process_data(service, graph, {}, departments)) | FROM_CASE
    for asked, what in _asked(graph):
        if asked not in known:
            yield Fault(FILE, (), f"{what} asks for {asked}, which a case does not give its process")
    yield from _parts(service, graph)
    for node in graph.nodes.values():
        if node.kind == "endEvent" and node.id not in ENDS:
            yield Fault(FILE, (), f"an end event is called {', '.join(sorted(ENDS))}, not {node.id}")


def _parts(service: Service, graph: Graph) -> Iterator[Fault]:
    """Each part of a life event is a call, which opens a case of its own, or a task of its body: at the body's own post, or among several
    bodies that do it at once. Every call is a part.
    """
    calls = {node.id for node in graph.nodes.values() if node.kind is NodeKind.CALL}
    for place, part in enumerate(service.parts):
        node = graph.nodes.get(part.task)
        posts = {f"{{{part.body}}}", f"{{{node.multi.element}}}" if node and node.multi else ""}
        drawn_for = node.post.partition(".")[0] if node else ""
        if part.task not in calls and (not drawn_for or drawn_for not in posts):
            where = ("life_event", "parts", place, "task")
            yield Fault(
                "service.yaml", where, f"{part.task} is neither a call nor a task of {part.body} in the process"
            )
    for task in sorted(calls - {part.task for part in service.parts}):
        yield Fault(FILE, (), f"the call {task} is no part of a life event")
    for task in sorted(calls):
        if graph.nodes[task].called != PART or graph.nodes[task].multi is not None:
            yield Fault(FILE, (), f"{task} calls anything but {PART}, or it several times")


def _asked(graph: Graph) -> Iterator[tuple[str, str]]:
    """Every datum that a post, a list or a condition names, and where."""
    for node in graph.nodes.values():
        own = {node.multi.element} if node.multi else set()
        for name in set(_PLACEHOLDER.findall(node.post)) - own:
            yield name, node.id
        if node.multi and node.multi.collection:
            yield node.multi.collection, node.id
    for flows in graph.outgoing.values():
        for flow in flows:
            for name in flow.condition.names if flow.condition else ():
                yield name, f"the flow from {flow.source} to {flow.target}"
