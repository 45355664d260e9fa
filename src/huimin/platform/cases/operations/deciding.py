"""What the steps of a case's process do: grant the licence, order the payment, write to the applicant, move the case.

Every function runs in the transaction of the operation that reached the step; a refusal refuses the whole operation.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from huimin.kernel.money import Fen
from huimin.platform.cases.events import CaseMoved, LetterSent, PaymentOrdered, ResultSent
from huimin.platform.cases.models import Case, Letter, Payment
from huimin.platform.cases.operations.registering import issue_code
from huimin.platform.cases.ports import couriers, payments
from huimin.platform.cases.queries.delivery import ADDRESS, COURIER, WAY
from huimin.platform.cases.queries.files import lock_case, service_of
from huimin.platform.cases.queries.known import Facts, Parties
from huimin.platform.cases.queries.letters import letter_values
from huimin.platform.cases.queries.said import NothingToSay, Said, said_in
from huimin.platform.cases.rules import State, may_move
from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.items import Ended
from huimin.platform.catalogue.rules import letters as words
from huimin.platform.catalogue.rules.sources import CREDIT_CODE
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations as licences
from huimin.platform.licences import queries as held
from huimin.platform.process.queries import get_process_graph

AMOUNT: Final = "amount"
SENDS: Final = "cases.send_by_courier"
"""The step by which a drawing sends the result itself."""
DECIDED: Final[Mapping[str, State]] = {
    "granted": State.GRANTED,
    "refused": State.REFUSED,
    "lapsed": State.LAPSED,
    "stopped": State.STOPPED,
    "declined": State.WITHDRAWN,
}
"""The letters that end a case, and the ends of its drawing, with the state they leave it in."""


def move_case(number: str, state: State, *, actor: Actor, at: datetime) -> Case:
    """Move a case to another state and say so; nothing happens when it is there already. Raises NoSuchCase, CaseOver."""
    case = lock_case(number)
    if case.state == state:
        return case
    case.move(state)
    stamp = {State.ACCEPTED: "accepted_at", State.STOPPED: "stopped_at"}.get(state, "decided_at")
    setattr(case, stamp, at)
    case.save(update_fields=["state", stamp])
    fact = CaseMoved(subject=case.reference, service=case.service, applicant=case.applicant, state=state.value)
    publish(fact, actor=actor, at=at)
    return case


def grant_case_licence(number: str, *, actor: Actor, at: datetime) -> None:
    """Grant the licence that the service's outcome names, with fields from the case. Raises NothingToSay and what licences refuse."""
    case = lock_case(number)
    service = service_of(case)
    outcome = service.item.outcome
    if outcome.licence is None:
        return
    today = timezone.localdate(at)
    issue_code(case, service, at=at)
    said = said_in(case, service, today=today)
    facts = holder_among(said.parties, outcome.licence, service.form)
    grant = licences.Grant(
        type=outcome.licence,
        holder=facts.reference,
        holder_name=said.in_words(outcome.fields["name"]) if outcome.issues else facts.name or case.applicant_name,
        holder_number=case.gives[CREDIT_CODE] if outcome.issues else facts.number,
        department=case.department,
        fields={name: said.in_words(source) for name, source in outcome.fields.items()},
        valid_from=today,
        case=case.reference,
    )
    for ended in outcome.ends:
        end_licences(case, ended, said, actor=actor, at=at)
    before = held.find_in_force(facts.reference, outcome.licence, on=today)
    if before is not None and service.item.proactive and service.item.proactive.licence == outcome.licence:
        licences.reissue_licence(before.public_id, grant, actor=actor, at=at)
    else:
        licences.grant_licence(grant, actor=actor, at=at)


def end_licences(case: Case, ended: Ended, said: Said, *, actor: Actor, at: datetime) -> None:
    """Cancel the licences of a party whose ground this decision takes away: the seller's deed, once the buyer has his."""
    party = said.parties.get(ended.of)
    meant = {field: said.in_words(source) for field, source in ended.where.items()}
    for licence in held.licences_in_force(party.reference, on=said.today).filter(type=ended.licence) if party else ():
        stated = held.content_of(licence)["fields"]
        if all(stated.get(field) == text for field, text in meant.items()):
            licences.cancel_licence(licence.public_id, case=case.reference, actor=actor, at=at)


