"""Decide by the service's table (秒批), keep why; find out what it could not tell; let a human look at some of what was decided so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from huimin.kernel.refusals import NotPermitted, Refusal
from huimin.platform.cases.events import CaseDecidedByTable, FactFound, RulingChecked
from huimin.platform.cases.models import Case, Finding, Ruling
from huimin.platform.cases.queries.files import lock_case, service_of
from huimin.platform.cases.queries.findings import findable, value_found
from huimin.platform.cases.queries.known import Parties, parties_of
from huimin.platform.catalogue.declarations.tables import DecisionTable, Input
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.catalogue.rules.tables import Decision, decided
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import holds_work

HUMAN: Final = "human"
CHECK: Final = "ruling_check"
"""The definition, and the kind, of the process in which a human looks at a ruling."""
OF: Final = 10_000


class NotInHand(NotPermitted):
    """Only who has the step in hand finds out for it."""

    zh = "请先领取 {number} 的待办，再认定。"
    en = "Claim the work on {number} first."


class NothingToFind(Refusal):
    """The table has told what there is to tell."""

    zh = "{number} 不需要认定：规则已经能够判断。"
    en = "There is nothing to find out for {number}: the rules could tell."


def decide_by_table(number: str, *, actor: Actor, at: datetime) -> Decision:
    """Decide by the service's table, on facts that nobody disputes and the case's answers; why and what it gives stay with the case.

    Raises NoSuchCase; AssertionError for a service without a table, which its checks at start exclude.
    """
    return _decide(lock_case(number), actor=actor, at=at)


def _decide(case: Case, *, actor: Actor, at: datetime) -> Decision:
    service = service_of(case)
    table = service.decision
    assert table is not None
    today = timezone.localdate(at)
    parties = parties_of(case.parties, on=today)
    findings = {finding.name: finding for finding in case.findings.all()}
    found = decided(
        table,
        facts=_facts(table, parties, findings),
        answers=case.answers,
        parameters=parameters_of(service.item),
        on=today,
    )
    case.gives = {**case.gives, **found.gives}
    case.save(update_fields=["gives"])
    ruling = Ruling(
        case=case,
        decided_at=at,
        outcome=found.outcome,
        rule=found.rule,
        because=found.because.model_dump(),
        tried=[[one.rule, one.held] for one in found.tried],
        seen=[_seen(given, case, parties, findings.get(given.name)) for given in table.inputs],
        missing=list(found.missing),
    )
    # What a human looked at anyway needs no sample.
    ruling.sampled = found.outcome != "human" and not findings and _is_drawn(ruling.public_id, table)
    ruling.save(force_insert=True)
    fact = CaseDecidedByTable(
        subject=case.reference,
        service=case.service,
        applicant=case.applicant,
        outcome=found.outcome,
        rule=found.rule,
        missing=found.missing,
        sampled=ruling.sampled,
    )
    publish(fact, actor=actor, at=at)
    return found


def _facts(table: DecisionTable, parties: Parties, findings: Mapping[str, Finding]) -> dict[str, dict[str, str | None]]:
    """What nobody disputes, and what an official found out."""
    facts: dict[str, dict[str, str | None]] = {code: {**known.undisputed} for code, known in parties.items()}
    for given in table.inputs:
        if given.fact and given.name in findings:
            facts.setdefault(given.of, {})[given.fact] = findings[given.name].value
    return facts


def _seen(given: Input, case: Case, parties: Parties, finding: Finding | None) -> dict[str, Any]:
    """An input as the table found it: whose it is, of which day, and whether it was left out because departments dispute it."""
    if given.answer is not None:
        return {"name": given.name, "answer": given.answer, "value": _text(case.answers.get(given.answer))}
    facts, fact = parties.get(given.of), given.fact or ""
    golden = facts.golden.get(fact) if facts else None
    seen = {"name": given.name, "of": given.of, "fact": fact}
    if finding is not None:
        day = timezone.localdate(finding.found_at).isoformat()
        return {**seen, "value": finding.value, "post": finding.post, "as_of": day}
    if golden is None:
        return {**seen, "value": ""}
    day = golden.day.isoformat() if golden.day else ""
    return {**seen, "value": golden.value, "source": golden.source, "as_of": day, "disputed": golden.is_disputed}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _is_drawn(number: str, table: DecisionTable) -> bool:
    """Whether this one is looked at: chance to everybody outside, and always the same for the same ruling."""
    drawn = int(salted_hmac("huimin.cases.sample", number, algorithm="sha256").hexdigest()[:8], 16) % OF
    return drawn < table.sampled * OF // 100


def find_facts(number: str, values: Mapping[str, str], *, actor: Actor, at: datetime) -> Decision:
    """Keep what an official found out where the table could not tell, and decide by the table again: he sees what follows, and finishes
    his step as he judges.

    `values` by input; an empty one is left out. Raises NoSuchCase, NotInHand, NothingToFind, NotFindable.
    """
    with transaction.atomic():
        case = lock_case(number)
        if not holds_work(case.reference, actor, at=at):
            raise NotInHand(number=number)
        table, last = service_of(case).decision, case.rulings.order_by("-decided_at", "-id").first()
        if table is None or last is None or not (last.outcome == HUMAN or case.findings.exists()):
            raise NothingToFind(number=number)
        inputs = {given.name: given for given in findable(service_of(case))}
        for name, text in values.items():
            if name in inputs and text.strip():
                value = value_found(service_of(case), inputs[name], text)
                case.findings.update_or_create(name=name, defaults={"value": value, "post": actor.post, "found_at": at})
                fact = FactFound(subject=case.reference, service=case.service, applicant=case.applicant, what=name)
                publish(fact, actor=actor, at=at)
        return _decide(case, actor=actor, at=at)


def sample_rulings(number: str, *, actor: Actor, at: datetime) -> None:
    """Put the case's sampled rulings before the body that answers for the service; one that was put before it stays as it is."""
    with transaction.atomic():
        case = lock_case(number)
        for ruling in case.rulings.filter(sampled=True, check_process=""):
            started = process.start(
                CHECK,
                subject=ruling.reference,
                data={"body": case.department},
                department=case.department,
                actor=actor,
                at=at,
            )
            ruling.check_process = started.number
            ruling.save(update_fields=["check_process"])


def settle_check(reference: str, said: Mapping[str, Any], *, actor: Actor, at: datetime) -> Ruling:
    """Keep what the human found: `look` right or wrong, and of a wrong one `mend` mended or stands. Raises Ruling.DoesNotExist."""
    ruling = Ruling.objects.select_for_update(of=("self",)).select_related("case").get(public_id=number_of(reference))
    ruling.check_found = Ruling.Check.RIGHT if said.get("look") == Ruling.Check.RIGHT else Ruling.Check(said["mend"])
    ruling.save(update_fields=["check_found"])
    case = ruling.case
    fact = RulingChecked(
        subject=case.reference, service=case.service, applicant=case.applicant, found=ruling.check_found
    )
    publish(fact, actor=actor, at=at)
    return ruling


def number_of(reference: str) -> str:
    """The public number in `ruling:<number>`."""
    return reference.removeprefix("ruling:")
