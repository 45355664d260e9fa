"""The API: real-name quick query and yes/no questions for departments' systems, my data for the person himself.

Every look names its purpose and the case at hand, and is journalled before it is answered.
"""

from datetime import date
from typing import Annotated, Any, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import LONGEST_CASE_REF
from huimin.platform.registries import operations, queries, questions
from huimin.platform.registries.fields import PEOPLE
from huimin.platform.registries.http import exported
from huimin.platform.registries.models import Correction
from huimin.platform.registries.operations import Reason
from huimin.platform.registries.permissions import ASK_YES_NO, CORRECT_MY_DATA, MY_DATA, QUICK_QUERY
from huimin.platform.ui.paging import keyset_page

router = Router(tags=["registries"])
Text = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=64)]
PAGE = 50


class Why(Schema):
    """Why somebody looks; the person can read it."""

    purpose: Code = Field(description="a purpose of the grant")
    case_ref: Annotated[str, StringConstraints(max_length=LONGEST_CASE_REF)] = Field(description="the case at hand")
    restricted_until: date | None = Field(
        None, description="kept from the person until this day (exclusive); for some purposes only"
    )

    @property
    def reason(self) -> Reason:
        """The reason as operations take it."""
        return Reason(purpose=self.purpose, case_ref=self.case_ref, restricted_until=self.restricted_until)


class PersonAsked(Why):
    """A person by citizen number, or by name and date of birth."""

    number: Text = ""
    name: Text = ""
    birth_date: date | None = None

    @property
    def wanted(self) -> queries.Wanted:
        """What is asked by."""
        return queries.wanted_number(self.number) if self.number else queries.wanted_name(self.name, self.birth_date)


class OrganisationAsked(Why):
    """An organisation by its unified social credit code."""

    uscc: Text


class QuestionAsked(Why):
    """Whom a question is about: a citizen number, or a credit code for questions about organisations."""

    number: Text


class ClaimShown(Schema):
    """What one source says."""

    source: str
    department: str
    value: str
    as_of: date | None


class ValueShown(Schema):
    """A field with its source; claims are masked as the value is."""

    field: str
    value: str | None
    masked: bool
    source: str | None
    department: str | None
    as_of: date | None
    confirmed_by: list[ClaimShown]
    disputed_by: list[ClaimShown]


class CardShown(Schema):
    """What the grants show of one person or organisation."""

    registry: Literal["people", "organisations"]
    reference: str
    values: list[ValueShown]


class QuestionShown(Schema):
    """A question that is answered yes, no or cannot tell."""

    code: str
    registry: Literal["people", "organisations"]
    zh: str
    en: str


class AnswerShown(Schema):
    """The answer; no value is shown."""

    question: str
    answer: Literal["yes", "no", "cannot_tell"]


def _answer(card: queries.Card) -> HttpResponse:
    """A card as bytes at once: checking again that it is a `CardShown` would cost as much as the look (a test holds it to that)."""
    return HttpResponse(orjson.dumps(exported.card(card)), content_type="application/json; charset=utf-8")


@router.post("/registries/people/look-up", response=CardShown, summary="Look up one person")
@needs(QUICK_QUERY)
def look_up_person(request: HttpRequest, asked: PersonAsked) -> HttpResponse:
    """The granted fields of one person, masked where the grant says so."""
    return _answer(operations.look_up(asked.wanted, reason=asked.reason, actor=actor_of(request), at=timezone.now()))


@router.post("/registries/organisations/look-up", response=CardShown, summary="Look up one organisation")
@needs(QUICK_QUERY)
def look_up_organisation(request: HttpRequest, asked: OrganisationAsked) -> HttpResponse:
    """The granted fields of one organisation."""
    wanted = queries.wanted_uscc(asked.uscc)
    return _answer(operations.look_up(wanted, reason=asked.reason, actor=actor_of(request), at=timezone.now()))


