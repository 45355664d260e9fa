"""Decisions about deliveries, each in its own sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.exchange.rules import (
    RETURNED_WHOLE,
    AccessRates,
    Punctuality,
    Tally,
    answered_rows,
    falls_too_far,
    is_stale,
    longest,
    punctuality,
)

pytestmark = pytest.mark.unit
counts = st.integers(0, 10_000)


@given(counts, counts, counts, counts)
def test_a_tally_that_does_not_add_up_cannot_exist(
    delivered: int, landed: int, quarantined: int, duplicates: int
) -> None:
    made = lambda: Tally(delivered=delivered, landed=landed, quarantined=quarantined, duplicates=duplicates)  # noqa: E731
    if landed + quarantined + duplicates == delivered:
        assert made().delivered == delivered
    else:
        with pytest.raises(ValueError, match="add up"):
            made()


@pytest.mark.parametrize(
    ("current", "delivered", "held"),
    [
        (100, 90, False),
        (100, 89, True),
        (100, 100, False),
        (100, 200, False),
        (0, 0, False),
        (0, 5, False),
        (10, 9, False),
        (10, 8, True),
        (1, 0, True),
        (7389, 6650, True),
    ],
)
def test_a_fall_of_more_than_a_tenth_waits_for_a_person(current: int, delivered: int, held: bool) -> None:
    assert falls_too_far(current, delivered) is held


def test_a_resource_is_overdue_after_one_and_a_half_cycles() -> None:
    latest = date(2026, 6, 1)
    assert not is_stale(latest, date(2026, 6, 11), 7)
    assert is_stale(latest, date(2026, 6, 12), 7)
    assert is_stale(None, latest, 366)


def test_names_addresses_and_the_rest_have_their_agreed_lengths() -> None:
    assert [
        longest(kind) for kind in ("person_name", "organisation_name", "holder_name", "address", "text", "code")
    ] == [100, 100, 100, 200, 500, 500]


def test_every_rule_speaks_both_languages() -> None:
    for zh, en in RETURNED_WHOLE.values():
        assert any("一" <= sign <= "龥" for sign in zh)
        assert en.isascii()


DAY = date(2026, 6, 30)


@pytest.mark.covers("D02", "D05")
@pytest.mark.parametrize(
    ("resources", "stand"),
    [
        ([(DAY, False), (DAY, False)], Punctuality.ON_TIME),
        ([(DAY, False), (date(2026, 1, 1), True)], Punctuality.OVERDUE),
        ([(DAY, False), (None, True)], Punctuality.OVERDUE),
        ([(None, True)], Punctuality.NEVER),
    ],
)
def test_a_department_is_as_punctual_as_its_latest_resource(resources, stand) -> None:
    assert punctuality(resources) is stand


@pytest.mark.covers("D02", "D05")
def test_the_access_rate_is_of_all_who_are_to_exchange_and_punctuality_of_those_who_agreed() -> None:
    rates = AccessRates(expected=66, agreed=17, connected=11, on_time=9)
    assert (rates.access_percent, rates.on_time_percent) == (pytest.approx(100 * 11 / 66), pytest.approx(100 * 9 / 17))
    nobody = AccessRates(expected=0, agreed=0, connected=0, on_time=0)
    assert nobody.access_percent is None
    assert nobody.on_time_percent is None


@pytest.mark.parametrize(
    ("waiting", "came", "answered"),
    [
        ([(1, "A"), (2, "B")], ["B"], [2]),
        ([(1, "A"), (2, "A")], ["A"], [1]),
        ([(1, ""), (2, ""), (3, "A")], ["A", "X"], [1, 3]),
        ([(1, ""), (2, "B")], [], []),
        ([], ["A"], []),
    ],
)
def test_a_returned_row_is_answered_by_its_number_or_by_one_that_answers_no_other(waiting, came, answered):
    assert answered_rows(waiting, came) == answered
