"""Benefits without an application (免申即享): who qualifies is found, offered it once, and told when it ends; a licence that expires
starts its own renewal.

A scan works through the registry of the latest build; each person's own transaction asks the serving registry again, so that what has
changed since counts. A run that breaks off has lost nothing and doubles nothing: the next one finds who is left.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import BenefitsOffered, CaseOffered
from huimin.platform.cases.models import Case, CaseQuerySet, Channel, Evidence
from huimin.platform.cases.operations.deciding import tell_applicant
from huimin.platform.cases.operations.lodging import give_evidence, open_case, start_process, what_it_says
from huimin.platform.cases.queries.drafts import Readiness, readiness_of
from huimin.platform.cases.queries.files import get_case, service_of
from huimin.platform.cases.queries.known import facts_of
from huimin.platform.cases.rules import OPEN, State
from huimin.platform.catalogue.declarations.forms import Party
from huimin.platform.catalogue.declarations.items import Proactive
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import Verdict, decide_values, scan
from huimin.platform.catalogue.queries.items import current, get_service
from huimin.platform.catalogue.rules.answers import data_of
from huimin.platform.catalogue.rules.situations import needed_materials, parameters_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.rules.graph import Limit, LimitUnit

SCAN: Final = "scan"
EXPIRING: Final = "licence_expiring"
CONSENTS: Final = frozenset({"consented", "confirmed"})
"""The outcomes by which somebody takes up what he did not apply for."""


class NotProactive(Refusal):
    """The service is one that people apply for."""

    zh = "“{code}”不是免申即享事项，不能扫描发起。"
    en = "{code} is a service that people apply for; the registry is not scanned for it."


class NotEntitled(Refusal):
    """What is registered today says no, or leaves it open."""

    zh = "按现在的登记信息，不能确定符合条件。"
    en = "By what is registered today, this person does not surely qualify."


class OfferedBefore(Refusal):
    """The same service is under way, is being received, or has been offered before."""

    zh = "这项服务已经发起过，或者正在办理、享受。"
    en = "This has been offered before, is under way, or is being received."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a run did, in numbers of people; see `events.BenefitsOffered`."""

    scanned: int
    qualified: int
    offered: int
    standing: int
    maybe: int
    refused: int
    stopped: int


def scanned_services() -> list[str]:
    """The codes of the services that the registry is scanned for."""
    return [code for code, one in current().items() if one.item.proactive and one.item.proactive.trigger == SCAN]


