"""My cases: drafts and cases, one case with its clock and who has it, what it waits for, its letters, its rating."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.forms import FileForm
from huimin.platform.cases.http.paying import fee_of
from huimin.platform.cases.http.progress import progress_of
from huimin.platform.cases.http.ratings import case_rating
from huimin.platform.cases.http.receipts import receipt_paper
from huimin.platform.cases.http.rulings import rulings_of
from huimin.platform.cases.http.stuck import case_stuck
from huimin.platform.cases.models import Case, Evidence, Payment, Registration
from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries.delivery import find_delivery
from huimin.platform.cases.queries.files import licences_with_parts
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

PAGE: Final = 20
DRAFTS: Final = 10


@needs(APPLY)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for the reader himself, then drafts and cases, newest first."""
    actor, at = actor_of(request), timezone.now()
    waiting = queries.waiting_cases(actor, at=at)
    others = queries.own_cases(actor, at=at).applied_for().exclude(pk__in=[case.pk for case in waiting])
    page = keyset_page(others, by=("-lodged_at", "-id"), after=request.GET.get("after", ""), size=PAGE)
    glances = queries.glances_of([*waiting, *page.rows], language=reader_language(), on=timezone.localdate(at))
    drafts = list(queries.open_drafts(actor)[:DRAFTS])
    asked = queries.open_requests(actor, at=at)
    context = {
        "asked": [{"request": one, "name": one.service.item.names.text(reader_language())} for one in asked],
        "waiting": glances[: len(waiting)],
        "cases": glances[len(waiting) :],
        "drafts": [
            {"draft": draft, "name": queries.service_of_draft(draft).item.names.text(reader_language())}
            for draft in drafts
        ],
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "cases/mine.html", context)


@needs(APPLY)
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case."""
    at = timezone.now()
    return _show(request, queries.access_own_case(number, actor_of(request), at=at))


def _show(
    request: HttpRequest,
    found: Case,
    *,
    file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    service = queries.service_of(found)
    language = reader_language()
    owed = found.evidence.filter(how=Evidence.How.OWED)
    names = {material.code: material.names.text(language) for material in service.item.materials}
    uploadable = {one.code for one in service.item.materials if any(way.how == "upload" for way in one.met_by)}
    payments = list(found.payments.all())
    context = {
        "case": found,
        "language": language,
        "name": service.item.names.text(language),
        "progress": progress_of(found, at=at),
        "answers": shown.case_answers(found, service),
        "rulings": rulings_of(found, service),
        "materials": shown.given_rows(found, service),
        "owed": [
            {
                "code": one.material,
                "name": names.get(one.material, one.material),
                "until": one.owed_until,
                "upload": one.material in uploadable,
            }
            for one in owed
            if found.is_open
        ],
        "asked": [{"code": code, "name": name} for code, name in names.items()],
        "file_form": file_form or FileForm(),
        "letters": [
            {"kind": letter.kind, "at": letter.sent_at, **shown.letter_parts(getattr(letter, language))}
            for letter in found.letters.order_by("-sent_at", "-id")
        ],
        "whole": found.whole,
        "whole_name": queries.service_of(found.whole).item.names.text(language) if found.whole else "",
        "licences": licences_with_parts(found),
        "payments": [payment for payment in payments if payment.direction == Payment.Direction.OUT],
        "fee": next(
            (fee_of(found, payment) for payment in payments if payment.direction == Payment.Direction.IN), None
        ),
        "registration": Registration.objects.filter(case=found).first() if service.item.outcome.issues else None,
        "delivery": find_delivery(found),
        **case_rating(found),
        **case_stuck(found, at=at),
    }
    return render(request, "cases/case.html", context, status=status)


@needs(APPLY)
@require_POST
def supply(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """Supply a material that was asked for or is owed."""
    actor, at = actor_of(request), timezone.now()
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            operations.supply_material(number, material, name=file.name, content=file.read(), actor=actor, at=at)
        except operations.BadFile as refusal:
            form.add_error("file", refusal.sentence(reader_language()))
    if form.errors:
        return _show(request, queries.access_own_case(number, actor, at=at), file_form=form, status=400)
    toasts.say(request, _("已收到。"))
    return redirect("cases:case", number=number)


@needs(APPLY)
@require_POST
def respond(request: HttpRequest, number: str, outcome: str) -> HttpResponse:
    """Do the step that waits for the applicant."""
    operations.answer_offer(number, outcome=outcome, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已确认。"))
    return redirect("cases:case", number=number)


@needs(APPLY)
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw an application."""
    operations.withdraw_case(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已撤回。需要时可以重新申请。"))
    return redirect("cases:case", number=number)


@needs(APPLY)
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt (受理回执) as a PDF, with the code that leads to the case."""
    found = queries.access_own_case(number, actor_of(request), at=timezone.now())
    return receipt_paper(request, found, address=reverse("cases:case", args=[number]))
