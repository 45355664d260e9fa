"""Receivers: how an app reacts to what another has announced.

    @receives(DisputeFound)
    def open_correction_ticket(fact: DisputeFound, arrival: Arrival) -> None:
        operations.open_ticket(..., actor=arrival.actor, at=arrival.received_at)

A receiver stands in an app's `receivers` room, which is imported at start. It runs after the writer's commit, in a
transaction of its own that also marks the delivery as done: what it writes to this database happens exactly once.
Anything outside (a text message) may happen twice when the process dies in between, so it passes `arrival.key` on. A
receiver must be short: on the embedded store nobody else writes while it runs. Deliveries that fail are tried again
later, so order between facts is not promised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from huimin.platform.journal.events import Fact
from huimin.platform.journal.rules import Actor

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Arrival:
    """What a receiver is told beside the fact.

    `number` is the entry's public number; `actor` and `at` are the fact's own; `received_at` is the time of this run;
    `attempt` counts runs from 1; `key` is the same for every run of this delivery and for no other (an idempotency
    key).
    """

    number: str
    actor: Actor
    at: datetime
    received_at: datetime
    attempt: int
    key: str


Receiver = Callable[[Any, Arrival], None]

_receivers: Final[dict[str, tuple[type[Fact], Receiver]]] = {}


class TwoReceivers(ValueError):
    """Two receivers under one name: the outbox could not tell them apart."""


def receives(fact_class: type[F]) -> Callable[[Callable[[F, Arrival], None]], Callable[[F, Arrival], None]]:
    """Register the decorated function for facts of this class and its subclasses; raises TwoReceivers.

    Its name in the outbox is `app.function`: rename it only when nothing is waiting for it.
    """

    def register(function: Callable[[F, Arrival], None]) -> Callable[[F, Arrival], None]:
        name = receiver_name(function)
        known = _receivers.get(name)
        if known and known[1].__module__ != function.__module__:
            raise TwoReceivers(name)
        _receivers[name] = (fact_class, function)
        return function

    return register


def receiver_name(function: Callable[..., None]) -> str:
    """`huimin.platform.exchange.receivers` and `reconcile_touched` → `exchange.reconcile_touched`."""
    rooms = function.__module__.split(".")
    app = rooms[rooms.index("receivers") - 1] if "receivers" in rooms[1:] else rooms[-1]
    return f"{app}.{function.__name__}"


def receivers_of(fact_class: type[Fact]) -> list[str]:
    """The names of everything that wants to know of such a fact."""
    return [name for name, (wanted, _) in _receivers.items() if issubclass(fact_class, wanted)]


def find_receiver(name: str) -> Receiver | None:
    """The receiver of that name, None when no app has it any more."""
    known = _receivers.get(name)
    return known[1] if known else None
