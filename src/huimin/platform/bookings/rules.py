"""Pure rules of bookings: which slots a day has, which states lead where, what a ticket is called."""

from collections.abc import Iterator, Mapping
from datetime import time
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How a booking stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CALLED = "called"
    SERVED = "served"
    MISSED = "missed"
    CANCELLED = "cancelled"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.BOOKED: frozenset({State.ARRIVED, State.CANCELLED, State.MISSED}),
    State.ARRIVED: frozenset({State.CALLED, State.MISSED}),
    State.CALLED: frozenset({State.SERVED, State.MISSED, State.ARRIVED}),
}
"""The legal moves; what has none is over."""


def may_move(before: State, after: State) -> bool:
    """Whether the one state may follow the other."""
    return after in MOVES.get(before, frozenset())


def slots_between(opens: str, closes: str, minutes: int) -> Iterator[tuple[time, time]]:
    """The slots of one stretch of hours, begin and end (exclusive); a rest too short for a whole slot is left out."""
    begin, last = _minutes(opens), _minutes(closes)
    while begin + minutes <= last:
        yield _time(begin), _time(begin + minutes)
        begin += minutes


def _minutes(text: str) -> int:
    found = time.fromisoformat(text)
    return found.hour * 60 + found.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def ticket(number: int, *, booked: bool) -> str:
    """What is called out: `Y012` for who had booked, `A012` for who came without."""
    return f"{'Y' if booked else 'A'}{number:03}"
