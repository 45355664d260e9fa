"""Receipts: of the application (受理回执), whether the applicant prints it himself or a window does, and of its fee."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from huimin.platform.cases import queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.models import Case
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import paper
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.qr import qr


def receipt_paper(request: HttpRequest, case: Case, *, address: str, edition: int = 0) -> HttpResponse:
    """The receipt as a PDF; its code leads to `address`. `edition` is printed where a window counts its receipts."""
    service = queries.service_of(case)
    context = {
        "case": case,
        "edition": edition,
        "name": service.item.names.text(reader_language()),
        "materials": shown.given_rows(case, service),
        "qr": qr(request.build_absolute_uri(address)),
        "font": paper.FONT_ADDRESS,
    }
    return _printed(request, "cases/receipt.html", context, case.number)


def fee_paper(request: HttpRequest, case: Case, fee: Mapping[str, Any]) -> HttpResponse:
    """The receipt of a fee as a PDF; it says across the page where no money moved, and where it went back."""
    context = {
        "case": case,
        "name": queries.service_of(case).item.names.text(reader_language()),
        "department": department_name(case.department, reader_language()),
        "fee": fee,
        "font": paper.FONT_ADDRESS,
    }
    return _printed(request, "cases/fee_receipt.html", context, f"{case.number}-fee")


def _printed(request: HttpRequest, template: str, context: Mapping[str, Any], name: str) -> HttpResponse:
    html = render_to_string(template, dict(context), request=request)
    answer = HttpResponse(paper.printed(html), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
