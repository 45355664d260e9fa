"""Lodge a draft: from here on it is a case, its clock runs, and what was said in it never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import CaseLodged
from huimin.platform.cases.models import Case, Channel, Draft, Evidence, Serial
from huimin.platform.cases.operations.paying import charge_fee, hold_fee
from huimin.platform.cases.queries.drafts import Met, Readiness, lock_draft, readiness
from huimin.platform.cases.queries.known import Parties
from huimin.platform.cases.queries.parties import Other, others_of
from huimin.platform.cases.rules import State, case_number
from huimin.platform.catalogue.declarations.items import Duration
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.declarations.words import Words
from huimin.platform.catalogue.library import department_of
from huimin.platform.catalogue.queries.eligibility import decide_values
from huimin.platform.catalogue.rules.walks import process_data
from huimin.platform.identity.operations.writing import insert_rows, write_columns
from huimin.platform.identity.queries import Kept, slot
from huimin.platform.journal.events import Fact
from huimin.platform.journal.rules import Actor, canonical, digest
from huimin.platform.licences import operations as licences
from huimin.platform.process import operations as process
from huimin.platform.process.queries import get_definition
from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.registries.declarations import city

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

UNITS = {"working_days": LimitUnit.WORKING_DAYS, "days": LimitUnit.DAYS}


class NotWhole(Refusal):
    """Something is missing or wrong; everything at once, so that nobody comes twice."""

    zh = "还不能提交：{what}。"
    en = "It cannot be lodged yet: {what}."


WHO_IS = Words(zh="{party}是谁", en="who the {party} is")
SIGNATURE = Words(zh="{party}的签署", en="the signature of the {party}")


class AlreadyLodged(Refusal):
    """The same applicant has an open case of the same service."""

    zh = "您已经有一件同样的申请 {number} 正在办理。确要再提交一件，请在核对页勾选“再办一件”。"
    en = "You already have the application {number} for the same thing under way. To lodge another, tick “another one”."


def lodge_case(public_id: str, *, another: bool = False, agreed: Fen | None = None, actor: Actor, at: datetime) -> Case:
    """Make a case of a draft and start its process. `another` says that a second one for the same thing is meant.

    `agreed` is the fee that the applicant was shown; None where an official has told him.

    Raises NoSuchDraft, NotWhole, AlreadyLodged, FeeDiffers, NotPaid, and what the process's first steps refuse.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        ready = readiness(draft, on=today)
        if not ready.is_whole:
            raise NotWhole(what=what_is_lacking(ready))
        hold_fee(ready.due, agreed)
        if not another:
            _hold_single(draft)
        case = open_case(
            ready,
            process=process.draw_number(at),
            applicant=draft.applicant,
            parties={code: draft.parties[code] for code in ready.parties},
            channel=draft.channel,
            # At a window the account is the clerk's, the case is the applicant's.
            account=None if draft.channel == Channel.WINDOW else draft.account,
            first_contact=draft.intake.first_contact if draft.channel == Channel.WINDOW else "",
            at=at,
        )
        give_evidence(case, ready, actor=actor, at=at)
        if ready.uploads:
            draft.uploads.update(case=case)
        if others_of(ready.service):
            draft.signatures.update(case=case)
        draft.lodged = case.number
        write_columns(draft, "lodged")
        lodged = CaseLodged(**what_it_says(case, ready))
        limit = limit_of(ready.service.item.limits.promised)
        start_process(case, ready, limit=limit, before=[lodged], actor=actor, at=at)
        # Last, when nothing else can refuse.
        charge_fee(case, ready.due, key=f"draft:{draft.public_id}", actor=actor, at=at)
    return case


def what_is_lacking(ready: Readiness) -> Words:
    """Everything that is missing or wrong, at once (一次性告知): answers, materials, who else takes part, who has not signed."""
    questions = {question.code: question for question in ready.questions}
    lacking = [question.names for question in ready.missing]
    # A fault inside a list is called `persons.2.name`: the list is what the applicant can open.
    lacking += [
        questions[code].names for wrong in ready.wrong if (code := wrong.question.partition(".")[0]) in questions
    ]
    lacking += [met.need.material.names for met in ready.open_materials]
    lacking += [_said_of(WHO_IS, other) for other in ready.unnamed]
    lacking += [_said_of(SIGNATURE, other) for other in ready.unsigned]
    return Words(
        zh="、".join(dict.fromkeys(one.zh for one in lacking)), en="; ".join(dict.fromkeys(one.en for one in lacking))
    )


def _said_of(words: Words, other: Other) -> Words:
    return Words(zh=words.zh.format(party=other.party.names.zh), en=words.en.format(party=other.party.names.en))


