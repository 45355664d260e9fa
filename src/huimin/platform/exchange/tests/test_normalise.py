"""What a delivered text says: the engine's reading held to the kernel's identifiers, and tables of what departments write."""

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, organisation_check
from huimin.platform.exchange.tests.factories import REFERENCE, judged, read_as, resource, source, values

pytestmark = pytest.mark.unit

WIDE: Final = str.maketrans({chr(narrow): chr(narrow + 0xFEE0) for narrow in range(0x21, 0x7F)})
BLANKS: Final = ["", " ", "  ", "\t", "\u3000", "\u00a0", "\u2002", "\u200b", "\ufeff", "\r\n"]
QUOTES: Final = ["", "'", "‘", "“", "`", '"', "＇", "''"]


def wide(text: str) -> str:
    return text.translate(WIDE)


# ── Identity numbers ───────────────────────────────────────────────────────────────────────────────────────────────────
@st.composite
def bodies(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1700, 1, 1), date(2199, 12, 31)))
    return f"{draw(st.integers(100000, 999999))}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"


def old_style(body: str) -> str:
    return body[:6] + body[8:]


numbers = bodies().map(CitizenId.completed)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[str]) -> str:
    text = draw(whole)
    place = draw(st.integers(0, len(text)))
    slip = draw(st.sampled_from(["", "x", "0", "9", "*", "-", " ", "?", "X", "é", "１", ".", "E"]))
    return text[:place] + slip + text[place + draw(st.integers(0, 2)) :]


@st.composite
def as_typed(draw: st.DrawFn, whole: st.SearchStrategy[str]) -> str:
    text = draw(whole)
    for change in draw(st.lists(st.sampled_from([str.lower, wide, str.upper]), max_size=2)):
        text = change(text)
    place = draw(st.integers(0, len(text)))
    text = text[:place] + draw(st.sampled_from(BLANKS)) + text[place:]
    return (
        draw(st.sampled_from(BLANKS))
        + draw(st.sampled_from(QUOTES))
        + text
        + draw(st.sampled_from(QUOTES))
        + draw(st.sampled_from(BLANKS))
    )


anything = st.text("0123456789xXＸ１０ '‘\u3000-.E+*ⅹ×", max_size=22)
id_texts = st.one_of(
    as_typed(numbers),
    as_typed(bodies().map(old_style)),
    as_typed(bodies()),
    damaged(numbers),
    as_typed(damaged(numbers)),
    anything,
)


@pytest.mark.covers("D07")
@given(st.lists(id_texts, min_size=1, max_size=40))
@example(
    [
        "11010519491231002x",
        "'１１０１０５１９４９１２３１００２Ｘ ",
        "110105491231002",
        "11010518000101001X",
        "110105210001010010",
    ]
)
def test_an_identity_number_is_what_the_kernel_recognises(texts: list[str]) -> None:
    expected = [found and str(found) for found in map(CitizenId.recognise, texts)]
    assert values("citizen_id", texts) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 1949 1231 002X",
        "'11010519491231002X",
        wide("11010519491231002x"),
        "\u300011010519491231002X\t",
    ],
)
def test_a_recoverable_number_is_recovered(typed: str) -> None:
    assert values("citizen_id", [typed]) == ["11010519491231002X"]


def test_fifteen_digits_gain_their_century_and_check_digit() -> None:
    assert values("citizen_id", ["110105491231002", "'110105491231002"]) == ["11010519491231002X"] * 2


@pytest.mark.parametrize(
    "typed",
    ["110105194912310021", "11010519490231002X", "340202", "", " ", "无", "3.40202E+17", "110105********002X", None],
)
def test_what_is_no_number_is_no_value(typed: str | None) -> None:
    assert values("citizen_id", [typed]) == [None]


# ── Credit codes ───────────────────────────────────────────────────────────────────────────────────────────────────────
@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    first = draw(st.text(CREDIT_ALPHABET, min_size=2, max_size=2))
    inner = draw(st.text(draw(st.sampled_from([CREDIT_ALPHABET, "0123456789"])), min_size=8, max_size=8))
    check = draw(st.sampled_from([organisation_check(inner), "0", "X"]))
    body = f"{first}{draw(st.integers(0, 999999)):06}{inner}{check}"
    return body + draw(st.sampled_from([credit_check(body), "0"]))


@pytest.mark.covers("D07")
@given(st.lists(st.one_of(as_typed(credit_codes()), damaged(credit_codes()), id_texts), min_size=1, max_size=40))
@example(["91350100M000100Y43", "91350100m000100y43", wide("91350100M000100Y43"), "AAAAAAAAAAAAAAAAAA"])
def test_a_credit_code_is_what_the_kernel_recognises(texts: list[str]) -> None:
    expected = [found and str(found) for found in map(Uscc.recognise, texts)]
    assert values("uscc", texts) == expected


