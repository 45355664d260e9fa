"""Cases: the applicant's own, and those in an official's hands."""

from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from huimin.kernel.refusals import NotFound, NotPermitted
from huimin.platform.cases.models import Case, CaseQuerySet, Draft, Upload
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.items import published
from huimin.platform.identity.queries import get_account, may_act, services_open_to
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process import queries as process
from huimin.platform.process.queries.items import NoSuchWork

if TYPE_CHECKING:
    from huimin.platform.licences.models import Licence

VIEW = "view"
ACT = "apply"


class NoSuchCase(NotFound):
    """There is no such case, or the reader may not know of it."""

    zh = "没有这件办件，或者您无权查看。"
    en = "There is no such case, or you may not see it."


def get_case(number: str) -> Case:
    """The case of this number. Raises NoSuchCase."""
    if case := Case.objects.filter(number=number).first():
        return case
    raise NoSuchCase


def lock_case(number: str) -> Case:
    """The case, held for the rest of the transaction. Raises NoSuchCase."""
    if case := Case.objects.select_for_update().filter(number=number).first():
        return case
    raise NoSuchCase


def own_reference(actor: Actor, *, at: datetime) -> str:
    """The reference of the reader, or of whom he acts for; blank for nobody."""
    if actor.on_behalf_of:
        return actor.on_behalf_of if may_act(actor, VIEW, at) else ""
    key = get_account(actor.ref).person_key if actor.kind == "account" else ""
    return f"person:{key}" if key else ""


def own_cases(actor: Actor, *, at: datetime) -> CaseQuerySet:
    """The cases of the reader, or of whom he acts for: of those services that his power reaches."""
    seen = own_reference(actor, at=at)
    if not seen:
        return Case.objects.none()
    reached = services_open_to(actor, at)
    found = Case.objects.of(seen)
    return found if reached is None else found.filter(Q(service__in=reached) | Q(whole__service__in=reached))


LOOKED_AT: Final = 50


def waiting_cases(actor: Actor, *, at: datetime) -> list[Case]:
    """Of the reader's newest open cases (at most LOOKED_AT), those with a step that he himself has to do."""
    mine = list(own_cases(actor, at=at).open().order_by("-lodged_at", "-id")[:LOOKED_AT])
    waiting = process.subjects_waiting_for_applicant([case.reference for case in mine]) if mine else set()
    return [case for case in mine if case.reference in waiting]


def access_own_case(number: str, actor: Actor, *, at: datetime) -> Case:
    """One of the reader's own cases. Raises NoSuchCase."""
    if case := own_cases(actor, at=at).filter(number=number).first():
        return case
    raise NoSuchCase


class MayOnlyLook(NotPermitted):
    """Whoever acts for the applicant may see the case and no more."""

    zh = "您的授权只能查看，不能替他办理。请被代办人授权您“申办事项”。"
    en = "Your power lets you look only. Ask for a power to apply."


def access_case_to_act_on(number: str, actor: Actor, *, at: datetime) -> Case:
    """One of the reader's own cases, to do something with it. Raises NoSuchCase, MayOnlyLook."""
    case = access_own_case(number, actor, at=at)
    if not may_act(actor, ACT, at, service=case.applied_for):
        raise MayOnlyLook
    return case


def access_case_in_hand(number: str, actor: Actor, *, at: datetime) -> Case:
    """A case in whose process the actor takes part, or which he supervises. Raises NoSuchCase, and what `access_process` raises."""
    case = get_case(number)
    process.access_process(actor, case.process, at=at)
    return case


def numbered(references: list[str]) -> dict[str, Case]:
    """Cases by reference, in one read."""
    numbers = [reference.removeprefix("case:") for reference in references]
    return {case.reference: case for case in Case.objects.filter(number__in=numbers)}


def licences_with_parts(case: Case) -> "list[Licence]":
    """The licences that a case brought forth, with those of its parts."""
    numbers = [case.number, *case.parts.values_list("number", flat=True)] if case.has_parts else [case.number]
    return [licence for number in numbers for licence in licences_of_case(f"case:{number}")]


def service_of(case: Case) -> Service:
    """The service in the version with which the case began."""
    return _published(case.service, case.version, case.revision)


@lru_cache(maxsize=256)
def _published(code: str, version: int, revision: int) -> Service:
    """A published version never changes, so it is read once."""
    return published(code, version, revision)


def service_of_draft(draft: Draft) -> Service:
    """The service in the version with which the draft began."""
    return _published(draft.service, draft.version, draft.revision)


def access_upload(public_id: str, actor: Actor, *, at: datetime) -> Upload:
    """A file of a case in whose process the actor takes part, or of which a part rests on it in whose process he does.

    Raises NoSuchCase, and what `access_process` raises.
    """
    upload = Upload.objects.select_related("case").filter(public_id=public_id).exclude(case=None).first()
    if upload is None or upload.case is None:
        raise NoSuchCase
    resting = upload.case.parts.filter(evidence__reference=f"upload:{upload.public_id}")
    _hold_in_hand(actor, upload.case, resting, at=at)
    return upload


def hold_decided_in_hand(case: Case, actor: Actor, *, at: datetime) -> None:
    """Let through who takes part in a case, or in a part of it that the same body decides. Raises NoSuchWork."""
    _hold_in_hand(actor, case, case.parts.filter(department=case.department), at=at)


def _hold_in_hand(actor: Actor, case: Case, parts: CaseQuerySet, *, at: datetime) -> None:
    for number in parts.order_by("id").values_list("process", flat=True):
        with suppress(NoSuchWork):
            process.access_process(actor, number, at=at)
            return
    process.access_process(actor, case.process, at=at)
