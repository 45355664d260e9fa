"""窗口收件: any window takes in any service of the city for somebody who stands there, on one page, by keyboard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import taking_in
from huimin.platform.cases.http.applying import LISTS, rows_of
from huimin.platform.cases.http.parties import party_form
from huimin.platform.cases.http.paying import fee_due, fee_of, fee_paid
from huimin.platform.cases.http.receipts import fee_paper, receipt_paper
from huimin.platform.cases.models import Draft, Rating
from huimin.platform.cases.permissions import INTAKE
from huimin.platform.cases.ports import NotPaid
from huimin.platform.cases.queries.drafts import Readiness
from huimin.platform.cases.rules import is_case_number, looks_like_case_number
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.catalogue.queries.search import search
from huimin.platform.identity.permissions import needs, public
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

FOUND: Final = 9
PAGE: Final = 20


@needs(INTAKE)
@require_GET
def window(request: HttpRequest) -> HttpResponse:
    """Find the service, or go on with what is half taken."""
    actor, language = actor_of(request), reader_language()
    asked = request.GET.get("q", "").strip()
    if is_case_number(asked) and queries.taken_in(actor).filter(case__number=asked.upper()).exists():
        return redirect("cases:taken_in", number=asked.upper())
    if waiting := queries.find_half_taken(asked, actor):
        return redirect("cases:intake", public_id=waiting.draft.public_id)
    half = keyset_page(queries.half_taken(actor), by=("-id",), after=request.GET.get("after", ""), size=PAGE)
    done = keyset_page(queries.taken_in(actor), by=("-id",), after=request.GET.get("before", ""), size=PAGE)
    context = {
        "q": asked,
        "mistyped": looks_like_case_number(asked) and not is_case_number(asked),
        "found": [
            {"code": one.service.code, "name": one.service.item.names.text(language)}
            for one in search(asked, most=FOUND)
        ],
        "half": [
            {"draft": one.draft, "name": queries.service_of_draft(one.draft).item.names.text(language)}
            for one in half.rows
        ],
        "half_more": f"?after={half.after}" if half.after else "",
        "done": [
            {"case": one.case, "name": queries.service_of(one.case).item.names.text(language)}
            for one in done.rows
            if one.case is not None
        ],
        "done_more": f"?before={done.after}" if done.after else "",
    }
    return render(request, "cases/window_find.html", context)


@needs(INTAKE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, service: str) -> HttpResponse:
    """Who stands there."""
    declared = get_service(service)
    for_firm = applying_party(declared).kind == "organisation"
    form = taking_in.PersonForm(request.POST or None, for_firm=for_firm)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            asked = {code: value for code, value in form.cleaned_data.items() if code != "seen"}
            try:
                draft = operations.start_intake(service, **asked, actor=actor_of(request), at=timezone.now())
                return redirect("cases:intake", public_id=draft.public_id)
            except Refusal as refusal:
                field = getattr(refusal, "field", "") or None
                form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
                status = refusal.status
    context = {"form": form, "service": declared.item.names.text(reader_language())}
    return render(request, "cases/window_person.html", context, status=status)


@needs(INTAKE)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything on one page; sent with Enter it lodges, or says at once what is still missing."""
    return _keep_and_go_on(request, public_id) if request.method == "POST" else _open(request, public_id)


