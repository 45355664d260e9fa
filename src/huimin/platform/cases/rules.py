"""Pure rules of cases: states and their moves, case numbers, what an applicant still owes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from huimin.kernel.identifiers.check_digits import mod_37_36
from huimin.platform.process.rules.violations import Found


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
FAILED: Final = frozenset({State.REFUSED, State.NOT_ACCEPTED, State.LAPSED})
"""Ends at which the applicant did not get what he came for."""
BAD: Final = 4
"""差评: this level of GB/T 39735 and the next one."""
UNBEGUN: Final = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.LAPSED})
"""The ends to which a case may come before anybody has accepted it."""
_NUMBER: Final = re.compile(r"(\d{4})-(\d{2})-(\d{7})([0-9A-Z])")


def may_move(before: State, after: State) -> bool:
    """Whether the one state may follow the other."""
    return after in MOVES.get(before, frozenset())


def is_fee_given_back(end: State, *, accepted: bool) -> bool:
    """Whether the fee goes back: the case ended before it was accepted, so nobody has worked for it. What was accepted is paid for."""
    return end in UNBEGUN and not accepted


def case_number(division: str, year: int, serial: int) -> str:
    """`3402-26-0012345X`: city, year, serial, and a check character (ISO 7064 MOD 37,36) that catches a slip on the telephone."""
    body = f"{division[:4]}{year % 100:02}{serial:07}"
    return f"{body[:4]}-{body[4:6]}-{body[6:]}{mod_37_36(body)}"


def looks_like_case_number(text: str) -> bool:
    """Whether the text is meant as a case number, rightly written or not."""
    return bool(_NUMBER.fullmatch(text.strip().upper()))


def is_case_number(text: str) -> bool:
    """Whether the text is a case number with a right check character."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return found is not None and mod_37_36("".join(found.groups()[:3])) == found[4]


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer that the city has already: the value, and who says so.

    `source` is a resource's code, or `licence:<public id>`; `disputed` says that another department records it otherwise.
    """

    value: Any
    source: str
    as_of: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What supervision looks at in a case that has ended.

    `due` and `charged` in fen, `due` None where it cannot be told; `numbers` of the licences that it brought forth, `promised_licence`
    whether its service gives one; `letters` the kinds that were sent; `fact` the entry that tells its end.
    """

    state: State
    due: int | None = None
    charged: int = 0
    promised_licence: bool = False
    numbers: tuple[str, ...] = ()
    letters: frozenset[str] = frozenset()
    fact: str = ""


def withheld_groups(sizes: Sequence[int], *, fewest: int) -> frozenset[int]:
    """The places of the groups that a table must not show, so that none of fewer than `fewest` can be told, not from the total either.

    What is left out must be at least two groups and as many people together; the smallest that could be shown go with them.
    """
    hidden = {place for place, size in enumerate(sizes) if size < fewest}
    for place in sorted(range(len(sizes)), key=lambda one: (sizes[one], one)):
        together = sum(sizes[one] for one in hidden)
        if not hidden or (len(hidden) > 1 and together >= fewest):
            break
        hidden.add(place)
    return frozenset(hidden)


def violations_of(handling: Handling) -> list[Found]:
    """收费、证照编号、一次性告知: what was done wrong in a case, as far as its end shows it."""
    over = {
        "fee_differs": handling.due is not None and _is_charged_wrong(handling, handling.due),
        "no_licence_number": handling.state is State.GRANTED
        and handling.promised_licence
        and (not handling.numbers or not all(handling.numbers)),
        "no_notice": handling.state in (State.NOT_ACCEPTED, State.REFUSED) and "refused" not in handling.letters,
    }
    evidence = (handling.fact,) if handling.fact else ()
    return [Found(rule=rule, evidence=evidence) for rule, holds in over.items() if holds]


def _is_charged_wrong(handling: Handling, due: int) -> bool:
    """What was granted costs what the standard says, neither more nor less; of what ended otherwise nothing beyond it may be kept."""
    return handling.charged != due if handling.state is State.GRANTED else handling.charged > due
