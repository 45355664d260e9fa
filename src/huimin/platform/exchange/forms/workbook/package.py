"""The zip package of a workbook: which sheets it has, where their XML is, and its shared strings."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from lxml import etree

BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, etree.XMLSyntaxError, KeyError, NotImplementedError, OSError)
"""What a damaged package raises while it is read."""

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_MOST_STRINGS_BYTES: Final = 1 << 30
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 256


def local(tag: str) -> str:
    """An element's name without its namespace: transitional and strict workbooks differ only in that."""
    return tag.rpartition("}")[2]


def unescaped(text: str) -> str:
    """A string of the file as text: `_x000D_` stands for the character with that code (ISO/IEC 29500, ST_Xstring)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def string_of(item: Any) -> str:
    """The text of a string item: its runs joined, without phonetic readings."""
    parts = []
    for element in item.iter():
        if isinstance(element.tag, str) and local(element.tag) == "t" and local(element.getparent().tag) != "rPh":
            parts.append(element.text or "")
    return unescaped("".join(parts))


def elements(stream: Any, name: str) -> Iterator[Any]:
    """The elements of this name one after the other; each is dropped when the next is asked for."""
    for _, element in etree.iterparse(
        stream,
        events=("end",),
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    ):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


class Package:
    """An opened workbook file.

    Raises: one of `BROKEN` from any method when the file is damaged.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def _parts(self, path: str, name: str) -> list[dict[str, str]]:
        with self._archive.open(path) as stream:
            return [{local(key): value for key, value in part.attrib.items()} for part in elements(stream, name)]

    def sheets(self) -> dict[str, str]:
        """The sheets in order: name and the path of its XML in the package."""
        office = next(
            part["Target"]
            for part in self._parts("_rels/.rels", "Relationship")
            if part["Type"].endswith("/officeDocument")
        ).lstrip("/")
        folder = PurePosixPath(office).parent
        relations = self._parts(str(folder / "_rels" / f"{PurePosixPath(office).name}.rels"), "Relationship")
        targets = {
            part["Id"]: part["Target"].lstrip("/") if part["Target"].startswith("/") else str(folder / part["Target"])
            for part in relations
        }
        # An `r:id` and a `sheetId` both end in id; only the first is called so without its namespace.
        return {part["name"]: targets[part["id"]] for part in self._parts(office, "sheet")}

    def shared_strings(self) -> list[str]:
        """The strings that cells of type `s` refer to by place."""
        path = next((name for name in self._archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
        if path is None:
            return []
        if self._archive.getinfo(path).file_size > _MOST_STRINGS_BYTES:
            raise zipfile.BadZipFile("the shared strings do not fit in memory")
        with self._archive.open(path) as stream:
            return [string_of(item) for item in elements(stream, "si")]

    def rows(self, path: str) -> Iterator[Any]:
        """The row elements of a sheet."""
        with self._archive.open(path) as stream:
            yield from elements(stream, "row")

    def merged_down(self, path: str) -> dict[int, dict[int, int]]:
        """Merged cells that span rows: for each column (from 0) the first row and the last row of each. They stand after the rows."""
        found: dict[int, dict[int, int]] = {}
        tail = b""
        with self._archive.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                text = tail + chunk
                for left, top, right, bottom in _MERGED.findall(text):
                    if top != bottom:
                        for column in range(column_of(left.decode()), column_of(right.decode()) + 1):
                            found.setdefault(column, {})[int(top)] = int(bottom)
                tail = text[-_OVERLAP:]
        return found


def column_of(letters: str) -> int:
    """The place (from 0) of a column: A is 0, Z is 25, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def letters_of(place: int) -> str:
    """The letters of the column at this place (from 0)."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