# ── Telephones ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "typed",
    [
        "13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "+8613800000001",
        "+86 138-0000-0001",
        "8613800000001",
        "008613800000001",
        "１３８００００００" + "０１",
        "13800000001.0",
        " 13800000001 ",
        "(86)13800000001",
        "'13800000001",
    ],
)
def test_a_mobile_number_in_every_spelling(typed: str) -> None:
    assert values("phone", [typed]) == ["13800000001"]


@pytest.mark.parametrize(
    "typed",
    [
        "0553-3812345",
        "05533812345",
        "1380000000",
        "138000000012",
        "无",
        "",
        "12800000001",
        "23800000001",
        "13800000001/13800000002",
        "138****0001",
        "86",
        None,
    ],
)
def test_a_landline_or_a_torso_is_no_mobile_number(typed: str | None) -> None:
    assert values("phone", [typed]) == [None]


@given(st.lists(st.text("0123456789+- ()１８\u3000.", max_size=18), min_size=1, max_size=40))
def test_whatever_is_read_as_a_mobile_number_has_its_eleven_digits_in_the_text(texts: list[str]) -> None:
    for text, read in zip(texts, values("phone", texts), strict=True):
        digits = "".join(str(int(sign)) for sign in text if sign.isdigit())
        assert read is None or (len(read) == 11 and read in digits)


# ── Dates ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
SPELLINGS: Final = [
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d:%Y.%m.%d}",
    lambda d: f"{d.year}-{d.month}-{d.day}",
    lambda d: f"{d:%Y-%m-%d} 00:00:00",
    lambda d: f"{d:%Y-%m-%d}T08:30:00+08:00",
    lambda d: str((d - date(1899, 12, 30)).days),
    lambda d: wide(f"{d:%Y-%m-%d}"),
    lambda d: f" {d:%Y%m%d} ",
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
]


@pytest.mark.covers("D05")
@given(st.lists(st.tuples(st.dates(date(1930, 1, 1), REFERENCE), st.sampled_from(SPELLINGS)), min_size=1, max_size=40))
def test_a_day_in_every_spelling_of_every_department(written: list[tuple[date, object]]) -> None:
    assert values("date", [spell(day) for day, spell in written]) == [day for day, _ in written]


@pytest.mark.parametrize(
    "typed",
    [
        "20230229",
        "2023-02-29",
        "2023年13月1日",
        "0000-00-00",
        "2020-1-123",
        "2020-01-0123",
        "20200101234",
        "1700-01-01",
        "45",
        "不详",
        "",
        "１",
        None,
    ],
)
def test_a_day_that_is_none_is_no_value(typed: str | None) -> None:
    assert values("date", [typed]) == [None]


def test_a_day_after_the_reference_day_is_no_value() -> None:
    assert values("date", ["2026-06-30", "2026-07-01", f"{REFERENCE + timedelta(days=400):%Y%m%d}"]) == [
        REFERENCE,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-06-01T08:30:00+08:00", "2026-06-01 08:30:00"),
        ("2026-06-01T08:30:00Z", "2026-06-01 08:30:00"),
        ("2026-06-01 08:30:05", "2026-06-01 08:30:05"),
        ("20260601", "2026-06-01 00:00:00"),
        ("2026/6/1", "2026-06-01 00:00:00"),
        ("46174", "2026-06-01 00:00:00"),
        (" 20260601 ", "2026-06-01 00:00:00"),
        ("2026年6月1日", "2026-06-01 00:00:00"),
        ("昨天", None),
        ("", None),
    ],
)
def test_a_moment_is_the_departments_own_clock(typed: str, moment: str | None) -> None:
    (row,) = judged([{"号": "1", "日": typed}], resource(), source({}))
    assert (row["as_of"] and str(row["as_of"])) == moment


# ── Codes, numbers, industries ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("codes", "texts", "code"),
    [
        ("sex", ["1", "男", "１", " 男 ", "M", "m"], "1"),
        ("marital_status", ["20", "已婚", "２０"], "20"),
        ("education", ["20", "大学本科", "本科"], "20"),
        ("disability_level", ["1", "一级"], "1"),
        ("ethnicity", ["01", "汉", "汉族"], "01"),
    ],
)
def test_codes_are_read_by_code_and_by_word(codes: str, texts: list[str], code: str) -> None:
    assert values("code", texts, codes=codes) == [code] * len(texts)


def test_a_code_out_of_range_is_no_value_and_in_doubt() -> None:
    (row,) = read_as("code", ["7"], codes="sex")
    assert (row["v"], row["doubts"]) == (None, ["v"])


def test_a_departments_own_codes_are_translated_and_no_others() -> None:
    assert [row["v"] for row in read_as("code", ["03", "99"], codes="education", column={"codes": {"03": "30"}})] == [
        "30",
        None,
    ]


def test_an_industry_is_its_division_with_its_section() -> None:
    assert values("industry", ["F52", "5211", "52", "Z99", ""]) == ["F52", "F52", "F52", None, None]


def test_a_number_is_finite() -> None:
    assert values("number", ["100", "1.5", "nan", "inf", "1e999", "一百"]) == [100.0, 1.5, None, None, None, None]
