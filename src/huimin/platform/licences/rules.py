"""Pure rules of licences: which states lead where, how one stands on a day, what exactly is signed."""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

LEAP_DAY: Final = (2, 29)


class State(StrEnum):
    """How a licence stands: codes of 电子证照状态 (GB/T 36903). EXPIRED is never stored: the day says it."""

    VALID = "01"
    SUSPENDED = "02"
    REVOKED = "03"
    CANCELLED = "04"
    EXPIRED = "05"
    WITHDRAWN = "07"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.VALID: frozenset({State.SUSPENDED, State.REVOKED, State.CANCELLED, State.WITHDRAWN}),
    State.SUSPENDED: frozenset({State.VALID, State.REVOKED, State.CANCELLED, State.WITHDRAWN}),
}
"""The legal moves; a state without any is final."""


def may_move(before: State, after: State) -> bool:
    """Whether the one state may follow the other."""
    return after in MOVES.get(before, frozenset())


def standing_on(stored: State, valid_from: date, valid_until: date | None, on: date) -> State:
    """How a licence stands on a day; `valid_until` is exclusive, None for one without an end.

    One that has not begun yet is no valid one: it counts as suspended until its first day.
    """
    if stored is State.VALID and valid_until is not None and on >= valid_until:
        return State.EXPIRED
    if stored is State.VALID and on < valid_from:
        return State.SUSPENDED
    return stored


def end_of_validity(begins: date, years: int | None) -> date | None:
    """The first day on which a licence of so many years no longer holds; 29 February ends on 1 March. None for no end."""
    if years is None:
        return None
    if (begins.month, begins.day) == LEAP_DAY:
        return date(begins.year + years, 3, 1)
    return begins.replace(year=begins.year + years)


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one text of a licence's content that is signed: JSON in UTF-8, keys in order, no spaces (as RFC 8785 for text values)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def next_version(version: str) -> str:
    """`001` → `002`: the version of a reissued licence (GB/T 36904, three digits). Raises OverflowError after 999."""
    number = int(version) + 1
    if number > 999:
        raise OverflowError(version)
    return f"{number:03}"
