"""Refusals become pages: the one place where a named refusal turns into the words and the status that a reader sees."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from huimin.kernel.refusals import Refusal
from huimin.platform.ui.http.errors import is_for_a_program


class RefusalPages:
    """Middleware, last in the list: a `Refusal` raised by a view becomes a page, a short message, or JSON.

    A page for a reader; for an htmx request a message in `#toasts` that leaves the page as it is; JSON for a program.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Translate a refusal; anything else goes its way."""
        if not isinstance(exception, Refusal):
            return None
        sentence = exception.sentence(get_language() or "zh")
        status = exception.status
        if is_for_a_program(request):
            return JsonResponse({"code": exception.code, "message": sentence}, status=status)
        if request.headers.get("HX-Request") == "true":
            answer = render(request, "ui/errors/refusal_toast.html", {"sentence": sentence}, status=status)
            answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "innerHTML"
            return answer
        template = "ui/errors/403.html" if isinstance(exception, PermissionDenied) else "ui/errors/refusal.html"
        template = "ui/errors/404.html" if isinstance(exception, Http404) else template
        return render(request, template, {"sentence": sentence}, status=status)
