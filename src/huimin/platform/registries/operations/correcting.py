"""Corrections: asked for by the person, answered by the department that answers for the value, appealed against."""

from datetime import datetime

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.exchange.declarations import resources
from huimin.platform.identity.queries import may_act
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.process import operations as process
from huimin.platform.registries.events import (
    CorrectionAsked,
    CorrectionGranted,
    CorrectionRefused,
    CorrectionValueChosen,
)
from huimin.platform.registries.fields import PEOPLE, fields_of
from huimin.platform.registries.models import Correction, CorrectionDecided, new_number
from huimin.platform.registries.queries import corrections as desk
from huimin.platform.registries.queries.cards import Row
from huimin.platform.registries.queries.fitting import fit_value
from huimin.platform.registries.queries.lookup import find_row_of
from huimin.platform.registries.queries.own import access_own
from huimin.platform.registries.rules import GoldenValue, claim_of, golden_values

DEFINITION = "correction"
KIND = "data_correction"
CORRECT = "correct"


class MayNotCorrect(NotPermitted):
    """The one who acts for somebody has not been given the right to ask for corrections."""

    zh = "委托事项里没有“申请更正”，请本人办理或更改委托。"
    en = "The delegation does not cover corrections; the person must do it, or change the delegation."


class OnlyAtTheWindow(Refusal):
    """A value that identifies the person, or says that he has died, is corrected at a counter with papers."""

    zh = "“{names.zh}”要本人带证件到办事窗口更正。"
    en = "“{names.en}” is corrected at a service window, with papers."


class NothingToCorrect(Refusal):
    """Nothing is recorded in this field, so there is nothing whose source could correct it."""

    zh = "这一项没有登记内容，没有可以更正的数源。"
    en = "Nothing is recorded here, so no department has anything to correct."


class AlreadySo(BadInput):
    """The value is what it should be."""

    zh = "现在登记的就是这样，不需要更正。"
    en = "This is what is recorded now; nothing needs to be corrected."


class AlreadyAsked(Refusal):
    """A correction of this value is being decided."""

    zh = "这一项正在核实，请等答复。"
    en = "A correction of this value is being decided; please wait for the answer."


class NotRefused(Refusal):
    """Only a refused correction can be appealed against, once."""

    zh = "只有未予更正的，才能提出异议；每件只能提一次。"
    en = "Only a refused correction can be appealed against, and only once."


class ReasonMissing(BadInput):
    """An appeal without a reason."""

    zh = "请写明理由。"
    en = "Please give the reason."


class ValueMissing(Refusal):
    """The official agreed to correct a value without saying what it will be."""

    zh = "请先核定更正后的内容，再办结。"
    en = "First settle what the value will be, then finish the step."


def ask_correction(
    *, field: str, proposed: str, reason: str, evidence: str, resource: str = "", actor: Actor, at: datetime
) -> Correction:
    """Ask for one's own value to be corrected by a department that records it; its process starts.

    `proposed` as typed or a code; `resource` whose record is wrong: that of the golden value when not given.
    Raises NotProven, MayNotCorrect, NoSuchField, ChangedAtTheRegister, OnlyAtTheWindow, NothingToCorrect, ValueNotFit, AlreadySo,
    ReasonMissing, AlreadyAsked, NobodyAnswers.
    """
    own = access_own(actor, at=at)
    if not may_act(actor, CORRECT, at):
        raise MayNotCorrect
    own.correctable(field)
    words = fields_of(PEOPLE)[field]
    if words.window:
        raise OnlyAtTheWindow(names=words.names)
    said = claim_of(own.golden.get(field), resource)
    if said is None:
        raise NothingToCorrect
    value = fit_value(field, said.source, proposed)
    if value == said.value:
        raise AlreadySo(field="proposed")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    opened = Correction(
        cause=Correction.Cause.ASKED,
        person_key=own.row.key,
        field=field,
        resource=said.source,
        before=said.value,
        proposed=value,
        reason=reason.strip(),
        evidence=evidence.strip(),
    )
    return _open(opened, decider=desk.decider_of(said.source), actor=actor, at=at)


def ask_for_visited(
    *, person_key: str, field: str, proposed: str, reason: str, evidence: str, actor: Actor, at: datetime
) -> Correction:
    """Ask for a value to be corrected that an official found otherwise at the person's door; its process starts.

    `proposed` may be blank where he could only see that it is wrong: who decides settles it. The official's right to the value has been
    asked where it was shown to him. Raises NothingToCorrect, OnlyAtTheWindow, ValueNotFit, AlreadySo, AlreadyAsked, NobodyAnswers.
    """
    row = find_row_of(PEOPLE, person_key)
    said = claim_of(golden_values(row.stored).get(field)) if row else None
    if row is None or said is None or said.source not in resources():
        raise NothingToCorrect
    if fields_of(PEOPLE)[field].window:
        raise OnlyAtTheWindow(names=fields_of(PEOPLE)[field].names)
    value = fit_value(field, said.source, proposed) if proposed else ""
    if value == said.value:
        raise AlreadySo(field="proposed")
    opened = Correction(
        cause=Correction.Cause.VISIT,
        person_key=row.key,
        field=field,
        resource=said.source,
        before=said.value,
        proposed=value,
        reason=reason,
        evidence=evidence,
    )
    return _open(opened, decider=desk.decider_of(said.source), actor=actor, at=at)


