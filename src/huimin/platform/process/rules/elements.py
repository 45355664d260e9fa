"""The elements of BPMN 2.0 that may be drawn, each read into a node; whatever lies outside is refused by name and line."""

import re
from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from huimin.platform.process.rules.expressions import Condition
from huimin.platform.process.rules.graph import (
    Flow,
    Limit,
    LimitUnit,
    Multi,
    Node,
    NodeKind,
    Overdue,
    OverdueAct,
)
from huimin.platform.process.rules.refused import (
    AttributeNotSupported,
    BasisMissing,
    ElementNotSupported,
    LimitNotUnderstood,
    PostMissing,
    StepMissing,
    TimerMisplaced,
    ValueNotUnderstood,
)
from huimin.platform.process.rules.rounds import LARGEST

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS: Final = "urn:huimin:process"
LONGEST_LIMIT: Final = 3650

Element = Any

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""What conditions can name: a datum, an outcome of a round."""
_OUTCOME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d{1,3})W|(?:(?P<days>\d{1,4})D)?(?:T(?P<hours>\d{1,5})H(?:0+M)?(?:0+S)?)?)"
)
_DATUM: Final = re.compile(rf"\{{({NAME.pattern})\}}")
READ_OVER: Final = frozenset(
    {
        "documentation", "extensionElements", "incoming", "outgoing", "ioSpecification", "property", "auditing", "monitoring",
        "dataInputAssociation", "dataOutputAssociation", "resourceRole", "performer", "humanPerformer", "potentialOwner",
    }
)  # fmt: skip
"""Parts that say nothing about the order of things."""

WORKING: Final = {"workingDays": LimitUnit.WORKING_DAYS, "officeHours": LimitUnit.OFFICE_HOURS}
"""Our attributes of a limit that counts only while offices work."""
_COMMON: Final = frozenset({"nameEn"})
OUR_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "process": _COMMON | {*WORKING, "limit"},
    "userTask": _COMMON
    | {"post", *WORKING, "limit", "outcomes", "urgent", "overdue", "stops", "basis", "batch", "copies"},
    "serviceTask": _COMMON | {"step", "run"},
    "businessRuleTask": _COMMON | {"decision", "outcomes", "run"},
    "callActivity": _COMMON | {"passes", "returns", "stops", "basis"},
    "intermediateCatchEvent": _COMMON | {*WORKING, "stops", "basis"},
    "boundaryEvent": _COMMON | {*WORKING},
    "multiInstanceLoopCharacteristics": frozenset({"collection", "element"}),
}
# Attributes of BPMN itself that would change what an element does, with the values that change nothing.
_CHANGING: Final[dict[str, frozenset[str]]] = {
    "isForCompensation": frozenset({"false"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false"}),
    "isSequential": frozenset({"true", "false"}),
    "behavior": frozenset({"All"}),
}


def bpmn_name(element: Element) -> str | None:
    """The element's name when it belongs to BPMN; other vendors' elements are None."""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else None


def check_attributes(element: Element, tag: str) -> None:
    """Refuse attributes of ours that this element does not have, and those of BPMN that would change what it does."""
    for key, value in element.attrib.items():
        name = etree.QName(key)
        if name.namespace == OURS and name.localname not in OUR_ATTRIBUTES.get(tag, frozenset()):
            raise AttributeNotSupported(element=tag, attribute=name.localname, line=element.sourceline)
        if name.namespace is None and value not in _CHANGING.get(name.localname, frozenset({value})):
            raise AttributeNotSupported(element=tag, attribute=name.localname, line=element.sourceline)


def children(element: Element, *allowed: str) -> list[Element]:
    """The BPMN children that mean something here; one that is neither allowed nor read over is refused."""
    found = []
    for child in element.iterchildren(etree.Element):
        tag = bpmn_name(child)
        if tag is None or tag in READ_OVER:
            continue
        if tag not in allowed:
            raise ElementNotSupported(element=tag, line=child.sourceline)
        found.append(child)
    return found


def ours(element: Element, name: str) -> str:
    """The value of one of our attributes, or nothing."""
    return str(element.get(f"{{{OURS}}}{name}") or "").strip()


def has_working_limit(element: Element) -> bool:
    """Whether one of them is written."""
    return any(ours(element, name) for name in WORKING)


def limit_of(element: Element, duration: str) -> Limit | None:
    """What `workingDays`, `officeHours` or a duration says; None when all are silent. Raises LimitNotUnderstood."""
    written = {unit: said for name, unit in WORKING.items() if (said := ours(element, name))}
    text = duration.strip()
    if not written and not text:
        return None
    if len(written) == 1 and not text:
        ((unit, amount),) = written.items()
        if amount.isdecimal() and 0 < int(amount) <= LONGEST_LIMIT:
            return Limit(int(amount), unit)
    match = _DURATION.fullmatch(text)
    if match and not written:
        days = int(match["weeks"] or 0) * 7 + int(match["days"] or 0)
        hours = int(match["hours"] or 0)
        if hours:
            return Limit(days * 24 + hours, LimitUnit.HOURS)
        if days:
            return Limit(days, LimitUnit.DAYS)
    raise LimitNotUnderstood(
        node=element.get("id"), text=" ".join([*written.values(), text]).strip()[:40], line=element.sourceline
    )


def _limit_or_datum(element: Element) -> tuple[Limit | None, str]:
    """The limit of a user task, or the name of the datum that says it (`hm:limit="{name}"`). Raises LimitNotUnderstood."""
    said = ours(element, "limit")
    datum = _DATUM.fullmatch(said)
    if datum is None or has_working_limit(element):
        return limit_of(element, said), ""
    return None, datum[1]


class _Reader:
    """Reads one element; refusals name it and its line."""

    def __init__(self, element: Element, kind: NodeKind) -> None:
        self.element, self.kind = element, kind
        self.common: dict[str, Any] = {
            "id": element.get("id"),
            "kind": kind,
            "name": " ".join((element.get("name") or "").split()),
            "name_en": ours(element, "nameEn"),
            "line": element.sourceline,
        }

    @property
    def about(self) -> dict[str, Any]:
        return {"node": self.common["name"] or self.common["id"], "line": self.element.sourceline}

    def wrong(self, attribute: str, value: str) -> ValueNotUnderstood:
        return ValueNotUnderstood(**self.about, attribute=attribute, value=value[:40])

    @property
    def datum(self) -> str:
        return Node(id=self.common["id"], kind=self.kind).datum

    def says(self, name: str) -> str | None:
        """The attribute of ours as it was written; None when it was not."""
        value = self.element.get(f"{{{OURS}}}{name}")
        return None if value is None else str(value).strip()

    def truth(self, name: str) -> bool:
        value = ours(self.element, name)
        if value not in ("", "true", "false"):
            raise self.wrong(name, value)
        return value == "true"

    def words(self, name: str, shape: re.Pattern[str] = _OUTCOME) -> tuple[str, ...]:
        words = tuple(ours(self.element, name).split())
        for word in words:
            if not shape.fullmatch(word) or words.count(word) > 1:
                raise self.wrong(name, word)
        return words

    def after_commit(self) -> bool:
        value = ours(self.element, "run")
        if value not in ("", "inline", "after_commit"):
            raise self.wrong("run", value)
        return value == "after_commit"

    def stops(self) -> dict[str, Any]:
        """Why the clock stands meanwhile, and by which law. Raises BasisMissing."""
        reason, basis = ours(self.element, "stops"), ours(self.element, "basis")
        if reason and not NAME.fullmatch(reason):
            raise self.wrong("stops", reason)
        if reason and not basis:
            raise BasisMissing(**self.about)
        return {"stops": reason, "basis": basis}

    def multi(self, parts: list[Element]) -> Multi | None:
        """How often it is done, when it is done by several."""
        if not parts:
            return None
        part = parts[0]
        check_attributes(part, "multiInstanceLoopCharacteristics")
        allowed = ("loopCardinality", "completionCondition", "loopDataInputRef", "inputDataItem")
        inner = {bpmn_name(child): child for child in children(part, *allowed)}
        texts = {tag: "".join(child.itertext()).strip() for tag, child in inner.items()}
        cardinality = texts.get("loopCardinality", "")
        collection = ours(part, "collection") or texts.get("loopDataInputRef", "")
        item = inner.get("inputDataItem")
        element = ours(part, "element") or (item.get("name") or item.get("id") or "" if item is not None else "")
        if not collection and not cardinality:
            # Drawn elsewhere, with another vendor's list: whoever starts the process says who is asked.
            collection, element = f"{self.datum}_posts", f"{self.datum}_each"
        for name, value in (("collection", collection), ("element", element)):
            if value and not NAME.fullmatch(value):
                raise self.wrong(name, value)
        number = int(cardinality) if cardinality.isdecimal() else cardinality.removeprefix("${").removesuffix("}")
        if collection and cardinality:
            raise self.wrong("collection", collection)
        if cardinality and not ((isinstance(number, int) and 0 < number <= LARGEST) or NAME.fullmatch(str(number))):
            raise self.wrong("loopCardinality", cardinality)
        until = texts.get("completionCondition", "")
        return Multi(
            sequential=part.get("isSequential") == "true",
            collection=collection,
            element=element,
            cardinality=number or 0,
            until=Condition.parse(until) if until else None,
        )

    def overdue(self, outcomes: tuple[str, ...]) -> Overdue | None:
        text = ours(self.element, "overdue")
        if not text:
            return None
        act, _, what = text.partition(":")
        if act not in set(OverdueAct) or not what or (act == OverdueAct.OUTCOME and what not in outcomes):
            raise self.wrong("overdue", text)
        if not (has_working_limit(self.element) or ours(self.element, "limit")):
            raise LimitNotUnderstood(node=self.common["id"], text="", line=self.element.sourceline)
        if act == OverdueAct.OUTCOME and not ours(self.element, "basis"):
            raise BasisMissing(**self.about)
        return Overdue(OverdueAct(act), what)


def _plain(element: Element, kind: NodeKind) -> Node:
    children(element)
    return Node(**_Reader(element, kind).common)


def _end(element: Element, kind: NodeKind) -> Node:
    terminates = bool(children(element, "terminateEventDefinition"))
    return Node(**_Reader(element, kind).common, terminates=terminates)


def _gateway(element: Element, kind: NodeKind) -> Node:
    children(element)
    return Node(**_Reader(element, kind).common, default_flow=element.get("default") or "")


def _user_task(element: Element, kind: NodeKind) -> Node:
    reader = _Reader(element, kind)
    multi = reader.multi(children(element, "multiInstanceLoopCharacteristics"))
    outcomes = reader.words("outcomes", _OUTCOME if multi is None else NAME) or ("done",)
    limit, limit_from = _limit_or_datum(element)
    node = Node(
        **reader.common,
        post=reader.says("post") or "",
        limit=limit,
        limit_from=limit_from,
        urgent=reader.truth("urgent"),
        outcomes=outcomes,
        multi=multi,
        overdue=reader.overdue(outcomes),
        **reader.stops(),
        batch=reader.truth("batch"),
        copies=tuple(ours(element, "copies").split()),
    )
    if reader.says("post") == "" or (multi is not None and node.is_applicants):
        raise PostMissing(**reader.about)
    # A task drawn elsewhere does not know our posts: whoever starts the process says who does it.
    return node if node.post else _with_post(node, f"{{{node.datum}_post}}")


def _with_post(node: Node, post: str) -> Node:
    if node.multi is not None and node.multi.element:
        post = f"{{{node.multi.element}}}"
    return Node(**{name: getattr(node, name) for name in Node.__slots__ if name != "post"}, post=post)


def _machine(attribute: str) -> Callable[[Element, NodeKind], Node]:
    def read(element: Element, kind: NodeKind) -> Node:
        children(element)
        reader = _Reader(element, kind)
        step = reader.says(attribute)
        if step == "":
            raise StepMissing(**reader.about)
        outcomes = reader.words("outcomes") if kind is NodeKind.DECISION else ()
        return Node(
            **reader.common,
            step=step or reader.common["id"],
            outcomes=outcomes or ("done",),
            after_commit=reader.after_commit(),
        )

    return read


def _call(element: Element, kind: NodeKind) -> Node:
    reader = _Reader(element, kind)
    called = (element.get("calledElement") or "").strip()
    if not _CODE.fullmatch(called):
        raise reader.wrong("calledElement", called)
    return Node(
        **reader.common,
        multi=reader.multi(children(element, "multiInstanceLoopCharacteristics")),
        called=called,
        passes=reader.words("passes", NAME) if reader.says("passes") is not None else None,
        returns=reader.words("returns", NAME),
        **reader.stops(),
    )


def _timer(element: Element, kind: NodeKind) -> Node:
    reader = _Reader(element, kind)
    definitions = children(element, "timerEventDefinition")
    if len(definitions) != 1:
        raise TimerMisplaced(**reader.about)
    durations = children(definitions[0], "timeDuration")
    # Other tools want a duration too; where working days are written, they are what counts.
    written = (durations[0].text or "") if durations and not has_working_limit(element) else ""
    limit = limit_of(element, written)
    if limit is None:
        raise LimitNotUnderstood(node=reader.common["id"], text="", line=element.sourceline)
    return Node(
        **reader.common,
        limit=limit,
        attached_to=element.get("attachedToRef") or "",
        interrupting=element.get("cancelActivity", "true") != "false",
        **reader.stops(),
    )


def flow_of(element: Element) -> Flow:
    """A sequence flow. Raises ConditionNotAllowed."""
    conditions = children(element, "conditionExpression")
    text = "".join(conditions[0].itertext()) if conditions else ""
    return Flow(
        id=element.get("id"),
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        condition=Condition.parse(text) if conditions else None,
        line=element.sourceline,
    )


READERS: Final[dict[str, Callable[[Element, NodeKind], Node]]] = {
    NodeKind.START: _plain,
    NodeKind.END: _end,
    NodeKind.USER_TASK: _user_task,
    NodeKind.SERVICE_TASK: _machine("step"),
    NodeKind.DECISION: _machine("decision"),
    NodeKind.CALL: _call,
    NodeKind.EXCLUSIVE: _gateway,
    NodeKind.PARALLEL: _gateway,
    NodeKind.INCLUSIVE: _gateway,
    NodeKind.TIMER: _timer,
    NodeKind.BOUNDARY: _timer,
}
"""The elements that may be drawn, and who reads them."""
