"""A workbook's rows: every value as the text that was stored, merged cells filled down where the form says so."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from huimin.platform.exchange.forms.declared import Workbook
from huimin.platform.exchange.forms.rows import (
    Defect,
    RowBuffer,
    cells_as_raw,
    header_names,
    missing_part,
    plain_number,
)
from huimin.platform.exchange.forms.workbook.package import BROKEN, Package, column_of, string_of, unescaped

# A spreadsheet keeps 15 digits of a number: a longer identity number stored as one has lost its end.
_DIGITS_KEPT: Final = 15


class _Cell(NamedTuple):
    text: str
    is_number: bool


class _WorkbookReader:
    def __init__(self, path: Path, form: Workbook) -> None:
        self._path = path
        self._form = form
        self._strings: list[str] = []
        self._buffer = RowBuffer(form.names, form.identity_columns, sheets=True)
        self._places: dict[str, int] = {}
        self._last = 0
        self._sheet: str | None = None

    def batches(self) -> Iterator[Any]:
        try:
            with zipfile.ZipFile(self._path) as archive:
                package = Package(archive)
                self._strings = package.shared_strings()
                for name, path in self._chosen(package.sheets()):
                    yield from self._sheet_rows(package, name, path)
        except BROKEN:
            self._buffer.add(self._last + 1, {}, defect=Defect.TRUNCATED, raw="", sheet=self._sheet)
        if len(self._buffer):
            yield self._buffer.take()

    def _chosen(self, sheets: dict[str, str]) -> list[tuple[str, str]]:
        if not self._form.sheets:
            return list(sheets.items())[:1]
        if missing := [name for name in self._form.sheets if name not in sheets]:
            raise missing_part(self._path, "、".join(missing))
        return [(name, sheets[name]) for name in self._form.sheets]

    def _sheet_rows(self, package: Package, sheet: str, path: str) -> Iterator[Any]:
        self._sheet, self._last = sheet, 0
        merged = package.merged_down(path) if self._form.merged else {}
        names: dict[int, str] = {}
        filled: dict[int, tuple[int, str]] = {}
        for row in package.rows(path):
            number = int(row.get("r") or self._last + 1)
            self._last = number
            if number < self._form.header_row:
                continue
            cells = self._cells(row)
            if not names:
                names = self._names(cells if number == self._form.header_row else {})
                continue
            if not cells or self._is_total(cells):
                continue
            self._fill_down(number, cells, merged, filled, names)
            self._add(number, {names[at]: cell for at, cell in cells.items() if at in names}, sheet)
            if self._buffer.is_full:
                yield self._buffer.take()
        if not names:
            self._names({})

    def _names(self, cells: dict[int, _Cell]) -> dict[int, str]:
        """The columns by place, blank header cells left out.

        Raises: FormMismatch when a declared column is missing.
        """
        places = [at for at, cell in cells.items() if cell.text.strip()]
        texts = [cells[at].text for at in places]
        return dict(zip(places, header_names(texts, self._form.names, self._path), strict=True))

    def _is_total(self, cells: dict[int, _Cell]) -> bool:
        """The closing row begins with the declared text and has no other text, at most sums."""
        mark = self._form.total_mark
        first, *others = [cells[at] for at in sorted(cells)]
        return bool(mark) and first.text.startswith(mark) and all(cell.is_number for cell in others)

    def _fill_down(
        self,
        number: int,
        cells: dict[int, _Cell],
        merged: dict[int, dict[int, int]],
        filled: dict[int, tuple[int, str]],
        names: dict[int, str],
    ) -> None:
        """Give the row the values of merged cells that began above it, and remember those that begin on it."""
        for at, spans in merged.items():
            if names.get(at) not in self._form.merged:
                continue
            if number in spans and at in cells:
                filled[at] = (spans[number], cells[at].text)
            elif at in filled and number <= filled[at][0] and at not in cells:
                cells[at] = _Cell(filled[at][1], is_number=False)

    def _add(self, number: int, cells: dict[str, _Cell], sheet: str) -> None:
        texts: dict[str, str | None] = {name: cell.text for name, cell in cells.items()}
        defect = None
        if any(
            cell.is_number and _digits(cell.text) > _DIGITS_KEPT
            for cell in map(cells.get, self._form.identity_columns)
            if cell
        ):
            defect = Defect.SCIENTIFIC_NUMBER
        elif any("\0" in cell.text for cell in cells.values()):
            defect = Defect.CONTROL_CHARACTER
        is_suspect = defect is not None or any(
            "e" in (texts.get(name) or "").lower() for name in self._form.identity_columns
        )
        self._buffer.add(number, texts, defect=defect, raw=cells_as_raw(texts) if is_suspect else None, sheet=sheet)

    def _cells(self, row: Any) -> dict[int, _Cell]:
        """The row's filled cells by the place of their column (from 0)."""
        found: dict[int, _Cell] = {}
        at = -1
        for cell in row:
            reference = cell.get("r")
            at = self._place(reference) if reference else at + 1
            value = self._value(cell)
            if value is not None:
                found[at] = value
        return found

    def _place(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = column_of(letters)
        return place

    def _value(self, cell: Any) -> _Cell | None:
        kind = cell.get("t", "n")
        for part in cell:
            if kind == "inlineStr":
                if part.tag.endswith("}is"):
                    # Nearly every string is one `t`; runs and phonetic readings go the long way.
                    text = unescaped(part[0].text or "") if len(part) == 1 and not len(part[0]) else string_of(part)
                    return _Cell(text, is_number=False)
            elif part.tag.endswith("}v") and part.text is not None:
                return self._stored(kind, part.text)
        return None

    def _stored(self, kind: str, text: str) -> _Cell:
        if kind == "s":
            return _Cell(self._strings[int(text)] if int(text) < len(self._strings) else "", is_number=False)
        if kind == "n":
            return _Cell(plain_number(text.strip()), is_number=True)
        if kind == "b":
            return _Cell("TRUE" if text == "1" else "FALSE", is_number=False)
        return _Cell(unescaped(text), is_number=False)


def _digits(text: str) -> int:
    return len(text.lstrip("-").partition(".")[0])


def read_workbook(path: Path, form: Workbook) -> Iterator[Any]:
    """The rows of the sheets; `_line` is the sheet's row, `_sheet` its name. See `forms.read`."""
    return _WorkbookReader(path, form).batches()
