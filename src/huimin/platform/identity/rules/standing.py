"""The standing of an account: how surely it is this person, when it is locked, how long power is lent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class Assurance(IntEnum):
    """How surely an account is the person it says (in the sense of the levels of GB/T 36633 and ISO/IEC 29115)."""

    CLAIMED = 0
    """Somebody made an account; nothing was checked."""
    CONTACTED = 1
    """A department's system or an identity provider vouches for the account, not for the person."""
    MATCHED = 2
    """Number and name agree with the registry, and a code sent to the phone registered there came back."""
    SEEN = 3
    """A clerk saw the person and the document at a window."""


PROVEN: Final = Assurance.MATCHED
"""From here on an account is this very person and sees this person's data."""


class DelegationState(StrEnum):
    """The life of a delegation."""

    OFFERED = "offered"
    ACTIVE = "active"
    REVOKED = "revoked"
    DECLINED = "declined"


DELEGATION_MOVES: Final[Mapping[DelegationState, frozenset[DelegationState]]] = {
    DelegationState.OFFERED: frozenset({DelegationState.ACTIVE, DelegationState.DECLINED, DelegationState.REVOKED}),
    DelegationState.ACTIVE: frozenset({DelegationState.REVOKED}),
    DelegationState.REVOKED: frozenset(),
    DelegationState.DECLINED: frozenset(),
}


class ProofState(StrEnum):
    """The life of one attempt to prove who somebody is."""

    SENT = "sent"
    PROVEN = "proven"
    FAILED = "failed"


PROOF_MOVES: Final[Mapping[ProofState, frozenset[ProofState]]] = {
    ProofState.SENT: frozenset({ProofState.PROVEN, ProofState.FAILED}),
    ProofState.PROVEN: frozenset(),
    ProofState.FAILED: frozenset(),
}

PROOF_LASTS: Final = timedelta(minutes=10)
PROOF_TRIES: Final = 5
PROOFS_A_DAY: Final = 5

FREE_FAILURES: Final = 5
FIRST_LOCK: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(hours=24)
LONGEST_LOAN: Final = timedelta(hours=1)


def locked_until(failures: int, at: datetime) -> datetime | None:
    """Until when sign-in is closed after this many failures in a row (GB/T 22239 8.1.4.1): each five double the
    wait."""
    if failures < FREE_FAILURES or failures % FREE_FAILURES:
        return None
    # Ten doublings are beyond the longest lock; the cap keeps the power small.
    doublings: int = min(10, failures // FREE_FAILURES - 1)
    return at + min(LONGEST_LOCK, FIRST_LOCK * (1 << doublings))


def is_locked(until: datetime | None, at: datetime) -> bool:
    """Whether a lock that ends then (exclusive) still holds."""
    return until is not None and at < until


def borrowed_until(wanted: timedelta, at: datetime) -> datetime:
    """When lent administrator power ends: as long as asked, at most an hour."""
    return at + min(max(wanted, timedelta(minutes=5)), LONGEST_LOAN)