def _open(correction: Correction, *, decider: str, actor: Actor, at: datetime) -> Correction:
    """Start the process of a new correction and announce it, in one transaction. Raises AlreadyAsked."""
    correction.number, correction.asked_by, correction.asked_at = new_number(), actor.ref, at
    try:
        with transaction.atomic():
            started = process.start(
                DEFINITION,
                subject=correction.reference,
                kind=KIND,
                data={"decider": decider, "office": desk.office()},
                actor=actor,
                at=at,
            )
            correction.process = started.number
            correction.save(force_insert=True)
            fact = CorrectionAsked(
                subject=f"person:{correction.person_key}",
                correction=correction.number,
                field=correction.field,
                cause=correction.cause,
                resource=correction.resource,
                decider=decider,
            )
            publish(fact, actor=actor, at=at)
    except IntegrityError as clash:
        raise AlreadyAsked from clash
    return correction


def appeal_correction(*, number: str, reason: str, actor: Actor, at: datetime) -> Correction:
    """Appeal against a refusal: the data office decides. Raises NotProven, MayNotCorrect, NoSuchCorrection, NotRefused, ReasonMissing."""
    own = access_own(actor, at=at)
    if not may_act(actor, CORRECT, at):
        raise MayNotCorrect
    refused = desk.access_correction(own, number)
    if (
        refused.state != Correction.State.REFUSED
        or refused.cause != Correction.Cause.ASKED
        or hasattr(refused, "appeal")
    ):
        raise NotRefused
    if not reason.strip():
        raise ReasonMissing(field="reason")
    opened = Correction(
        cause=Correction.Cause.APPEAL,
        appeal_of=refused,
        person_key=own.row.key,
        field=refused.field,
        resource=refused.resource,
        before=refused.before,
        proposed=refused.proposed,
        reason=reason.strip(),
        evidence=refused.evidence,
    )
    return _open(opened, decider=desk.office(), actor=actor, at=at)


def open_dispute_tickets(*, after: str = "", limit: int = 50, actor: Actor, at: datetime) -> tuple[int, str]:
    """Open a ticket with the authoritative department for each disputed value of the next `limit` disputed people, one transaction each.

    A dispute that has had its ticket gets no second one. Returns how many were opened, and the key to go on after ('' at the end).
    """
    rows = desk.disputed_people(after=after, limit=limit)
    opened = sum(
        _open_dispute(row, golden, actor, at)
        for row in rows
        for golden in golden_values(row.stored).values()
        if golden.is_disputed
    )
    return opened, rows[-1].key if len(rows) == limit else ""


def _open_dispute(row: Row, golden: GoldenValue, actor: Actor, at: datetime) -> bool:
    claims = "\x1f".join(f"{claim.source}={claim.value}" for claim in golden.disputed_by)
    mark = digest(f"{golden.source}={golden.value}\x1f{claims}")
    if (
        golden.source not in resources()
        or Correction.objects.filter(person_key=row.key, field=golden.field, dispute=mark).exists()
    ):
        return False
    opened = Correction(
        cause=Correction.Cause.DISPUTE,
        person_key=row.key,
        field=golden.field,
        resource=golden.source,
        before=golden.value,
        dispute=mark,
    )
    try:
        _open(opened, decider=desk.decider_of(golden.source), actor=actor, at=at)
    except AlreadyAsked:
        return False
    return True


def choose_value(*, number: str, value: str, actor: Actor, at: datetime) -> Correction:
    """Settle what the value will be, by the official who holds the ticket.

    Raises NotInYourHands, ValueNotFit, AlreadySo, CorrectionDecided.
    """
    held = desk.access_held_correction(number, actor, at=at)
    fitted = fit_value(held.correction.field, held.correction.resource, value)
    said = claim_of(held.golden, held.correction.resource)
    if said is not None and fitted == said.value:
        raise AlreadySo(field="value")
    with transaction.atomic():
        correction = _locked(number)
        if correction.state != Correction.State.OPEN:
            raise CorrectionDecided(number=number)
        correction.proposed = fitted
        correction.save(update_fields=["proposed"])
        fact = CorrectionValueChosen(
            subject=f"person:{correction.person_key}", correction=number, field=correction.field
        )
        publish(fact, actor=actor, at=at)
    return correction


def pass_on_correction(*, number: str, item: str, resource: str, note: str, actor: Actor, at: datetime) -> Correction:
    """The data office settles which department answers for a value: the ticket goes there.

    Raises NotInYourHands, NobodyAnswers, process.NotYours.
    """
    held = desk.access_held_correction(number, actor, at=at)
    decider = desk.decider_of(resource)
    with transaction.atomic():
        process.complete(number=item, outcome="assigned", data={"decider": decider}, note=note, actor=actor, at=at)
        held.correction.resource = resource
        held.correction.save(update_fields=["resource"])
    return held.correction


def settle_correction(*, reference: str, corrected: bool, actor: Actor, at: datetime) -> None:
    """Record the answer, in the transaction of the step that gave it. Raises ValueMissing, CorrectionDecided."""
    correction = _locked(reference.removeprefix(desk.REFERENCE))
    if corrected and not correction.proposed:
        raise ValueMissing
    correction.move(Correction.State.GRANTED if corrected else Correction.State.REFUSED)
    correction.answered_at = at
    correction.save(update_fields=["state", "answered_at"])
    answer = CorrectionGranted if corrected else CorrectionRefused
    publish(
        answer(subject=f"person:{correction.person_key}", correction=correction.number, field=correction.field),
        actor=actor,
        at=at,
    )


def _locked(number: str) -> Correction:
    return Correction.objects.select_for_update().get(number=number)
