"""Entries in chains, the head of each chain, deliveries waiting for their receivers, and the anchors that were written."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import F, Q
from django.utils import timezone

from huimin.platform.journal import events
from huimin.platform.journal.rules import LONGEST_CODE, MOST_ATTEMPTS, Actor, Link, instant, wait_before_retry

SHARDS: Final = 32
"""Chains on PostgreSQL: more than there are writers at once, so that none waits for another. The embedded store has one writer."""

PLACE: Final = 1 << 48
"""An entry's primary key is shard × PLACE + seq: unique by shard and place without an index of its own, and known before it is written."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries."""

    def shown_on(self, day: date | None) -> "EntryQuerySet":
        """Without those restricted beyond the day; without every restricted one when no day is given."""
        shown = Q(restricted_until=None)
        return self.filter(shown | Q(restricted_until__lte=day) if day else shown)


class Entry(models.Model):
    """One fact at its place in a chain. The database itself refuses to change or remove it (triggers)."""

    id = models.BigIntegerField(primary_key=True)
    shard = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=LONGEST_CODE)
    subject = models.CharField(max_length=LONGEST_CODE)
    actor_kind = models.CharField(max_length=8)
    actor_ref = models.CharField(max_length=LONGEST_CODE)
    actor_post = models.CharField(max_length=LONGEST_CODE, blank=True)
    on_behalf_of = models.CharField(max_length=LONGEST_CODE, blank=True)
    at = models.DateTimeField()
    restricted_until = models.DateField(null=True, blank=True)
    body = models.TextField()
    previous = models.CharField(max_length=72, blank=True)
    hash = models.CharField(max_length=72)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "存证"
        indexes = [
            models.Index(fields=["subject", "at", "id"], name="journal_entry_subject"),
            models.Index(fields=["actor_ref", "at", "id"], name="journal_entry_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(id=F("shard") * PLACE + F("seq"), seq__gte=1), name="journal_entry_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.subject}"

    @property
    def number(self) -> str:
        """The public number: shard and place."""
        return f"{self.shard}-{self.seq}"

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return Actor(self.actor_kind, self.actor_ref, self.actor_post, self.on_behalf_of)

    @property
    def fact(self) -> events.Fact:
        """What happened; raises `events.UnknownKind` when no app declares it any more."""
        return events.class_of(self.kind).revived(
            subject=self.subject, restricted_until=self.restricted_until, body=self.body
        )

    def link(self) -> Link:
        """What its hash must have been made of."""
        return Link(
            self.shard,
            self.seq,
            self.kind,
            self.subject,
            self.actor_kind,
            self.actor_ref,
            self.actor_post,
            self.on_behalf_of,
            instant(self.at),
            self.restricted_until.isoformat() if self.restricted_until else "",
            self.body,
            self.previous,
        )


def drafted(facts: Iterable[events.Fact], *, actor: Actor, at: datetime) -> list[Entry]:
    """Entries without a place yet; raises ValueError for a time without zone."""
    if timezone.is_naive(at):
        raise ValueError("the time of a fact needs its time zone")
    return [
        Entry(
            kind=fact.kind,
            subject=fact.subject,
            actor_kind=str(actor.kind),
            actor_ref=actor.ref,
            actor_post=actor.post,
            on_behalf_of=actor.on_behalf_of,
            at=at,
            restricted_until=fact.restricted_until,
            body=fact.body(),
        )
        for fact in facts
    ]


class Head(models.Model):
    """The last place of a chain and its hash; whoever locks the row may append."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=72, blank=True)

    class Meta:
        verbose_name = "链头"

    def __str__(self) -> str:
        return f"{self.shard}-{self.seq}"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


MOVES: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.DONE, DeliveryState.PARKED}),
    DeliveryState.PARKED: frozenset({DeliveryState.WAITING}),
    DeliveryState.DONE: frozenset(),
}
"""The legal moves of a delivery."""


class IllegalMove(RuntimeError):
    """A delivery was moved to where it may not go: a fault of the program."""


class OutboxQuerySet(models.QuerySet["OutboxItem"]):
    """Deliveries."""

    def due(self, at: datetime) -> "OutboxQuerySet":
        """Those that may be run now, longest due first."""
        return self.filter(state=DeliveryState.WAITING, due_at__lte=at).order_by("due_at", "id")

    def locked(self) -> "OutboxQuerySet":
        """Rows that nobody else holds, locked until the end of the transaction.

        The embedded store locks no rows: its transactions begin with the one write lock, which does the same.
        """
        if connection.features.has_select_for_update_skip_locked:
            return self.select_for_update(skip_locked=True, of=("self",))
        return self


class OutboxItem(models.Model):
    """One entry that one receiver is to be told of."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="deliveries")
    receiver = models.CharField(max_length=LONGEST_CODE)
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in DeliveryState], default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = "待办通知"
        constraints = [
            models.UniqueConstraint(fields=["entry", "receiver"], name="journal_outbox_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DeliveryState]), name="journal_outbox_state"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="journal_outbox_due", condition=Q(state="waiting")),
            models.Index(fields=["id"], name="journal_outbox_parked", condition=Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def key(self) -> str:
        """The idempotency key: the same for every run of this delivery."""
        return f"{self.receiver}/{self.entry_id // PLACE}-{self.entry_id % PLACE}"

    def move(self, to: DeliveryState) -> None:
        """Change the state by the table of MOVES and save; raises IllegalMove."""
        if to not in MOVES[DeliveryState(self.state)]:
            raise IllegalMove(f"{self.key}: {self.state} → {to}")
        self.state = to
        self.save(update_fields=["state", "attempts", "due_at", "error"])

    def begin(self, at: datetime) -> None:
        """Count one more run, and let the delivery rest meanwhile: a process that dies with it is not tried again at once.

        The caller saves.
        """
        self.attempts += 1
        self.due_at = at + wait_before_retry(self.attempts)

    def fail(self, error: str) -> None:
        """Remember why it failed; after the last attempt, park it."""
        if self.attempts >= MOST_ATTEMPTS:
            self.park(error)
        else:
            self.error = error[:200]
            self.save(update_fields=["error"])

    def park(self, error: str) -> None:
        """Give it up until a person resumes it."""
        self.error = error[:200]
        self.move(DeliveryState.PARKED)

    def resume(self, at: datetime) -> None:
        """Try it again, with all its attempts before it."""
        self.attempts, self.due_at = 0, at
        self.move(DeliveryState.WAITING)


class Anchor(models.Model):
    """The database's own note of an anchor in the file: the file cannot be cut short unseen."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    fingerprint = models.CharField(max_length=72)

    class Meta:
        verbose_name = "锚"

    def __str__(self) -> str:
        return f"{self.number} {self.at:%Y-%m-%d %H:%M}"


# --- the raw append: the hottest write of the platform, a few statements without the ORM ---------------------------------

ENTRY_COLUMNS: Final = [str(field.column) for field in Entry._meta.concrete_fields]
INSERT: Final = f"INSERT INTO journal_entry ({', '.join(ENTRY_COLUMNS)}) VALUES "  # noqa: S608 - names of our own columns
ONE_ROW: Final = f"({', '.join(['%s'] * len(ENTRY_COLUMNS))})"
ROWS_A_STATEMENT: Final = 500

TAKE_FREE_HEAD: Final = "SELECT shard, seq, hash FROM journal_head ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED"
WAIT_FOR_HEAD: Final = "SELECT shard, seq, hash FROM journal_head WHERE shard = %s FOR UPDATE"
SEE_HEAD: Final = "SELECT shard, seq, hash FROM journal_head WHERE shard = %s"
ONLY_HEAD: Final = "SELECT shard, seq, hash FROM journal_head WHERE shard = 0"
SEED_HEADS: Final = "INSERT INTO journal_head (shard, seq, hash) VALUES (%s, 0, '') ON CONFLICT (shard) DO NOTHING"
MOVE_HEAD: Final = "UPDATE journal_head SET seq = %s, hash = %s WHERE shard = %s"
MOVE_HEAD_AND: Final = f"WITH moved AS ({MOVE_HEAD})"
"""PostgreSQL moves the head, and notes who is to be told, in the statement that writes the last entries: two round trips less."""
TELL: Final = "INSERT INTO journal_outboxitem (entry_id, receiver, state, attempts, due_at, error) VALUES "
ONE_DELIVERY: Final = f"(%s, %s, '{DeliveryState.WAITING}', 0, %s, '')"
MOVE_SEEN_HEAD_AND: Final = (
    f"WITH moved AS ({MOVE_HEAD} AND hash = %s RETURNING 1)"  # noqa: S608 - names of our own columns
    f" INSERT INTO journal_entry ({', '.join(ENTRY_COLUMNS)}) SELECT entry.* FROM moved, (VALUES "
)
ONE_TYPED_ROW: Final = f"({', '.join('%s::date' if name == 'restricted_until' else '%s' for name in ENTRY_COLUMNS)})"


def _row(entry: Entry, ops: BaseDatabaseOperations) -> tuple[object, ...]:
    return (
        entry.id, entry.shard, entry.seq, entry.kind, entry.subject, entry.actor_kind, entry.actor_ref, entry.actor_post,
        entry.on_behalf_of, ops.adapt_datetimefield_value(entry.at), ops.adapt_datefield_value(entry.restricted_until),
        entry.body, entry.previous, entry.hash,
    )  # fmt: skip


class Cursor:
    """The few statements that an append consists of, on a cursor inside the writer's transaction."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._ops = connection.ops
        self._sharded = connection.features.has_select_for_update_skip_locked

    def take_head(self, patient_shard: int) -> tuple[int, int, str]:
        """Lock the head of a chain that no other writer holds, and give (shard, seq, hash).

        When every chain is held, wait for `patient_shard`; the first call of an installation makes the heads.
        """
        statement = TAKE_FREE_HEAD if self._sharded else ONLY_HEAD
        head = self._one(statement)
        if head is None:
            self._cursor.executemany(SEED_HEADS, [(shard,) for shard in range(SHARDS if self._sharded else 1)])
            head = self._one(statement) or self._one(WAIT_FOR_HEAD, patient_shard)
        assert head is not None
        return head

    def see_head(self, shard: int) -> tuple[int, int, str]:
        """The head of a chain as it stands, not locked: (shard, seq, hash). Whoever appends from it may find the place taken."""
        head = self._one(SEE_HEAD, shard)
        if head is None:
            self._cursor.executemany(SEED_HEADS, [(one,) for one in range(SHARDS)])
            head = self._one(SEE_HEAD, shard)
        assert head is not None
        return head

    def append(self, entries: Sequence[Entry], deliveries: Sequence[tuple[Entry, str]] = ()) -> None:
        """Write entries that have their places and hashes, all of one shard, who is to be told of them, and move the shard's head."""
        rows = [_row(entry, self._ops) for entry in entries]
        last = entries[-1]
        move = (last.seq, last.hash, last.shard)
        told = [
            value
            for entry, receiver in deliveries
            for value in (entry.id, receiver, self._ops.adapt_datetimefield_value(entry.at))
        ]
        tell = TELL + ", ".join([ONE_DELIVERY] * len(deliveries))
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            part = rows[start : start + ROWS_A_STATEMENT]
            insert, values = INSERT + ", ".join([ONE_ROW] * len(part)), [value for row in part for value in row]
            if self._sharded and start + len(part) == len(rows):
                before = f"{MOVE_HEAD_AND}, told AS ({tell}) " if told else f"{MOVE_HEAD_AND} "
                self._cursor.execute(before + insert, [*move, *told, *values])
            else:
                self._cursor.execute(insert, values)
        if not self._sharded:
            self._cursor.execute(MOVE_HEAD, move)
            if told:
                self._cursor.execute(tell, told)

    def append_after(self, seen: str, entries: Sequence[Entry]) -> bool:
        """As `append`, in one statement, if the head still has the hash that was seen; else nothing, and False. PostgreSQL only."""
        last = entries[-1]
        values = [value for entry in entries for value in _row(entry, self._ops)]
        insert = MOVE_SEEN_HEAD_AND + ", ".join([ONE_TYPED_ROW] * len(entries)) + ") entry"
        self._cursor.execute(insert, [last.seq, last.hash, last.shard, seen, *values])
        return int(self._cursor.rowcount) == len(entries)

    def _one(self, statement: str, *parameters: int) -> tuple[int, int, str] | None:
        self._cursor.execute(statement, parameters)
        row: tuple[int, int, str] | None = self._cursor.fetchone()
        return row


BACKLOG_TOLERATED: Final = timedelta(minutes=2)
"""How old an entry that no anchor covers, or a delivery that is due, may be before `doctor` should complain."""
