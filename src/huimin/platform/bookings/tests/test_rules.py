from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.bookings.rules import MOVES, State, may_move, slots_between, ticket

pytestmark = pytest.mark.unit


@given(opens=st.integers(0, 600), length=st.integers(1, 700), minutes=st.integers(5, 240))
def test_slots_follow_each_other_and_stay_within_the_hours(opens: int, length: int, minutes: int) -> None:
    closes = opens + length
    slots = list(slots_between(f"{opens // 60:02}:{opens % 60:02}", f"{closes // 60:02}:{closes % 60:02}", minutes))
    assert len(slots) == length // minutes
    assert all(before[1] == after[0] for before, after in pairwise(slots))
    if slots:
        assert slots[0][0] == time(opens // 60, opens % 60)


def test_what_is_over_stays_over() -> None:
    for state in (State.SERVED, State.MISSED, State.CANCELLED):
        assert state not in MOVES
        assert not any(may_move(state, after) for after in State)


def test_tickets_tell_who_had_booked() -> None:
    assert (ticket(7, booked=True), ticket(12, booked=False)) == ("Y007", "A012")
