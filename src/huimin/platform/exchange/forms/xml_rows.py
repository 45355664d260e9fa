"""An XML document as rows: the text is cut into row elements first, so that a broken one costs only itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lxml import etree

from huimin.platform.exchange.forms.declared import Xml
from huimin.platform.exchange.forms.rows import Defect, RowBuffer, missing_columns
from huimin.platform.exchange.forms.streaming import TextWindow

_LONGEST_ROW: Final = 1 << 22
# Characters that XML 1.0 forbids, other than NUL.
_FORBIDDEN: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _XmlReader:
    def __init__(self, path: Path, form: Xml) -> None:
        self._path = path
        self._form = form
        self._window = TextWindow(path, form.encoding)
        # Comments and CDATA come first: what looks like a row inside them is none.
        row = re.escape(form.row)
        self._mark = re.compile(rf"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(<{row}(?=[\s/>]))|(</{row}\s*>)", re.DOTALL)
        root = re.escape(form.root)
        self._root = re.compile(rf"<{root}(?=[\s/>])|(</{root}\s*>|<{root}(?:\s[^<>]*)?/>)")
        self._is_opened = self._is_closed = False
        self._strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        self._lenient = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
        )

    def batches(self) -> Iterator[Any]:
        buffer = RowBuffer(self._form.names, self._form.identity_columns)
        is_first = True
        for line, raw, is_closed in self._elements():
            self._add(buffer, line, raw, is_closed=is_closed)
            if buffer.is_full:
                yield self._checked(buffer.take(), is_first=is_first)
                is_first = False
        if len(buffer) or is_first:
            yield self._checked(buffer.take(), is_first=is_first)

    def _checked(self, batch: Any, *, is_first: bool) -> Any:
        """A file without a row, or whose rows have none of the declared columns, is another file."""
        is_empty = not batch.num_rows and not self._is_opened
        is_other = batch.num_rows and all(batch.column(name).null_count == batch.num_rows for name in self._form.names)
        if is_first and (is_empty or is_other):
            raise missing_columns(self._path, self._form.names)
        return batch

    def _elements(self) -> Iterator[tuple[int, str, bool]]:
        """Each row element: its line, its text, and whether it is closed before the next one opens."""
        start: int | None = None
        at = 0
        window = self._window
        while True:
            match = self._mark.search(window.text, at)
            if match is None:
                if start is not None and len(window.text) - start > _LONGEST_ROW:
                    yield window.line_at(start), window.text[start:], False
                    start, at = None, len(window.text)
                # A mark may be cut by the window's edge: keep its tail, and a row that is still open.
                self._look_for_root(at)
                keep = start if start is not None else max(at, window.text.rfind("<", at))
                at = max(at - keep, 0) if start is None else at - keep
                window.forget(keep)
                start = None if start is None else 0
                if not window.more():
                    break
                continue
            if match[1]:
                if start is not None:
                    yield window.line_at(start), window.text[start : match.start()], False
                start, at = match.start(), match.end()
                if closing := re.compile(r"[^<>]*/>").match(window.text, at):
                    yield window.line_at(start), window.text[start : closing.end()], True
                    start, at = None, closing.end()
            elif match[2] and start is not None:
                yield window.line_at(start), window.text[start : match.end()], True
                start, at = None, match.end()
            else:
                at = match.end()
            if start is None and at > _LONGEST_ROW // 4:
                self._look_for_root(0)
                window.forget(at)
                at = 0
        if start is not None:
            yield window.line_at(start), window.text[start:], False
        elif self._is_opened and not self._is_closed:
            # The document breaks off between two rows: what was still to come is one broken row.
            yield window.line_at(len(window.text)), "", False

    def _look_for_root(self, at: int) -> None:
        for match in self._root.finditer(self._window.text, 0 if not self._is_opened else at):
            self._is_opened = True
            self._is_closed = self._is_closed or match[1] is not None

    def _add(self, buffer: RowBuffer, line: int, raw: str, *, is_closed: bool) -> None:
        raw = raw.rstrip()
        text = raw.replace("\0", "")
        defect = Defect.CONTROL_CHARACTER if text != raw else None
        try:
            element = etree.fromstring(_FORBIDDEN.sub("\ufffd", text), self._strict)
        except etree.XMLSyntaxError:
            element = self._recovered(text)
            is_closed = False
        cells = {} if element is None else _cells(element)
        if not is_closed:
            defect = Defect.TRUNCATED
            cells = _closed_cells(cells, raw)
        elif defect is None and self._window.has_undecodable(line, line + raw.count("\n")):
            defect = Defect.UNDECODABLE
        buffer.add(line, cells, defect=defect, raw=raw)

    def _recovered(self, text: str) -> Any:
        try:
            return etree.fromstring(_FORBIDDEN.sub("\ufffd", text), self._lenient)
        except etree.XMLSyntaxError:
            return None


def _cells(element: Any, prefix: str = "") -> dict[str, str | None]:
    """The texts of the child elements by name; a repeated element's texts stand on lines of one cell."""
    found: dict[str, str | None] = {f"@{name}": value for name, value in element.attrib.items()} if not prefix else {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = prefix + etree.QName(child).localname
        if len(child) and any(isinstance(part.tag, str) for part in child):
            found.update(_cells(child, f"{name}."))
            continue
        text = "".join(child.itertext())
        found[name] = f"{found[name]}\n{text}" if found.get(name) is not None else text
    return found


def _closed_cells(cells: dict[str, str | None], raw: str) -> dict[str, str | None]:
    """Of a broken row, the cells that were closed: a value cut in the middle is no value."""
    return {name: text for name, text in cells.items() if name.startswith("@") or f"</{name.rpartition('.')[2]}" in raw}


def read_xml(path: Path, form: Xml) -> Iterator[Any]:
    """The row elements; `_line` is the line on which one opens. See `forms.read`."""
    return _XmlReader(path, form).batches()
