"""Writes of licences: grant and change them, show them, use them, make copies."""

from huimin.platform.licences.operations.granting import Grant, NoIssuerCode, grant_licence, reissue_licence
from huimin.platform.licences.operations.moving import (
    announce_expiring,
    cancel_licence,
    restore_licence,
    revoke_licence,
    suspend_licence,
    withdraw_licence,
)
from huimin.platform.licences.operations.showing import (
    NotInForce,
    annotate_copy,
    check_presented,
    check_printed,
    forget_presentations,
    note_use,
    present_licence,
)

__all__ = [
    "Grant",
    "NoIssuerCode",
    "NotInForce",
    "annotate_copy",
    "announce_expiring",
    "cancel_licence",
    "check_presented",
    "check_printed",
    "forget_presentations",
    "grant_licence",
    "note_use",
    "present_licence",
    "reissue_licence",
    "restore_licence",
    "revoke_licence",
    "suspend_licence",
    "withdraw_licence",
]
