"""What a process must agree on with the rest of its service: it is sound, and it asks only for data that a case gives it."""

import re
from collections.abc import Iterator
from typing import Final

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.faults import Fault
from huimin.platform.catalogue.rules.walks import SPEAKING, process_data
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import Graph

FILE: Final = "process.bpmn"
ENDS: Final = frozenset({"granted", "refused", "lapsed", "declined", "closed", "reminded"})
"""What end events are called: what became of the case (`reminded` ends a line beside it)."""
FROM_CASE: Final = frozenset({"eligible", "decided"})
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def process_faults(service: Service) -> Iterator[Fault]:
    """Everything in the process that would stop a case of this service."""
    try:
        graph = compiled(service.process_text)
    except Refusal as refusal:
        yield Fault(FILE, (), refusal.sentence("en"))
        return
    spoken = {node.datum for node in graph.nodes.values() if node.kind in SPEAKING}
    for question in service.form.questions:
        if question.code in spoken:
            yield Fault("form.yaml", (), f"the question {question.code} is called like a task of the process")
    for result in sorted({name for rule in service.decision.rules for name in rule.gives} if service.decision else ()):
        if result in spoken:
            yield Fault("decision.json", (), f"the result {result} is called like a task of the process")
    departments = {function: function for function in service.functions}
    known = set(process_data(service, graph, {}, departments)) | FROM_CASE
    for asked, what in _asked(graph):
        if asked not in known:
            yield Fault(FILE, (), f"{what} asks for {asked}, which a case does not give its process")
    for node in graph.nodes.values():
        if node.kind == "endEvent" and node.id not in ENDS:
            yield Fault(FILE, (), f"an end event is called {', '.join(sorted(ENDS))}, not {node.id}")


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
