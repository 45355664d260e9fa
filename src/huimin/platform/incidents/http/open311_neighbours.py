"""Incidents handed to neighbours: to whom, how it stands there; hand one over."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.adapters.open311 import is_connected
from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.models import Forwarding
from huimin.platform.incidents.operations.open311 import forward_incident
from huimin.platform.incidents.permissions import COMMAND
from huimin.platform.incidents.queries import access_incident
from huimin.platform.incidents.queries.forwarding import NEWEST_FIRST, forwardings_seen_by
from huimin.platform.incidents.queries.suggesting import class_name
from huimin.platform.ui import toasts
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

PAGE: Final = 30


class HandForm(forms.Form):
    """Which incident to whom."""

    number = forms.CharField(
        label=gettext_lazy("案件号"),
        max_length=26,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "tabular"}),
    )
    neighbour = forms.ChoiceField(label=gettext_lazy("转给哪里"))

    def __init__(self, data: Any = None, *, language: str) -> None:
        super().__init__(data)
        offer(self, "neighbour", ((code, one.names.text(language)) for code, one in open311().neighbours.items()))


@needs(COMMAND)
@require_http_methods(["GET", "POST"])
def neighbours(request: HttpRequest) -> HttpResponse:
    """What was handed over, newest first, and the form for one more."""
    language, actor, at = reader_language(), actor_of(request), timezone.now()
    form = HandForm(request.POST if request.method == "POST" else None, language=language)
    if form.is_valid():
        number, neighbour = form.cleaned_data["number"].strip().upper(), form.cleaned_data["neighbour"]
        try:
            access_incident(number, actor, at=at)
            forward_incident(number, neighbour=neighbour, actor=actor, at=at)
        except Refusal as refusal:
            form.add_error("number", refusal.sentence(language))
        else:
            toasts.say(request, _("已交给发送队列，对方接收后显示对方的编号。"))
            return redirect("incidents:neighbours")
    found = forwardings_seen_by(actor, at=at)
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    declared = open311().neighbours
    context = {
        "form": form,
        "unconnected": [one.names.text(language) for code, one in declared.items() if not is_connected(code)],
        "rows": [_row(one, language) for one in page.rows],
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "incidents/neighbours.html", context, status=400 if form.errors else 200)


def _row(one: Forwarding, language: str) -> dict[str, Any]:
    declared = open311().neighbours.get(one.neighbour)
    return {
        "number": one.incident.number,
        "name": class_name(one.incident.class_code, language, one.incident.standard_ref),
        "neighbour": declared.names.text(language) if declared else one.neighbour,
        "standing": one.get_standing_display(),
        "remote": one.remote_id or one.remote_token,
        "notes": one.remote_notes,
        "problem": one.problem,
        "asked_at": one.asked_at,
    }
