"""Electronic supervision looks at how something was handled, from facts alone, and raises a card for what it finds."""

from datetime import datetime
from typing import Final

from huimin.platform.cases.models import Payment
from huimin.platform.cases.operations.lodging import KIND
from huimin.platform.cases.queries.fees import find_fee
from huimin.platform.cases.queries.files import get_case, service_of
from huimin.platform.cases.rules import Handling, State, violations_of
from huimin.platform.catalogue.rules.situations import fee_due, parameters_of
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process import operations as process
from huimin.platform.process import queries as running
from huimin.platform.process.declarations import supervision
from huimin.platform.process.rules.violations import Conduct, Deed, Found, violations

BAD_RATING: Final = "bad_rating"
"""The kind of the process in which a bad rating is verified and mended; a violation of the same name if it was justified."""
MENDING: Final = frozenset({"mend", "mend_again"})


def inspect_process(number: str, *, at: datetime) -> int:
    """Look at a process, running or ended, by every rule that the city declares; how many cards are new. Repeating it raises none twice.

    Raises NoSuchWork.
    """
    conduct = running.conduct_of(number)
    found = violations(conduct, supervision().measures)
    if conduct.kind == KIND:
        found += _in_case(conduct)
    if conduct.kind == BAD_RATING:
        found += [Found(rule=BAD_RATING, item=deed.item, evidence=(deed.fact,)) for deed in _mended(conduct)[:1]]
    return process.raise_violations(process=number, found=found, at=at) if found else 0


def _mended(conduct: Conduct) -> list[Deed]:
    return [deed for deed in conduct.deeds if deed.node in MENDING]


def _in_case(conduct: Conduct) -> list[Found]:
    case = get_case(conduct.subject.removeprefix("case:"))
    if case.is_open:
        return []
    service = service_of(case)
    due = fee_due(service.item, {**case.answers, **parameters_of(service.item)})
    fee = find_fee(case)
    return violations_of(
        Handling(
            state=State(case.state),
            due=None if due.undecided else due.total.amount,
            charged=_kept(fee),
            promised_licence=service.item.outcome.licence is not None,
            numbers=tuple(licences_of_case(case.reference).values_list("number", flat=True)),
            letters=frozenset(case.letters.values_list("kind", flat=True)),
            fact=conduct.last_fact,
        )
    )


def _kept(fee: Payment | None) -> int:
    """What was charged and not given back, in fen."""
    return fee.amount if fee is not None and fee.back_at is None else 0


def inspect_waiting(*, at: datetime) -> int:
    """Look at what waits for its applicant after having been asked for more before: how many cards are new."""
    measure = supervision().measures.get("repeated_supplement")
    numbers = running.waiting_again(measure.among, more_than=measure.at_most) if measure else []
    return sum(inspect_process(number, at=at) for number in numbers)
