"""What a file looks like, in words for the clerk who dropped the wrong one."""

import codecs
from pathlib import Path
from typing import Final

_SIGNATURES: Final = (
    (b"PK\x03\x04", "XLSX/ZIP"),
    (b"SQLite format 3\x00", "SQLite 3"),
    (b"\xd0\xcf\x11\xe0", "XLS/OLE2"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
)
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 BOM"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_OPENINGS: Final = (
    ("<?xml", "XML"),
    ("<", "XML/HTML"),
    ("{", "JSON"),
    ("[", "JSON"),
    ("-- MySQL dump", "MySQL dump"),
    ("INSERT INTO", "SQL"),
)
_DELIMITERS: Final = (("|", "“|”"), ("\t", "Tab"), (",", "“,”"), (";", "“;”"))
_HEAD_BYTES: Final = 4096


def _decoded(head: bytes) -> tuple[str, str] | None:
    """The text and what its encoding is called, or None when it is no text."""
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "replace"), name
    if b"\0" in head[:64]:
        return None
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return codecs.getincrementaldecoder(codec)().decode(head), name
        except UnicodeDecodeError:
            continue
    return None


def sniff(path: Path) -> str:
    """A short description such as `GB18030, “|”` or `XLSX/ZIP`; never any of the file's values."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        return "0 B"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    decoded = _decoded(head)
    if decoded is None:
        return "binary"
    text, encoding = decoded
    opening = text.lstrip()
    for start, name in _OPENINGS:
        if opening.startswith(start):
            return f"{encoding}, {name}"
    line = text.partition("\n")[0]
    count, name = max((line.count(delimiter), name) for delimiter, name in _DELIMITERS)
    return f"{encoding}, {name}" if count else encoding
