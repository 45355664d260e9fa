"""Announce facts: an entry at the end of a chain, and a row for each receiver, in the writer's own transaction.

A chain is held from its first entry to the end of the transaction: publish last. On PostgreSQL a writer takes any
chain that nobody holds, so writers do not queue, and keeps to that one chain until it commits, so two of them cannot
wait for each other's.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import randrange
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from huimin.platform.journal import ports
from huimin.platform.journal.events import Fact
from huimin.platform.journal.models import PLACE, SHARDS, Cursor, Entry, drafted
from huimin.platform.journal.rules import ALGORITHMS, Actor

FACTS_A_GROUP: Final = 256


class NotInATransaction(RuntimeError):
    """A fact was announced outside a transaction, where it could outlive or miss what it tells of: a fault of the program."""


def publish(fact: Fact, *, actor: Actor, at: datetime) -> Entry:
    """Announce one fact in the writer's own transaction; gives its entry.

    `at` is an instant with its time zone. Raises NotInATransaction outside `atomic`, ValueError for a time without
    zone.
    """
    return publish_many([fact], actor=actor, at=at)[0]


def publish_many(facts: Sequence[Fact], *, actor: Actor, at: datetime) -> list[Entry]:
    """Announce facts that happened together, in their order and in one chain; a few statements for all of them.

    Raises like `publish`.
    """
    if not connection.in_atomic_block:
        raise NotInATransaction("publish inside the transaction that the fact tells of")
    entries = drafted(facts, actor=actor, at=at)
    _append(entries, facts)
    return entries


def publish_alone(fact: Fact, *, actor: Actor, at: datetime) -> Entry:
    """Announce a fact that is the only write of its request, such as a look at data: on the disk when this returns.

    Threads of this process that call at the same time share one write and one sync of the disk. Raises RuntimeError inside a
    transaction: only its end would put the fact on the disk.
    """
    return _GROUP.publish(fact, actor=actor, at=at)


@dataclass(frozen=True)
class _Held:
    """The end of the chain that this transaction holds.

    It is kept among the callbacks of the connection: Django drops it there exactly when the database lets go of the
    lock (commit, rollback, rollback to a savepoint before it), so what is found there is true.
    """

    shard: int
    seq: int
    hash: str

    def __call__(self) -> None:
        """Nothing is left to do after the commit."""


def _append(entries: list[Entry], facts: Sequence[Fact]) -> None:
    if not entries:
        return
    store = connections[DEFAULT_DB_ALIAS]
    with store.cursor() as plain:
        cursor = Cursor(plain)
        held = _held() or _Held(*cursor.take_head(randrange(SHARDS)))  # noqa: S311 - spreads waiting, hides nothing
        end = _placed(entries, held)
        deliveries = [
            (entry, receiver)
            for entry, fact in zip(entries, facts, strict=True)
            for receiver in ports.receivers_of(type(fact))
        ]
        cursor.append(entries, deliveries)
    for entry in entries:
        entry._state.adding = False
        entry._state.db = store.alias
    transaction.on_commit(end)


def _placed(entries: Sequence[Entry], end: _Held) -> _Held:
    """Give the entries their places and hashes from this end of a chain on; the end that the chain then has."""
    algorithm = _algorithm()
    shard, seq, last = end.shard, end.seq, end.hash
    for entry in entries:
        seq += 1
        entry.id, entry.shard, entry.seq, entry.previous = shard * PLACE + seq, shard, seq, last
        entry.hash = last = entry.link().hash(algorithm)
    return _Held(shard, seq, last)


def _held() -> _Held | None:
    return next((call for _, call, *_ in reversed(connection.run_on_commit) if isinstance(call, _Held)), None)


@cache
def _algorithm() -> str:
    """The hash function of new entries: `JOURNAL_HASH` of the settings, SM3 unless it says otherwise."""
    name: str = getattr(settings, "JOURNAL_HASH", "sm3")
    if name not in ALGORITHMS:
        raise ValueError(f"JOURNAL_HASH is one of {', '.join(ALGORITHMS)}")
    return name


# --- group commit -----------------------------------------------------------------------------------------------------


class _Ticket:
    """A fact in the queue of the group, drafted. Its thread sleeps at `turn` until it is dealt with, or has to lead."""

    __slots__ = ("entry", "error", "fact", "is_done", "turn")

    def __init__(self, fact: Fact, entry: Entry) -> None:
        self.fact, self.entry = fact, entry
        self.is_done = False
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class _Group:
    """Threads of this process that publish at the same time: one of them leads, and commits for all who queue meanwhile."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._queue: deque[_Ticket] = deque()
        self._is_led = False
        self._end: _Held | None = None

    def publish(self, fact: Fact, *, actor: Actor, at: datetime) -> Entry:
        blocks = connection.atomic_blocks
        if blocks and not blocks[-1]._from_testcase:  # type: ignore[attr-defined]
            raise RuntimeError("publish_alone inside a transaction: use publish")
        ticket = _Ticket(fact, drafted([fact], actor=actor, at=at)[0])
        with self._mutex:
            self._queue.append(ticket)
            leads, self._is_led = not self._is_led, True
        if not leads:
            ticket.turn.acquire()
        if not ticket.is_done:  # first in the queue, so in the group that it leads
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.entry

    def _lead(self) -> None:
        """Commit the group at the head of the queue; wake who stands behind it, to lead the next, and then everybody in it."""
        with self._mutex:
            tickets = [self._queue.popleft() for _ in range(min(len(self._queue), FACTS_A_GROUP))]
        try:
            self._commit(tickets)
        finally:
            with self._mutex:
                behind = self._queue[0] if self._queue else None
                self._is_led = behind is not None
            if behind is not None:
                behind.turn.release()
            for ticket in tickets:
                ticket.turn.release()

    def _commit(self, tickets: list[_Ticket]) -> None:
        entries, facts = [ticket.entry for ticket in tickets], [ticket.fact for ticket in tickets]
        error: BaseException | None = None
        try:
            if not self._append_in_one_statement(entries, facts):
                with transaction.atomic(durable=True):
                    _append(entries, facts)
        except BaseException as raised:
            error = raised
        for ticket in tickets:
            ticket.is_done, ticket.error = True, error

    def _append_in_one_statement(self, entries: list[Entry], facts: Sequence[Fact]) -> bool:
        """On PostgreSQL: go on where this process left its chain. False, and nothing written, when another writer has been there since.

        Facts that somebody waits for take the long way, since their deliveries belong to the same transaction.
        """
        store = connections[DEFAULT_DB_ALIAS]
        if not store.features.has_select_for_update_skip_locked or store.in_atomic_block:
            return False
        if any(ports.receivers_of(type(fact)) for fact in facts):
            return False
        with store.cursor() as plain:
            cursor = Cursor(plain)
            end = self._end or _Held(*cursor.see_head(randrange(SHARDS)))  # noqa: S311 - spreads waiting, hides nothing
            moved = _placed(entries, end)
            self._end = moved if cursor.append_after(end.hash, entries) else None
        return self._end is not None


_GROUP: Final = _Group()
