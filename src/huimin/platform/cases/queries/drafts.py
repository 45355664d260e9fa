"""Drafts: whose they are, and what one still lacks before it can be lodged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from huimin.kernel.refusals import NotFound, NotPermitted
from huimin.platform.cases.models import Channel, Draft, Upload
from huimin.platform.cases.queries.known import Facts, Parties, known_answers, parties_of
from huimin.platform.cases.rules import KnownAnswer
from huimin.platform.catalogue.declarations.forms import Party, Question
from huimin.platform.catalogue.declarations.items import MetBy
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.items import published
from huimin.platform.catalogue.rules.answers import Wrong, data_of, faults, missing, visible
from huimin.platform.catalogue.rules.situations import Due, Need, fee_due, needed_materials, parameters_of, way_open
from huimin.platform.identity.queries import get_account, may_act
from huimin.platform.journal.rules import Actor

APPLY: Final = "apply"
APPLICANT: Final = "applicant"
KIND: Final = {"person": "person:", "organisation": "organisation:"}


class NoSuchDraft(NotFound):
    """There is no such draft, or it is somebody else's."""

    zh = "没有这份草稿，可能已经提交或放弃。"
    en = "There is no such draft; it may have been lodged or thrown away."


class NotProvenToApply(NotPermitted):
    """Whoever applies must be proven to be this very person, or act for the applicant with the right to apply."""

    zh = "请先完成实名认证，或者请被代办人授权您“申办事项”。"
    en = "Please prove who you are first, or be authorised to apply on the other's behalf."


def applicant_of(actor: Actor, *, at: datetime) -> str:
    """The reference of the one for whom this actor applies. Raises NotProvenToApply."""
    if actor.on_behalf_of:
        if not may_act(actor, APPLY, at):
            raise NotProvenToApply
        return actor.on_behalf_of
    key = get_account(actor.ref).person_key if actor.kind == "account" else ""
    if not key:
        raise NotProvenToApply
    return f"person:{key}"


class ForSomebodyElse(NotPermitted):
    """The service is for firms and a person asks in his own name, or the other way round."""

    zh = "这个事项由{who}申请。请先在“家人和委托”里切换到代办身份。"
    en = "This service is applied for by {who}. Switch to acting for them under “Family and authority” first."


def applying_party(service: Service) -> Party:
    """Who applies: the first party, or the one called the applicant where the first is not known yet (a newborn, a firm to be)."""
    first = service.form.parties[0]
    return first if first.known else service.form.party(APPLICANT) or first


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
    """The drafts that an account has not lodged, newest first."""
    return Draft.objects.filter(account__public_id=actor.ref, lodged="").order_by("-touched_at")


def access_draft(public_id: str, actor: Actor, *, at: datetime) -> Draft:
    """A draft that the actor may touch. Raises NoSuchDraft, NotProvenToApply."""
    draft = Draft.objects.select_related("account", "intake").filter(public_id=public_id, lodged="").first()
    if draft is None or not _may_touch(draft, actor, at=at):
        raise NoSuchDraft
    return draft


def _may_touch(draft: Draft, actor: Actor, *, at: datetime) -> bool:
    """His own, for whom he acts now; what a window takes in, whoever stands in the department that has it."""
    if draft.channel == Channel.WINDOW:
        return department_of_post(actor) == draft.intake.department
    return draft.account.public_id == actor.ref and draft.applicant == applicant_of(actor, at=at)


def department_of_post(actor: Actor) -> str:
    """The code of the department at whose post the actor acts; blank for none."""
    return actor.post.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Met:
    """A needed material and how it is met: `way` None where it is not; `later` where it may be supplied after lodging."""

    need: Need
    way: MetBy | None
    reference: str = ""
    upload: Upload | None = None
    later: bool = False

    @property
    def is_open(self) -> bool:
        """Whether lodging waits for it."""
        return self.way is None and not self.later and self.need.certain and self.need.material.necessity == "1"


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Where a draft stands: what is asked, what is known, what is missing or wrong, and how each material is met."""

    service: Service
    parties: Parties
    known: Mapping[str, KnownAnswer]
    answers: Mapping[str, Any]
    questions: Sequence[Question]
    missing: Sequence[Question]
    wrong: Sequence[Wrong]
    materials: Sequence[Met]
    due: Due

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
    def is_whole(self) -> bool:
        """Whether it can be lodged."""
        return not (self.missing or self.wrong or self.open_materials)


def readiness(draft: Draft, *, on: date) -> Readiness:
    """Where a draft stands on a day."""
    return readiness_of(
        published(draft.service, draft.version, draft.revision),
        parties_of(draft.parties, on=on),
        draft.answers,
        uploads={upload.material: upload for upload in draft.uploads.order_by("given_at")},
        promises=draft.promises,
        originals=draft.intake.originals if draft.channel == Channel.WINDOW else (),
        on=on,
    )


def readiness_of(
    service: Service,
    parties: Parties,
    answers: Mapping[str, Any],
    *,
    uploads: Mapping[str, Upload] = MappingProxyType({}),
    promises: Sequence[str] = (),
    originals: Sequence[str] = (),
    on: date,
) -> Readiness:
    """What these answers, files (by material), promises and originals seen make of a service for these parties."""
    known = known_answers(service, parties)
    parameters = parameters_of(service.item)
    values = {code: one.value for code, one in known.items()}
    whole = {**values, **answers}
    data = data_of(service.form, whole, parameters)
    return Readiness(
        service=service,
        parties=parties,
        known=known,
        answers=answers,
        questions=visible(service.form, whole, parameters),
        missing=missing(service.form, answers, parameters, values),
        wrong=faults(service.form, answers, parameters, on=on),
        materials=[
            _met(need, parties, uploads.get(need.material.code), promises, originals)
            for need in needed_materials(service.item, data)
        ],
        due=fee_due(service.item, data),
    )


def _met(need: Need, parties: Parties, upload: Upload | None, promises: Sequence[str], originals: Sequence[str]) -> Met:
    """The city's own way first, then what the applicant gave."""
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
    return Met(need=need, way=None, later=need.may_be_later or "original" in ways)


def _upload_reference(upload: Upload | None) -> str:
    return f"upload:{upload.public_id}" if upload else ""


def today_of(at: datetime) -> date:
    """The city's day of an instant."""
    return timezone.localdate(at)
