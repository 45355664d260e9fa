"""Whom notices of a case are for, and what they say of it: the service, the number, the day. Nothing else of a case leaves the house."""

from datetime import date, datetime
from string import Formatter
from typing import Final

from django.urls import reverse
from django.utils import translation

from huimin.kernel.refusals import CHINESE, ENGLISH
from huimin.platform.cases.models import Case, Draft, Objection, PreReview, Signature, StuckMatter
from huimin.platform.cases.queries.files import service_of, service_of_draft
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.notifications.operations import Told
from huimin.platform.notifications.queries import readers
from huimin.platform.process.queries import answer_by, find_waiting_for_applicant
from huimin.platform.ui.dates import day as in_words

HEADING: Final = "# "


def told_of_case(case: Case, *, letter: str = "", at: datetime) -> Told:
    """The readers of a case's notices, and the placeholders `service number heading by` in both languages; `letter` is its kind."""
    service = service_of(case)
    waiting = find_waiting_for_applicant(case.reference)
    due = min((day for day in map(answer_by, waiting) if day), default=None)
    began = case.account.public_id if case.account else ""
    return Told(
        to=readers(case.applicant, service=case.applied_for, began=began, at=at),
        about=case.reference,
        page=reverse("cases:case", args=[case.number]),
        values={
            language: {
                "service": service.item.names.text(language),
                "number": case.number,
                "heading": _heading(service, letter, case.number, language),
                "by": _by(due, language),
            }
            for language in (CHINESE, ENGLISH)
        },
    )


def told_of_signature(signature: Signature, holder: str, *, at: datetime) -> Told:
    """Who is asked to sign (`holder` is the signer), or whose draft it is; the placeholder `service` in both languages."""
    draft, asks = signature.draft, holder == signature.reference
    page = reverse("cases:signature", args=[signature.public_id]) if asks else _draft_page(draft)
    return _told_of_draft(draft, holder, page, began="" if asks else draft.account.public_id, at=at)


def told_of_pre_review(review: PreReview, *, at: datetime) -> Told:
    """Whose draft a window looked at; the placeholder `service` in both languages."""
    draft = review.draft
    return _told_of_draft(draft, draft.applicant, _draft_page(draft), began=draft.account.public_id, at=at)


def _draft_page(draft: Draft) -> str:
    return reverse("cases:check", args=[draft.public_id])


def _told_of_draft(draft: Draft, holder: str, page: str, *, began: str, at: datetime) -> Told:
    service = service_of_draft(draft)
    return Told(
        to=readers(holder, service=draft.service, began=began, at=at),
        about=f"draft:{draft.public_id}",
        page=page,
        values={language: {"service": service.item.names.text(language)} for language in (CHINESE, ENGLISH)},
    )


def told_of_matter(matter: StuckMatter, *, at: datetime) -> Told:
    """Who said that he could not get something done, and the placeholder `service` in both languages."""
    service = get_service(matter.service)
    return Told(
        to=readers(matter.applicant, service=matter.service, began="", at=at),
        about=matter.reference,
        page=reverse("cases:stuck_matter", args=[matter.public_id]),
        values={language: {"service": service.item.names.text(language)} for language in (CHINESE, ENGLISH)},
    )


def told_of_objection(objection: Objection, *, at: datetime) -> Told:
    """Who objected, and the placeholder `service` in both languages: of whose case it was the notice says no more than the page did."""
    case = objection.notice.case
    service = service_of(case)
    return Told(
        to=readers(objection.objector, service=case.applied_for, began="", at=at),
        about=f"objection:{objection.public_id}",
        page=reverse("cases:objections"),
        values={language: {"service": service.item.names.text(language)} for language in (CHINESE, ENGLISH)},
    )


def _heading(service: Service, letter: str, number: str, language: str) -> str:
    """The heading of the service's letter of this kind; the service's name where it has none, or says more than may leave the house."""
    first = service.letters.get(f"{letter}.{language}", "").partition("\n")[0]
    sayable = {"service": service.item.names.text(language), "number": number}
    asked = {name for _, name, _, _ in Formatter().parse(first) if name}
    if not first.startswith(HEADING) or not asked <= sayable.keys():
        return sayable["service"]
    return first.removeprefix(HEADING).format(**sayable)


def _by(due: date | None, language: str) -> str:
    if due is None:
        return "请尽快" if language == CHINESE else "as soon as you can"
    with translation.override(language):
        said = in_words(due)
    return f"最迟{said}" if language == CHINESE else f"by {said}"
