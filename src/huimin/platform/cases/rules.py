"""Pure rules of cases: states and their moves, case numbers, what an applicant still owes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from huimin.kernel.identifiers.check_digits import mod_37_36


class State(StrEnum):
    """How a case stands. What step it is in, `process` says."""

    LODGED = "lodged"
    ACCEPTED = "accepted"
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    STOPPED = "stopped"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.LODGED: frozenset(
        {State.ACCEPTED, State.GRANTED, State.REFUSED, State.NOT_ACCEPTED, State.WITHDRAWN, State.LAPSED, State.STOPPED}
    ),
    State.ACCEPTED: frozenset({State.GRANTED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.STOPPED}),
    State.GRANTED: frozenset({State.STOPPED}),
}
"""The legal moves. What was granted stands until the ground for it is gone."""

OPEN: Final = frozenset({State.LODGED, State.ACCEPTED})
_NUMBER: Final = re.compile(r"(\d{4})-(\d{2})-(\d{7})([0-9A-Z])")


def may_move(before: State, after: State) -> bool:
    """Whether the one state may follow the other."""
    return after in MOVES.get(before, frozenset())


def case_number(division: str, year: int, serial: int) -> str:
    """`3402-26-0012345X`: city, year, serial, and a check character (ISO 7064 MOD 37,36) that catches a slip on the telephone."""
    body = f"{division[:4]}{year % 100:02}{serial:07}"
    return f"{body[:4]}-{body[4:6]}-{body[6:]}{mod_37_36(body)}"


def is_case_number(text: str) -> bool:
    """Whether the text is a case number with a right check character."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return bool(found) and mod_37_36("".join(found.groups()[:3])) == found[4] if found else False


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer that the city has already: the value, and who says so.

    `source` is a resource's code, or `licence:<public id>`; `disputed` says that another department records it otherwise.
    """

    value: Any
    source: str
    as_of: str = ""
    disputed: bool = False
