"""Writing a definition out for other modellers: its own text, with what they need and ours does without.

A diagram (BPMN DI) is laid out where the text has none; timers in working days and lists to be asked are written once more in BPMN's own
words. Everything that is ours stays, in its namespace, so reading the file back gives the same process.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from huimin.platform.process.rules.bpmn import compiled, parsed, process_of
from huimin.platform.process.rules.elements import BPMN, Element
from huimin.platform.process.rules.graph import CHOICES, FORKS, Flow, Graph, Limit, LimitUnit, Multi, Node, NodeKind

_DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_COLUMN: Final = 170
_ROW: Final = 120
_TASK: Final = (110, 80)
_GATEWAY: Final = (50, 50)
_EVENT: Final = (36, 36)

Box = tuple[int, int, int, int]


def exported(text: str) -> str:
    """The file for other modellers. Raises what `compiled` raises."""
    graph, root = compiled(text), parsed(text)
    process = process_of(root)
    for element in process.iterchildren(etree.Element):
        node = graph.nodes.get(element.get("id") or "")
        if node is not None and node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY) and node.limit is not None:
            _write_duration(element, node.limit)
        if node is not None and node.multi is not None and node.multi.collection:
            _write_list(element, node, node.multi)
    for condition in process.iter(f"{{{BPMN}}}conditionExpression"):
        condition.set(f"{{{_XSI}}}type", "tFormalExpression" if None in condition.nsmap else _prefixed(condition))
    if root.find(f"{{{_DI}}}BPMNDiagram") is None:
        root.append(_diagram(graph, str(process.get("id"))))
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    return str(etree.tostring(root.getroottree(), encoding="unicode", pretty_print=True))


def _prefixed(element: Element) -> str:
    prefix = next(prefix for prefix, uri in element.nsmap.items() if uri == BPMN)
    return f"{prefix}:tFormalExpression"


def _write_duration(element: Element, limit: Limit) -> None:
    """Other tools want BPMN's own duration, also where ours says working days or office hours."""
    definition = element.find(f"{{{BPMN}}}timerEventDefinition")
    if definition is not None and definition.find(f"{{{BPMN}}}timeDuration") is None:
        in_hours = limit.unit in (LimitUnit.HOURS, LimitUnit.OFFICE_HOURS)
        unit = f"PT{limit.amount}H" if in_hours else f"P{limit.amount}D"
        etree.SubElement(definition, f"{{{BPMN}}}timeDuration").text = unit


def _write_list(element: Element, node: Node, multi: Multi) -> None:
    part = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if part is None or part.find(f"{{{BPMN}}}loopDataInputRef") is not None:
        return
    reference = etree.Element(f"{{{BPMN}}}loopDataInputRef")
    reference.text = multi.collection
    item = etree.Element(f"{{{BPMN}}}inputDataItem", id=f"{node.id}_item", name=multi.element or f"{node.datum}_item")
    part.insert(0, item)
    part.insert(0, reference)


def _diagram(graph: Graph, process: str) -> Element:
    spaces = {"bpmndi": _DI, "dc": _DC, "di": _DD}
    diagram = etree.Element(f"{{{_DI}}}BPMNDiagram", id=f"{process}_diagram", nsmap=spaces)
    plane = etree.SubElement(diagram, f"{{{_DI}}}BPMNPlane", id=f"{process}_plane", bpmnElement=process)
    boxes = layout(graph)
    for node, (x, y, width, height) in boxes.items():
        shape = etree.SubElement(plane, f"{{{_DI}}}BPMNShape", id=f"{node}_shape", bpmnElement=node)
        if graph.nodes[node].kind is NodeKind.EXCLUSIVE:
            shape.set("isMarkerVisible", "true")
        bounds = {"x": x, "y": y, "width": width, "height": height}
        etree.SubElement(shape, f"{{{_DC}}}Bounds", {name: str(value) for name, value in bounds.items()})
    for flow in (flow for flows in graph.outgoing.values() for flow in flows):
        edge = etree.SubElement(plane, f"{{{_DI}}}BPMNEdge", id=f"{flow.id}_edge", bpmnElement=flow.id)
        for x, y in _way(flow, boxes):
            etree.SubElement(edge, f"{{{_DD}}}waypoint", x=str(x), y=str(y))
    return diagram


def layout(graph: Graph) -> dict[str, Box]:
    """Where each node stands (x, y, width, height): columns by the number of steps from the start, boundary timers on their task."""
    columns: dict[str, int] = {graph.start: 0}
    todo = [graph.start]
    while todo:
        node = todo.pop(0)
        for following in _after(graph, node):
            if following not in columns:
                columns[following] = columns[node] + 1
                todo.append(following)
    rows: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for node, column in columns.items():
        if graph.nodes[node].attached_to:
            continue
        row = rows[column] = rows.get(column, -1) + 1
        width, height = _size(graph.nodes[node])
        boxes[node] = (
            80 + column * _COLUMN + (_TASK[0] - width) // 2,
            80 + row * _ROW + (_TASK[1] - height) // 2,
            width,
            height,
        )
    for attached, timers in graph.boundaries.items():
        x, y, _, height = boxes[attached]
        for place, timer in enumerate(timers):
            boxes[timer.id] = (x + 10 + place * 45, y + height - _EVENT[1] // 2, *_EVENT)
    return boxes


def _after(graph: Graph, node: str) -> Iterator[str]:
    yield from (flow.target for flow in graph.outgoing[node])
    for timer in graph.boundaries.get(node, ()):
        yield from (flow.target for flow in graph.outgoing[timer.id])


def _size(node: Node) -> tuple[int, int]:
    if node.kind in CHOICES | FORKS:
        return _GATEWAY
    return _EVENT if node.kind in (NodeKind.START, NodeKind.END, NodeKind.TIMER) else _TASK


def _way(flow: Flow, boxes: dict[str, Box]) -> list[tuple[int, int]]:
    x, y, width, height = boxes[flow.source]
    to_x, to_y, _, to_height = boxes[flow.target]
    start, end = (x + width, y + height // 2), (to_x, to_y + to_height // 2)
    if end[0] > start[0]:
        middle = (start[0] + end[0]) // 2
        bends = [(middle, start[1]), (middle, end[1])] if start[1] != end[1] else []
    else:
        # Backwards, above everything.
        bends = [(start[0] + 15, start[1]), (start[0] + 15, 40), (end[0] - 15, 40), (end[0] - 15, end[1])]
    return [start, *bends, end]
