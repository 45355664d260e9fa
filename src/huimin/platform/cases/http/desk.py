"""A case on the official's item page: what is asked for, the facts with their standing, the materials, the letter that would go out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huimin.platform.cases import operations, queries
from huimin.platform.cases.events import CaseLookedAt
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.notices import against
from huimin.platform.cases.http.paying import fee_paid
from huimin.platform.cases.http.progress import parts_of_case
from huimin.platform.cases.http.rulings import findings_form, rulings_of
from huimin.platform.cases.models import Case, Evidence, Upload
from huimin.platform.cases.operations.drafting import path_of
from huimin.platform.cases.permissions import HANDLE
from huimin.platform.cases.queries import oversight
from huimin.platform.cases.queries.known import Facts, Parties, parties_of
from huimin.platform.cases.queries.letters import letter_values
from huimin.platform.cases.queries.notices import is_decided_by
from huimin.platform.cases.queries.outcomes import outgoing_of
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.letters import filled
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import fields_of, source_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Dispute, Value

DRAFTED: Final = ("granted", "refused")


def panel(number: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What the official who takes part in the case works with; the look is journalled before it is shown."""
    case = queries.access_case_in_hand(number, actor, at=at)
    with transaction.atomic():
        publish(
            CaseLookedAt(subject=case.reference, service=case.service, applicant=case.applicant, case_ref=case.number),
            actor=actor,
            at=at,
        )
    service = queries.service_of(case)
    today = timezone.localdate(at)
    parties = parties_of(case.parties, on=today)
    language = reader_language()
    owed = set(case.evidence.filter(how=Evidence.How.OWED).values_list("material", flat=True))
    return {
        "case": case,
        **whole_path(case, actor, at=at),
        "name": service.item.names.text(language),
        "facts": _facts_shown(parties, service),
        "answers": shown.case_answers(case, service),
        "rulings": rulings_of(case, service),
        "findings": findings_form(case, service),
        "materials": shown.given_rows(case, service, url_of=_file_url),
        "originals": [
            {"code": material.code, "name": material.names.text(language)}
            for material in service.item.materials
            if material.code in owed and any(way.how == "original" for way in material.met_by)
        ],
        "basis": [
            {
                "law": basis.law.text(language),
                "number": basis.number,
                "article": basis.article.text(language),
                "says": basis.says.text(language),
            }
            for basis in service.item.basis.values()
        ],
        "letters": _drafted(case, service, language, at),
        "records": outgoing_of(case, language=language),
        "signatures": [
            {
                "party": party.names.text(language) if party else one.party,
                "state": one.get_state_display(),
                "at": one.answered_at,
            }
            for one in case.signatures.order_by("id")
            for party in [service.form.party(one.party)]
        ],
        "fee": fee_paid(case),
        "notices": against(case),
        "may_answer": is_decided_by(case, actor),
    }


def whole_path(case: Case, actor: Actor, *, at: datetime) -> dict[str, Any]:
    """The life event that a case is, or is a part of: every part with who has it, linked as far as the reader oversees them."""
    if not (case.has_parts or case.whole):
        return {"whole": None, "path": ()}
    whole = case.whole or case
    numbers = {one.number for one in [whole, *whole.parts.all()]}
    seen = set(oversight.overseen_cases(actor, at=at).filter(number__in=numbers).values_list("number", flat=True))
    return {
        "whole": case.whole,
        "whole_name": queries.service_of(whole).item.names.text(reader_language()),
        "whole_url": reverse("cases:whole_trace", args=[whole.number]) if case.whole and whole.number in seen else "",
        "path": parts_of_case(whole, (), timezone.localdate(at), page="cases:whole_trace", among=seen),
    }


def _file_url(upload: Upload) -> str:
    return reverse("cases:file", args=[upload.public_id])


def _facts_shown(parties: Parties, service: Service) -> list[Value]:
    """The registry facts that this service goes by, and no others: those its questions are known from and its materials are met by."""
    wanted = [tuple(question.source.split(".", 1)) for question in service.form.questions if question.source]
    wanted += [(way.of, way.fact) for material in service.item.materials for way in material.met_by if way.fact]
    named = [(code, "name") for code in parties]
    return [
        value
        for code, name in dict.fromkeys([*named, *wanted])
        if code in parties and (value := _fact_shown(parties[code], name)) is not None
    ]


def _fact_shown(facts: Facts, name: str) -> Value | None:
    words, language = fields_of(facts.registry), reader_language()
    golden = facts.golden.get(name)
    if name not in words or golden is None:
        return None
    return Value(
        label=words[name].label(language),
        text=words[name].text(golden.value, language),
        source=source_name(golden.source, language),
        as_of=golden.day,
        agreeing=len({claim.source for claim in golden.confirmed_by}),
        disputes=[
            Dispute(
                source=source_name(claim.source, language),
                text=words[name].text(claim.value, language),
                as_of=claim.day,
            )
            for claim in golden.disputed_by
        ],
    )


def _drafted(case: Case, service: Service, language: str, at: datetime) -> list[dict[str, str]]:
    """The decision letters as they would go out now."""
    return [
        {
            "kind": kind,
            **shown.letter_parts(
                filled(service.letters[f"{kind}.{language}"], letter_values(case, service, "", language, at=at))
            ),
        }
        for kind in DRAFTED
        if case.is_open and f"{kind}.{language}" in service.letters
    ]


@needs(HANDLE)
@require_POST
def check_original(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """The original of a material was seen at the counter."""
    operations.check_original(number, material, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("原件已核验。"))
    return redirect(request.META.get("HTTP_REFERER") or "process:inbox")


@needs(HANDLE)
@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A file of a case in whose process the official takes part; never shown as a page of ours."""
    return file_answer(queries.access_upload(public_id, actor_of(request), at=timezone.now()))


def file_answer(upload: Upload) -> HttpResponseBase:
    """A file that somebody gave, to be saved: never shown as a page of ours, never kept by a browser."""
    answer = FileResponse(path_of(upload.content).open("rb"), content_type=upload.media_type)
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
