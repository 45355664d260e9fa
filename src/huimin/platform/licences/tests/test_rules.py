from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.licences.rules import (
    MOVES,
    State,
    canonical,
    end_of_validity,
    may_move,
    next_version,
    standing_on,
)

pytestmark = pytest.mark.unit
DAY = date(2026, 7, 1)


@given(begins=st.dates(date(2000, 1, 1), date(2090, 12, 31)), years=st.integers(1, 9))
def test_a_licence_holds_whole_years_and_not_a_day_longer(begins: date, years: int) -> None:
    ends = end_of_validity(begins, years)
    assert standing_on(State.VALID, begins, ends, ends - timedelta(days=1)) is State.VALID
    assert standing_on(State.VALID, begins, ends, ends) is State.EXPIRED
    assert (ends.year, ends >= begins + timedelta(days=365 * years)) == (begins.year + years, True)


def test_without_years_it_never_ends() -> None:
    assert end_of_validity(DAY, None) is None
    assert standing_on(State.VALID, DAY, None, date(2100, 1, 1)) is State.VALID


def test_before_its_first_day_it_is_no_valid_one() -> None:
    assert standing_on(State.VALID, DAY, None, DAY - timedelta(days=1)) is State.SUSPENDED


@pytest.mark.parametrize("state", [State.REVOKED, State.CANCELLED, State.WITHDRAWN])
def test_what_was_taken_away_stays_away(state: State) -> None:
    assert not any(may_move(state, after) for after in State)
    assert standing_on(state, DAY, DAY + timedelta(days=1), DAY + timedelta(days=9)) is state


def test_expired_is_said_by_the_day_and_never_stored() -> None:
    assert State.EXPIRED not in {after for moves in MOVES.values() for after in moves}


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_the_signed_text_does_not_depend_on_the_order_of_keys(content: dict[str, str]) -> None:
    assert canonical(content) == canonical(dict(reversed(content.items())))


def test_versions_count_to_999() -> None:
    assert next_version("001") == "002"
    with pytest.raises(OverflowError):
        next_version("999")
