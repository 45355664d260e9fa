"""The outside world of cases: the till, which orders payments and takes fees, the couriers who bring results, the registration authority
that gives codes.
"""

from dataclasses import dataclass
from typing import Protocol

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.identity.ports import Port


class NotPaid(Refusal):
    """The till has not got the fee: declined, or not yet paid. Nothing was lodged; asking again is the same order."""

    zh = "还没有收到 {amount} 的缴费，申请没有提交，填写的内容都还在。请完成缴费后再点一次。"
    en = "The fee of {amount} has not arrived, so nothing was lodged; all answers are kept. Pay it, then press the button again."
    status = 402


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
        """Take a fee from a payer (a reference). Another amount under the same key takes the place of the order before: what was paid on
        that, the till gives back. Raises NotPaid.
        """
        ...

    def give_back(self, *, key: str, paper: str, amount: Fen) -> Paper:
        """Give back what was taken under the till's number `paper`."""
        ...


class Registrars(Protocol):
    """The registration authority, which alone gives unified social credit codes (GB 32100)."""

    def issue(self, *, key: str, authority: str, kind: str, division: str, serial: int) -> Paper:
        """The code of the next in the authority's sequence; the same `key` and `serial` are the same code."""
        ...


class Couriers(Protocol):
    """Brings a result to somebody's door. The same `key` twice is one parcel."""

    def send(self, *, key: str, receiver: str, address: str) -> Paper:
        """Order a parcel to a receiver (a reference) at the address that he gave."""
        ...


payments: Port[Payments] = Port()
couriers: Port[Couriers] = Port()
registrars: Port[Registrars] = Port()