@router.get("/registries/questions", response=list[QuestionShown], summary="Questions that can be asked")
@needs(ASK_YES_NO)
def list_questions(request: HttpRequest) -> list[dict[str, Any]]:
    """Every declared yes/no question."""
    declared = questions.declared().questions.items()
    return [{"code": code, "registry": one.registry, "zh": one.names.zh, "en": one.names.en} for code, one in declared]


ANSWERS: dict[bool | None, str] = {True: "yes", False: "no", None: "cannot_tell"}


@router.post("/registries/questions/{code}", response=AnswerShown, summary="Ask a yes/no question")
@needs(ASK_YES_NO)
def ask_yes_no(request: HttpRequest, code: str, asked: QuestionAsked) -> dict[str, Any]:
    """Yes, no or cannot tell, without showing a value."""
    registry = questions.get_question(code).registry
    wanted = queries.wanted_number(asked.number) if registry == PEOPLE else queries.wanted_uscc(asked.number)
    answer = operations.ask_yes_no(code, wanted, reason=asked.reason, actor=actor_of(request), at=timezone.now())
    return {"question": code, "answer": ANSWERS[answer]}


# ── My data ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class LookShown(Schema):
    """A look at one's data: who (the post or system), when, for what purpose, on which case, and which fields or question."""

    at: str
    post: str
    purpose: str
    case_ref: str
    fields: list[str]
    question: str


class LooksShown(Schema):
    """Looks, newest first, and where to go on."""

    looks: list[LookShown]
    after: str


class CorrectionAskedFor(Schema):
    """What should be corrected, and why; `resource` whose record is wrong, that of the believed value when blank."""

    field: Code
    proposed: Text
    reason: Annotated[str, StringConstraints(max_length=500)]
    evidence: Annotated[str, StringConstraints(max_length=500)] = ""
    resource: Code = ""


class CorrectionShown(Schema):
    """A correction and where it stands."""

    number: str
    field: str
    cause: str
    state: str
    before: str
    proposed: str
    asked_at: str


def _correction(one: Correction) -> dict[str, Any]:
    names = ("number", "field", "cause", "state", "before", "proposed")
    return {**{name: getattr(one, name) for name in names}, "asked_at": one.asked_at.isoformat()}


@router.get("/registries/me", response=CardShown, summary="My data")
@needs(MY_DATA)
def my_data(request: HttpRequest) -> dict[str, Any]:
    """One's own data with every source."""
    return exported.card(operations.look_at_own(actor=actor_of(request), at=timezone.now()).card)


@router.get("/registries/me/looks", response=LooksShown, summary="Who looked at my data")
@needs(MY_DATA)
def my_looks(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """Looks, newest first; restricted ones only after their release."""
    at = timezone.now()
    own = queries.access_own(actor_of(request), at=at)
    page = keyset_page(queries.looks_at(own, at=at), by=("-at", "-id"), after=after, size=PAGE)
    looks = [
        {
            "at": entry.at.isoformat(),
            "post": entry.actor.post,
            "purpose": getattr(entry.fact, "purpose", ""),
            "case_ref": entry.fact.case_ref,
            "fields": list(getattr(entry.fact, "fields", ())),
            "question": getattr(entry.fact, "question", ""),
        }
        for entry in page.rows
    ]
    return {"looks": looks, "after": page.after}


@router.get("/registries/me/corrections", response=list[CorrectionShown], summary="My corrections")
@needs(MY_DATA)
def my_corrections(request: HttpRequest) -> list[dict[str, Any]]:
    """The latest corrections of one's data."""
    own = queries.access_own(actor_of(request), at=timezone.now())
    return [_correction(one) for one in queries.corrections_about(own)[:PAGE]]


@router.post("/registries/me/corrections", response={201: CorrectionShown}, summary="Ask for a correction")
@needs(CORRECT_MY_DATA)
def ask_correction(request: HttpRequest, asked: CorrectionAskedFor) -> Status[dict[str, Any]]:
    """Ask the department that answers for a value to correct it."""
    opened = operations.ask_correction(**asked.model_dump(), actor=actor_of(request), at=timezone.now())
    return Status(201, _correction(opened))
