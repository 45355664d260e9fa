"""XML documents, written."""

import re
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import Xml
from huimin.platform.exchange.forms.writers.columns import (
    NotWritable,
    Rows,
    batches_of,
    data_of,
    joined,
    prepared,
    refuse_holding,
    rewritten,
)
from huimin.platform.exchange.forms.writers.nested import Node, tree_of

_NEEDS_ESCAPE: Final = r"&<>\r\n\t\""
_REFERENCES: Final = {"\r": "&#13;"}
_IN_ATTRIBUTES: Final = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}
_FORBIDDEN: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f"
_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")


def _elements(node: Node, ready: Rows) -> Any:
    """The child elements in each row; a null value's element is left out."""
    parts: list[Any] = [""]
    for name, member in node.members.items():
        if name.startswith("@"):
            continue
        if not _NAME.fullmatch(name):
            raise NotWritable(column=name)
        if member.column is not None:
            array = ready.columns[member.column]
            text = rewritten(array, _NEEDS_ESCAPE, lambda value: escape(value, _REFERENCES))
            parts.append(pc.if_else(pc.is_null(array), "", joined(f"<{name}>", text, f"</{name}>")))
        if member.members:
            inner = _elements(member, ready)
            parts.append(pc.if_else(pc.equal(inner, ""), "", joined(f"<{name}>", inner, f"</{name}>")))
    return joined(*parts)


def _attributes(ready: Rows) -> list[Any]:
    found = []
    for column, array in ready.columns.items():
        if column.startswith("@"):
            text = rewritten(array, _NEEDS_ESCAPE, lambda value: escape(value, _IN_ATTRIBUTES))
            found.append(pc.if_else(pc.is_null(array), "", joined(f' {column[1:]}="', text, '"')))
    return found


def write_xml(rows: Any, form: Xml, path: Path) -> None:
    """Write the document; the number of rows stands in the root where the form says so. See `forms.write`."""
    encoding = "utf-8" if form.encoding == "utf-8-sig" else form.encoding
    # Where the root holds the number of rows, they must be known before the first is written.
    batches = list(batches_of(rows)) if form.count else batches_of(rows)
    count = f' count="{sum(batch.num_rows for batch in batches)}"' if form.count else ""
    with path.open("w", encoding=form.encoding, newline="") as file:
        file.write(f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n<{form.root}{count}>\n')
        for batch in batches:
            ready = prepared(batch, form.names)
            refuse_holding(ready.columns, _FORBIDDEN)
            content = _elements(tree_of(ready.columns), ready)
            written = joined(f"<{form.row}", *_attributes(ready), ">", content, f"</{form.row}>")
            file.write(data_of(joined(ready.or_raw(written), "\n")).decode())
        file.write(f"</{form.root}>\n")
