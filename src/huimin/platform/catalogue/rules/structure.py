"""The shape of a process or a form without its names: two of the same shape are one template."""

from hashlib import sha256
from typing import Any, Final

from lxml import etree

from huimin.platform.catalogue.declarations.forms import Form, Question

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS: Final = "{urn:huimin:process}"
_MEANING: Final = ("step", "decision", "mode", "least")
"""Attributes that say what is done; ids, names, posts and lengths of time are names."""


def _hash(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _label(node: Any) -> str:
    inner = sorted(
        child.tag.removeprefix(BPMN)
        for child in node.iterdescendants()
        if isinstance(child.tag, str) and child.tag.startswith(BPMN)
    )
    held = [part for part in inner if part not in {"incoming", "outgoing", "documentation"}]
    meaning = [(name, node.get(OURS + name)) for name in _MEANING if node.get(OURS + name)]
    outcomes = len((node.get(f"{OURS}outcomes") or "").split())
    return _hash(node.tag, held, meaning, outcomes, node.get("cancelActivity"), node.get("calledElement"))


def process_shape(text: str) -> str:
    """A digest of the graph that a BPMN text draws: equal for two that differ only in ids, names, posts and lengths of time."""
    root = etree.fromstring(
        text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    )
    nodes: dict[str, str] = {}
    edges: list[tuple[str, str, bool]] = []
    for process in root.iter(f"{BPMN}process"):
        for element in process.iterchildren(etree.Element):
            if element.tag == f"{BPMN}sequenceFlow":
                conditional = element.find(f"{BPMN}conditionExpression") is not None
                edges.append((str(element.get("sourceRef")), str(element.get("targetRef")), conditional))
            elif isinstance(element.tag, str) and element.tag.startswith(BPMN) and element.get("id"):
                own_id = str(element.get("id"))
                nodes[own_id] = _label(element)
                if hung_on := element.get("attachedToRef"):
                    edges.append((hung_on, own_id, False))
    # Weisfeiler-Lehman: as many rounds as there are nodes tell all trees and nearly all graphs apart.
    for _ in range(len(nodes)):
        nodes = {
            own: _hash(
                label,
                sorted((nodes.get(target, ""), held) for source, target, held in edges if source == own),
                sorted((nodes.get(source, ""), held) for source, target, held in edges if target == own),
            )
            for own, label in nodes.items()
        }
    return _hash(sorted(nodes.values()))


def _question_shape(question: Question) -> tuple[object, ...]:
    return (
        question.type,
        question.required,
        question.source is not None,
        question.when is not None,
        question.situation,
        len(question.choices),
        question.codes,
        tuple(map(_question_shape, question.questions)),
    )


def form_shape(form: Form) -> str:
    """A digest of what a form asks: equal for two that differ only in codes and names."""
    parties = [(party.kind, party.relation, party.known, party.signs, party.when is not None) for party in form.parties]
    sections = [(section.when is not None, tuple(map(_question_shape, section.questions))) for section in form.sections]
    return _hash(parties, sections)
