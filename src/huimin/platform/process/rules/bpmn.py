"""Reading a BPMN 2.0 file (ISO/IEC 19510) into a graph, and refusing by name and line whatever lies outside the subset.

Supported: start event, end events (also terminating), user tasks, service tasks, decision tasks (business rule tasks), call
activities, multi-instance user tasks and call activities, exclusive, parallel and inclusive gateways, intermediate and boundary
timers, sequence flows. A file may draw pools as long as one of them holds a process. Documentation, lanes, data objects, artifacts,
messages between pools, diagram parts and other vendors' extensions are read over.

Our own attributes stand in the namespace `urn:huimin:process`; which element has which is said in `elements.OUR_ATTRIBUTES` and in the
documentation of processes. The outcome of a task becomes a datum under the task's id, which conditions can ask:
`decide == "accepted"`.
"""

import re
from typing import Final

from lxml import etree

from huimin.platform.process.rules.elements import (
    BPMN,
    NAME,
    READ_OVER,
    READERS,
    Element,
    bpmn_name,
    check_attributes,
    flow_of,
    limit_of,
    ours,
)
from huimin.platform.process.rules.graph import Flow, Graph, Node, NodeKind, graph_of
from huimin.platform.process.rules.refused import (
    ElementNotSupported,
    FlowDangling,
    IdNotUsable,
    NotBpmn,
    NotOneProcess,
    NotOneStart,
    TimerMisplaced,
)
from huimin.platform.process.rules.rounds import MIXED
from huimin.platform.process.rules.soundness import checked

LARGEST: Final = 1_000_000
"""Bytes that a definition may have."""

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_READ_OVER_IN_PROCESS: Final = READ_OVER | {
    "laneSet", "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference",
}  # fmt: skip


def compiled(text: str) -> Graph:
    """The graph that a BPMN file draws, proven sound. Raises a DefinitionRefused or ConditionNotAllowed that names
    what is wrong.
    """
    process = process_of(parsed(text))
    check_attributes(process, "process")
    nodes: list[Node] = []
    flows: list[Flow] = []
    seen: set[str] = set()
    for element in process.iterchildren(etree.Element):
        tag = bpmn_name(element)
        if tag is None or tag in _READ_OVER_IN_PROCESS:
            continue
        if tag != "sequenceFlow" and tag not in READERS:
            raise ElementNotSupported(element=tag, line=element.sourceline)
        _check_id(element, seen)
        check_attributes(element, tag)
        if tag == "sequenceFlow":
            flows.append(flow_of(element))
        else:
            nodes.append(READERS[tag](element, NodeKind(tag)))
    _check_parts(nodes, flows)
    _check_data_names(nodes)
    name = str(process.get("name") or process.get("id") or "")
    limit = limit_of(process, ours(process, "limit"))
    return checked(graph_of(name, ours(process, "nameEn"), tuple(nodes), tuple(flows), limit))


def parsed(text: str) -> Element:
    """The root of a BPMN file. Raises NotBpmn."""
    encoded = text.encode()
    if len(encoded) > LARGEST:
        raise NotBpmn(why=f"> {LARGEST} B")
    # Entities and outside references stay unread: a definition may come from anybody's modeller.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(encoded, parser)
    except etree.XMLSyntaxError as error:
        raise NotBpmn(why=str(error)[:200]) from error
    if getattr(root.getroottree().docinfo, "doctype", "") or root.tag != f"{{{BPMN}}}definitions":
        raise NotBpmn(why="<definitions>")
    return root


def process_of(root: Element) -> Element:
    """The one process that a file draws; pools without one, or with an empty one, are other parties. Raises NotOneProcess."""
    processes = root.findall(f"{{{BPMN}}}process")
    drawn = [process for process in processes if process.find(f"{{{BPMN}}}startEvent") is not None] or processes
    if len(drawn) != 1:
        raise NotOneProcess(count=len(drawn))
    return drawn[0]


def _check_id(element: Element, seen: set[str]) -> None:
    own = element.get("id") or ""
    if own in seen or not _ID.fullmatch(own):
        raise IdNotUsable(id=own[:80], line=element.sourceline)
    seen.add(own)


def _check_data_names(nodes: list[Node]) -> None:
    """That no two steps would write the same datum, and that conditions can name each."""
    seen: set[str] = set()
    for node in nodes:
        if node.kind not in (NodeKind.USER_TASK, NodeKind.DECISION, NodeKind.CALL):
            continue
        for name in node.own_data:
            if name in seen or not NAME.fullmatch(name) or (node.multi and MIXED in node.outcomes):
                raise IdNotUsable(id=node.id, line=node.line)
            seen.add(name)


def _check_parts(nodes: list[Node], flows: list[Flow]) -> None:
    """That there is one start, that flows hang together, and that boundary timers hang on user tasks or called processes."""
    kinds = {node.id: node.kind for node in nodes}
    starts = sum(kind is NodeKind.START for kind in kinds.values())
    if starts != 1:
        raise NotOneStart(count=starts)
    for flow in flows:
        if kinds.get(flow.source, NodeKind.END) is NodeKind.END or kinds.get(flow.target, NodeKind.START) in (
            NodeKind.START,
            NodeKind.BOUNDARY,
        ):
            raise FlowDangling(flow=flow.id, line=flow.line)
    for node in nodes:
        hangs = kinds.get(node.attached_to) in (NodeKind.USER_TASK, NodeKind.CALL)
        if (node.kind is NodeKind.BOUNDARY) != hangs:
            raise TimerMisplaced(node=node.name or node.id, line=node.line)
