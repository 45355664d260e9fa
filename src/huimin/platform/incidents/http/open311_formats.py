"""Open311 GeoReport v2 as it travels: its values as JSON and as XML, its errors, its instants. Nothing here knows what an incident is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from lxml import etree

Tree = Mapping[str, "Tree"] | Sequence["Tree"] | str | int | float | bool | None
"""What an answer is made of; a name that ends in a plural holds a list of its singular."""

XML: Final = "xml"
JSON: Final = "json"
FORMATS: Final = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
LONGEST: Final = 4000
"""Characters of one value that is sent in."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a list of things is called in XML: the root, and the name of each."""

    root: str
    each: str


SERVICES: Final = Shape(root="services", each="service")
REQUESTS: Final = Shape(root="service_requests", each="request")
ERRORS: Final = Shape(root="errors", each="error")
_ITEMS: Final = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_UNSAFE: Final = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def instant(at: datetime | None) -> str | None:
    """An instant as the specification wants it: W3C, to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def as_xml(root: str, tree: Tree) -> bytes:
    """The tree as a document; a list of things takes the names of `_ITEMS`."""
    top = etree.Element(root)
    _fill(top, tree, _ITEMS.get(root, ""))
    written: bytes = etree.tostring(top, xml_declaration=True, encoding="utf-8")
    return written


def _fill(element: Any, tree: Tree, each: str) -> None:
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            _fill(etree.SubElement(element, name), value, _ITEMS.get(name, ""))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for value in tree:
            _fill(etree.SubElement(element, each), value, "")
    elif tree is not None:
        element.text = _text(tree).translate(_UNSAFE)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def chosen_format(request: HttpRequest, asked: str) -> str:
    """The format that the address names, else the one that the client prefers; JSON where it does not say."""
    if asked:
        return asked
    best = request.get_preferred_type(["application/json", "text/xml", "application/xml"])
    return XML if best and best.endswith("xml") else JSON


def answer(tree: Tree, *, kind: str, root: str, status: int = 200) -> HttpResponse:
    """A document in the format asked for."""
    body = as_xml(root, tree) if kind == XML else json.dumps(tree, ensure_ascii=False).encode()
    return _open_to_all(HttpResponse(body, content_type=FORMATS[kind], status=status))


def answer_list(items: Sequence[Tree], *, kind: str, shape: Shape, status: int = 200) -> HttpResponse:
    """A list in the format asked for: an array in JSON, named elements under a root in XML."""
    if kind == JSON:
        return answer(items, kind=kind, root=shape.root, status=status)
    top = etree.Element(shape.root)
    for item in items:
        _fill(etree.SubElement(top, shape.each), item, "")
    body = etree.tostring(top, xml_declaration=True, encoding="utf-8")
    return _open_to_all(HttpResponse(body, content_type=FORMATS[kind], status=status))


def refuse(problems: Sequence[tuple[int, str]], *, kind: str) -> HttpResponse:
    """The errors as the specification writes them, with the HTTP status of the first."""
    listed = [{"code": str(code), "description": words} for code, words in problems]
    return answer_list(listed, kind=kind, shape=ERRORS, status=problems[0][0])


def _open_to_all(response: HttpResponse) -> HttpResponse:
    """A page of any other city may read what is public here; no cookie goes with it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Vary"] = "Accept, Accept-Language"
    return response
