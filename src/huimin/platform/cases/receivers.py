"""What cases follow: of their processes acceptance, and the end that was reached; of licences that one is about to expire."""

from contextlib import suppress
from datetime import date
from functools import partial
from typing import Final

from huimin.platform.cases import operations, queries
from huimin.platform.cases.events import (
    CaseDecidedByTable,
    CaseLodged,
    CaseMoved,
    FeeGivenBack,
    LetterSent,
    ObjectionAnswered,
    PreReviewSettled,
    SignatureAsked,
    SignatureFact,
    StuckMatterTaken,
)
from huimin.platform.cases.models import Channel
from huimin.platform.cases.operations import rating, stuck
from huimin.platform.cases.operations.lodging import KIND
from huimin.platform.cases.rules import State
from huimin.platform.exchange.events import QuarantinedRowResubmitted, ReturnedRowsResubmitted
from huimin.platform.identity.operations import use_seal
from huimin.platform.identity.queries import ORGANISATION
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.licences.events import LicenceExpiring
from huimin.platform.notifications.operations import tell_of
from huimin.platform.process.events import (
    ClockStopped,
    DeadlinesRecounted,
    ProcessEnded,
    WorkCompleted,
    WorkReturned,
    WorkTakenBack,
)

ACCEPTING: Final = frozenset({("accept", "accepted"), ("take_in", "forwarded")})
"""Steps at a counter, and the outcome that accepts: from here on the applicant reads that he has been taken in."""
PREFIX: Final = "case:"


@receives(WorkCompleted)
def follow_step(fact: WorkCompleted, arrival: Arrival) -> None:
    """A step was done: the counter accepted, or the applicant is told what is still wanted of him."""
    if fact.process_kind != KIND:
        return
    number = fact.about.removeprefix(PREFIX)
    if (fact.node, fact.outcome) in ACCEPTING and queries.get_case(number).state == State.LODGED:
        operations.move_case(number, State.ACCEPTED, actor=arrival.actor, at=arrival.at)
    at = arrival.received_at
    tell_of(fact, lambda: queries.told_of_case(queries.get_case(number), at=at), key=arrival.key, at=at)


@receives(LetterSent)
def tell_of_letter(fact: LetterSent, arrival: Arrival) -> None:
    """A letter lies with the case: the applicant is told."""
    case, at = queries.get_case(fact.subject.removeprefix(PREFIX)), arrival.received_at
    tell_of(fact, lambda: queries.told_of_case(case, letter=fact.letter, at=at), key=arrival.key, at=at)


@receives(SignatureFact)
def tell_of_signature(fact: SignatureFact, arrival: Arrival) -> None:
    """Who is asked to sign is told, and the applicant of what came of it; the draft may be gone by then."""
    at = arrival.received_at
    with suppress(queries.NoSuchRequest):
        signature = queries.get_signature(fact.subject.removeprefix("draft:"), fact.party)
        holder = fact.signer if isinstance(fact, SignatureAsked) else fact.applicant
        told = partial(queries.told_of_signature, signature, holder, at=at)
        tell_of(fact, told, key=arrival.key, at=at)


@receives(PreReviewSettled)
def tell_of_pre_review(fact: PreReviewSettled, arrival: Arrival) -> None:
    """The window has looked at a draft: its owner is told."""
    at = arrival.received_at
    review = queries.pre_reviews_by_reference([fact.subject]).get(fact.subject)
    if review is not None:
        tell_of(fact, lambda: queries.told_of_pre_review(review, at=at), key=arrival.key, at=at)


@receives(CaseLodged)
def seal_application(fact: CaseLodged, arrival: Arrival) -> None:
    """What a firm lodges online bears its electronic seal; at a window the paper bears the firm's own."""
    if fact.channel == Channel.ONLINE and fact.applicant.startswith(ORGANISATION):
        use_seal(principal=fact.applicant, what=fact.subject, sealed=fact.answers, actor=arrival.actor, at=arrival.at)


@receives(ProcessEnded)
def close_case(fact: ProcessEnded, arrival: Arrival) -> None:
    """The drawing came to an end that decides the case; the letter goes out if none of its steps sent it."""
    if fact.process_kind != KIND:
        return
    case = queries.get_case(fact.about.removeprefix(PREFIX))
    if fact.subject == f"process:{case.process}":
        operations.end_case(case.number, fact.end, actor=arrival.actor, at=arrival.at)


@receives(CaseDecidedByTable)
def sample_ruling(fact: CaseDecidedByTable, arrival: Arrival) -> None:
    """A decision by rule was drawn for a human's look."""
    if fact.sampled:
        operations.sample_rulings(fact.subject.removeprefix(PREFIX), actor=arrival.actor, at=arrival.at)


@receives(CaseMoved)
def give_fee_back(fact: CaseMoved, arrival: Arrival) -> None:
    """The case came to an end before it was accepted: its fee goes back."""
    operations.give_fee_back(fact.subject.removeprefix(PREFIX), actor=arrival.actor, at=arrival.at)


