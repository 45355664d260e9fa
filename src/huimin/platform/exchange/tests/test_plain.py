"""What is told by its bytes is what the engine says, and a delivery judged the quick way is the delivery judged the long way."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huimin.kernel.identifiers import CitizenId
from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, organisation_check
from huimin.platform.exchange.lake import landing, mapping, plain, texts
from huimin.platform.exchange.tests.factories import REFERENCE, batch, connection, land, read_as, resource, source
from huimin.platform.exchange.tests.test_landing import landed_rows, rows

pytestmark = [pytest.mark.unit, pytest.mark.covers("D05")]

born = st.dates().filter(lambda day: 1700 < day.year < 2200)
ids = st.builds(
    lambda area, day, serial: f"{area}{day:%Y%m%d}{serial:03}", st.integers(100000, 999999), born, st.integers(0, 999)
)
credit_bodies = st.builds(
    lambda first, area, inner: f"{first}{area:06}{inner}{organisation_check(inner)}",
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999999),
    st.text(CREDIT_ALPHABET, min_size=8, max_size=8),
)
signs = st.sampled_from([*"张王先生女士小老某之子長趙㻏𠮷〇aＡ =<·1\u3000\u00a0\t", "\ufffd", "路", "号"])
TEXTS = {
    "text": st.text(signs, max_size=6),
    "citizen_id": st.one_of(
        ids.map(CitizenId.completed).map(str), ids.map(lambda body: body + "0"), st.just("110105190002290016")
    ),
    "uscc": st.one_of(
        credit_bodies.map(lambda body: body + credit_check(body)), credit_bodies.map(lambda body: body + "0")
    ),
    "person_name": st.text(signs, max_size=6),
    "holder_name": st.text(signs, max_size=8),
    "phone": st.one_of(st.from_regex(r"\A1[0-9]{10}\Z"), st.from_regex(r"\A[0-9+]{9,12}\Z")),
}


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_a_text_told_plain_is_left_as_it_is_by_every_step_of_the_engine(kind: str) -> None:
    of_type = mapping.PLAIN_OF_TYPE[mapping.ItemType(kind)]
    seen = set()

    @settings(max_examples=60)
    @given(st.lists(st.one_of(TEXTS[kind], TEXTS["text"], st.none()), min_size=1, max_size=60))
    def holds(given_texts: list[str | None]) -> None:
        told = of_type.told(pa.array(given_texts, pa.string()))
        for text, is_plain, row in zip(given_texts, told, read_as(kind, given_texts), strict=True):
            if is_plain:
                seen.add(text)
                read = {column[1:]: value for column, value in row.items() if column == "v" or column.startswith("v_")}
                assert read == {suffix: text if suffix in of_type.suffixes else None for suffix in read}

    holds()
    assert seen, "no text was plain: nothing was shown"


def test_a_clean_text_holds_nothing_that_the_engine_would_change() -> None:
    every = [chr(point) for point in range(1, 0x11000) if not 0xD800 <= point <= 0xDFFF]
    clean = [sign for sign, told in zip(every, plain.is_clean(pa.array(every)), strict=True) if told]
    assert len(clean) > 20_000
    connection().register("signs", pa.table({"s": clean}))
    wrong = connection().execute(
        "SELECT s FROM signs WHERE hm_half(s) <> s OR hm_text(s) IS DISTINCT FROM s OR hm_address_text(s) <> s OR regexp_matches(s, '[<>=\\x{FFFD}]')"
    )
    assert wrong.fetchall() == []


def test_slices_and_nulls_are_told_as_themselves() -> None:
    whole = pa.array(["x", None, "13800000001", "", "13800000001", " "])
    assert plain.is_phone(whole[1:5]).tolist() == [False, True, False, True]
    assert plain.is_clean(whole[2:]).tolist() == [True, False, True, False]
    assert plain.is_clean(pa.nulls(2, pa.string())).tolist() == [False, False]


PERSON = resource(
    {
        "citizen_id": {"type": "citizen_id", "feeds": "citizen_id"},
        "name": "holder_name",
        "phone": "phone",
        "home": "address",
        "code": "uscc",
    }
)
MAPPED = source({"citizen_id": "证", "name": "姓名", "phone": "话", "home": "址", "code": "码"}, identity=["证"])
wide_rows = st.builds(
    lambda row, more: row | more,
    rows,
    st.fixed_dictionaries(
        {
            "证": st.sampled_from(["11010519491231002X", "11010519491231002x", "3.4E+17", "1", "", None]),
            "话": st.sampled_from(["13800000001", "+8613800000001", "", None]),
            "址": st.sampled_from(
                ["中山路12号3幢2单元501室", " 中山路12号3幢2单元501室", "湾里镇红旗村5组12号", "路", "", None]
            ),
            "码": st.sampled_from(["91350100M000100Y43", "91350100m000100y43", "1", None]),
        }
    ),
)


@given(st.lists(wide_rows, max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@example([])
def test_however_its_columns_are_read_a_delivery_becomes_the_same(
    tmp_path: Path, delivered: list[dict[str, Any]]
) -> None:
    def outcome() -> Any:
        landed = land(tmp_path, delivered, PERSON, MAPPED)
        kept = sorted(landed_rows(tmp_path, landed.file), key=lambda row: row["ordinal"])
        return landed.tally, landed.returned, landed.doubted, kept

    long_way = outcome()
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(texts, "FEW", 0)
        quick.setattr(texts, "MANY", 0)
        assert outcome() == long_way


@given(st.lists(rows, max_size=25), st.integers(1, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_in_how_many_pieces_a_delivery_is_judged_changes_nothing(
    tmp_path: Path, delivered: list[dict[str, Any]], size: int
) -> None:
    whole = land(tmp_path, delivered, PERSON, MAPPED)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(landing, "ROWS_A_PIECE", size)
        parts = [batch([row]) for row in delivered]
        pieces = landing.land(
            connection(), iter(parts), resource=PERSON, source=MAPPED, reference_on=REFERENCE, lake=tmp_path
        )
    assert (pieces.tally, pieces.doubted) == (whole.tally, whole.doubted)
    assert sorted(map(str, landed_rows(tmp_path, pieces.file))) == sorted(map(str, landed_rows(tmp_path, whole.file)))


@pytest.mark.parametrize("coded_first", [True, False])
def test_a_column_may_be_coded_in_one_piece_and_not_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coded_first: bool
) -> None:
    monkeypatch.setattr(texts, "FEW", 0)
    monkeypatch.setattr(landing, "ROWS_A_PIECE", 4)

    def four(first: int, names: list[str]) -> list[dict[str, Any]]:
        return [
            {"号": str(first + at), "日": "20260601", "证": None, "姓名": name, "_line": first + at}
            for at, name in enumerate(names)
        ]

    pieces = [["王小明"] * 4, ["李一", "李二", "李三", "李四"]]
    delivered = [four(1, pieces[not coded_first]), four(5, pieces[coded_first])]
    landed = landing.land(
        connection(), map(batch, delivered), resource=PERSON, source=MAPPED, reference_on=REFERENCE, lake=tmp_path
    )
    assert landed.tally.landed == 8
    names = sorted(row["name"] for row in landed_rows(tmp_path, landed.file))
    assert names == sorted([*pieces[0], *pieces[1]])


def test_the_rows_of_a_run_are_told_apart_by_their_own_bytes() -> None:
    run = plain.Run(pa.array(["ab", "", None, "é", "cd"]))
    allowed = np.zeros(256, bool)
    allowed[list(b"abcd")] = True
    assert run.holding(allowed).tolist() == [True, False, False, False, True]