def holder_among(parties: Parties, licence: str, form: Form) -> Facts:
    """The party who holds a licence of this type: the first of its kind, who applies before the others.

    The order is the form's: stored parties have none, since PostgreSQL keeps the keys of JSON in an order of its own.
    """
    kind = held.get_licence_type(licence).holder
    codes = dict.fromkeys([form.applying.code, *(party.code for party in form.parties)])
    ordered = [parties[code] for code in codes if code in parties]
    return next((facts for facts in ordered if facts.reference.startswith(f"{kind}:")), ordered[0])


def order_case_payment(number: str, *, actor: Actor, at: datetime) -> None:
    """Order the payment that the decision gives, once. Raises NothingToSay where no amount was decided."""
    case = lock_case(number)
    if Payment.objects.filter(case=case, direction=Payment.Direction.OUT).exists():
        return
    amount = case.gives.get(AMOUNT)
    if not amount:
        raise NothingToSay(number=case.number, source="gives.amount")
    paper = payments.get().order(key=case.reference, payee=case.applicant, amount=Fen(amount), purpose=case.service)
    Payment.objects.create(
        case=case,
        direction=Payment.Direction.OUT,
        amount=amount,
        paper=paper.number,
        simulated=paper.simulated,
        ordered_at=at,
    )
    fact = PaymentOrdered(
        subject=case.reference, service=case.service, applicant=case.applicant, amount=amount, direction="out"
    )
    publish(fact, actor=actor, at=at)


def send_result(number: str, *, actor: Actor, at: datetime) -> None:
    """Order a courier for the paper result, where the applicant chose one; the parcel's number goes into the trail.

    Raises NoSuchCase, and NothingToSay where he gave no address.
    """
    case = lock_case(number)
    address = case.answers.get(ADDRESS)
    if not address:
        raise NothingToSay(number=case.number, source=f"answers.{ADDRESS}")
    paper = couriers.get().send(key=case.reference, receiver=case.applicant, address=str(address))
    fact = ResultSent(
        subject=case.reference,
        service=case.service,
        applicant=case.applicant,
        parcel=paper.number,
        simulated=paper.simulated,
    )
    publish(fact, actor=actor, at=at)


def send_granted(number: str, *, actor: Actor, at: datetime) -> None:
    """Order the courier for what was granted, where its applicant chose one and no step of its process sends it. Raises NoSuchCase.

    A life event goes out once, when the whole is done: its parts are not sent one by one.
    """
    case = lock_case(number)
    chosen = case.whole_id is None and case.answers.get(WAY) == COURIER and case.answers.get(ADDRESS)
    if case.state == State.GRANTED and chosen and SENDS not in get_process_graph(case.process).steps:
        send_result(number, actor=actor, at=at)


def end_case(number: str, end: str, *, actor: Actor, at: datetime) -> None:
    """The process reached its end: the case is decided, and its letter sent, unless a step has done so. Raises NoSuchCase."""
    if end in DECIDED and lock_case(number).is_open:
        tell_applicant(number, end, actor=actor, at=at)


def tell_applicant(
    number: str,
    kind: str,
    *,
    reasons: Mapping[str, str] = MappingProxyType({}),
    returned: bool = False,
    actor: Actor,
    at: datetime,
) -> Letter | None:
    """Write the service's letter of this kind to the applicant, in both languages; a letter that ends the case moves it.

    `reasons` by language. `returned`: the counter did not accept it at all. None where the service has no such letter. Raises NoSuchCase.
    """
    state = State.NOT_ACCEPTED if returned and kind == "refused" else DECIDED.get(kind)
    case = lock_case(number)
    if state is not None and may_move(State(case.state), state):
        case = move_case(number, state, actor=actor, at=at)
    service = service_of(case)
    if f"{kind}.zh" not in service.letters:
        return None
    texts = {
        language: words.filled(
            service.letters[f"{kind}.{language}"],
            letter_values(case, service, reasons.get(language, ""), language, at=at),
        )
        for language in words.LANGUAGES
    }
    letter = Letter.objects.create(case=case, kind=kind, sent_at=at, **texts)
    fact = LetterSent(subject=case.reference, service=case.service, applicant=case.applicant, letter=kind)
    publish(fact, actor=actor, at=at)
    return letter
