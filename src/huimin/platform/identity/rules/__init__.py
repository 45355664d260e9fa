"""Pure decisions of identity: what a scope shows, how a value is masked, when an account is locked or proven."""

from huimin.platform.identity.rules.masks import Mask, mask_value
from huimin.platform.identity.rules.scope import EVERY_FIELD, OWN, Ground, Rows, Scope
from huimin.platform.identity.rules.standing import (
    Assurance,
    DelegationState,
    ProofState,
    borrowed_until,
    is_locked,
    locked_until,
)

__all__ = [
    "EVERY_FIELD",
    "OWN",
    "Assurance",
    "DelegationState",
    "Ground",
    "Mask",
    "ProofState",
    "Rows",
    "Scope",
    "borrowed_until",
    "is_locked",
    "locked_until",
    "mask_value",
]
