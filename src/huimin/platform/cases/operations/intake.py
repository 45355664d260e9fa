"""At a window: take in an application for somebody who stands there, hand it over half-taken, lodge it once, take it back; its receipt.

Taking in is not handling: any window takes in any service of the whole city, and the case goes to the body that answers for it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.identifiers import Uscc
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.cases.events import (
    IntakeBegun,
    IntakeHandedOver,
    IntakeTakenBack,
    OriginalChecked,
    ReceiptPrinted,
    ReceiptVoided,
)
from huimin.platform.cases.models import Case, Channel, Draft, Evidence, Intake
from huimin.platform.cases.operations.deciding import move_case
from huimin.platform.cases.operations.lodging import lodge_case
from huimin.platform.cases.queries.drafts import (
    ForSomebodyElse,
    NoSuchDraft,
    Readiness,
    access_draft,
    department_of_post,
)
from huimin.platform.cases.queries.files import lock_case, service_of_draft
from huimin.platform.cases.queries.known import REGISTRY
from huimin.platform.cases.queries.parties import APPLICANT, KIND
from huimin.platform.cases.queries.taking_in import access_taken_in, find_lodged, window_posts
from huimin.platform.cases.rules import State
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.ports import person_matcher
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish, publish_alone
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.licences import operations as licences
from huimin.platform.licences.rules import State as Standing
from huimin.platform.process import operations as process
from huimin.platform.process.queries import trace
from huimin.platform.process.rules.states import ItemState
from huimin.platform.registries.events import LookedForNobody, LookedUp
from huimin.platform.registries.queries import find_row, wanted_uscc

PURPOSE: Final = "window_intake"


class NobodyMatches(BadInput):
    """Number and name are not those of one living person of the registry."""

    zh = "姓名和身份号码与登记不一致。请与证件原件再核对一遍。这次查询已记录。"
    en = "Name and number do not agree with the registry. Compare them with the document again. The query has been recorded."


class NoSuchFirm(BadInput):
    """No firm of the registry has this credit code."""

    zh = "没有查到这个统一社会信用代码。这次查询已记录。"
    en = "No firm has this credit code. The query has been recorded."


class NotAWindow(BadInput):
    """The post is none that takes in applications."""

    zh = "请选择一个窗口岗位。"
    en = "Please choose the post of a window."


class TooLateToTakeBack(Refusal):
    """The intake was on another day, or somebody has gone on with the case."""

    zh = "{number} 不能再撤回收件：已过当日，或者已有人接着办理。请由申请人撤回申请。"
    en = "{number} can no longer be taken back: the day is over or somebody has gone on. The applicant may withdraw it."


class ReceiptIsVoid(Refusal):
    """There is no receipt in force."""

    zh = "{number} 的回执已作废，请重新打印。"
    en = "The receipt of {number} was voided; print a new one."


def start_intake(
    code: str, *, citizen_id: str, name: str, uscc: str = "", shown_code: str = "", actor: Actor, at: datetime
) -> Draft:
    """Begin, or go on, taking in a service for the person whose document the clerk has in his hand.

    By number and name as they stand on it, or by the code of an electronic licence that he shows (`shown_code`); for a firm its
    credit code too, and the person is its agent. Raises NoSuchService, NobodyMatches, NoSuchFirm, ForSomebodyElse, CodeOver, NotInForce and
    the kernel's refusals of numbers that are none.
    """
    service = get_service(code)
    person = _shown(shown_code, actor, at) if shown_code else _person(citizen_id, name, actor, at)
    firm = _firm(uscc, actor, at) if uscc else ""
    parties = _parties(service, person, firm)
    applicant = next(iter(parties.values()))
    department = department_of_post(actor)
    with transaction.atomic():
        open_one = Draft.objects.filter(
            channel=Channel.WINDOW, applicant=applicant, service=code, lodged="", intake__department=department
        ).first()
        if open_one is not None:
            return open_one
        draft = Draft.objects.create(
            account=get_account(actor.ref),
            applicant=applicant,
            parties=parties,
            service=code,
            version=service.version,
            revision=service.revision,
            channel=Channel.WINDOW,
            begun_at=at,
            touched_at=at,
        )
        Intake.objects.create(draft=draft, department=department, first_contact=actor.post)
        fact = IntakeBegun(subject=_reference(draft), service=code, applicant=applicant, case_ref=draft.public_id)
        publish(fact, actor=actor, at=at)
    return draft


def _reference(draft: Draft) -> str:
    return f"draft:{draft.public_id}"


def _person(citizen_id: str, name: str, actor: Actor, at: datetime) -> str:
    found = person_matcher.get()(citizen_id=citizen_id, name=name)
    if found is None:
        _tell_of_nobody(KIND["person"], "number", citizen_id, actor, at)
        raise NobodyMatches(field="citizen_id")
    return f"{KIND['person']}{found.person_key}"


def _shown(code: str, actor: Actor, at: datetime) -> str:
    """The holder of a licence that is shown now; the code may be the whole address that a scanner reads."""
    licence = licences.check_presented(code.strip().rstrip("/").rpartition("/")[2], actor=actor, at=at)
    if licence.standing(timezone.localdate(at)) is not Standing.VALID:
        raise licences.NotInForce
    if not licence.holder.startswith(KIND["person"]):
        raise NobodyMatches(field="shown_code")
    return licence.holder


def _firm(text: str, actor: Actor, at: datetime) -> str:
    number = Uscc.parse(text)
    row = find_row(wanted_uscc(number))
    if row is None:
        _tell_of_nobody(KIND["organisation"], "uscc", number, actor, at)
        raise NoSuchFirm(field="uscc")
    return row.reference


def _tell_of_nobody(kind: str, by: str, asked: str, actor: Actor, at: datetime) -> None:
    registry = REGISTRY[kind.rstrip(":")]
    fact = LookedForNobody(subject=f"registry:{registry}", purpose=PURPOSE, by=by, asked=digest(asked.strip()))
    publish_alone(fact, actor=actor, at=at)


def _parties(service: Service, person: str, firm: str) -> dict[str, str]:
    """The references of the known parties, the applicant first. Raises ForSomebodyElse."""
    first = applying_party(service)
    applicant = firm or person
    if not applicant.startswith(KIND[first.kind]):
        raise ForSomebodyElse(who=first.names.zh)
    parties = {first.code: applicant}
    agent = service.form.party(APPLICANT)
    if agent is not None and agent.code not in parties and agent.kind == "person":
        parties[agent.code] = person
    return parties


def note_look(draft: Draft, ready: Readiness, *, actor: Actor, at: datetime) -> None:
    """Say, before they are shown, which registry fields of whom a window's page shows; each of them sees it among the looks."""
    shown = fields_shown(ready)
    for party, fields in shown.items():
        reference = ready.parties[party].reference
        fact = LookedUp(
            subject=reference,
            purpose=PURPOSE,
            case_ref=draft.public_id,
            basis=(_reference(draft),),
            fields=fields,
            by="number" if reference.startswith(KIND["person"]) else "uscc",
        )
        publish_alone(fact, actor=actor, at=at)