def offer_benefits(
    service_code: str,
    *,
    actor: Actor,
    at: datetime,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Offered:
    """Offer a service to everybody who qualifies and has not been offered it; end it for who does not qualify any more.

    `limit` is the most that this run offers; `progress` hears (done, of how many) after each. Who only may qualify is counted, not
    offered. Each person is a transaction of his own; the run's numbers are one fact. Raises NoSuchService, NotProactive, NotBuilt.
    """
    service = get_service(service_code)
    declared = service.item.proactive
    if declared is None or declared.trigger != SCAN:
        raise NotProactive(code=service.code)
    found = scan(service, on=timezone.localdate(at))
    kind = _party(service).kind
    sure = [f"{kind}:{key}" for key in found.yes]
    stand = set(_standing(service).values_list("applicant", flat=True))
    possible = {*sure, *(f"{kind}:{key}" for key, _open in found.maybe)}
    stopped = 0
    for number, applicant in _received(service).values_list("number", "applicant"):
        if applicant not in possible:
            # Where two records turned out to be one person, what the one was offered stands for both.
            stand.add(facts_of(applicant, on=timezone.localdate(at)).reference)
            stopped += stop_benefit(number, actor=actor, at=at)
    chosen = [reference for reference in sure if reference not in stand]
    offered = refused = 0
    for done, reference in enumerate(chosen[:limit], start=1):
        try:
            offer_benefit(service, reference, actor=actor, at=at)
            offered += 1
        except OfferedBefore:
            stand.add(reference)
        except Refusal:
            refused += 1
        if progress:
            progress(done, len(chosen[:limit]))
    run = Offered(
        scanned=found.scanned,
        qualified=len(sure),
        offered=offered,
        standing=sum(reference in stand for reference in sure),
        maybe=len(found.maybe),
        refused=refused,
        stopped=stopped,
    )
    with transaction.atomic():
        publish(BenefitsOffered(subject=f"service:{service.code}", **asdict(run)), actor=actor, at=at)
    return run


def offer_benefit(service: Service, applicant: str, *, actor: Actor, at: datetime) -> Case:
    """Open the case of somebody who qualifies and has not been offered the service, and start its process.

    Nobody promised a day to who did not ask, so the steps have clocks and the whole has none. Raises NotEntitled, OfferedBefore, and what
    the process refuses.
    """
    today = timezone.localdate(at)
    party = _party(service).code
    facts = facts_of(applicant, on=today)
    if facts.reference != applicant or decide_values(service, {party: facts.values}, on=today).answer != "yes":
        raise NotEntitled
    ready = readiness_of(service, {party: facts}, {}, on=today)
    return _offer(ready, _standing(service), None, actor=actor, at=at)


def renewals_of(licence: str) -> list[Service]:
    """The services that a licence of this type starts when it is about to expire."""
    return [service for service in current().values() if _is_renewal(service.item.proactive, licence)]


def _is_renewal(declared: Proactive | None, licence: str) -> bool:
    return declared is not None and (declared.trigger, declared.licence) == (EXPIRING, licence)


def offer_renewal(service: Service, holder: str, *, until: date, actor: Actor, at: datetime) -> Case:
    """Open the pre-filled case that renews a licence which ends on a day: the holder need only confirm it.

    What the service asks as yes or no and nobody has answered is put as no (nothing has changed): that is what the holder reads and
    confirms. The clock of the whole ends with the licence. Raises OfferedBefore, and what the process refuses.
    """
    today = timezone.localdate(at)
    parties = {_party(service).code: facts_of(holder, on=today)}
    asked = readiness_of(service, parties, {}, on=today).missing
    unchanged = {question.code: False for question in asked if question.type == "truth"}
    ready = readiness_of(service, parties, unchanged, on=today)
    left = (until - today).days
    limit = Limit(left, LimitUnit.DAYS) if left > 0 else None
    # A licence ends again and again: only what is under way stands in the way of its renewal.
    return _offer(ready, Case.objects.filter(service=service.code).open(), limit, actor=actor, at=at)


def _offer(ready: Readiness, standing: CaseQuerySet, limit: Limit | None, *, actor: Actor, at: datetime) -> Case:
    applicant = ready.facts.reference
    # Nobody owes a paper for what he did not ask for: only what the city has itself counts as evidence.
    ready = replace(ready, materials=[met for met in ready.materials if met.way])
    try:
        with transaction.atomic():
            if standing.filter(applicant=applicant).exists():
                raise OfferedBefore
            case = open_case(
                ready,
                process=process.draw_number(at),
                applicant=applicant,
                parties={code: facts.reference for code, facts in ready.parties.items()},
                channel=Channel.PROACTIVE.value,
                account=None,
                at=at,
            )
            give_evidence(case, ready, actor=actor, at=at)
            offered = CaseOffered(**what_it_says(case, ready))
            start_process(case, ready, limit=limit, before=[offered], actor=actor, at=at)
    except IntegrityError:
        if standing.filter(applicant=applicant).exists():
            # Another run was faster; the constraint on open offers holds between processes.
            raise OfferedBefore from None
        raise
    return case


def stop_benefit(number: str, *, actor: Actor, at: datetime) -> bool:
    """End what a case gives, or offers, where a condition that its service names for this says no today; gives whether it did.

    What only cannot be told any more (disputed, unknown) ends nothing. The letter says which condition it was. Raises NoSuchCase.
    """
    with transaction.atomic():
        case = get_case(number)
        ended = _failing(case, timezone.localdate(at))
        if not ended or State(case.state) not in RECEIVED:
            return False
        # The process first: whoever finishes a step holds it before he touches the case.
        if case.is_open:
            process.cancel_process(number=case.process, reason="stopped", actor=actor, at=at)
        reasons = {language: " ".join(one.condition.no.text(language) for one in ended) for language in ("zh", "en")}
        tell_applicant(number, "stopped", reasons=reasons, actor=actor, at=at)
    return True


def _failing(case: Case, on: date) -> list[Verdict]:
    service = service_of(case)
    stops = service.item.proactive.stops_when if service.item.proactive else ()
    party = _party(service).code
    found = decide_values(service, {party: facts_of(case.applicant, on=on).values}, on=on)
    return [verdict for verdict in found.verdicts if verdict.holds is False and verdict.condition.code in stops]


def sign_offer(case: Case, *, at: datetime) -> None:
    """Whoever takes up what he did not apply for signs, by the same tap, the promises that the service asks for in place of papers."""
    if case.channel != Channel.PROACTIVE:
        return
    service = service_of(case)
    given = set(case.evidence.values_list("material", flat=True))
    for need in needed_materials(service.item, data_of(service.form, case.answers, parameters_of(service.item))):
        code = need.material.code
        trust = next((way.trust for way in need.material.met_by if way.how == "promise"), None)
        if trust and code not in given:
            how = Evidence.How.PROMISE
            Evidence.objects.create(
                case=case, material=code, how=how, trust=trust, reference=f"promise:{code}", given_at=at
            )


def _party(service: Service) -> Party:
    """Who receives it: the first party whom the registries know."""
    return next(party for party in service.form.parties if party.known)


RECEIVED: Final = frozenset({*OPEN, State.GRANTED})
"""The states in which something is offered or given."""


def _received(service: Service) -> CaseQuerySet:
    """What was granted and stands, and the offers that are open; an application of one's own is decided by its own process."""
    states = Q(state=State.GRANTED) | Q(channel=Channel.PROACTIVE, state__in=OPEN)
    return Case.objects.filter(states, service=service.code)


def _standing(service: Service) -> CaseQuerySet:
    """What stands in the way of an offer: a case that is open or granted, and any earlier offer unless what it gave was stopped.

    Who declined an offer, or was refused, is not asked again every night; he may still apply.
    """
    stands = Q(state__in=RECEIVED) | (Q(channel=Channel.PROACTIVE) & ~Q(state=State.STOPPED))
    return Case.objects.filter(stands, service=service.code)
