"""How an incident stands, and what may follow. Which step it is in, and whose, `process` says."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """The states of an incident, in the order in which it goes through them; the last five are beside that way."""

    REPORTED = "reported"
    VERIFYING = "verifying"
    FILED = "filed"
    DISPATCHED = "dispatched"
    DISPOSING = "disposing"
    CHECKING = "checking"
    CLOSED = "closed"
    NOT_FILED = "not_filed"
    SHELVED = "shelved"
    VOID = "void"
    JOINED = "joined"


_ASIDE: Final = frozenset({State.VOID, State.JOINED})
_WORKED_ON: Final = frozenset({State.FILED, State.DISPATCHED, State.DISPOSING, State.CHECKING})

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.REPORTED: frozenset({State.FILED, State.NOT_FILED}) | _ASIDE,
    State.VERIFYING: frozenset({State.REPORTED}) | _ASIDE,
    State.FILED: frozenset({State.DISPATCHED, State.SHELVED}) | _ASIDE,
    # A department that sends it back leaves it with the command centre; those beside it go on.
    State.DISPATCHED: frozenset({State.DISPOSING, State.CHECKING, State.FILED, State.SHELVED}) | _ASIDE,
    State.DISPOSING: frozenset({State.CHECKING, State.FILED, State.SHELVED}) | _ASIDE,
    State.CHECKING: frozenset({State.CLOSED, State.DISPATCHED, State.SHELVED}) | _ASIDE,
    State.SHELVED: _WORKED_ON | _ASIDE,
    # Opened again by who reported it, or after an appeal.
    State.CLOSED: frozenset({State.FILED}),
    State.NOT_FILED: frozenset({State.FILED}),
    State.JOINED: frozenset({State.CLOSED, State.REPORTED, State.VOID}),
    State.VOID: frozenset(),
}
"""The legal moves."""

OVER: Final = frozenset({State.CLOSED, State.NOT_FILED, State.VOID, State.JOINED})
"""States in which nobody has to do anything: a joined one goes with its parent."""
OPEN: Final = frozenset(State) - OVER


def may_move(before: State, after: State) -> bool:
    """Whether the one state may follow the other."""
    return after in MOVES[before]