_OPEN_ALREADY: Final = Kept(
    lambda: (
        Case.objects.of(slot("applicant"))
        .open()
        .filter(service=slot("service"))
        .order_by("pk")
        .values_list("number")[:1]
    )
)


def _hold_single(draft: Draft) -> None:
    if found := _OPEN_ALREADY.first(applicant=draft.applicant, service=draft.service):
        raise AlreadyLodged(number=found[0])


def open_case(
    ready: Readiness,
    *,
    applicant: str,
    process: str,
    parties: Mapping[str, str],
    channel: str,
    account: "Account | None",
    first_contact: str = "",
    at: datetime,
) -> Case:
    """The row of a new case: its number, its department, what was answered and what the city knew; `process` was drawn for it."""
    facts, service = ready.facts, ready.service
    division = facts.division[:6]
    answers = ready.everything
    given = {code: asdict(one) for code, one in ready.known.items() if code in answers and code not in ready.answers}
    case = Case(
        number=case_number(city().division, timezone.localdate(at).year, Serial.objects.create().pk),
        service=service.code,
        version=service.version,
        revision=service.revision,
        applicant=applicant,
        parties=dict(parties),
        applicant_name=facts.name or (account.name if account else ""),
        account=account,
        first_contact=first_contact,
        channel=channel,
        division=division,
        department=department_of(service.item.body, division),
        answers=answers,
        known=given,
        state=State.LODGED.value,
        process=process,
        lodged_at=at,
    )
    insert_rows([case])
    return case


def give_evidence(case: Case, ready: Readiness, *, actor: Actor, at: datetime) -> None:
    """Every material with the way in which it is met; a licence that is used tells its holder so."""
    given = [met for met in ready.materials if met.way is not None or met.later]
    insert_rows(
        Evidence(
            case=case,
            material=met.need.material.code,
            how=met.way.how if met.way else Evidence.How.OWED,
            trust=met.way.trust if met.way else "",
            reference=met.reference,
            given_at=at,
            owed_until=_owed_until(met, at),
        )
        for met in given
    )
    for met in given:
        if met.way and met.way.how == "licence":
            licence = ready.parties[met.way.of].licences[met.way.licence or ""]
            licences.note_use(licence, case=case.reference, actor=actor, at=at)


def _owed_until(met: Met, at: datetime) -> date | None:
    """The last day for what is supplied later, in calendar days; the process's own timer counts working days."""
    within = met.need.material.supply_within
    return timezone.localdate(at) + timedelta(days=within.amount) if met.way is None and within else None


def what_it_says(case: Case, ready: Readiness) -> dict[str, Any]:
    """What the fact of a new case tells: references, counts, and a digest in place of the answers."""
    return {
        "subject": case.reference,
        "service": case.service,
        "applicant": case.applicant,
        "version": case.version,
        "revision": case.revision,
        "channel": case.channel,
        "answers": digest(canonical(case.answers).decode()),
        "asked": len(ready.answers),
        "known": len(case.known),
        "materials": len(ready.materials),
    }


def start_process(
    case: Case, ready: Readiness, *, limit: Limit | None, before: Sequence[Fact], actor: Actor, at: datetime
) -> None:
    """Start the case's process with what it may branch on: departments by function, answers that are codes, eligibility.

    `limit` is the clock of the whole; None where nobody was promised a day. `before` are the facts of the case that come first.
    """
    service = ready.service
    definition = get_definition(definition_code(service))
    graph = definition.graph
    departments = {function: department_of(function, case.division) for function in service.functions}
    data = {
        **process_data(service, graph, ready.everything, departments),
        "body": case.department,
        "deferred": any(met.later and _owed_until(met, at) for met in ready.materials),
        "eligible": eligible(service, ready.parties, on=timezone.localdate(at)),
    }
    started = process.start_within(
        definition,
        subject=case.reference,
        kind=KIND,
        # What a task will say is the process's own to write.
        data={name: value for name, value in data.items() if name not in graph.reserved},
        department=case.department,
        limit=limit,
        number=case.process,
        before=before,
        actor=actor,
        at=at,
    )
    if started.acted:
        case.refresh_from_db()


KIND = "case"


def eligible(service: Service, parties: Parties, *, on: date) -> str:
    """`yes`, `no` or `maybe`: what the service's conditions say of its parties; `yes` where there are none."""
    values = {code: facts.values for code, facts in parties.items()}
    return decide_values(service, values, on=on).answer if service.eligibility else "yes"


def definition_code(service: Service) -> str:
    """The code under which a service's process is published."""
    return f"service_{service.code}"


def limit_of(promised: Duration) -> Limit | None:
    """The clock of the whole: what the body promises; none for what is done on the spot."""
    return Limit(promised.amount, UNITS[promised.unit]) if promised.amount else None
