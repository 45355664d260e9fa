"""Asked to sign: what somebody else applies for, with the answers that he gave, and the way to sign or to decline."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huimin.kernel.refusals import BadInput
from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.forms import SectionForm
from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries.signing import Request
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import digest
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def request(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is to be signed; sent, it is signed."""
    actor, at = actor_of(request), timezone.now()
    asked = queries.request_of(public_id, actor, at=at)
    form, status, refused = _form(asked, request.POST or None), 200, ""
    if form.is_bound and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            operations.sign(public_id, seen=seen, answers=form.cleaned_data, actor=actor, at=at)
            toasts.say(request, _("已签署。申请人提交后，您可以在这里看到办件编号。"))
            return redirect("cases:signature", public_id=public_id)
        except BadInput as refusal:
            form.complain({refusal.field: refusal} if refusal.field in form.fields else {}, reader_language())
            status = refusal.status
        except (operations.ChangedMeanwhile, operations.AnswerLeft) as refusal:
            refused, status = refusal.sentence(reader_language()), refusal.status
            asked = queries.request_of(public_id, actor, at=at)
    elif form.is_bound:
        status = 400
    answer = render(request, "cases/signature.html", {**_shown(asked), "form": form, "refused": refused}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _form(asked: Request, data: Any) -> SectionForm:
    questions = asked.own_questions(on=timezone.localdate()) if asked.is_open else []
    return SectionForm(data, questions=questions, language=reader_language())


def _shown(asked: Request) -> dict[str, Any]:
    language, on = reader_language(), timezone.localdate()
    service, draft, signature = asked.service, asked.draft, asked.signature
    party = service.form.party(signature.party)
    return {
        "signature": signature,
        "open": asked.is_open,
        "case": signature.case,
        "service": service.item.names.text(language),
        "abstract": service.item.abstract.text(language),
        "applicant": queries.facts_of(draft.applicant, on=on).name or draft.account.name,
        "role": party.names.text(language) if party else "",
        "answers": shown.answers_to_sign(asked),
        "seen": digest(asked.text),
    }


@needs(APPLY)
@require_POST
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Do not sign."""
    operations.decline(public_id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已告诉申请人您不同意签署。"))
    return redirect("cases:mine")