def fields_shown(ready: Readiness) -> dict[str, tuple[str, ...]]:
    """By party, the registry fields that the service's form and materials go by in this situation, and the name: nothing else."""
    # Of somebody who has not signed yet nothing is shown, so there is nothing to tell of.
    fields: dict[str, list[str]] = {party: ["name"] for party, facts in ready.parties.items() if facts.golden}
    for question in ready.questions:
        owner, _dot, name = (question.source or "").partition(".")
        if question.code in ready.known and owner in fields and "." not in name:
            fields[owner].append(name)
    for met in ready.materials:
        if met.way is not None and met.way.fact and met.way.of in fields:
            fields[met.way.of].append(met.way.fact)
    return {party: tuple(dict.fromkeys(names)) for party, names in fields.items()}


def see_originals(public_id: str, materials: Iterable[str], *, actor: Actor, at: datetime) -> None:
    """Keep which materials' originals the clerk has seen (trust grade B); those of no such way are left out. Raises NoSuchDraft."""
    draft = access_draft(public_id, actor, at=at)
    service = service_of_draft(draft)
    with_original = {one.code for one in service.item.materials if any(way.how == "original" for way in one.met_by)}
    Intake.objects.filter(draft=draft).update(originals=sorted(with_original & set(materials)))


def hand_over_intake(public_id: str, *, to_post: str, actor: Actor, at: datetime) -> Draft:
    """Hand a half-taken application to another window's clerks. Raises NoSuchDraft, NotAWindow."""
    if to_post not in window_posts():
        raise NotAWindow(field="to_post")
    with transaction.atomic():
        draft = access_draft(public_id, actor, at=at)
        Intake.objects.filter(draft=draft).update(department=to_post.partition(".")[0])
        fact = IntakeHandedOver(
            subject=_reference(draft),
            service=draft.service,
            applicant=draft.applicant,
            case_ref=draft.public_id,
            to_post=to_post,
        )
        publish(fact, actor=actor, at=at)
    return draft


