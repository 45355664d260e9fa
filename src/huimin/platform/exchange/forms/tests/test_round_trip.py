"""What is written comes back, whatever the text; and how a file is cut into blocks changes nothing."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huimin.platform.exchange.forms import AnyForm, NotWritable, decoding, read_table, write
from huimin.platform.exchange.forms.tests.factories import COLUMNS, cells_of, form, rows_of, table, texts

pytestmark = pytest.mark.unit
Cells = list[list[str | None]]
thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _back(rows: Cells, shape: AnyForm, tmp_path: Path) -> Any:
    path = tmp_path / "delivered"
    write(table(rows), shape, path)
    return read_table(path, shape)


def _empty(rows: Cells) -> Cells:
    return [[cell or "" for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@thorough
@given(rows=rows_of(texts()), newline=st.sampled_from(["lf", "crlf"]), delimiter=st.sampled_from([",", "|", "\t", ";"]))
@example(
    rows=[["R0000", '"', "\n", ","], ["R0001", '""', "\r\n", '",'], ["R0002", "", "\r", '"\n"']],
    newline="crlf",
    delimiter=",",
)
def test_quoted_text_comes_back(rows: Cells, encoding: str, newline: str, delimiter: str, tmp_path: Path) -> None:
    shape = form("csv", encoding=encoding, newline=newline, delimiter=delimiter)
    found = _back(rows, shape, tmp_path)
    assert cells_of(found) == _empty(rows)
    assert found["_defect"].null_count == len(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@thorough
@given(rows=rows_of(texts("|\r\n")), newline=st.sampled_from(["lf", "crlf"]))
def test_unquoted_text_comes_back(rows: Cells, encoding: str, newline: str, tmp_path: Path) -> None:
    found = _back(rows, form("psv", encoding=encoding, newline=newline), tmp_path)
    assert cells_of(found) == _empty(rows)
    assert found["_line"].to_pylist() == list(range(2, len(rows) + 2))


@thorough
@given(rows=rows_of(texts("\r\n").map(lambda text: text.rstrip(" "))), newline=st.sampled_from(["lf", "crlf"]))
def test_fixed_width_comes_back(rows: Cells, newline: str, tmp_path: Path) -> None:
    assert cells_of(_back(rows, form("fixed_width", newline=newline), tmp_path)) == _empty(rows)


@pytest.mark.parametrize("kind", ["json_lines", "json_array", "sql_dump", "sqlite", "workbook"])
@thorough
@given(rows=rows_of(texts()))
def test_documents_and_databases_come_back_with_their_nulls(rows: Cells, kind: str, tmp_path: Path) -> None:
    found = _back(rows, form(kind), tmp_path)
    assert cells_of(found) == rows
    assert found["_defect"].null_count == len(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@thorough
@given(rows=rows_of(texts("\x01\x0b\x1f\x1a")))
def test_xml_comes_back(rows: Cells, encoding: str, tmp_path: Path) -> None:
    assert cells_of(_back(rows, form("xml", encoding=encoding), tmp_path)) == rows


@thorough
@given(
    rows=rows_of(texts(), most=12), block=st.integers(40, 400), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
def test_blocks_change_nothing(
    rows: Cells, block: int, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = form("csv", encoding=encoding)
    whole = _back(rows, shape, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(decoding, "BLOCK_BYTES", block)
        cut = read_table(tmp_path / "delivered", shape)
    assert cells_of(cut) == cells_of(whole)
    assert sorted(cut["_line"].to_pylist()) == sorted(whole["_line"].to_pylist())


@pytest.mark.parametrize("kind", ["json_lines", "json_array", "xml", "sql_dump"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_of(texts(controls=False), most=12), block=st.integers(40, 400))
def test_blocks_change_nothing_in_documents(
    rows: Cells, block: int, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = form(kind)
    write(table(rows), shape, tmp_path / "delivered")
    whole = read_table(tmp_path / "delivered", shape)
    monkeypatch.setattr(decoding, "BLOCK_BYTES", block)
    cut = read_table(tmp_path / "delivered", shape)
    assert cells_of(cut) == rows
    assert cut["_line"].to_pylist() == whole["_line"].to_pylist()


@pytest.mark.parametrize(
    "kind", ["csv", "psv", "fixed_width", "workbook", "json_lines", "json_array", "xml", "sql_dump", "sqlite"]
)
def test_many_rows_come_back_through_the_fast_path(kind: str, tmp_path: Path) -> None:
    rows: Cells = [[f"R{at:05}", f"张{at}", "芜湖市镜湖区" if at % 3 else '说"待查"', ""] for at in range(2_000)]
    shape = form(kind)
    found = _back(rows, shape, tmp_path)
    assert cells_of(found) == rows
    assert found["_defect"].null_count == len(rows)


@pytest.mark.parametrize("kind", ["csv", "workbook", "json_lines", "json_array", "xml", "sql_dump", "sqlite", "psv"])
def test_no_rows_make_a_file_of_the_form(kind: str, tmp_path: Path) -> None:
    found = _back([], form(kind), tmp_path)
    assert found.num_rows == 0
    assert set(COLUMNS) <= set(found.schema.names)


@pytest.mark.parametrize(
    ("kind", "text"), [("psv", "a|b"), ("psv", "a\nb"), ("fixed_width", "九" * 200), ("xml", "a\x01b")]
)
def test_what_the_form_cannot_hold_is_refused(kind: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(NotWritable) as refusal:
        _back([["R0000", text, None, None]], form(kind), tmp_path)
    assert "name" in refusal.value.sentence("zh")
    assert text not in refusal.value.sentence("en")


def test_columns_that_are_not_text_are_written_as_text(tmp_path: Path) -> None:
    shape = form("csv", columns=["id", "n"])
    write(pa.table({"id": pa.array(["a", "b"], pa.large_string()), "n": [7, None]}), shape, tmp_path / "f")
    assert read_table(tmp_path / "f", shape)["n"].to_pylist() == ["7", ""]
