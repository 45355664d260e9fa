"""Drafts: whose they are, and what one still lacks before it can be lodged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from huimin.kernel.refusals import NotFound, NotPermitted
from huimin.platform.cases.models import Channel, Draft, Upload
from huimin.platform.cases.queries.known import REGISTRY, Facts, Parties, facts_of, known_answers
from huimin.platform.cases.queries.parties import APPLICANT, KIND, Other, others_in, owner_of, takes_part
from huimin.platform.cases.rules import KnownAnswer
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.items import MetBy
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.catalogue.queries.items import published
from huimin.platform.catalogue.rules.answers import Wrong, data_of, faults, missing, visible
from huimin.platform.catalogue.rules.situations import Due, Need, fee_due, needed_materials, parameters_of, way_open
from huimin.platform.identity.queries import Kept, get_account, may_act, slot
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

APPLY: Final = "apply"


class NoSuchDraft(NotFound):
    """There is no such draft, or it is somebody else's."""

    zh = "没有这份草稿，可能已经提交或放弃。"
    en = "There is no such draft; it may have been lodged or thrown away."


class NotProvenToApply(NotPermitted):
    """Whoever applies must be proven to be this very person, or act for the applicant with the right to apply."""

    zh = "请先完成实名认证；代办的，请被代办人授权您“申办事项”，并包括这个事项。"
    en = "Please prove who you are first; to act for somebody, ask for a power to apply that covers this service."


def applicant_of(actor: Actor, *, at: datetime, service: str = "") -> str:
    """The reference of the one for whom this actor applies, for this service where one is named. Raises NotProvenToApply."""
    if actor.on_behalf_of:
        if not may_act(actor, APPLY, at, service=service):
            raise NotProvenToApply
        return actor.on_behalf_of
    return _in_own_name(get_account(actor.ref) if actor.kind == "account" else None)


def _in_own_name(account: "Account | None") -> str:
    if account is None or not account.person_key:
        raise NotProvenToApply
    return f"person:{account.person_key}"


class ForSomebodyElse(NotPermitted):
    """The service is for firms and a person asks in his own name, or the other way round."""

    zh = "这个事项由{who}申请。请先在“家人和委托”里切换到代办身份。"
    en = "This service is applied for by {who}. Switch to acting for them under “Family and authority” first."


def parties_for(service: Service, applicant: str, actor: Actor) -> dict[str, str]:
    """The references of the known parties: the first party is the applicant; for a firm, the person who acts is its agent.

    Raises ForSomebodyElse.
    """
    first = applying_party(service)
    if not applicant.startswith(KIND[first.kind]):
        raise ForSomebodyElse(who=first.names.zh)
    found = {first.code: applicant}
    agent = service.form.party(APPLICANT)
    key = get_account(actor.ref).person_key if actor.kind == "account" else ""
    if agent is not None and agent.code not in found and agent.kind == "person" and key:
        found[agent.code] = f"person:{key}"
    return found


def open_drafts(actor: Actor) -> QuerySet[Draft]:
    """The drafts that an account has not lodged for whom it acts now, newest first."""
    whose = Value(actor.on_behalf_of) if actor.on_behalf_of else Concat(Value(KIND["person"]), "account__person_key")
    drafts = Draft.objects.filter(account__public_id=actor.ref, lodged="", applicant=whose)
    return drafts.order_by("-touched_at")


def access_draft(public_id: str, actor: Actor, *, at: datetime) -> Draft:
    """A draft that the actor may touch. Raises NoSuchDraft, NotProvenToApply."""
    return _touched(_OPEN, public_id, actor, at=at)


def lock_draft(public_id: str, actor: Actor, *, at: datetime) -> Draft:
    """As `access_draft`, held for the rest of the transaction, so that two devices never undo each other's answers."""
    return _touched(_OPEN_AND_LOCKED, public_id, actor, at=at)


