"""A workbook, written: the smallest package that every spreadsheet program opens, its rows put together column by column.

Text cells have the text format and are never formulas: a value that begins with `=` is shown, not run, and is marked as quoted
so that it stays text when the cell is edited.
"""

import re
import zipfile
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.forms.declared import Workbook
from huimin.platform.exchange.forms.rows import DEFECT, NUMBER_MARK, SHEET, Defect
from huimin.platform.exchange.forms.workbook.package import letters_of
from huimin.platform.exchange.forms.writers.columns import (
    NotWritable,
    Rows,
    batches_of,
    data_of,
    joined,
    prepared,
    rewritten,
)

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MOST_ROWS: Final = 1_048_576

# The styles by place: general, text, text that is marked as quoted, title, header.
_GENERAL, _TEXT, _QUOTED, _TITLE, _HEADER = range(5)
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="3"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="16"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>'
)
_NEEDS_ESCAPE: Final = r"&<>\x00-\x08\x0b-\x1f_"
_ESCAPED: Final = re.compile("[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_RUNS: Final = r"^[=+\-@\t\r]"
# Numbers that come back from a double as the digits they went in with.
_NUMBER: Final = r"^-?(?:(?:0|[1-9]\d{0,14})|(?:0|[1-9]\d{0,9})\.\d{0,3}[1-9])$"
_STORED_NUMBER: Final = r"^-?\d+(?:\.\d+)?$"


def _escaped(text: str) -> str:
    """A text as it stands in the file: XML's own signs, and control characters as `_x000D_` (ISO/IEC 29500, ST_Xstring)."""
    return escape(_ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def _text_cell(reference: str, text: str, style: int) -> str:
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


class _SheetWriter:
    """Writes the XML of one sheet into the package."""

    def __init__(self, file: IO[bytes], form: Workbook, sheet: str) -> None:
        self._file = file
        self._form = form
        self._sheet = sheet

    def write(self, table: Any) -> None:
        """The whole sheet.

        Raises: NotWritable when it has more rows than a sheet can.
        """
        names = [name for name in table.schema.names if name not in _ASIDE and not name.startswith(NUMBER_MARK)]
        names += [name for name in self._form.names if name not in names]
        if table.num_rows + self._form.header_row >= _MOST_ROWS:
            raise NotWritable(column=self._sheet)
        self._file.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._write_head(names)
        merged = self._merges(table)
        number = self._form.header_row + 1
        for batch in table.to_batches(max_chunksize=1 << 15):
            start = number - self._form.header_row - 1
            covered = {name: pa.array(mask[start : start + batch.num_rows]) for name, (mask, _) in merged.items()}
            self._file.write(data_of(self._rows(prepared(batch, self._form.names), names, number, covered)))
            number += batch.num_rows
        if self._form.total_row:
            total = self._form.total_row.format(rows=table.num_rows, sheet=self._sheet)
            self._file.write(f'<row r="{number}">{_text_cell(f"A{number}", total, _GENERAL)}</row>'.encode())
        self._file.write(b"</sheetData>")
        self._write_merges(names, {name: spans for name, (_, spans) in merged.items()})
        self._file.write(b"</worksheet>")

    def _write_head(self, names: list[str]) -> None:
        rows = [(cells, _TITLE if number == 1 else _GENERAL) for number, cells in enumerate(self._form.above, 1)]
        for number, (cells, style) in [*enumerate(rows, 1), (self._form.header_row, (tuple(names), _HEADER))]:
            texts = [cell.format(sheet=self._sheet) if style != _HEADER else cell for cell in cells]
            row = "".join(_text_cell(f"{letters_of(at)}{number}", text, style) for at, text in enumerate(texts) if text)
            self._file.write(f'<row r="{number}">{row}</row>'.encode())

    def _rows(self, ready: Rows, names: list[str], first: int, covered: dict[str, Any]) -> Any:
        """The row elements of a batch."""
        numbers = pa.array(np.arange(first, first + ready.count)).cast(pa.string())
        parts: list[Any] = ['<row r="', numbers, '">']
        for at, name in enumerate(names):
            array = ready.columns[name]
            text = rewritten(array, _NEEDS_ESCAPE, _escaped)
            runs = pc.fill_null(pc.match_substring_regex(array, _RUNS), False)
            style = pc.if_else(runs, str(_QUOTED), str(_TEXT))
            head = joined(f'<c r="{letters_of(at)}', numbers)
            cell = joined(head, '" s="', style, '" t="inlineStr"><is><t xml:space="preserve">', text, "</t></is></c>")
            is_number = self._is_number(ready, name, array)
            if is_number is not None:
                cell = pc.if_else(is_number, joined(head, '"><v>', array, "</v></c>"), cell)
            is_left_out = pc.is_null(array)
            if name in covered:
                is_left_out = pc.or_(is_left_out, covered[name])
            parts.append(pc.if_else(is_left_out, "", cell))
        return joined(*parts, "</row>")

    def _is_number(self, ready: Rows, name: str, array: Any) -> Any | None:
        """Which cells of a column are stored as numbers; None when none is."""
        masks = []
        if name in self._form.numbers:
            masks.append(pc.match_substring_regex(array, _NUMBER))
        stored = ready.as_number.get(name)
        if name in self._form.identity_columns and ready.defects is not None:
            lost = pc.fill_null(pc.equal(ready.defects, Defect.SCIENTIFIC_NUMBER.value), False)
            stored = lost if stored is None else pc.or_(stored, lost)
        if stored is not None:
            masks.append(pc.and_(stored, pc.match_substring_regex(array, _STORED_NUMBER)))
        found = None
        for mask in masks:
            known = pc.fill_null(mask, False)
            found = known if found is None else pc.or_(found, known)
        return found

    def _merges(self, table: Any) -> dict[str, tuple[Any, list[tuple[int, int]]]]:
        """For each merged column: which rows a cell above covers, and the spans (places from 0, last included).

        Rows belong together while the first merged column stays the same; within that a column is merged where it does.
        """
        found: dict[str, tuple[Any, list[tuple[int, int]]]] = {}
        together: Any = None
        for name in [name for name in self._form.merged if name in table.schema.names]:
            array = pc.cast(table.column(name), pa.string()).combine_chunks()
            codes = array.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
            filled = pc.greater(pc.fill_null(pc.utf8_length(array), 0), 0).to_numpy(zero_copy_only=False)
            same = np.zeros(len(codes), dtype=bool)
            same[1:] = (codes[1:] == codes[:-1]) & filled[1:]
            together = same if together is None else together
            covered = same & together
            starts = np.flatnonzero(~covered & np.append(covered[1:], False))
            ends = np.flatnonzero(covered & ~np.append(covered[1:], False))
            found[name] = (covered, list(zip(starts.tolist(), ends.tolist(), strict=True)))
        return found

    def _write_merges(self, names: list[str], spans: dict[str, list[tuple[int, int]]]) -> None:
        first = self._form.header_row + 1
        ranges = [
            f"{letters_of(names.index(name))}{start + first}:{letters_of(names.index(name))}{end + first}"
            for name, places in spans.items()
            for start, end in places
        ]
        if ranges:
            cells = "".join(f'<mergeCell ref="{area}"/>' for area in ranges)
            self._file.write(f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>'.encode())


_ASIDE: Final = frozenset({"_line", "_raw", DEFECT, SHEET})


def _tables(rows: Any, form: Workbook) -> dict[str, Any]:
    """The rows by sheet, in the order of the form; without a `_sheet` column all go to the first."""
    batches = [pa.Table.from_batches([batch]) for batch in batches_of(rows)]
    table = (
        pa.concat_tables(batches, promote_options="default")
        if batches
        else pa.table({name: pa.array([], pa.string()) for name in form.names})
    )
    names = list(form.sheets)
    if SHEET not in table.schema.names:
        names = names or ["Sheet1"]
        return {name: table if at == 0 else table.slice(0, 0) for at, name in enumerate(names)}
    given = [name for name in pc.unique(table.column(SHEET)).to_pylist() if name is not None]
    names = names + [name for name in given if name not in names] or ["Sheet1"]
    return {name: table.filter(pc.equal(pc.fill_null(table.column(SHEET), names[0]), name)) for name in names}


def write_workbook(rows: Any, form: Workbook, path: Path) -> None:
    """Write a workbook with a sheet for each of the form's, whole in memory (a sheet holds a million rows). See `forms.write`."""
    tables = _tables(rows, form)
    places = range(1, len(tables) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_MIME}.worksheet+xml"/>' for at in places
        )
        archive.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_MIME}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_MIME}.styles+xml"/>{overrides}</Types>',
        )
        archive.writestr("_rels/.rels", _relationships([("rId1", "officeDocument", "xl/workbook.xml")]))
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(tables, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        )
        parts = [(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in places]
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relationships([*parts, (f"rId{len(tables) + 1}", "styles", "styles.xml")])
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for at, (name, table) in enumerate(tables.items(), 1):
            with archive.open(f"xl/worksheets/sheet{at}.xml", "w", force_zip64=True) as file:
                _SheetWriter(file, form, name).write(table)


def _relationships(parts: list[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in parts
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'