def lodge_at_window(public_id: str, *, another: bool = False, actor: Actor, at: datetime) -> Case:
    """Lodge what was taken in, and print its first receipt. The same draft sent again gives the case that it became.

    Raises NoSuchDraft, NotWhole, AlreadyLodged, and what the process's first steps refuse.
    """
    if done := find_lodged(public_id, actor):
        return done
    try:
        with transaction.atomic():
            case = lodge_case(public_id, another=another, actor=actor, at=at)
            intake = Intake.objects.get(draft__public_id=public_id)
            intake.case, intake.printed = case, 1
            intake.save(update_fields=["case", "printed"])
            for evidence in case.evidence.filter(how=Evidence.How.ORIGINAL):
                publish(OriginalChecked(**_about(case), material=evidence.material), actor=actor, at=at)
            publish(ReceiptPrinted(**_about(case), edition=1), actor=actor, at=at)
    except NoSuchDraft:
        # Another copy of the same form was quicker.
        if done := find_lodged(public_id, actor):
            return done
        raise
    return case


def _about(case: Case) -> dict[str, Any]:
    return {"subject": case.reference, "service": case.service, "applicant": case.applicant}


def take_back_intake(number: str, *, actor: Actor, at: datetime) -> Case:
    """Take back, the same day, what the window lodged, while nobody has gone on with it; its receipt no longer holds.

    Raises NoSuchCase, TooLateToTakeBack.
    """
    intake = access_taken_in(number, actor)
    with transaction.atomic():
        case = lock_case(number)
        same_day = timezone.localdate(case.lodged_at) == timezone.localdate(at)
        if not same_day or case.state != State.LODGED:
            raise TooLateToTakeBack(number=number)
        process.withdraw_for_applicant(number=case.process, reason="taken back at the window", actor=actor, at=at)
        # The process is held by now: who touched one of its steps did so before, and all of it is undone.
        items = [item for line in trace(case.reference, facts_at_most=0, at=at).lines for item in line.items]
        if any(item.claimed_at is not None or item.state == ItemState.DONE for item in items):
            raise TooLateToTakeBack(number=number)
        case = move_case(number, State.WITHDRAWN, actor=actor, at=at)
        Intake.objects.filter(pk=intake.pk).update(voided=True)
        publish(IntakeTakenBack(**_about(case)), actor=actor, at=at)
    return case


def void_receipt(number: str, *, actor: Actor, at: datetime) -> Intake:
    """Make the receipt void; its code says so to whoever scans it. Raises NoSuchCase, ReceiptIsVoid."""
    access_taken_in(number, actor)
    with transaction.atomic():
        intake = Intake.objects.select_for_update().select_related("case").get(case__number=number)
        if intake.voided:
            raise ReceiptIsVoid(number=number)
        intake.voided = True
        intake.save(update_fields=["voided"])
        publish(ReceiptVoided(**_about(lock_case(number)), edition=intake.printed), actor=actor, at=at)
    return intake


def reprint_receipt(number: str, *, actor: Actor, at: datetime) -> Intake:
    """Print a new receipt; those before it no longer hold. Raises NoSuchCase, and ReceiptIsVoid for a case that was withdrawn."""
    access_taken_in(number, actor)
    with transaction.atomic():
        case = lock_case(number)
        if case.state == State.WITHDRAWN:
            raise ReceiptIsVoid(number=number)
        intake = Intake.objects.select_for_update().get(case=case)
        intake.printed, intake.voided = intake.printed + 1, False
        intake.save(update_fields=["printed", "voided"])
        publish(ReceiptPrinted(**_about(case), edition=intake.printed), actor=actor, at=at)
    return intake
