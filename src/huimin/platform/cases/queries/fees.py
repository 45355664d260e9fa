"""The fee of a case: what was charged for it, line by line, in the words and by the law of its service."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huimin.kernel.money import Fen
from huimin.kernel.refusals import NotFound
from huimin.platform.cases.models import Case, Payment
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.rules.situations import Due


class NoFee(NotFound):
    """Nothing was charged for the case."""

    zh = "办件 {number} 没有收费。"
    en = "Nothing was charged for case {number}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """A line of a fee: what for, how many, which relief, how much, and by which law."""

    name: str
    count: int
    relief: str
    amount: Fen
    law: str
    says: str


def lock_fee(case: Case) -> Payment | None:
    """The fee of a case, held for the rest of the transaction; None where it has none."""
    return Payment.objects.select_for_update().filter(case=case, direction=Payment.Direction.IN).first()


def find_fee(case: Case) -> Payment | None:
    """The fee of a case; None where it has none."""
    return Payment.objects.filter(case=case, direction=Payment.Direction.IN).first()


def get_fee(case: Case) -> Payment:
    """The fee of a case. Raises NoFee."""
    if payment := find_fee(case):
        return payment
    raise NoFee(number=case.number)


def charged(item: ServiceItem, payment: Payment, language: str) -> Sequence[Charged]:
    """What a fee that was paid is made of."""
    lines = ((line["code"], line["count"], line["relief"], Fen(line["amount"])) for line in payment.lines)
    return _in_words(item, lines, language)


def chargeable(item: ServiceItem, due: Due, language: str) -> Sequence[Charged]:
    """What a fee that is due is made of."""
    lines = (
        (charge.line.code, charge.count, charge.relief.code if charge.relief else "", charge.amount)
        for charge in due.charges
    )
    return _in_words(item, lines, language)


def _in_words(item: ServiceItem, lines: Iterable[tuple[str, int, str, Fen]], language: str) -> Sequence[Charged]:
    declared = {line.code: line for line in item.fee.lines}
    reliefs: Mapping[str, str] = {relief.code: relief.names.text(language) for relief in item.fee.relief}
    found = []
    for code, count, relief, amount in lines:
        line = declared[code]
        basis = item.basis[line.basis]
        found.append(
            Charged(
                name=line.names.text(language),
                count=count,
                relief=reliefs.get(relief, ""),
                amount=amount,
                law=" ".join(filter(None, (basis.law.text(language), basis.number, basis.article.text(language)))),
                says=basis.says.text(language),
            )
        )
    return found
