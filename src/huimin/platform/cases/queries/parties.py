"""Who takes part beside the applicant: named or not yet, must sign or need not, and what of a draft each of them answers for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huimin.platform.cases.models import Draft, Signature
from huimin.platform.catalogue.declarations.forms import Form, Party, Question
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.catalogue.rules.answers import truth
from huimin.platform.journal.rules import Digest, canonical, is_digest_of

APPLICANT: Final = "applicant"
KIND: Final[Mapping[str, str]] = {"person": "person:", "organisation": "organisation:"}
LICENCE: Final = "licence"


def others_of(service: Service) -> Sequence[Party]:
    """The parties that the applicant has to name: known to the registries, neither himself nor the agent who acts for his firm."""
    own = applying_party(service)
    agent = APPLICANT if own.kind == "organisation" else own.code
    return [party for party in service.form.parties if party.known and party.code not in {own.code, agent}]


@dataclass(frozen=True, kw_only=True)
class Other:
    """Somebody beside the applicant who takes part in a draft. `holds`: what he signed is what the draft says now."""

    party: Party
    reference: str = ""
    signature: Signature | None = None
    holds: bool = False

    @property
    def is_named(self) -> bool:
        """Whether it is known who this is."""
        return bool(self.reference)

    @property
    def is_awaited(self) -> bool:
        """Whether lodging waits for the signature."""
        return self.party.signs and not self.holds

    @property
    def is_asked(self) -> bool:
        """Whether he was asked to sign and has not answered yet."""
        return self.signature is not None and self.signature.state == Signature.States.ASKED

    @property
    def is_veiled(self) -> bool:
        """Whether what the city knows of him stays closed to the applicant: until he has signed, and of who cannot sign for ever."""
        return not self.holds


def owner_of(question: Question, form: Form) -> str:
    """The party whom a question's source speaks of; blank where nobody else could answer it."""
    owner = (question.source or "").partition(".")[0]
    if owner == LICENCE:
        return question.of
    return owner if form.party(owner) else ""


def what_is_signed(draft: Draft, service: Service, party: str) -> str:
    """The one text that a party's signature covers: the service as it was, who takes part, and the answers.

    What only another signer can say is his own, under his own signature.
    """
    signing = {other.code for other in others_of(service) if other.signs} - {party}
    foreign = {question.code for question in service.form.questions if owner_of(question, service.form) in signing}
    answers = {code: value for code, value in draft.answers.items() if code not in foreign}
    said = [draft.service, draft.version, draft.revision, sorted(draft.parties.items()), answers]
    return canonical(said).decode()


def others_in(draft: Draft, service: Service) -> list[Other]:
    """Everybody beside the applicant whom the service knows, with how his signature stands; in every situation, not in this one only."""
    signatures = {one.party: one for one in draft.signatures.all()} if others_of(service) else {}
    return [
        Other(
            party=party,
            reference=draft.parties.get(party.code, ""),
            signature=(signature := signatures.get(party.code)),
            holds=signature is not None and covers(signature, draft, service),
        )
        for party in others_of(service)
    ]


def covers(signature: Signature, draft: Draft, service: Service) -> bool:
    """Whether a signature was given, by who is the party now, for what the draft says now."""
    return (
        signature.state == Signature.States.SIGNED
        and signature.reference == draft.parties.get(signature.party)
        and is_digest_of(Digest(signature.digest), what_is_signed(draft, service, signature.party))
    )


def takes_part(party: Party, data: Mapping[str, Any]) -> bool:
    """Whether a party takes part in this situation; while that is not decided yet, it does not."""
    return truth(party.when, data) is True
