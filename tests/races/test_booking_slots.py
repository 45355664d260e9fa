"""A slot is never oversold, however many try at once; its twin, which reads and then writes, sells it twice."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from racing import ON_POSTGRESQL, apart, meet_before, together

from huimin.platform.bookings import operations
from huimin.platform.bookings.models import Booking, Slot
from huimin.platform.identity.models import Account
from huimin.platform.journal.rules import Actor

pytestmark = [pytest.mark.race, pytest.mark.covers("P15")]
TRIES = 10_000 if os.environ.get("HUIMIN_SOAK") else 600
PLACES = 100
THREADS = 8


def a_slot(places: int) -> int:
    begins = timezone.now() + timedelta(days=1)
    slot = Slot.objects.create(
        office="city_centre", starts_at=begins, ends_at=begins + timedelta(minutes=30), capacity=places
    )
    return slot.pk


def people(count: int, places: int) -> list[Actor]:
    opened = timezone.now()
    accounts = [
        Account(username=f"slot-{places}-{number}", name="合成", kind="citizen", opened_at=opened)
        for number in range(count)
    ]
    made = Account.objects.bulk_create(accounts)
    return [Actor(kind="account", ref=account.public_id) for account in made]


def test_as_many_get_a_place_as_there_are(store: None) -> None:
    slot, actors = apart(lambda: a_slot(PLACES)), apart(lambda: people(TRIES, PLACES))

    def try_some(mine: list[Actor]) -> tuple[int, int]:
        got = refused = 0
        for actor in mine:
            try:
                operations.book_slot(slot, actor=actor, at=timezone.now())
            except operations.SlotTaken:
                refused += 1
            else:
                got += 1
        return got, refused

    with ThreadPoolExecutor(THREADS) as threads:
        shares = [actors[share::THREADS] for share in range(THREADS)]
        told = list(threads.map(lambda mine: apart(lambda: try_some(mine)), shares))
    assert sum(got for got, _ in told) == PLACES
    assert sum(refused for _, refused in told) == TRIES - PLACES
    assert apart(lambda: (Booking.objects.count(), Slot.objects.get().taken)) == (PLACES, PLACES)


def naively(slot: Slot) -> None:
    """Read, look, write: what the conditional update is there to prevent."""
    found = Slot.objects.get(pk=slot.pk)
    if not found.left:
        raise operations.SlotTaken(starts=found.label)
    write(found.pk, found.taken + 1)


def write(slot: int, taken: int) -> None:
    Slot.objects.filter(pk=slot).update(taken=taken)


def race_for_the_last_place() -> tuple[list[str], int]:
    slot, actors = apart(lambda: a_slot(1)), apart(lambda: people(2, 1))
    ended = together(
        *(lambda actor=actor: operations.book_slot(slot, actor=actor, at=timezone.now()) for actor in actors)
    )
    return ended, apart(Booking.objects.count)


def test_the_last_place_goes_to_one(store: None) -> None:
    assert race_for_the_last_place() == (["SlotTaken", "done"], 1)


def test_read_and_then_write_sells_the_last_place_twice(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    here: Any = __import__("sys").modules[__name__]
    monkeypatch.setattr(operations, "_take_place", naively)
    without_transactions(monkeypatch)
    meet_before(monkeypatch, here, "write", locked=False)
    assert race_for_the_last_place() == (["done", "done"], 2)


def without_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the embedded store an immediate transaction is a lock in itself; the twin does without."""
    if not ON_POSTGRESQL:
        monkeypatch.setattr(operations, "transaction", SimpleNamespace(atomic=nullcontext))
        monkeypatch.setattr(operations, "publish", lambda *_, **__: None)
