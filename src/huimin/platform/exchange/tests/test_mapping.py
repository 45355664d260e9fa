"""Which rows go back whole (the data agreement, section 2), and what a source's declaration makes of the others."""

from datetime import date
from typing import Any

import pytest

from huimin.platform.exchange.rules import RETURNED_WHOLE
from huimin.platform.exchange.tests.factories import judged, resource, source

pytestmark = pytest.mark.unit
PERSON = resource(
    {"name": "person_name", "citizen_id": "citizen_id", "home": "address", "birth": "date", "remark": "text"}
)
MAPPED = source(
    {"name": "姓名", "citizen_id": "证", "home": "住址", "birth": "生日", "remark": "备注"}, identity=["证"]
)
GOOD = {
    "号": "A1",
    "日": "20260601",
    "姓名": "张丽",
    "证": "11010519491231002X",
    "住址": "中山路12号3幢2单元501室",
    "生日": "19491231",
    "备注": "无",
}


def judge(**changes: Any) -> dict[str, Any]:
    (row,) = judged([GOOD | changes], PERSON, MAPPED)
    return row


def test_a_good_row_lands_with_all_its_values() -> None:
    row = judge()
    assert (row["rule"], row["doubts"], row["record_id"], row["name"], row["citizen_id"], row["birth"]) == (
        None,
        [],
        "A1",
        "张丽",
        "11010519491231002X",
        date(1949, 12, 31),
    )


@pytest.mark.covers("D05")
@pytest.mark.parametrize("defect", ["truncated", "control_character", "scientific_number"])
def test_what_the_form_shows_to_be_wrong_sends_the_row_back(defect: str) -> None:
    assert judge(_defect=defect)["rule"] == defect in RETURNED_WHOLE


def test_a_row_with_bytes_that_are_no_text_lands_without_the_value_concerned() -> None:
    row = judge(_defect="undecodable", 姓名="张\ufffd")
    assert (row["rule"], row["name"], row["citizen_id"], row["doubts"]) == (None, None, "11010519491231002X", ["name"])


@pytest.mark.parametrize("number", [None, "", "  ", "\u3000"])
def test_a_row_without_a_record_number_goes_back(number: str | None) -> None:
    assert judge(号=number)["rule"] == "no_record_id"


@pytest.mark.parametrize(
    "number", ["3.40202E+17", "3.4e17", " 3.40202E+17 ", "3E+17", "'3.40202E+17", "３．４０２０２Ｅ＋１７"]
)
def test_a_number_in_scientific_notation_sends_the_row_back(number: str) -> None:
    assert judge(证=number)["rule"] == "scientific_number"


def test_scientific_notation_is_a_defect_of_identity_columns_only() -> None:
    assert judge(备注="3.40202E+17")["rule"] is None


@pytest.mark.parametrize(
    ("column", "most", "sign"), [("姓名", 100, "张"), ("住址", 200, "路"), ("备注", 500, "字"), ("号", 500, "9")]
)
def test_a_field_longer_than_agreed_sends_the_row_back(column: str, most: int, sign: str) -> None:
    assert judge(**{column: sign * most})["rule"] is None
    assert judge(**{column: sign * (most + 1)})["rule"] == "over_long_field"


def test_a_row_dated_after_the_reference_day_goes_back() -> None:
    assert judge(日="20260630")["rule"] is None
    assert judge(日="2026-06-30T23:59:59")["rule"] is None
    assert judge(日="20260701")["rule"] == "dated_after_delivery"


def test_the_first_rule_that_fits_is_the_reason() -> None:
    assert judge(号="", 证="3.4E+17", 日="20270101")["rule"] == "no_record_id"
    assert judge(证="3.4E+17", 日="20270101", 姓名="张" * 101)["rule"] == "scientific_number"


@pytest.mark.parametrize(
    ("column", "text", "item"),
    [
        ("证", "110105194912310021", "citizen_id"),
        ("生日", "19490231", "birth"),
        ("姓名", "<b>张丽</b>", "name"),
        ("姓名", "=1+1", "name"),
        ("住址", "中山路", "home"),
    ],
)
def test_a_bad_value_is_left_out_and_doubted_while_its_row_lands(column: str, text: str, item: str) -> None:
    row = judge(**{column: text})
    assert (row["rule"], row[item], row["doubts"], row[f"={column}"]) == (None, None, [item], text)


