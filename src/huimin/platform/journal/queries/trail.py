"""Who did what to whom, newest first; and what still waits."""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Min
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.journal.adapters import anchors, keys
from huimin.platform.journal.events import KeyRotated
from huimin.platform.journal.models import (
    BACKLOG_TOLERATED,
    PLACE,
    SHARDS,
    DeliveryState,
    Entry,
    EntryQuerySet,
    Head,
    OutboxItem,
    OutboxQuerySet,
)

NEWEST_FIRST: Final = ("-at", "-id")
"""The order of every trail: unique, indexed, what a keyset pager goes on by."""


_NUMBER: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,15})")


class NoSuchEntry(NotFound):
    """No entry has this number."""

    zh = "没有编号为 {number} 的存证。"
    en = "There is no entry {number}."


def entries_about(
    subjects: Collection[str], *, kinds: Collection[str] | None = None, at: datetime | None = None
) -> EntryQuerySet:
    """The trail of the subjects, newest first, as its own subject may see it; `kinds` narrows it to some facts.

    Entries restricted beyond the day of `at` (in the city's time zone) are left out; without `at`, every entry that
    was ever restricted.
    """
    return entries_about_for_audit(subjects, kinds=kinds).shown_on(timezone.localdate(at) if at else None)


def entries_about_for_audit(subjects: Collection[str], *, kinds: Collection[str] | None = None) -> EntryQuerySet:
    """The whole trail of the subjects, restricted entries too: for the audit administrator, never for the subject."""
    trail = Entry.objects.filter(subject__in=subjects).order_by(*NEWEST_FIRST)
    return trail if kinds is None else trail.filter(kind__in=kinds)


def entries_by(actor_refs: Collection[str], *, kinds: Collection[str] | None = None) -> EntryQuerySet:
    """Everything that the actors did, newest first, restricted entries too: for the audit administrator."""
    done = Entry.objects.filter(actor_ref__in=actor_refs).order_by(*NEWEST_FIRST)
    return done if kinds is None else done.filter(kind__in=kinds)


def get_entry(number: str) -> Entry:
    """The entry of a public number such as `0-17`; raises NoSuchEntry."""
    shard, seq = _place(number)
    if shard >= SHARDS or seq >= PLACE:
        raise NoSuchEntry(number=number)
    try:
        return Entry.objects.get(pk=shard * PLACE + seq)
    except Entry.DoesNotExist:
        raise NoSuchEntry(number=number) from None


def latest_entries(count: int) -> list[Entry]:
    """The last entries of the whole journal, oldest of them first: for the operator's eye."""
    newest = [
        entry for head in Head.objects.all() for entry in Entry.objects.filter(pk__gt=head.shard * PLACE + max(0, head.seq - count),
                                                                              pk__lte=head.shard * PLACE + head.seq)
    ]  # fmt: skip
    return sorted(newest, key=lambda entry: (entry.at, entry.pk))[-count:]


def _place(number: str) -> tuple[int, int]:
    match = _NUMBER.fullmatch(number)
    return (int(match[1]), int(match[2])) if match else (SHARDS, 0)


@dataclass(frozen=True)
class Backlog:
    """What waits: deliveries overdue and parked, the oldest overdue one's time, and entries that no anchor covers."""

    overdue: int
    parked: int
    oldest_due_at: datetime | None
    unanchored: int
    anchored_at: datetime | None


def backlog(at: datetime) -> Backlog:
    """The health of outbox and anchors at an instant, for `doctor`: overdue is later than BACKLOG_TOLERATED."""
    overdue = OutboxItem.objects.filter(state=DeliveryState.WAITING, due_at__lt=at - BACKLOG_TOLERATED)
    last = anchors.last_line()
    anchored = last.heads if last else {}
    return Backlog(
        overdue=overdue.count(),
        parked=parked_deliveries().count(),
        oldest_due_at=overdue.aggregate(oldest=Min("due_at"))["oldest"],
        unanchored=sum(head.seq - anchored.get(head.shard, (0, ""))[0] for head in Head.objects.all()),
        anchored_at=datetime.fromisoformat(last.at) if last else None,
    )


def parked_deliveries() -> OutboxQuerySet:
    """Deliveries that were given up and wait for a person, oldest first; `error` names the exception and where it came from."""
    return OutboxItem.objects.filter(state=DeliveryState.PARKED).select_related("entry").order_by("id")


@contextmanager
def anchors_held_still() -> Iterator[int]:
    """Keep everybody from writing an anchor, and give the length of the anchors' file in bytes.

    The file only grows: with a snapshot of the database that begins meanwhile, its first bytes of that length are a whole that verifies.
    """
    with anchors.writing():
        yield anchors.path().stat().st_size


@dataclass(frozen=True)
class KeyNote:
    """What may be said of a secret key: its purpose, its id, whether it is in use, and since when (None: from the beginning)."""

    purpose: str
    key_id: str
    in_use: bool
    since: datetime | None


def keys_listed() -> list[KeyNote]:
    """The journal's keys without their secrets; nothing where none has been made yet, and none is made by asking."""
    found = []
    for purpose, file in keys.KEY_FILES.items():
        if file.path.exists():
            kept = file.read()
            rotations = Entry.objects.filter(subject=f"key:{purpose}", kind=KeyRotated.kind).order_by("at")
            since = {json.loads(entry.body)["key_id"]: entry.at for entry in rotations}
            found += [KeyNote(purpose, key_id, key_id == kept["active"], since.get(key_id)) for key_id in kept["keys"]]
    return found
