"""Workbooks as departments keep them: titles, merged cells, totals, numbers; and what other programs make of ours."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from huimin.platform.exchange.forms import ColumnsMissing, PartMissing, Workbook, read_table, write

pytestmark = pytest.mark.unit

LEDGER = Workbook(
    kind="workbook",
    header_row=3,
    above=(("婚姻登记台账",), ("填报单位", "", "说明")),
    total_row="合计：{rows}人",
    merged=("字号", "日期"),
    numbers=("金额",),
    columns=("序号", "字号", "日期", "证件号", "金额"),
    identity_columns=("证件号",),
)
ROWS: dict[str, list[str | None]] = {
    "序号": ["0000001", "0000002", "0000003", "0000004", "0000005"],
    "字号": ["J1", "J1", "J2", "J2", None],
    "日期": ["1994-02-04", "1994-02-04", "1994-02-16", "1994-02-17", None],
    "证件号": ["340221620804237", None, "=cmd|'/c calc'!A1", "+1", "@x"],
    "金额": ["420.5", "680", "12345678901234567890", "007", None],
}


def _sheet(tmp_path: Path, table: Any = None) -> Any:
    write(pa.table(ROWS) if table is None else table, LEDGER, tmp_path / "f.xlsx")
    return openpyxl.load_workbook(tmp_path / "f.xlsx").worksheets[0]


def test_another_program_sees_titles_merged_cells_total_and_types(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path)
    assert sheet["A1"].value == "婚姻登记台账"
    assert sheet["C2"].value == "说明"
    assert [cell.value for cell in sheet[3]] == list(ROWS)
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["B4:B5", "B6:B7", "C4:C5"]
    assert sheet["B5"].value is None
    assert (sheet["E4"].value, sheet["E5"].value, sheet["E6"].data_type, sheet["E7"].data_type) == (
        420.5,
        680,
        "s",
        "s",
    )
    assert sheet["A9"].value == "合计：5人"


def test_cells_that_a_spreadsheet_would_run_are_text(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path)
    for cell in (sheet["D6"], sheet["D7"], sheet["D8"]):
        assert cell.data_type in ("s", "inlineStr")
        assert cell.quotePrefix
        assert cell.number_format == "@"
    assert sheet["D6"].value == "=cmd|'/c calc'!A1"
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_it_reads_what_it_writes(tmp_path: Path) -> None:
    _sheet(tmp_path)
    found = read_table(tmp_path / "f.xlsx", LEDGER)
    assert found.select(list(ROWS)).to_pydict() == ROWS
    assert found["_line"].to_pylist() == [4, 5, 6, 7, 8]
    assert found["_sheet"].to_pylist() == ["Sheet1"] * 5


def test_a_number_that_lost_its_digits_is_told_from_one_that_did_not(tmp_path: Path) -> None:
    marked = pa.table(
        ROWS
        | {
            "证件号": ["340221620804237", "340203196808119200", "340203196808119200", None, None],
            "_number:证件号": [True, True, False, None, True],
        }
    )
    sheet = _sheet(tmp_path, marked)
    assert sheet["D4"].value == 340221620804237
    assert sheet["D6"].value == "340203196808119200"
    found = read_table(tmp_path / "f.xlsx", LEDGER)
    assert found["_defect"].to_pylist() == [None, "scientific_number", None, None, None]
    assert found["证件号"].to_pylist()[:3] == ["340221620804237", "340203196808119200", "340203196808119200"]
    # Returned to the department, the cell is again the number that it was.
    write(found, LEDGER, tmp_path / "back.xlsx")
    assert read_table(tmp_path / "back.xlsx", LEDGER)["_defect"].to_pylist() == found["_defect"].to_pylist()


def _foreign(tmp_path: Path, cells: dict[str, Any], merged: tuple[str, ...] = ()) -> Path:
    """A workbook that another program made: shared strings, styles, dates."""
    book = openpyxl.Workbook()
    sheet = book.active
    for at, name in enumerate(ROWS, 1):
        sheet.cell(3, at, name)
    for place, value in cells.items():
        sheet[place] = value
    for area in merged:
        sheet.merge_cells(area)
    book.save(tmp_path / "foreign.xlsx")
    return tmp_path / "foreign.xlsx"


def test_numbers_are_plain_digits_and_dates_stay_serial(tmp_path: Path) -> None:
    cells = {
        "A4": 18294033609, "B4": 1.8294033609e10, "C4": 45775, "D4": 3.40202198001011e17, "E4": 8.2,
        "A5": "0000002", "B5": 420.0, "C5": True, "D5": 340221620804237, "E5": 1e-7, "A6": "合计：2人", "E6": 700,
    }  # fmt: skip
    found = read_table(_foreign(tmp_path, cells), LEDGER)
    assert found.select(list(ROWS)).to_pylist() == [
        dict(zip(ROWS, ["18294033609", "18294033609", "45775", "340202198001011000", "8.2"], strict=True)),
        dict(zip(ROWS, ["0000002", "420", "TRUE", "340221620804237", "0.0000001"], strict=True)),
    ]
    assert found["_defect"].to_pylist() == ["scientific_number", None]


def test_merged_cells_fill_down_and_blank_ones_do_not(tmp_path: Path) -> None:
    cells = {"A4": "1", "B4": "J1", "C4": "d1", "A5": "2", "A6": "3", "A7": "4", "B7": "J2", "A8": "5"}
    found = read_table(_foreign(tmp_path, cells, ("B4:B5", "C4:C4")), LEDGER)
    assert found["字号"].to_pylist() == ["J1", "J1", None, "J2", None]
    assert found["日期"].to_pylist() == ["d1", None, None, None, None]


def test_a_person_called_like_the_total_is_a_row(tmp_path: Path) -> None:
    found = read_table(_foreign(tmp_path, {"A4": "合计1", "B4": "J1", "A5": "合计：1人"}), LEDGER)
    assert found["序号"].to_pylist() == ["合计1"]


def test_rows_go_to_their_sheets(tmp_path: Path) -> None:
    shape = Workbook(
        kind="workbook", sheets=("小学", "初中"), above=(("名册（{sheet}）",),), header_row=2, columns=("id",)
    )
    write(pa.table({"_sheet": ["初中", "小学", "初中"], "id": ["a", "b", "c"]}), shape, tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["小学", "初中"]
    assert book["初中"]["A1"].value == "名册（初中）"
    found = read_table(tmp_path / "f.xlsx", shape)
    assert found.select(["_sheet", "_line", "id"]).to_pylist() == [
        {"_sheet": "小学", "_line": 3, "id": "b"},
        {"_sheet": "初中", "_line": 3, "id": "a"},
        {"_sheet": "初中", "_line": 4, "id": "c"},
    ]
    with pytest.raises(PartMissing) as refusal:
        read_table(tmp_path / "f.xlsx", shape.model_copy(update={"sheets": ("小学", "高中")}))
    assert "高中" in refusal.value.sentence("en")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = _foreign(tmp_path, {"C3": "时间"})
    with pytest.raises(ColumnsMissing) as refusal:
        read_table(path, LEDGER)
    assert "“日期”" in refusal.value.sentence("zh")


def test_a_file_that_is_no_workbook_is_one_row(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(b"PK\x03\x04 not a zip at all")
    found = read_table(tmp_path / "f.xlsx", LEDGER)
    assert found.select(["_line", "_defect"]).to_pylist() == [{"_line": 1, "_defect": "truncated"}]


def test_a_sheet_that_breaks_off_gives_the_rows_before(tmp_path: Path) -> None:
    _sheet(tmp_path)
    with zipfile.ZipFile(tmp_path / "f.xlsx") as whole, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as cut:
        for name in whole.namelist():
            data = whole.read(name)
            cut.writestr(name, data[: data.index(b"0000004")] if "sheet1" in name else data)
    found = read_table(tmp_path / "cut.xlsx", LEDGER.model_copy(update={"merged": ()}))
    assert found["序号"].to_pylist() == ["0000001", "0000002", "0000003", None]
    assert found["_defect"].to_pylist() == [None, None, None, "truncated"]