@receives(CaseMoved)
def send_on_paper(fact: CaseMoved, arrival: Arrival) -> None:
    """It was granted: what its applicant wants on paper goes to the address that he gave."""
    if fact.state == State.GRANTED:
        operations.send_granted(fact.subject.removeprefix(PREFIX), actor=arrival.actor, at=arrival.at)


@receives(FeeGivenBack)
def tell_of_fee(fact: FeeGivenBack, arrival: Arrival) -> None:
    """The fee went back: its payer is told."""
    case, at = queries.get_case(fact.subject.removeprefix(PREFIX)), arrival.received_at
    tell_of(fact, lambda: queries.told_of_case(case, at=at), key=arrival.key, at=at)


@receives(ObjectionAnswered)
def tell_of_objection(fact: ObjectionAnswered, arrival: Arrival) -> None:
    """An objection was answered: who made it is told."""
    objection, at = queries.get_objection(fact.objection), arrival.received_at
    tell_of(fact, lambda: queries.told_of_objection(objection, at=at), key=arrival.key, at=at)


def _delivery(reference: str) -> int:
    return int(reference.removeprefix("delivery:"))


@receives(QuarantinedRowResubmitted)
def follow_corrected_row(fact: QuarantinedRowResubmitted, arrival: Arrival) -> None:
    """A row that a department had sent back was put right: if it was a decision of ours, its problem is over."""
    operations.follow_correction(_delivery(fact.subject), _delivery(fact.delivery))


@receives(ReturnedRowsResubmitted)
def follow_corrected_rows(fact: ReturnedRowsResubmitted, arrival: Arrival) -> None:
    """The same where a whole file brought them again."""
    operations.follow_correction(_delivery(fact.subject), _delivery(fact.delivery))


@receives(DeadlinesRecounted)
def move_notices(fact: DeadlinesRecounted, arrival: Arrival) -> None:
    """The calendar was corrected and every timer counted again: what stands in public ends with its timer."""
    if not fact.more:
        operations.move_notices(at=arrival.received_at)


@receives(LicenceExpiring)
def begin_renewal(fact: LicenceExpiring, arrival: Arrival) -> None:
    """A licence comes to its end: its renewal lies ready for the holder, who only confirms it."""
    until = date.fromisoformat(fact.until)
    for service in operations.renewals_of(fact.type):
        with suppress(operations.OfferedBefore):
            operations.offer_renewal(service, fact.holder, until=until, actor=arrival.actor, at=arrival.at)


@receives(ProcessEnded)
def inspect_ended(fact: ProcessEnded, arrival: Arrival) -> None:
    """Electronic supervision looks at how it was gone through; a case is closed first, whichever receiver comes first."""
    close_case(fact, arrival)
    operations.inspect_process(fact.subject.removeprefix("process:"), at=arrival.received_at)


@receives(ClockStopped)
def inspect_stopped(fact: ClockStopped, arrival: Arrival) -> None:
    """A clock was stopped: by whose word?"""
    operations.inspect_process(fact.subject.removeprefix("process:"), at=arrival.received_at)


FOLLOWS: Final = {rating.KIND: operations.follow_rating, stuck.KIND: operations.follow_matter}
"""What stands where its process stands."""


@receives(WorkCompleted)
def follow_work(fact: WorkCompleted, arrival: Arrival) -> None:
    """A step of a bad rating, or of a matter that could not be got done, was finished; what was written may be the answer."""
    if follow := FOLLOWS.get(fact.process_kind):
        follow(fact.about, item=fact.item, remark=fact.remark, actor=arrival.actor, at=arrival.at)


@receives(WorkReturned)
def follow_return(fact: WorkReturned, arrival: Arrival) -> None:
    """Such a step went back."""
    if follow := FOLLOWS.get(fact.process_kind):
        follow(fact.about, actor=arrival.actor, at=arrival.at)


@receives(WorkTakenBack)
def follow_taking_back(fact: WorkTakenBack, arrival: Arrival) -> None:
    """Who finished such a step took that back."""
    if follow := FOLLOWS.get(fact.process_kind):
        follow(fact.about, actor=arrival.actor, at=arrival.at)


@receives(ProcessEnded)
def follow_end(fact: ProcessEnded, arrival: Arrival) -> None:
    """Such a process came to its end, by a step or because its time ran out."""
    if follow := FOLLOWS.get(fact.process_kind):
        follow(fact.about, actor=arrival.actor, at=arrival.at)


@receives(StuckMatterTaken)
def tell_of_matter(fact: StuckMatterTaken, arrival: Arrival) -> None:
    """What could not be got done has an answer: the person is told. Of a rating nobody is told: who rated must not stand anywhere."""
    at = arrival.received_at
    matter = queries.matters_called([fact.subject])[fact.subject]
    tell_of(fact, lambda: queries.told_of_matter(matter, at=at), key=arrival.key, at=at)
