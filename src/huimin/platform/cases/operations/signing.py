"""Sign together: the applicant asks, each of the others signs or declines what he sees, before a clerk or with his own account.

A signature covers the answers as they read; whoever changes them afterwards voids it. For a firm any agent signs to whom
it has given that right; a person signs himself.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import PartyDeclined, PartySigned, SignatureAsked
from huimin.platform.cases.models import Draft, Signature
from huimin.platform.cases.operations.lodging import NotWhole, what_is_lacking
from huimin.platform.cases.queries.drafts import lock_draft, readiness, today_of
from huimin.platform.cases.queries.files import service_of_draft
from huimin.platform.cases.queries.parties import Other, what_is_signed
from huimin.platform.cases.queries.signing import Request, access_request
from huimin.platform.catalogue.declarations.words import Words
from huimin.platform.catalogue.rules.answers import read
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, Digest, digest, is_digest_of

State = Signature.States


class ChangedMeanwhile(Refusal):
    """The applicant changed the answers while the signer was reading them."""

    zh = "申请人刚刚改过内容。请把更新后的内容再看一遍，再决定是否签署。"
    en = "The applicant has just changed something. Please read it again before you sign."


class AnswerLeft(Refusal):
    """The signer has not answered what only he can say."""

    zh = "签署前请先填写：{what}。"
    en = "Before you sign, please answer: {what}."


class NobodyToAsk(Refusal):
    """Nobody's signature is missing."""

    zh = "没有需要再签署的人。"
    en = "Nobody has to sign any more."


def ask_signatures(public_id: str, *, actor: Actor, at: datetime) -> list[Signature]:
    """Ask everybody who must sign and has not. Raises NoSuchDraft, NobodyToAsk, and NotWhole where anything else is still missing."""
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        ready = readiness(draft, on=today_of(at))
        if not ready.may_be_signed:
            raise NotWhole(what=what_is_lacking(ready))
        if not ready.unsigned:
            raise NobodyToAsk
        return [_ask(draft, other, actor, at) for other in ready.unsigned]


def _ask(draft: Draft, other: Other, actor: Actor, at: datetime) -> Signature:
    told = digest(what_is_signed(draft, service_of_draft(draft), other.party.code))
    waits = other.signature is not None and other.signature.state == State.ASKED
    signature = _put(draft, other, state=State.ASKED, digest=told, asked_at=at, answered_at=None, answered_by="")
    if not waits:
        publish(SignatureAsked(**_about(draft, signature)), actor=actor, at=at)
    return signature


def _put(draft: Draft, other: Other, **values: Any) -> Signature:
    signature, _ = Signature.objects.update_or_create(
        draft=draft, party=other.party.code, defaults={"reference": other.reference, **values}
    )
    return signature


def _about(draft: Draft, signature: Signature) -> dict[str, Any]:
    return {
        "subject": f"draft:{draft.public_id}",
        "service": draft.service,
        "applicant": draft.applicant,
        "party": signature.party,
        "signer": signature.reference,
    }


def sign(public_id: str, *, seen: str, answers: Mapping[str, Any], actor: Actor, at: datetime) -> Signature:
    """Sign what one was asked to sign, with one's own answers to what only oneself can say. `seen` is the digest of what was shown.

    Raises NoSuchRequest, ChangedMeanwhile, AnswerLeft, and the refusals of answers that cannot be right.
    """
    with transaction.atomic():
        request = _held(public_id, seen, actor, at)
        draft, today = request.draft, today_of(at)
        own = {question.code: question for question in request.own_questions(on=today)}
        said = {code: read(own[code], value, on=today) for code, value in answers.items() if code in own and value}
        draft.answers = {**{code: one for code, one in draft.answers.items() if code not in own}, **said}
        draft.save(update_fields=["answers"])
        lacking = [one for one in request.own_questions(on=today) if one.required and one.code not in said]
        if lacking:
            zh, en = "、".join(one.names.zh for one in lacking), "; ".join(one.names.en for one in lacking)
            raise AnswerLeft(what=Words(zh=zh, en=en))
        return _signed(draft, request.signature, by=actor.ref, actor=actor, at=at)


def decline(public_id: str, *, actor: Actor, at: datetime) -> Signature:
    """Do not sign. The applicant sees it and may change what he wrote, or ask again. Raises NoSuchRequest."""
    with transaction.atomic():
        request = _held(public_id, None, actor, at)
        signature = request.signature
        signature.state, signature.answered_at, signature.answered_by = State.DECLINED, at, actor.ref
        signature.save(update_fields=["state", "answered_at", "answered_by"])
        publish(PartyDeclined(**_about(request.draft, signature)), actor=actor, at=at)
    return signature


def _held(public_id: str, seen: str | None, actor: Actor, at: datetime) -> Request:
    """The open request with its draft held, so that nobody changes what is being signed. Raises NoSuchRequest, ChangedMeanwhile."""
    before = access_request(public_id, actor, at=at)
    Draft.objects.select_for_update().get(pk=before.draft.pk)
    request = access_request(public_id, actor, at=at)
    if seen is not None and not is_digest_of(Digest(seen), request.text):
        raise ChangedMeanwhile
    return request


def _signed(draft: Draft, signature: Signature, *, by: str, actor: Actor, at: datetime) -> Signature:
    signature.digest = digest(what_is_signed(draft, service_of_draft(draft), signature.party))
    signature.state, signature.answered_at, signature.answered_by = State.SIGNED, at, by
    signature.save()
    publish(PartySigned(**_about(draft, signature), answers=signature.digest), actor=actor, at=at)
    return signature


def see_signatures(public_id: str, parties: Collection[str], *, actor: Actor, at: datetime) -> None:
    """Keep which of the others stand at the window and have signed before the clerk what the draft says now. Raises NoSuchDraft."""
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        for other in readiness(draft, on=today_of(at)).others:
            if not other.party.signs or not other.is_named:
                continue
            if other.party.code in parties and not other.holds:
                signature = _put(draft, other, asked_at=at, digest="", answered_at=at, state=State.SIGNED)
                _signed(draft, signature, by=f"post:{actor.post}", actor=actor, at=at)
            elif other.party.code not in parties:
                draft.signatures.filter(party=other.party.code).delete()
