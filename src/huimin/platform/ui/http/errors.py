"""What went wrong, in words: what happened, what was kept, what to do. Never a detail of the system, never personal data."""

import base64
import hashlib
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from huimin.platform.ui.brand import brand

STYLE: Final = (Path(__file__).parent / "bare.css").read_text(encoding="utf-8").strip()
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
BARE_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SENTENCES: Final = {
    400: ("BadRequest", "这个请求看不懂。"),
    403: ("Forbidden", "没有查看或办理的权限。"),
    404: ("NotFound", "没有找到。"),
    500: ("ServerError", "系统出错了，没有完成。"),
}


def is_for_a_program(request: HttpRequest) -> bool:
    """Whether the answer goes to a program: then it is JSON, not a page."""
    return request.path.startswith("/api/") or not request.accepts("text/html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. Bare: a request that was not understood may lack everything that the frame is made of."""
    return _bare(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with whom to ask."""
    return _framed(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; what one may not see is not found either."""
    return _framed(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. It stands alone: no database, no session, no other file."""
    return _bare(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that stood open too long: back, reload, send again; what was typed is still there."""
    return render(request, "ui/errors/stale_form.html", status=403)


def _framed(request: HttpRequest, status: int) -> HttpResponse:
    return _json(status) if is_for_a_program(request) else render(request, f"ui/errors/{status}.html", status=status)


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    if is_for_a_program(request):
        return _json(status)
    page = render_to_string(f"ui/errors/{status}.html", {"style": STYLE, "brand": brand()})
    answer = HttpResponse(page, status=status)
    # Its one style sheet is inside the page, named by its digest; django-csp leaves a header alone that is already there.
    answer["Content-Security-Policy"] = BARE_POLICY
    return answer


def _json(status: int) -> JsonResponse:
    code, sentence = SENTENCES[status]
    return JsonResponse({"code": code, "message": sentence}, status=status)
