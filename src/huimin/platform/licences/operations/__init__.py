"""Writes of licences: grant and change them, look into the register, show them, use them, make copies."""

from huimin.platform.licences.operations.granting import (
    Grant,
    NoIssuerCode,
    NothingChanged,
    grant_licence,
    reissue_changed,
    reissue_licence,
)
from huimin.platform.licences.operations.keeping import open_licence, search_licences
from huimin.platform.licences.operations.moving import (
    announce_expiring,
    cancel_licence,
    change_standing,
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
    "NothingChanged",
    "annotate_copy",
    "announce_expiring",
    "cancel_licence",
    "change_standing",
    "check_presented",
    "check_printed",
    "forget_presentations",
    "grant_licence",
    "note_use",
    "open_licence",
    "present_licence",
    "reissue_changed",
    "reissue_licence",
    "restore_licence",
    "revoke_licence",
    "search_licences",
    "suspend_licence",
    "withdraw_licence",
]
