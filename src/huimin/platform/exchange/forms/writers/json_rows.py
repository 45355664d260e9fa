"""JSON lines and JSON arrays, written."""

import json
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import JsonArray, JsonLines
from huimin.platform.exchange.forms.writers.columns import Rows, batches_of, data_of, joined, prepared, rewritten
from huimin.platform.exchange.forms.writers.nested import Node, tree_of

_NEEDS_ESCAPE: Final = r'\x00-\x1f"\\'
_JSON_NUMBER: Final = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _members(node: Node, ready: Rows, numbers: tuple[str, ...]) -> Any:
    """The members of an object in each row, each led by a comma; empty where none has a value."""
    parts: list[Any] = []
    for name, member in node.members.items():
        if member.column is not None:
            array = ready.columns[member.column]
            value = joined('"', rewritten(array, _NEEDS_ESCAPE, lambda text: _text(text)[1:-1]), '"')
            if member.column in numbers:
                is_number = pc.fill_null(pc.match_substring_regex(array, _JSON_NUMBER), False)
                value = pc.if_else(is_number, array, value)
            parts.append(pc.if_else(pc.is_null(array), "", joined(f",{_text(name)}:", value)))
        if member.members:
            inner = _members(member, ready, numbers)
            whole = joined(f",{_text(name)}:{{", pc.utf8_slice_codeunits(inner, 1), "}")
            parts.append(pc.if_else(pc.equal(inner, ""), "", whole))
    return joined(*parts)


def _objects(batch: Any, form: JsonLines | JsonArray) -> Any:
    ready = prepared(batch, form.names)
    members = _members(tree_of(ready.columns), ready, form.numbers)
    return ready.or_raw(joined("{", pc.utf8_slice_codeunits(members, 1), "}"))


def write_json_lines(rows: Any, form: JsonLines, path: Path) -> None:
    """Write the rows; a null value's member is left out. See `forms.write`."""
    with path.open("wb") as file:
        for batch in batches_of(rows):
            file.write(data_of(joined(_objects(batch, form), "\n")))


def write_json_array(rows: Any, form: JsonArray, path: Path) -> None:
    """Write the document: the envelope's members, then the array. See `forms.write`."""
    keys = [part for part in form.key.split(".") if part]
    with path.open("wb") as file:
        if keys:
            envelope = "".join(f"{_text(name)}: {_text(value)},\n" for name, value in form.envelope.items())
            inner = "".join(f"{_text(key)}: {{" for key in keys[:-1])
            file.write(f"{{\n{envelope}{inner}{_text(keys[-1])}: ".encode())
        file.write(b"[\n")
        separator = b""
        for batch in batches_of(rows):
            if batch.num_rows:
                file.write(separator + data_of(joined(_objects(batch, form), ",\n")).removesuffix(b",\n"))
                separator = b",\n"
        file.write(b"\n]" + b"}" * (len(keys) - 1) + (b"\n}\n" if keys else b"\n"))
