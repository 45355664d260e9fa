"""Pages of no portal: is the server alive, and help."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huimin.platform.identity.permissions import public


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The server answers. It asks nothing of database or disk: `huimin doctor` does."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call, how to read larger, how to move by keyboard, how to disagree."""
    return render(request, "ui/help.html")
