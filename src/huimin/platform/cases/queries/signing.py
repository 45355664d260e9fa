"""What others ask the reader to sign: who asks, for what, what was said, and what only he can say himself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.models import Draft, Signature
from huimin.platform.cases.queries.files import service_of_draft
from huimin.platform.cases.queries.known import facts_of, known_answers
from huimin.platform.cases.queries.parties import KIND, owner_of, what_is_signed
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.answers import visible
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.identity.queries import get_account, may_act
from huimin.platform.journal.rules import Actor

AT_MOST: Final = 50
SIGN: Final = "sign"
"""The act of a delegation by which an agent signs for a firm."""


class NoSuchRequest(NotFound):
    """Nobody asks the reader to sign this, or not any more."""

    zh = "没有等您签署的这份申请，可能申请人已经修改或放弃。"
    en = "There is nothing of this number for you to sign; the applicant may have changed or dropped it."


@dataclass(frozen=True)
class Request:
    """A request to sign, in the eyes of who is asked."""

    signature: Signature

    @property
    def draft(self) -> Draft:
        """What is to be signed."""
        return self.signature.draft

    @cached_property
    def service(self) -> Service:
        """The service that is applied for."""
        return service_of_draft(self.draft)

    @property
    def is_open(self) -> bool:
        """Whether the applicant waits for an answer."""
        return self.signature.state == Signature.States.ASKED and not self.draft.lodged

    @property
    def text(self) -> str:
        """What a signature would cover now."""
        return what_is_signed(self.draft, self.service, self.signature.party)

    def own_questions(self, *, on: date) -> Sequence[Question]:
        """What only the signer can say: the questions of his that nobody has an answer to."""
        facts = {self.signature.party: facts_of(self.signature.reference, on=on)}
        known = known_answers(self.service, facts)
        put = visible(self.service.form, self.draft.answers, parameters_of(self.service.item))
        return [
            question
            for question in put
            if owner_of(question, self.service.form) == self.signature.party and question.code not in known
        ]


def get_signature(draft: str, party: str) -> Signature:
    """The signature of a party to a draft (by public number). Raises NoSuchRequest."""
    found = Signature.objects.filter(draft__public_id=draft, party=party).select_related("draft__account").first()
    if found is None:
        raise NoSuchRequest
    return found


def _signs_for(actor: Actor, at: datetime) -> str:
    """Whose signatures are the actor's to give: his own, or those of a firm that lets him sign."""
    if actor.on_behalf_of:
        firm = actor.on_behalf_of if actor.on_behalf_of.startswith(KIND["organisation"]) else ""
        return firm if firm and may_act(actor, SIGN, at) else ""
    key = get_account(actor.ref).person_key if actor.kind == "account" else ""
    return f"{KIND['person']}{key}" if key else ""


def _asked_of(actor: Actor, at: datetime) -> QuerySet[Signature]:
    signer = _signs_for(actor, at)
    signatures = Signature.objects.select_related("draft__account", "case")
    return signatures.filter(reference=signer) if signer else signatures.none()


def open_requests(actor: Actor, *, at: datetime) -> list[Request]:
    """What waits for the reader's signature, newest first; at most AT_MOST."""
    found = _asked_of(actor, at).filter(state=Signature.States.ASKED, draft__lodged="").order_by("-asked_at", "-id")
    return [Request(signature) for signature in found[:AT_MOST]]


def request_of(public_id: str, actor: Actor, *, at: datetime) -> Request:
    """A request that was put to the reader, answered or not. Raises NoSuchRequest."""
    signature = _asked_of(actor, at).filter(public_id=public_id).first()
    if signature is None or signature.draft.parties.get(signature.party) != signature.reference:
        raise NoSuchRequest
    if not may_act(actor, SIGN, at, service=signature.draft.service):
        raise NoSuchRequest
    return Request(signature)


def access_request(public_id: str, actor: Actor, *, at: datetime) -> Request:
    """A request that still waits for the reader's answer. Raises NoSuchRequest."""
    request = request_of(public_id, actor, at=at)
    if not request.is_open:
        raise NoSuchRequest
    return request