def _open(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    return drafts.select_related("account", "intake").filter(public_id=slot("number"), lodged="").order_by()


_OPEN: Final = Kept(lambda: _open(Draft.objects.all()))
_OPEN_AND_LOCKED: Final = Kept(lambda: _open(Draft.objects.select_for_update(of=("self",))))


def _touched(drafts: Kept[Draft], public_id: str, actor: Actor, *, at: datetime) -> Draft:
    draft = drafts.first(number=public_id)
    if draft is None or not _may_touch(draft, actor, at=at):
        raise NoSuchDraft
    return draft


def _may_touch(draft: Draft, actor: Actor, *, at: datetime) -> bool:
    """His own, for whom he acts now; what a window takes in, whoever stands in the department that has it."""
    if draft.channel == Channel.WINDOW:
        return department_of_post(actor) == draft.intake.department
    if draft.account.public_id != actor.ref:
        return False
    acts_for = bool(actor.on_behalf_of)
    own = applicant_of(actor, at=at, service=draft.service) if acts_for else _in_own_name(draft.account)
    return draft.applicant == own


def department_of_post(actor: Actor) -> str:
    """The code of the department at whose post the actor acts; blank for none."""
    return actor.post.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Met:
    """A needed material and how it is met: `way` None where it is not; `later` where it may be supplied after lodging.

    `after_signing`: what the city knows of somebody who has not signed yet may meet it.
    """

    need: Need
    way: MetBy | None
    reference: str = ""
    upload: Upload | None = None
    later: bool = False
    after_signing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether lodging waits for it."""
        waits = not (self.later or self.after_signing)
        return self.way is None and waits and self.need.certain and self.need.material.necessity == "1"


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Where a draft stands: what is asked, what is known, what is missing or wrong, how each material is met, who else takes part.

    `withheld` are questions that only somebody who has not signed yet can answer, or the city for him once he has; `uploads` every file
    that was given, by material.
    """

    service: Service
    parties: Parties
    known: Mapping[str, KnownAnswer]
    answers: Mapping[str, Any]
    questions: Sequence[Question]
    missing: Sequence[Question]
    wrong: Sequence[Wrong]
    materials: Sequence[Met]
    due: Due
    others: Sequence[Other] = ()
    withheld: frozenset[str] = frozenset()
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """What is known of the applicant."""
        return self.parties[applying_party(self.service).code]

    @property
    def everything(self) -> dict[str, Any]:
        """Known and given answers of the questions that are put; what was given stands over what is known."""
        whole = {**{code: one.value for code, one in self.known.items()}, **self.answers}
        return {question.code: whole[question.code] for question in self.questions if question.code in whole}

    @property
    def open_materials(self) -> list[Met]:
        """The materials that lodging waits for."""
        return [met for met in self.materials if met.is_open]

    @property
    def unnamed(self) -> list[Other]:
        """Who else takes part and is not named yet."""
        return [other for other in self.others if not other.is_named]

    @property
    def unsigned(self) -> list[Other]:
        """Who is named and has not signed what the draft says now."""
        return [other for other in self.others if other.is_named and other.is_awaited]

    @property
    def shown(self) -> Mapping[str, KnownAnswer]:
        """Of what is known, what the applicant may see: of somebody else nothing before he has signed."""
        veiled = {other.party.code for other in self.others if other.is_veiled}
        owners = {question.code: owner_of(question, self.service.form) for question in self.questions}
        return {code: one for code, one in self.known.items() if owners.get(code) not in veiled}

    @property
    def may_be_signed(self) -> bool:
        """Whether everything is there but the signatures."""
        return not (self.missing or self.wrong or self.open_materials or self.unnamed)

    @property
    def is_whole(self) -> bool:
        """Whether it can be lodged."""
        return self.may_be_signed and not self.unsigned


_GIVEN: Final = Kept(lambda: Upload.objects.filter(draft=slot("draft")).order_by("given_at"))


def readiness(draft: Draft, *, on: date) -> Readiness:
    """Where a draft stands on a day."""
    service = published(draft.service, draft.version, draft.revision)
    others = others_in(draft, service)
    return readiness_of(
        service,
        _open_facts(draft.parties, others, on),
        draft.answers,
        others=others,
        uploads={upload.material: upload for upload in _GIVEN(draft=draft.pk)},
        promises=draft.promises,
        originals=draft.intake.originals if draft.channel == Channel.WINDOW else (),
        on=on,
    )


def _open_facts(references: Mapping[str, str], others: Sequence[Other], on: date) -> Parties:
    """The facts of the parties; of who must sign and has not, that he is there and nothing more."""
    closed = {other.party.code for other in others if other.is_awaited}
    return {
        code: Facts(reference, REGISTRY[reference.partition(":")[0]]) if code in closed else facts_of(reference, on=on)
        for code, reference in references.items()
    }


def readiness_of(
    service: Service,
    parties: Parties,
    answers: Mapping[str, Any],
    *,
    others: Sequence[Other] = (),
    uploads: Mapping[str, Upload] = MappingProxyType({}),
    promises: Sequence[str] = (),
    originals: Sequence[str] = (),
    on: date,
) -> Readiness:
    """What these answers, files (by material), promises and originals seen make of a service for these parties."""
    parameters = parameters_of(service.item)
    own = {code: one.value for code, one in known_answers(service, parties).items()}
    situation = data_of(service.form, {**own, **answers}, parameters)
    others = [other for other in others if takes_part(other.party, situation)]
    absent = {party.code for party in service.form.parties if not takes_part(party, situation)}
    parties = {code: facts for code, facts in parties.items() if code not in absent}
    known = known_answers(service, parties)
    values = {code: one.value for code, one in known.items()}
    whole = {**values, **answers}
    data = data_of(service.form, whole, parameters)
    closed = {other.party.code for other in others if other.is_awaited}
    withheld = frozenset(one.code for one in service.form.questions if owner_of(one, service.form) in closed)
    return Readiness(
        service=service,
        parties=parties,
        known=known,
        answers=answers,
        questions=visible(service.form, whole, parameters),
        missing=[one for one in missing(service.form, answers, parameters, values) if one.code not in withheld],
        wrong=faults(service.form, answers, parameters, on=on),
        materials=[
            _met(need, parties, uploads.get(need.material.code), promises, originals, closed)
            for need in needed_materials(service.item, data)
        ],
        due=fee_due(service.item, data),
        others=others,
        withheld=withheld,
        uploads=uploads,
    )


def _met(
    need: Need,
    parties: Parties,
    upload: Upload | None,
    promises: Sequence[str],
    originals: Sequence[str],
    closed: Collection[str],
) -> Met:
    """The city's own way first, then what the applicant gave. `closed` are parties of whom the city says nothing yet."""
    material = need.material
    own = way_open(
        material,
        licences={code: facts.licences.keys() for code, facts in parties.items()},
        facts={code: facts.undisputed.keys() for code, facts in parties.items()},
    )
    if own is not None:
        licence = parties[own.of].licences.get(own.licence or "")
        return Met(need=need, way=own, reference=licence.reference if licence else own.fact or "")
    ways = {way.how: way for way in material.met_by}
    if material.code in originals and "original" in ways:
        return Met(need=need, way=ways["original"], reference=_upload_reference(upload), upload=upload)
    if upload is not None and "upload" in ways:
        return Met(need=need, way=ways["upload"], reference=_upload_reference(upload), upload=upload)
    if material.code in promises and "promise" in ways:
        return Met(need=need, way=ways["promise"], reference=f"promise:{material.code}")
    # An original is shown at any counter when the case is taken in, so lodging does not wait for it.
    return Met(
        need=need,
        way=None,
        later=need.may_be_later or "original" in ways,
        after_signing=any(way.of in closed and way.how in ("licence", "fact") for way in material.met_by),
    )


def _upload_reference(upload: Upload | None) -> str:
    return f"upload:{upload.public_id}" if upload else ""


def today_of(at: datetime) -> date:
    """The city's day of an instant."""
    return timezone.localdate(at)
