"""Writes of exchange: land, accept, withdraw, resubmit, sweep."""

from huimin.platform.exchange.operations.deliveries import (
    NotWithdrawable,
    ReasonMissing,
    accept_held_delivery,
    dismiss_quarantined_row,
    resubmit_quarantined_row,
    sweep_lake,
    withdraw_delivery,
)
from huimin.platform.exchange.operations.inbox import Progress, land_inbox
from huimin.platform.exchange.operations.landing import AlreadyLanded, NobodysFile, land_file, land_rows

__all__ = [
    "AlreadyLanded",
    "NobodysFile",
    "NotWithdrawable",
    "Progress",
    "ReasonMissing",
    "accept_held_delivery",
    "dismiss_quarantined_row",
    "land_file",
    "land_inbox",
    "land_rows",
    "resubmit_quarantined_row",
    "sweep_lake",
    "withdraw_delivery",
]
