"""The fee of an application: what it is, why and by which law, and paying it, which lodges; its receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.http.receipts import fee_paper
from huimin.platform.cases.models import Case, Payment
from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries.drafts import Readiness
from huimin.platform.cases.queries.fees import chargeable, charged
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language


def fee_due(ready: Readiness) -> dict[str, Any] | None:
    """What lodging a draft costs, for `cases/fee.html`; None where it costs nothing."""
    if not ready.due.total.amount:
        return None
    lines = chargeable(ready.service.item, ready.due, reader_language())
    return {"lines": lines, "total": ready.due.total}


def fee_paid(case: Case) -> dict[str, Any] | None:
    """What was paid for a case, for `cases/fee.html`; None where nothing was."""
    payment = queries.find_fee(case)
    return fee_of(case, payment) if payment else None


def fee_of(case: Case, payment: Payment) -> dict[str, Any]:
    """A payment of a fee, with its lines."""
    lines = charged(queries.service_of(case).item, payment, reader_language())
    return {"lines": lines, "total": payment.yuan, "payment": payment}


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Pay the fee of a draft that is whole, and lodge it by the same act."""
    actor, at = actor_of(request), timezone.now()
    draft = queries.access_draft(public_id, actor, at=at)
    ready = queries.readiness(draft, on=timezone.localdate(at))
    fee = fee_due(ready)
    if fee is None or not ready.is_whole:
        return redirect("cases:check", public_id=public_id)
    refused: Refusal | None = None
    if request.method == "POST":
        another = request.POST.get("another") == "yes"
        try:
            shown = request.POST.get("amount", "")
            agreed = Fen(int(shown)) if shown.isdecimal() else Fen(0)
            case = operations.lodge_case(public_id, another=another, agreed=agreed, actor=actor, at=at)
        except Refusal as refusal:
            refused = refusal
        else:
            toasts.say(request, _("已缴费并提交，编号 %(number)s。") % {"number": case.number})
            return redirect("cases:case", number=case.number)
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(reader_language()),
        "fee": fee,
        "refused": refused.sentence(reader_language()) if refused else "",
        "again": isinstance(refused, operations.AlreadyLodged),
    }
    return render(request, "cases/pay.html", context, status=refused.status if refused else 200)


@needs(APPLY)
@require_GET
def fee_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of the fee as a PDF."""
    found = queries.access_own_case(number, actor_of(request), at=timezone.now())
    return fee_paper(request, found, fee_of(found, queries.get_fee(found)))
