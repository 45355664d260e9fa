"""Headers, mistakes in declarations, and the forms that Wuhu declares."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from django.conf import settings
from pydantic import ValidationError

from huimin.platform.exchange.forms import (
    ColumnsAmbiguous,
    ColumnsMissing,
    Delimited,
    PartMissing,
    read_table,
    sniff,
    write,
)
from huimin.platform.exchange.forms.tests.factories import ADAPTER, cells_of, form

pytestmark = pytest.mark.unit
SOURCES = sorted((Path(settings.CITIES) / "wuhu" / "sources").glob("*.yaml"))


def _declared(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_wuhu_declares_twenty_two_sources() -> None:
    assert len(SOURCES) == 22


@pytest.mark.covers("D15")
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_delivery_in_each_of_wuhus_forms_comes_back(source: Path, tmp_path: Path) -> None:
    declared = _declared(source)
    shape = ADAPTER.validate_python(declared["form"])
    assert {declared["records"]["id"], declared["records"]["as_of"]} <= set(shape.names)
    rows = pa.table({name: [f"{name[:2]}{at}" for at in range(7)] for name in shape.names})
    name = declared["files"][0].rpartition("/")[2].replace("*", "20260630")
    write(rows, shape, tmp_path / name)
    found = read_table(tmp_path / name, shape)
    assert found.select(list(shape.names)).to_pydict() == rows.to_pydict()
    assert found["_defect"].null_count == 7


def test_columns_are_taken_by_name_in_any_order_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("\ufeff备注, name ,id,更多,place.address\r\na,b,c,d,e\r\n\r\n".encode())
    found = read_table(tmp_path / "f", form("csv"))
    assert cells_of(found) == [["c", "b", "e", "a"]]
    assert found["更多"].to_pylist() == ["d"]


def test_a_header_may_be_quoted_over_lines(tmp_path: Path) -> None:
    (tmp_path / "f").write_text('"id","na\nme"\n1,2\n', encoding="utf-8")
    found = read_table(tmp_path / "f", form("csv", columns=["id", "na\nme"]))
    assert found.select(["_line", "na\nme"]).to_pylist() == [{"_line": 3, "na\nme": "2"}]


def test_without_a_header_the_declaration_names_the_columns(tmp_path: Path) -> None:
    shape = form("psv", header=False)
    (tmp_path / "f").write_text("1|2|3|4\n5|6|7\n", encoding="utf-8")
    found = read_table(tmp_path / "f", shape)
    assert cells_of(found) == [["1", "2", "3", "4"], ["5", "6", "7", None]]
    assert found["_line"].to_pylist() == [1, 2]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("csv", "id,name,备注\n1,2,3\n"),
        ("csv", ""),
        ("psv", "id,name,place.address,备注\n"),
        ("json_lines", '{"x": 1}\n'),
        ("json_array", '{"result": {"data": [{"x": 1}]}}'),
        ("xml", "<doc><record><x/></record></doc>"),
        ("xml", "<other/>"),
        ("sql_dump", "CREATE TABLE `t` (\n `id` int\n) x;\nINSERT INTO `t` VALUES (1);"),
    ],
)
def test_a_file_without_its_columns_is_refused(kind: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "错误.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ColumnsMissing) as refusal:
        read_table(tmp_path / "错误.txt", form(kind))
    assert "错误.txt" in refusal.value.sentence("zh")
    assert "place.address" in refusal.value.sentence("en")


def test_a_file_without_its_table_or_array_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text('{"result": [], "x": 1}', encoding="utf-8")
    for kind in ("json_array", "sql_dump"):
        with pytest.raises(PartMissing):
            read_table(tmp_path / "f", form(kind))
    (tmp_path / "db").unlink(missing_ok=True)
    write(pa.table({"id": ["1"]}), form("sqlite", table="other"), tmp_path / "db")
    with pytest.raises(PartMissing):
        read_table(tmp_path / "db", form("sqlite"))


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for header in ("id,name,name,place.address,备注", "id,name,place.address,备注,_line"):
        (tmp_path / "f").write_text(header + "\n", encoding="utf-8")
        with pytest.raises(ColumnsAmbiguous):
            read_table(tmp_path / "f", form("csv"))


def test_a_joined_table_adds_its_columns_once(tmp_path: Path) -> None:
    shape = ADAPTER.validate_python(
        {
            "kind": "sqlite", "table": "owner", "columns": ["id", "unit"], "numbers": ["area"],
            "join": {"table": "unit", "by": "unit", "columns": ["address", "area"]},
        }
    )  # fmt: skip
    rows = pa.table(
        {
            "id": ["1", "2", "3", "4"],
            "unit": ["u", "u", "v", None],
            "address": ["路", "路", None, None],
            "area": ["89.9", "89.9", None, None],
        }
    )
    write(rows, shape, tmp_path / "f")
    found = read_table(tmp_path / "f", shape)
    assert found.select(rows.column_names).to_pydict() == rows.to_pydict()
    assert found["_line"].to_pylist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "delimited", "columns": ["a"], "delimiter": "||"},
        {"kind": "delimited", "columns": ["a"], "delimiter": '"', "quote": '"'},
        {"kind": "delimited", "columns": ["a", "a"]},
        {"kind": "delimited", "columns": ["a"], "identity_columns": ["b"]},
        {"kind": "delimited", "columns": ["a"], "seperator": ","},
        {"kind": "fixed_width", "ranges": {"a": [1, 4], "b": [4, 8]}},
        {"kind": "workbook", "columns": ["a"], "merged": ["b"]},
        {"kind": "workbook", "columns": ["a"], "above": [["x"]]},
        {"kind": "carrier_pigeon", "columns": ["a"]},
    ],
)
def test_a_mistaken_declaration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(wrong)


def test_sniff_says_what_a_file_looks_like_and_none_of_its_values(tmp_path: Path) -> None:
    path = tmp_path / "f"
    expected = {
        b"PK\x03\x04...": "XLSX/ZIP",
        b"": "0 B",
        "姓名|电话\n张三|1".encode("gb18030"): "GB18030, “|”",
        "\ufeff姓名,电话\n".encode(): "UTF-8 BOM, “,”",
        "姓名\t电话".encode("utf-16"): "UTF-16, Tab",
        b'{"a": 1}': "UTF-8, JSON",
        b"<?xml version='1.0'?>": "UTF-8, XML",
        b"\x00\x01\x02": "binary",
    }
    for data, words in expected.items():
        path.write_bytes(data)
        assert sniff(path) == words


def test_the_files_name_the_first_sheet_or_form_by_itself() -> None:
    patterns = [pattern.rpartition("/")[2] for source in SOURCES for pattern in _declared(source)["files"]]
    assert len(set(patterns)) == len(patterns)
    assert Delimited(kind="delimited", columns=("a",)).names == ("a",)
