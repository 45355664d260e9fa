"""What is broken costs only itself: every other row of the file is read once, with its own line."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huimin.platform.exchange.forms import LINE, AnyForm, decoding, read_table, write
from huimin.platform.exchange.forms.tests.factories import cells_of, defects_of, form, raws_of, rows_of, table, texts

pytestmark = pytest.mark.unit
Cells = list[list[str | None]]
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PEOPLE: Cells = [[f"R{at:04}", f"张{at}", f"镜湖区{at}号", "无"] for at in range(40)]


def _read(shape: AnyForm, path: Path, data: bytes) -> Any:
    path.write_bytes(data)
    return read_table(path, shape)


def _lines(shape: AnyForm, rows: Cells, path: Path) -> list[bytes]:
    write(table(rows), shape, path)
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("kind", ["csv", "psv", "json_lines"])
@quick
@given(data=st.data())
def test_a_cut_line_loses_no_other_row(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    # Without line ends inside values, so that a line is a row and the cut is known to hit one.
    rows = data.draw(rows_of(texts('"\r\n|', controls=False), most=6, nulls=False).filter(lambda rows: len(rows) > 1))
    shape = form(kind)
    lines = [line + b"\n" for line in _whole(shape, rows, tmp_path)]
    first = 0 if kind == "json_lines" else 1
    hit = data.draw(st.integers(first, len(lines) - 1))
    whole = lines[hit].decode().rstrip("\n")
    least = whole.index("R") + (6 if kind == "json_lines" else 5)
    cut = data.draw(st.integers(least, len(whole) - 1))
    lines[hit] = whole[:cut].encode() + b"\n"
    found = _read(shape, tmp_path / "cut", b"".join(lines))
    others = [row for at, row in enumerate(rows) if at != hit - first]
    assert [row for row in cells_of(found) if row[0] != rows[hit - first][0]] == others
    assert found.num_rows == len(rows)
    assert sorted(found[LINE].to_pylist()) == list(range(first + 1, len(lines) + 1))
    defects = defects_of(found)
    # A cut inside the last value leaves the columns complete: no form can show it.
    assert defects in ({rows[hit - first][0]: "truncated"}, {}) if kind != "json_lines" else defects != {}


def _whole(shape: AnyForm, rows: Cells, tmp_path: Path) -> list[bytes]:
    write(table(rows), shape, tmp_path / "whole")
    return (tmp_path / "whole").read_bytes().split(b"\n")[:-1]


@quick
@given(
    rows=rows_of(
        st.sampled_from(['补录，\n见"纸档"', "a,b", '"', "", "餐饮\r\n批发", "x"]), most=8, nulls=False
    ).filter(len),
    data=st.data(),
)
def test_a_row_cut_inside_a_quoted_value_loses_no_other_row(rows: Cells, data: st.DataObject, tmp_path: Path) -> None:
    hit = data.draw(st.integers(0, len(rows) - 1))
    written = []
    for at, row in enumerate(rows):
        write(table([row]), form("csv"), tmp_path / "one")
        text = (tmp_path / "one").read_bytes().decode().split("\n", 1)[1]
        written.append(f'{row[0]},张三,"经营' + "\n" if at == hit else text)
    header = "id,name,place.address,备注\n"
    found = _read(form("csv"), tmp_path / "cut", (header + "".join(written)).encode())
    assert [row for row in cells_of(found) if row[0] != rows[hit][0]] == [
        row for at, row in enumerate(rows) if at != hit
    ]
    assert defects_of(found)[rows[hit][0]] == "truncated"
    assert found.num_rows == len(rows)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('R1,张"三,a,b', ["R1", '张"三', "a", "b"]),
        ('R1,"张三,a,b', ["R1", '"张三', "a", "b"]),
        ('R1,"张"三,a,b', ["R1", '"张"三', "a", "b"]),
        ('R1,张三"",a,b', ["R1", '张三""', "a", "b"]),
        ('R1,张三,a,b"', ["R1", "张三", "a", 'b"']),
    ],
)
def test_a_stray_quote_is_a_character(line: str, cells: list[str], tmp_path: Path) -> None:
    text = f'id,name,place.address,备注\n{line}\nR2,"李,四",c,d\nR3,王五,e,f\n'
    found = _read(form("csv"), tmp_path / "f.csv", text.encode())
    assert cells_of(found) == [cells, ["R2", "李,四", "c", "d"], ["R3", "王五", "e", "f"]]
    assert defects_of(found) == {}


def test_what_a_cut_row_left_on_further_lines_belongs_to_it(tmp_path: Path) -> None:
    text = 'id,name,place.address,备注\nR1,张三,"路\n剩下的\nR2,李四,c,d\n'
    found = _read(form("csv"), tmp_path / "f.csv", text.encode())
    assert defects_of(found) == {"R1": "truncated"}
    assert raws_of(found)["R1"] == 'R1,张三,"路\n剩下的'
    assert found[LINE].to_pylist() == [4, 2] or sorted(found[LINE].to_pylist()) == [2, 4]


def test_an_open_quote_does_not_wait_for_the_end_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 1 << 16)
    lines = [f"R{at:06},张三,芜湖市镜湖区,无" for at in range(60_000)]
    lines[10] = 'R000010,张三,"芜湖'
    found = _read(form("csv"), tmp_path / "f.csv", ("id,name,place.address,备注\n" + "\n".join(lines)).encode())
    assert found.num_rows == 60_000
    assert defects_of(found) == {"R000010": "truncated"}


@pytest.mark.parametrize("kind", ["csv", "psv", "json_lines", "xml", "sql_dump", "json_array", "fixed_width"])
def test_nul_marks_its_row(kind: str, tmp_path: Path) -> None:
    shape = form(kind)
    write(table(PEOPLE), shape, tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    encoding = "gb18030" if kind == "fixed_width" else "utf-8"
    nul = b"\\u0000" if kind == "json_lines" else b"\0"
    hit = "张7".encode(encoding)
    end = data.index(hit) + len(hit)
    # A line of fixed width keeps its width: the NUL takes the place of a space.
    after = data[end + 1 :] if kind == "fixed_width" else data[end:]
    found = _read(shape, tmp_path / "f", data[:end] + nul + after)
    assert defects_of(found) == {"R0007": "control_character"}
    assert [row[0] for row in cells_of(found)] == [row[0] for row in PEOPLE]


@pytest.mark.parametrize("kind", ["csv", "psv", "fixed_width"])
def test_undecodable_bytes_stay_in_their_row(kind: str, tmp_path: Path) -> None:
    shape = form(kind, encoding="gb18030")
    write(table(PEOPLE), shape, tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    name = "张7".encode("gb18030")
    found = _read(shape, tmp_path / "f", data.replace(name, b"\xff7" + b" " * (len(name) - 2), 1))
    assert defects_of(found) == {"R0007": "undecodable"}
    cells = cells_of(found)
    assert "\ufffd" in (cells[7][1] or "")
    assert cells[7][2] == "镜湖区7号"
    assert [row for at, row in enumerate(cells) if at != 7] == [row for at, row in enumerate(PEOPLE) if at != 7]


def test_bytes_of_another_encoding_in_utf8_stay_in_their_row(tmp_path: Path) -> None:
    data = (
        "id,name,place.address,备注\nR1,张三,a,b\nR2,".encode()
        + "李四".encode("gb18030")
        + ",c,d\nR3,王五,e,f\n".encode()
    )
    found = _read(form("csv"), tmp_path / "f.csv", data)
    assert defects_of(found) == {"R2": "undecodable"}
    assert cells_of(found)[2] == ["R3", "王五", "e", "f"]


@pytest.mark.parametrize("number", ["3.40202E+17", "3.40202e17", " 3E+17 "])
@pytest.mark.parametrize("kind", ["csv", "psv", "json_lines", "json_array", "xml", "sql_dump", "sqlite", "workbook"])
def test_scientific_notation_marks_an_identity_number_only(kind: str, number: str, tmp_path: Path) -> None:
    rows: Cells = [["R1", number, "a", "b"], ["R2", "340202199001011234", number, "b"]]
    shape = form(kind, identity_columns=["name"])
    write(table(rows), shape, tmp_path / "f")
    found = read_table(tmp_path / "f", shape)
    assert defects_of(found) == {"R1": "scientific_number"}
    assert number.strip() in (raws_of(found)["R1"] or "")


def test_scientific_notation_is_found_on_the_fast_path(tmp_path: Path) -> None:
    rows: Cells = [[f"R{at:04}", "340202199001011234", "a", "b"] for at in range(1500)]
    rows[1400][1] = "3.40202E+17"
    for kind in ("json_lines", "csv"):
        shape = form(kind, identity_columns=["name"])
        write(table(rows), shape, tmp_path / "f")
        found = read_table(tmp_path / "f", shape)
        assert defects_of(found) == {"R1400": "scientific_number"}
        assert (
            raws_of(found)["R1400"] == (tmp_path / "f").read_text(encoding="utf-8").splitlines()[1400 + (kind == "csv")]
        )


@pytest.mark.parametrize("kind", ["csv", "psv", "json_lines", "json_array", "fixed_width"])
def test_a_damaged_row_goes_back_as_it_came(kind: str, tmp_path: Path) -> None:
    shape = form(kind)
    rows: Cells = [["R1", "张三", "a", "b"], ["R2", "李四", "c", "d"], ["R3", "王五", "e", "f"]]
    encoding = "gb18030" if kind == "fixed_width" else "utf-8"
    write(table(rows), shape, tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    start = data.index("李四".encode(encoding))
    end = data.index(b"R3") - (2 if kind.startswith("json") else 0)
    end = data.rindex(b"\n", start, end)
    found = _read(shape, tmp_path / "f", data[: start + len("李四".encode(encoding))] + data[end:])
    assert defects_of(found) == {"R2": "truncated"}
    write(found, shape, tmp_path / "back")
    again = read_table(tmp_path / "back", shape)
    assert raws_of(again) == raws_of(found)
    assert sorted(map(str, cells_of(again))) == sorted(map(str, cells_of(found)))


def test_broken_json_keeps_what_was_whole(tmp_path: Path) -> None:
    line = '{"id":"R1","place":{"address":"镜湖区","x":1,"y":null},"name":"张'
    found = _read(form("json_lines"), tmp_path / "f", f'{line}\n{{"id":"R2"}}\n[1]\n'.encode())
    assert found.to_pylist()[0] == {
        "_line": 1, "_defect": "truncated", "_raw": line,
        "id": "R1", "name": None, "place.address": "镜湖区", "备注": None, "place.x": "1", "place.y": None,
    }  # fmt: skip
    assert found["_defect"].to_pylist() == ["truncated", None, "truncated"]


def test_a_broken_object_in_an_array_costs_itself(tmp_path: Path) -> None:
    text = '{"result":{"data":[{"id":"R1","name":"a"},{"id":"R2","name":"b,\n{"id":"R3","place":{"address":"c"}},{"id":"R4"}'
    found = _read(form("json_array"), tmp_path / "f", text.encode())
    assert found["id"].to_pylist() == ["R1", "R2", "R3", "R4", None]
    assert found["_defect"].to_pylist() == [None, "truncated", None, None, "truncated"]
    assert found[LINE].to_pylist() == [1, 2, 3, 4, 5]


def test_xml_that_breaks_off_gives_the_rows_before(tmp_path: Path) -> None:
    shape = form("xml")
    write(table(PEOPLE), shape, tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    cut = _read(shape, tmp_path / "f", data[: data.index("张30".encode()) + 2])
    assert [row[0] for row in cells_of(cut)] == [row[0] for row in PEOPLE[:31]]
    assert defects_of(cut) == {"R0030": "truncated"}
    between = _read(shape, tmp_path / "f", data[: data.index(b"<record><id>R0030")])
    assert between.num_rows == 31
    assert defects_of(between) == {None: "truncated"}


def test_broken_xml_elements_cost_themselves(tmp_path: Path) -> None:
    text = (
        "<doc><!-- <record><id>R0</id></record> -->\n<record><id>R1</id><name>a & b</name></record>\n"
        "<record><id>R2</id><name>x\n<record><id>R3</id><name><![CDATA[<record>]]></name></record>\n<record/></doc>"
    )
    found = _read(form("xml"), tmp_path / "f", text.encode())
    assert found["id"].to_pylist() == ["R1", "R2", "R3", None]
    assert found["_defect"].to_pylist() == ["truncated", "truncated", None, None]
    assert found["name"].to_pylist()[2] == "<record>"
    assert found[LINE].to_pylist() == [2, 3, 4, 5]


def test_xml_entities_are_not_followed(tmp_path: Path) -> None:
    text = f'<!DOCTYPE doc [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><doc><record><id>R1</id><name>&e;</name></record></doc>'
    (tmp_path / "secret").write_text("secret")
    found = _read(form("xml"), tmp_path / "f", text.encode())
    assert "secret" not in str(found.to_pylist()[0]["name"])


def test_a_broken_row_of_a_dump_ends_with_its_line(tmp_path: Path) -> None:
    text = (
        "CREATE TABLE `t` (\n  `id` int,\n  `name` text,\n  `place.address` text,\n  `备注` text,\n  KEY `k` (`id`)\n) ENGINE=x;\n"
        "INSERT INTO `t` VALUES\n('R1','a','b','c'),\n('R2','a','b\n,('R3','it''s',NULL,'\\'\\\\;),('),\n('R4',7,-1.50,_utf8'x');\n"
        "INSERT INTO `other` VALUES ('X','a','b','c');\nINSERT INTO `t` (`备注`, `name`, `id`, `place.address`) VALUES ('4','3','2','1');\n"
    )
    found = _read(form("sql_dump"), tmp_path / "f", text.encode())
    assert found["id"].to_pylist() == ["R1", "R2", "R3", "R4", "2"]
    assert found["_defect"].to_pylist() == [None, "truncated", None, None, None]
    assert cells_of(found)[2:] == [["R3", "it's", None, "'\\;),("], ["R4", "7", "-1.50", "x"], ["2", "3", "1", "4"]]
    assert found[LINE].to_pylist() == [9, 10, 11, 12, 14]


def test_a_dump_that_breaks_off_says_so(tmp_path: Path) -> None:
    shape = form("sql_dump")
    write(table(PEOPLE), shape, tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    found = _read(shape, tmp_path / "f", data[: data.index(b"('R0029'")])
    assert found.num_rows == 30
    assert defects_of(found) == {None: "truncated"}


def test_a_damaged_database_gives_one_row_for_the_rest(tmp_path: Path) -> None:
    shape = form("sqlite")
    assert defects_of(_read(shape, tmp_path / "f", b"SQLite format 3\0" + b"x" * 4096)) == {None: "truncated"}
    with sqlite3.connect(tmp_path / "g") as database:
        database.execute('CREATE TABLE t (id, name BLOB, "place.address" REAL, "备注")')
        database.execute("INSERT INTO t VALUES ('R1', CAST(x'ff41' AS TEXT), 12.0, 'a' || char(0))")
        database.execute("INSERT INTO t VALUES ('R2', x'e5bca0', 0.1, 7)")
    database.close()
    found = read_table(tmp_path / "g", shape)
    assert cells_of(found) == [["R1", "\ufffdA", "12", "a\0"], ["R2", "张", "0.1", "7"]]
    assert defects_of(found) == {"R1": "control_character"}
