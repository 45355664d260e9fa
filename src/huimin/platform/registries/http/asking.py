"""One way to ask: show a form, do the one act when it is right, put a refusal's sentence beside its question."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huimin.kernel.refusals import Refusal
from huimin.platform.ui.languages import reader_language


def ask(
    request: HttpRequest,
    form: BaseForm,
    *,
    template: str,
    act: Callable[[Any], HttpResponse],
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; when it came back right, do `act` with it and give its response.

    What is not right is shown again with everything that was filled in, under the status of the refusal.
    """
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return act(form)
        except Refusal as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
            status = refusal.status
    elif form.is_bound:
        status = 400
    return render(request, template, {"form": form, **(context or {})}, status=status)
