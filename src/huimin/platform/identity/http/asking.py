"""One way to ask: show a form, do the one act when it is right, put a refusal's sentence beside the question."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from huimin.kernel.refusals import Refusal

Act = Callable[[Mapping[str, Any]], HttpResponse]


def language() -> str:
    """The reader's language, for refusals' sentences."""
    return get_language() or "zh"


def ask(
    request: HttpRequest,
    form_class: type[Form],
    *,
    template: str,
    act: Act,
    initial: dict[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; when it came back right, do `act` with the answers and give its response.

    What is not right is shown again with everything that was filled in, and the status of the refusal.
    """
    sent = request.method == "POST"
    form = form_class(request.POST if sent else None, initial=initial)
    status = 200
    if sent and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Refusal as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, refusal.sentence(language()))
            status = refusal.status
    elif sent:
        status = 400
    return render(request, template, {"form": form, **(context or {})}, status=status)
