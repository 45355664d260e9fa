"""What cases follow: of their processes acceptance, and the end that was reached; of licences that one is about to expire."""

from contextlib import suppress
from datetime import date
from typing import Final

from huimin.platform.cases import operations, queries
from huimin.platform.cases.operations.lodging import KIND
from huimin.platform.cases.rules import State
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.licences.events import LicenceExpiring
from huimin.platform.process.events import ProcessEnded, WorkCompleted

ACCEPTING: Final = frozenset({("accept", "accepted"), ("take_in", "forwarded")})
"""Steps at a counter, and the outcome that accepts: from here on the applicant reads that he has been taken in."""
PREFIX: Final = "case:"


@receives(WorkCompleted)
def accept_case(fact: WorkCompleted, arrival: Arrival) -> None:
    """The counter accepted."""
    if fact.process_kind == KIND and (fact.node, fact.outcome) in ACCEPTING:
        number = fact.about.removeprefix(PREFIX)
        if queries.get_case(number).state == State.LODGED:
            operations.move_case(number, State.ACCEPTED, actor=arrival.actor, at=arrival.at)


@receives(ProcessEnded)
def close_case(fact: ProcessEnded, arrival: Arrival) -> None:
    """The drawing came to an end that decides the case; the letter goes out if none of its steps sent it."""
    if fact.process_kind != KIND:
        return
    case = queries.get_case(fact.about.removeprefix(PREFIX))
    if fact.subject == f"process:{case.process}":
        operations.end_case(case.number, fact.end, actor=arrival.actor, at=arrival.at)


@receives(LicenceExpiring)
def begin_renewal(fact: LicenceExpiring, arrival: Arrival) -> None:
    """A licence comes to its end: its renewal lies ready for the holder, who only confirms it."""
    until = date.fromisoformat(fact.until)
    for service in operations.renewals_of(fact.type):
        with suppress(operations.OfferedBefore):
            operations.offer_renewal(service, fact.holder, until=until, actor=arrival.actor, at=arrival.at)
