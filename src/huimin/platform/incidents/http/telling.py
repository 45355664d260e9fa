"""An official, or a grid worker at a desk, reports what he has seen."""

from functools import cache
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huimin.kernel.refusals import BadInput
from huimin.platform.grid.mapping import Map
from huimin.platform.identity.permissions import may, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.http.desk_forms import PhotosField
from huimin.platform.incidents.http.words import class_name
from huimin.platform.incidents.operations import report_incident
from huimin.platform.incidents.permissions import READ, WALK
from huimin.platform.incidents.rules.reports import Channel, NewReport
from huimin.platform.ui import toasts
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language

_KEY: Final = 24


@cache
def _events(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The classes of events in a language, by large class."""
    numbered = standard()
    return [
        (group.names.text(language), [(one.code, class_name(one)) for one in numbered.in_group(group.code)])
        for group in numbered.groups.values()
        if group.kind == "event"
    ]


class SeenForm(forms.Form):
    """What, where, photos. `key` is made with the page: the same page sent twice is one report."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    class_code = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    description = forms.CharField(
        label=gettext_lazy("现场情况"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    address = forms.CharField(label=gettext_lazy("地点"), required=False, max_length=200)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    datum = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    photos = PhotosField(label=gettext_lazy("照片"), required=False)
    urgent = forms.BooleanField(label=gettext_lazy("紧急案件"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "class_code", [("", _("由指挥中心定")), *_events(reader_language())])

    def report(self, channel: Channel) -> NewReport:
        """What was filled in, as the operation takes it. Raises NoPlace, BadKey."""
        given = dict(self.cleaned_data)
        given["datum"] = given["datum"] or "cgcs2000"
        return NewReport(channel=channel, **given)


@needs(READ)
@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it: an incident whose page opens, or the mistakes beside their questions."""
    if request.method == "GET":
        return _show(request, SeenForm(initial={"key": get_random_string(_KEY)}))
    form = SeenForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    actor, channel = actor_of(request), Channel.WORKER if may(request, WALK) else Channel.OFFICIAL
    try:
        done = report_incident(
            report=form.report(channel), sender=f"account:{actor.ref}", actor=actor, at=timezone.now()
        )
    except BadInput as wrong:
        field = (
            wrong.field if wrong.field in form.fields and not form.fields[wrong.field].widget.is_hidden else "address"
        )
        form.add_error(field, wrong.sentence(reader_language()))
        return _show(request, form, status=422)
    toasts.say(request, _("已上报，编号 %(number)s。") % {"number": done.incident.number})
    return redirect("incidents:incident", number=done.incident.number)


def _show(request: HttpRequest, form: SeenForm, status: int = 200) -> HttpResponse:
    place = Map(label=_("在地图上选地点"), choose=True, listed=False)
    return render(request, "incidents/tell.html", {"form": form, "map": place}, status=status)