def _open(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    draft = queries.access_draft(public_id, actor, at=at)
    ready = queries.readiness(draft, on=timezone.localdate(at))
    operations.note_look(draft, ready, actor=actor, at=at)
    return _page(request, draft, ready, form=taking_in.form_of(draft, ready, wrong={}))


def _keep_and_go_on(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    # The draft's number is the key of this form: sent again after a cut line, it finds the case that it made.
    if lodged := queries.find_lodged(public_id, actor):
        return redirect("cases:taken_in", number=lodged.number)
    draft = queries.access_draft(public_id, actor, at=at)
    before = queries.readiness(draft, on=timezone.localdate(at))
    if request.POST.get("act", "").startswith(taking_in.FORGET):
        party = request.POST["act"].removeprefix(taking_in.FORGET)
        operations.forget_party(public_id, party, actor=actor, at=at)
        return redirect("cases:intake", public_id=public_id)
    wrong = _name_others(request, draft, before) | _keep(request, draft, before)
    signed = request.POST.getlist(taking_in.SIGNATURES)
    # Last: a signature covers what the page says now.
    operations.see_signatures(public_id, signed, actor=actor, at=at)
    ways = {"save": "cases:intake", "notice": "cases:intake_notice"}
    if way := ways.get(request.POST.get("act", "")):
        return redirect(way, public_id=public_id)
    refused: Refusal
    try:
        another = request.POST.get("another") == "yes"
        case = operations.lodge_at_window(public_id, another=another, actor=actor, at=at)
        return redirect("cases:taken_in", number=case.number)
    except (operations.NotWhole, operations.AlreadyLodged, NotPaid) as refusal:
        refused = refusal
    draft = queries.access_draft(public_id, actor, at=at)
    ready = queries.readiness(draft, on=timezone.localdate(at))
    if taking_in.shows_more(before, ready):
        operations.note_look(draft, ready, actor=actor, at=at)
    asked = {question.code for question in taking_in.asked_questions(before)}
    form = taking_in.form_of(draft, ready, wrong=wrong, complain_of=asked)
    return _page(request, draft, ready, form=form, wrong=wrong, refused=refused, status=refused.status)


def _name_others(request: HttpRequest, draft: Draft, ready: Readiness) -> dict[str, Refusal]:
    """Name those who stand there too, by the documents that they show; what is wrong, by the party's form."""
    wrong: dict[str, Refusal] = {}
    for other in ready.unnamed:
        form = party_form(other.party, request.POST, required=False)
        if form.is_valid() and any(form.cleaned_data.values()):
            try:
                operations.name_party(
                    draft.public_id, other.party.code, **form.cleaned_data, actor=actor_of(request), at=timezone.now()
                )
            except Refusal as refusal:
                wrong[f"party-{other.party.code}"] = refusal
    return wrong


def _keep(request: HttpRequest, draft: Draft, ready: Readiness) -> dict[str, Refusal]:
    """Keep all that the page brought: answers, originals seen, promises, files; what is wrong, by question or material."""
    actor, at = actor_of(request), timezone.now()
    values: dict[str, Any] = {}
    for question in taking_in.asked_questions(ready):
        if question.type == LISTS:
            values[question.code] = rows_of(request, question)
        else:
            given = request.POST.getlist(question.code)
            values[question.code] = given if question.type == "choices" else "".join(given[:1]).strip()
    wrong = operations.answer_questions(draft.public_id, values, actor=actor, at=at)
    number = draft.public_id
    operations.see_originals(number, request.POST.getlist(taking_in.ORIGINALS), actor=actor, at=at)
    for met in ready.materials:
        code = met.need.material.code
        signed = code in request.POST.getlist(taking_in.PROMISES)
        if signed != (code in draft.promises):
            operations.sign_promise(number, code, signed=signed, actor=actor, at=at)
    for code, file in taking_in.files_in(request, ready).items():
        try:
            operations.give_file(number, code, name=file.name, content=file.read(), actor=actor, at=at)
        except operations.BadFile as refusal:
            toasts.warn(request, refusal.sentence(reader_language()))
    return wrong


def _page(
    request: HttpRequest,
    draft: Draft,
    ready: Readiness,
    *,
    form: Any,
    wrong: Mapping[str, Refusal] = MappingProxyType({}),
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    language = reader_language()
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(language),
        "names": [facts.name for facts in ready.parties.values() if facts.name],
        "form": form,
        "refused": refused.sentence(language) if refused else "",
        "again": isinstance(refused, operations.AlreadyLodged),
        "hand_over": taking_in.HandOverForm(),
        "fee": fee_due(ready),
        "others": taking_in.others_of_page(request, ready, wrong),
        **taking_in.page_of(draft, ready, form),
    }
    answer = render(request, "cases/window_intake.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(INTAKE)
@require_GET
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that is missing, at once, to take home (一次性告知)."""
    at = timezone.now()
    draft = queries.access_draft(public_id, actor_of(request), at=at)
    ready = queries.readiness(draft, on=timezone.localdate(at))
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(reader_language()),
        "missing": taking_in.still_missing(ready),
        "today": timezone.localdate(at),
    }
    return render(request, "cases/window_notice.html", context)


@needs(INTAKE)
@require_POST
def hand_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """A colleague goes on."""
    to_post = request.POST.get("to_post", "")
    operations.hand_over_intake(public_id, to_post=to_post, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已转交。"))
    return redirect("cases:window")


@needs(INTAKE)
@require_POST
def give_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw a half-taken application away."""
    operations.throw_away_draft(public_id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("草稿已放弃。"))
    return redirect("cases:window")


@needs(INTAKE)
@require_GET
def taken_in(request: HttpRequest, number: str) -> HttpResponse:
    """Lodged: the number, who has it now, the receipt."""
    at = timezone.now()
    found = queries.access_taken_in(number, actor_of(request))
    case = queries.get_case(number)
    context = {
        "case": case,
        "intake": found,
        "service": queries.service_of(case).item.names.text(reader_language()),
        "department": department_name(case.department, reader_language()),
        "fee": fee_paid(case),
        "may_take_back": case.is_open and timezone.localdate(case.lodged_at) == timezone.localdate(at),
    }
    return render(request, "cases/window_taken.html", context)


@needs(INTAKE)
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt in force, as a PDF whose code says whether it still holds."""
    found = queries.access_taken_in(number, actor_of(request))
    if found.voided:
        raise operations.ReceiptIsVoid(number=number)
    address = reverse("cases:receipt_standing", args=[number, found.printed])
    address += f"?rate={queries.rating_code(number, Rating.Channel.CODE)}"
    return receipt_paper(request, queries.get_case(number), address=address, edition=found.printed)


@needs(INTAKE)
@require_GET
def fee_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of the fee that was taken here, as a PDF."""
    queries.access_taken_in(number, actor_of(request))
    found = queries.get_case(number)
    return fee_paper(request, found, fee_of(found, queries.get_fee(found)))


@needs(INTAKE)
@require_POST
def reprint(request: HttpRequest, number: str) -> HttpResponse:
    """A new receipt; the one before is void."""
    operations.reprint_receipt(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已开出新的回执，原回执作废。"))
    return redirect("cases:taken_in", number=number)


@needs(INTAKE)
@require_POST
def void(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt no longer holds."""
    operations.void_receipt(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("回执已作废。"))
    return redirect("cases:taken_in", number=number)


@needs(INTAKE)
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take back the day's intake."""
    operations.take_back_intake(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("收件已撤回，回执作废。需要时重新收件。"))
    return redirect("cases:taken_in", number=number)


@public
@require_GET
def receipt_standing(request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """Whether a receipt holds, for whoever scans its code: nothing of the application but its number."""
    case, holds = queries.find_receipt(number, edition)
    return render(
        request,
        "cases/window_receipt.html",
        {
            "number": case.number,
            "edition": edition,
            "holds": holds,
            "lodged_at": case.lodged_at,
            "over": not case.is_open,
            "code": queries.good_code(request.GET.get("rate", ""), case.number),
        },
    )
