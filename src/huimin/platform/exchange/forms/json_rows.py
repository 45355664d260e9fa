"""JSON objects as rows: nested values become columns `outer.inner`, numbers keep the digits they were written with."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from huimin.platform.exchange.forms.rows import Defect, RowBuffer

# Numbers stay the text they were delivered as; control characters inside strings are let through and judged afterwards.
_READER: Final = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
_TOKEN: Final = re.compile(
    r'\s*(?:([{}\[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*(?=\s*[,}\]])|true(?=\s*[,}\]])|false(?=\s*[,}\]])|null(?=\s*[,}\]])))',
    re.DOTALL,
)
_WORDS: Final = {"null": None}


def parse(text: str, at: int = 0) -> tuple[Any, int]:
    """The JSON value that starts at this place and where it ends.

    Raises: ValueError when it is broken (also when nested beyond reason).
    """
    try:
        return _READER.raw_decode(text, at)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def leaves(value: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    """The values of an object as text by their path; an array keeps its JSON text, null is None."""
    found: dict[str, str | None] = {}
    for key, item in value.items():
        if isinstance(item, str) or item is None:
            found[prefix + key] = item
        elif isinstance(item, dict):
            found.update(leaves(item, f"{prefix}{key}."))
        elif isinstance(item, bool):
            found[prefix + key] = "true" if item else "false"
        else:
            found[prefix + key] = json.dumps(item, ensure_ascii=False)
    return found


def readable_leaves(text: str) -> dict[str, str | None]:
    """The values of a broken object that were delivered whole, as far as it can be followed."""
    found: dict[str, str | None] = {}
    path: list[str] = []
    key: str | None = None
    expects_key = False
    for match in _tokens(text):
        mark, string, word = match
        if mark == "{":
            if key is not None:
                path.append(key)
            key, expects_key = None, True
        elif mark == "}":
            if path:
                path.pop()
            key, expects_key = None, False
        elif mark in ("[", "]"):
            break
        elif mark == ",":
            key, expects_key = None, True
        elif string and expects_key:
            key, expects_key = _unquoted(string), False
        elif (string or word) and key is not None:
            found[".".join([*path, key])] = _unquoted(string) if string else _WORDS.get(word, word)
            key = None
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    at = 0
    while match := _TOKEN.match(text, at):
        yield match[1] or "", match[2] or "", match[3] or ""
        at = match.end()


def _unquoted(string: str) -> str:
    try:
        return str(json.loads(string, strict=False))
    except ValueError:
        return string[1:-1]


def add_object(buffer: RowBuffer, line: int, raw: str, *, undecodable: bool = False) -> bool:
    """Add the row that this JSON text is, with its defect if it has one; True when the row is whole."""
    try:
        value, end = parse(raw, len(raw) - len(raw.lstrip()))
        is_whole = isinstance(value, dict) and not raw[end:].strip()
    except ValueError:
        value, is_whole = None, False
    if not is_whole and "\0" in raw:
        _add_despite_nul(buffer, line, raw)
        return False
    if not is_whole:
        buffer.add(line, readable_leaves(raw), defect=Defect.TRUNCATED, raw=raw)
        return False
    cells = leaves(value)
    has_nul = any(cell is not None and "\0" in cell for cell in cells.values())
    defect = Defect.CONTROL_CHARACTER if has_nul else Defect.UNDECODABLE if undecodable else None
    buffer.add(line, cells, defect=defect, raw=raw)
    return defect is None


def _add_despite_nul(buffer: RowBuffer, line: int, raw: str) -> None:
    """A NUL between the tokens breaks the object: read it without, and say why it goes back."""
    text = raw.replace("\0", "")
    try:
        value, end = parse(text, len(text) - len(text.lstrip()))
    except ValueError:
        value, end = None, 0
    if isinstance(value, dict) and not text[end:].strip():
        buffer.add(line, leaves(value), defect=Defect.CONTROL_CHARACTER, raw=raw)
    else:
        buffer.add(line, readable_leaves(text), defect=Defect.TRUNCATED, raw=raw)
