"""Deliver facts to their receivers: at least once, exactly once as far as this database is concerned.

A run has two transactions. The first counts the attempt and lets the delivery rest; the second locks it, runs the
receiver and marks it done, all or nothing. A process killed in between leaves a delivery that comes due again after
its rest; one that kills every process that touches it is parked like any other after its last attempt.
"""

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal import ports
from huimin.platform.journal.events import DeliveryResumed
from huimin.platform.journal.models import DeliveryState, OutboxItem
from huimin.platform.journal.operations.publishing import publish
from huimin.platform.journal.rules import MOST_ATTEMPTS, Actor

logger = logging.getLogger(__name__)

ITEMS_A_CLAIM: Final = 20
"""First attempts begun together. Second and later ones are begun one by one, so that a deadly delivery counts against none but itself."""


class NotParked(Refusal):
    """The delivery is not parked: it is done, or still being tried."""

    zh = "通知 {number} 未被搁置，无需恢复。"
    en = "Delivery {number} is not parked; there is nothing to resume."


class NoSuchReceiver(LookupError):
    """No app has the receiver any more."""


@dataclass(frozen=True)
class Round:
    """What one call of `deliver_due` did."""

    done: int = 0
    failed: int = 0
    parked: int = 0

    def __add__(self, other: "Round") -> "Round":
        """Both together."""
        return Round(self.done + other.done, self.failed + other.failed, self.parked + other.parked)

    def __bool__(self) -> bool:
        """Whether anything was run."""
        return bool(self.done or self.failed or self.parked)


def deliver_due(*, limit: int = 100, at: datetime) -> Round:
    """Run up to `limit` deliveries that are due at the instant; safe beside other deliverers. Give it outside a transaction."""
    total = Round()
    while (
        limit > 0 and OutboxItem.objects.due(at).exists()
    ):  # a plain read: an idle outbox never takes the embedded store's write lock
        claimed = _begin(at, min(limit, ITEMS_A_CLAIM))
        if not claimed:
            break  # others hold whatever is due
        for key, attempts in claimed:
            total += _run(key, attempts, at)
        limit -= len(claimed)
    return total


@transaction.atomic
def _begin(at: datetime, limit: int) -> list[tuple[int, int]]:
    """Claim the delivery that has been due longest, by counting its attempt; a fresh one together with others. Gives (key, attempts)."""
    due = OutboxItem.objects.due(at).locked()
    items = list(due[:1])
    if items and items[0].attempts == 0:
        items = list(due.filter(attempts=0)[:limit])
    for item in items:
        item.begin(at)
    OutboxItem.objects.bulk_update(items, ["attempts", "due_at"])
    return [(item.pk, item.attempts) for item in items]


@transaction.atomic
def _run(key: int, attempts: int, at: datetime) -> Round:
    """Run one claimed delivery, unless somebody else holds it or has claimed it since."""
    held = (
        OutboxItem.objects.filter(pk=key, state=DeliveryState.WAITING, attempts=attempts)
        .select_related("entry")
        .locked()
        .first()
    )
    if held is None:
        return Round()
    if attempts > MOST_ATTEMPTS:  # no attempt came back to say why it failed: each took its process down
        held.park(held.error or "its process died every time")
        return Round(parked=1)
    try:
        with transaction.atomic():
            _call_receiver(held, at)
    except Exception as error:
        held.fail(_where(error))
        logger.warning("delivery %s failed: %s", held.key, held.error)
        return Round(failed=1, parked=int(held.state == DeliveryState.PARKED))
    held.move(DeliveryState.DONE)
    return Round(done=1)


def _call_receiver(item: OutboxItem, at: datetime) -> None:
    receiver = ports.find_receiver(item.receiver)
    if receiver is None:
        raise NoSuchReceiver(item.receiver)
    entry = item.entry
    arrival = ports.Arrival(
        number=entry.number, actor=entry.actor, at=entry.at, received_at=at, attempt=item.attempts, key=item.key
    )
    receiver(entry.fact, arrival)


def _where(error: Exception) -> str:
    """The exception's class and the place it came from; its message may hold personal values."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__qualname__} in {frames[-1].name}:{frames[-1].lineno}"


@transaction.atomic
def resume_delivery(number: int, *, actor: Actor, at: datetime) -> None:
    """Put a parked delivery back in the queue, with all its attempts before it; raises NotParked."""
    item = OutboxItem.objects.filter(pk=number, state=DeliveryState.PARKED).locked().first()
    if item is None:
        raise NotParked(number=number)
    item.resume(at)
    publish(DeliveryResumed(subject=f"delivery:{number}", receiver=item.receiver), actor=actor, at=at)


@transaction.atomic
def forget_done(*, before: datetime, limit: int = 5000) -> int:
    """Erase deliveries done before the instant, a slice at a time; gives how many. The entries stay. It tells nobody: nothing happened."""
    done = (
        OutboxItem.objects.filter(state=DeliveryState.DONE, due_at__lt=before)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    return OutboxItem.objects.filter(pk__in=list(done)).delete()[0]
