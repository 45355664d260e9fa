"""The receipt (受理回执): one paper, whether the applicant prints it himself or a window does."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from huimin.platform.cases import queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.models import Case
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
    html = render_to_string("cases/receipt.html", context, request=request)
    answer = HttpResponse(paper.printed(html), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
