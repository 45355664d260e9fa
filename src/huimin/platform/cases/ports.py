"""The outside world of cases: the till, which orders payments and takes fees, and the couriers who bring results."""

from dataclasses import dataclass
from typing import Protocol

from huimin.kernel.money import Fen
from huimin.platform.identity.ports import Port


@dataclass(frozen=True, slots=True)
class Paper:
    """What the other side gave: its own number for the order, and whether it was simulated."""

    number: str
    simulated: bool


class Payments(Protocol):
    """Orders payments. The same `key` twice is one order."""

    def order(self, *, key: str, payee: str, amount: Fen, purpose: str) -> Paper:
        """Order a payment to a payee (a reference)."""
        ...

    def charge(self, *, key: str, payer: str, amount: Fen, purpose: str) -> Paper:
        """Charge a payer (a reference)."""
        ...


class Couriers(Protocol):
    """Brings a result to somebody's door. The same `key` twice is one parcel."""

    def send(self, *, key: str, receiver: str) -> Paper:
        """Order a parcel to a receiver (a reference)."""
        ...


payments: Port[Payments] = Port()
couriers: Port[Couriers] = Port()
