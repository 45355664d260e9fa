from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.identity.rules import (
    Ground,
    Mask,
    Rows,
    Scope,
    borrowed_until,
    is_locked,
    locked_until,
    mask_value,
)
from huimin.platform.identity.rules.standing import DELEGATION_MOVES, LONGEST_LOAN, PROOF_MOVES

pytestmark = pytest.mark.unit
AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
MAP = {"person": "key", "organisation": "org", "division": "div"}


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (Mask.NAME, "王小明", "王*明"),
        (Mask.NAME, "王明", "王*"),
        (Mask.NAME, "王", "王*"),
        (Mask.NAME, "阿依古丽·买买提", "阿******提"),
        (Mask.NUMBER, "34020419800101947X", "340204********947X"),
        (Mask.NUMBER, "123", "****"),
        (Mask.PHONE, "13800001234", "138****1234"),
        (Mask.PHONE, "12345", "****45"),
        (Mask.ADDRESS, "安徽省芜湖市弋江区黄山路12号3幢2单元501室", "安徽省芜湖市弋江区黄山路***"),
        (Mask.ADDRESS, "安徽省芜湖市南陵县许镇镇东塘村3组12号", "安徽省芜湖市南陵县许镇镇东塘村***"),
        (Mask.ADDRESS, "不详", "***"),
        (Mask.YEAR, "1980-01-01", "1980-**-**"),
        (Mask.HIDDEN, "40", "****"),
        (Mask.HIDDEN, None, "****"),
        (Mask.NAME, None, None),
        (Mask.PHONE, "", None),
    ],
)
@pytest.mark.covers("D16")
def test_masks_leave_what_they_say(mask: Mask, value: str | None, shown: str | None) -> None:
    assert mask_value(value, mask) == shown


@given(st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True), st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_a_mask_never_shows_a_number_whole(number: str, phone: str) -> None:
    assert mask_value(number, Mask.NUMBER).count("*") == 8
    assert mask_value(phone, Mask.PHONE).count("*") == 4


def ground(**fields: object) -> Ground:
    given = {"basis": "g", "rows": Rows(everything=True), "purposes": frozenset({"use"})} | fields
    return Ground(**given)


def test_grounds_never_lend_each_other_fields() -> None:
    mine = ground(basis="own", rows=Rows(persons=frozenset({"A"})), plain=frozenset({"*"}))
    granted = ground(basis="grant", plain=frozenset({"name"}), masked=frozenset({("phone", Mask.PHONE)}))
    scope = Scope.of([mine, granted], purpose="use", at=AT)
    row = {"key": "A", "name": "王", "phone": "13800001234", "note": "x"}
    assert scope.shown(row, ["name", "phone", "note"], MAP) == {"name": "王", "phone": "13800001234", "note": "x"}
    assert scope.shown(row | {"key": "B"}, ["name", "phone", "note"], MAP) == {"name": "王", "phone": "138****1234"}
    assert scope.showing("phone").rows == Rows(persons=frozenset({"A"}))
    assert scope.asking("phone").rows.everything
    assert scope.bases == ("grant", "own")


def test_of_two_masks_the_milder_shows() -> None:
    scope = Scope.of(
        [ground(masked=frozenset({("x", Mask.HIDDEN)})), ground(basis="h", masked=frozenset({("x", Mask.YEAR)}))],
        purpose="use",
        at=AT,
    )
    assert scope.visible({}, ["x"], MAP) == {"x": Mask.YEAR}


def test_another_purpose_or_an_ended_ground_gives_nothing() -> None:
    ended, later = ground(until=AT), ground(until=AT + timedelta(seconds=1))
    assert not Scope.of([ended], purpose="use", at=AT)
    assert not Scope.of([later], purpose="other", at=AT)
    assert Scope.of([later], purpose="use", at=AT).until == later.until
    assert not Scope.of([ground(rows=Rows())], purpose="use", at=AT)


def test_nothing_compiles_to_nothing() -> None:
    assert Scope().as_sql(MAP) == ("FALSE", [])
    assert Scope.of([ground(rows=Rows(persons=frozenset({"A"})))], purpose="use", at=AT).as_sql({}) == ("FALSE", [])


def test_a_division_prefix_is_digits() -> None:
    with pytest.raises(ValueError, match="digits"):
        Rows(divisions=frozenset({"34%"}))


def test_locks_grow_and_end() -> None:
    assert [locked_until(n, AT) for n in (1, 4, 6, 9)] == [None] * 4
    waits = [locked_until(n, AT) - AT for n in (5, 10, 15)]
    assert waits == [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    assert locked_until(500, AT) - AT == timedelta(hours=24)
    assert is_locked(AT + timedelta(seconds=1), AT)
    assert not is_locked(AT, AT)
    assert not is_locked(None, AT)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_power_is_lent_for_an_hour_at_most(wanted: timedelta) -> None:
    assert timedelta(0) < borrowed_until(wanted, AT) - AT <= LONGEST_LOAN


@pytest.mark.parametrize("moves", [DELEGATION_MOVES, PROOF_MOVES])
def test_moves_are_closed(moves: dict) -> None:
    assert all(target in moves for targets in moves.values() for target in targets)
