"""Reads of the journal: the trail of a subject, what waits, and whether the chains are whole."""

from huimin.platform.journal.queries.trail import (
    NEWEST_FIRST,
    Backlog,
    KeyNote,
    NoSuchEntry,
    anchors_held_still,
    backlog,
    entries_about,
    entries_about_for_audit,
    entries_by,
    get_entry,
    keys_listed,
    latest_entries,
    parked_deliveries,
)
from huimin.platform.journal.queries.verification import Finding, Verification, Wrong, public_fingerprints, verify

__all__ = [
    "NEWEST_FIRST",
    "Backlog",
    "Finding",
    "KeyNote",
    "NoSuchEntry",
    "Verification",
    "Wrong",
    "anchors_held_still",
    "backlog",
    "entries_about",
    "entries_about_for_audit",
    "entries_by",
    "get_entry",
    "keys_listed",
    "latest_entries",
    "parked_deliveries",
    "public_fingerprints",
    "verify",
]