def test_an_empty_cell_is_no_doubt() -> None:
    assert judge(证="", 姓名=None, 生日=" ")["doubts"] == []


# ── Declarations ───────────────────────────────────────────────────────────────────────────────────────────────────────
def mapped(columns: dict[str, Any], items: dict[str, Any], **row: str | None) -> dict[str, Any]:
    (found,) = judged([{"号": "1", "日": "20260601"} | row], resource(items), source(columns))
    return found


def test_a_part_of_a_column_may_be_the_value() -> None:
    row = mapped(
        {"citizen_id": {"from": "证号", "part": [1, 18]}}, {"citizen_id": "citizen_id"}, 证号="11010519491231002x44"
    )
    assert row["citizen_id"] == "11010519491231002X"


def test_a_value_may_hold_only_where_another_column_says_so() -> None:
    columns = {
        "phone": {"from": "号码", "when": {"状态": "在用"}},
        "former": {"from": "号码", "when": {"状态": "销号"}},
    }
    items = {"phone": "phone", "former": "phone"}
    row = mapped(columns, items, 号码="13800000001", 状态=" 在用 ")
    assert (row["phone"], row["former"], row["doubts"]) == ("13800000001", None, [])
    row = mapped(columns, items, 号码="13800000001", 状态="销号")
    assert (row["phone"], row["former"]) == (None, "13800000001")
    row = mapped(columns, items, 号码="13800000001", 状态=None)
    assert (row["phone"], row["former"]) == (None, None)


def test_a_number_may_be_scaled() -> None:
    row = mapped({"capital": {"from": "元", "divide": 10000}}, {"capital": "number"}, 元="1500000")
    assert row["capital"] == 150.0


def test_a_constant_holds_for_every_row() -> None:
    assert mapped({"deceased": {"constant": "true"}}, {"deceased": "truth"})["deceased"] is True


def test_a_column_read_as_two_things_is_doubted_only_if_it_is_neither() -> None:
    columns, items = {"citizen_id": "证", "uscc": "证"}, {"citizen_id": "citizen_id", "uscc": "uscc"}
    assert mapped(columns, items, 证="91350100M000100Y43")["doubts"] == []
    assert mapped(columns, items, 证="11010519491231002X")["doubts"] == []
    assert mapped(columns, items, 证="91350100M000100Y44")["doubts"] == ["citizen_id"]


def test_an_item_that_a_department_does_not_deliver_is_none() -> None:
    row = mapped({"name": "姓名"}, {"name": "person_name", "birth": "date", "age": "count"}, 姓名="张丽")
    assert (row["birth"], row["age"]) == (None, None)


def test_a_column_that_nobody_declared_is_kept_as_delivered() -> None:
    assert mapped({"name": "姓名"}, {"name": "person_name"}, 姓名="张丽", 多余="x'y\"z")["=多余"] == "x'y\"z"


# ── Envelope, GB/T 39046 ───────────────────────────────────────────────────────────────────────────────────────────────
def enveloped(**row: str | None) -> dict[str, Any]:
    (found,) = judged(
        [{"号": "1", "日": "20260601", "姓名": "张丽"} | row], resource(), source({"name": "姓名"}, envelope=True)
    )
    return found


def test_the_envelope_says_what_happened_and_when() -> None:
    row = enveloped(动="d", 时="2026-06-03 08:00:00")
    assert (row["operation"], str(row["event_at"])) == ("D", "2026-06-03 08:00:00")


def test_an_envelope_without_a_legible_time_counts_from_the_rows_own_day() -> None:
    assert str(enveloped(动="U", 时="昨天")["event_at"]) == "2026-06-01 00:00:00"


def test_a_row_without_an_operation_states_its_record() -> None:
    assert enveloped(动="", 时="20260603")["operation"] == "I"


def test_a_source_without_envelope_speaks_at_the_end_of_its_reference_day() -> None:
    (row,) = judged([{"号": "1", "日": "20260601", "姓名": "张丽"}], resource(), source({"name": "姓名"}))
    assert (row["operation"], str(row["event_at"])) == ("I", "2026-06-30 23:59:59")
