"""Follow a report by its link: how it stands, by when, the photo of afterwards; say whether one is content, hurry it, open it again."""

from typing import Final

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.permissions import public
from huimin.platform.incidents import operations
from huimin.platform.incidents.http.senders import sender_of
from huimin.platform.incidents.models import Photo, Report
from huimin.platform.incidents.operations.photos import path_of
from huimin.platform.incidents.queries import public_state
from huimin.platform.incidents.queries.reporters import access_photo, access_report, photos_for
from huimin.platform.incidents.queries.suggesting import class_name
from huimin.platform.incidents.rules import PhotoStage, State
from huimin.platform.journal.rules import Actor
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer, Step, Steps, StepState

CONTENT: Final = 2
NOT_CONTENT: Final = 4
"""One tap, two answers, as levels of GB/T 39735."""


def _actor(request: HttpRequest) -> Actor:
    """Who holds the link: the account that is signed in, else somebody whom nobody needs to know."""
    return sender_of(request, "")[1]


class ReasonForm(forms.Form):
    """Why it should be opened again."""

    reason = forms.CharField(
        label=gettext_lazy("哪里还没办好"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@public
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands."""
    return _show(request, access_report(token))


def _show(request: HttpRequest, found: Report, *, form: ReasonForm | None = None) -> HttpResponse:
    incident, language = found.incident, reader_language()
    state = public_state(incident)
    name = class_name(incident.class_code, language, incident.standard_ref)
    photos = photos_for(found)
    context = {
        "report": found,
        "state": state,
        "department": state.department_en if language == "en" and state.department_en else state.department,
        "name": name or _("待分类的问题"),
        "said": [
            Answer(question=_("编号"), answer=incident.number),
            Answer(question=_("您说的"), answer=found.text or _("（没有写）")),
            Answer(question=_("地点"), answer=incident.address or _("地图上选的位置")),
        ],
        "reason": incident.outcome_said if state.code == State.NOT_FILED else "",
        "before": [one for one in photos if one.stage == PhotoStage.BEFORE],
        "after": [one for one in photos if one.stage == PhotoStage.AFTER],
        "steps": Steps(stages=[[one] for one in _steps(found)]),
        "form": form or ReasonForm(),
        "sent": "sent" in request.GET,
        "link": request.build_absolute_uri(request.path),
        "closed": state.code == "closed",
        "may_appeal": state.code in {"closed", "not_filed"},
        "may_urge": not state.is_over,
    }
    return render(request, "incidents/follow.html", context, status=400 if form else 200)


_REACHED: Final = {
    "reported": 0,
    "verifying": 0,
    "filed": 1,
    "dispatched": 2,
    "disposing": 2,
    "shelved": 2,
    "checking": 3,
    "closed": 4,
    "joined": 2,
}


def _steps(found: Report) -> list[Step]:
    """The way in four steps; what was turned away has only its first."""
    state = public_state(found.incident)
    names = (_("收到"), _("受理"), _("处置"), _("现场核查"), _("办结"))
    reached = _REACHED.get(state.code, 0)
    since = (state.reported_at, state.filed_at, None, state.disposed_at, state.closed_at)
    now = StepState.STOPPED if state.code == "shelved" else StepState.NOW
    return [
        Step(
            name=name,
            state=StepState.DONE if at < reached or state.is_over else now if at == reached else StepState.NEXT,
            since=since[at] if at <= reached else None,
        )
        for at, name in enumerate(names)
        if at <= reached or not state.is_over
    ]


@public
@require_POST
def content(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter is content with the end."""
    return _rated(request, token, CONTENT)


@public
@require_POST
def not_content(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter is not."""
    return _rated(request, token, NOT_CONTENT)


def _rated(request: HttpRequest, token: str, rating: int) -> HttpResponse:
    operations.rate_incident(token, rating=rating, actor=_actor(request), at=timezone.now())
    toasts.say(request, _("谢谢您告诉我们。"))
    return redirect("incidents:follow", token=token)


@public
@require_POST
def hurry(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to hurry."""
    found = access_report(token)
    operations.urge_incident(found.incident.number, actor=_actor(request), at=timezone.now())
    toasts.say(request, _("已催办，承办部门会看到。"))
    return redirect("incidents:follow", token=token)


@public
@require_POST
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """It is not done: open it again."""
    form, found = ReasonForm(request.POST), access_report(token)
    if not form.is_valid():
        return _show(request, found, form=form)
    try:
        again = operations.reopen_incident if found.incident.state == State.CLOSED else operations.appeal
        again(token, reason=form.cleaned_data["reason"], actor=_actor(request), at=timezone.now())
    except Refusal as refusal:
        form.add_error("reason", refusal.sentence(reader_language()))
        return _show(request, found, form=form)
    toasts.say(request, _("已提请重新办理，指挥中心会答复您。"))
    return redirect("incidents:follow", token=token)


@public
@require_GET
def photo(request: HttpRequest, token: str, public_id: str, size: str) -> FileResponse:
    """A photo that this reporter may see, small or whole."""
    found = access_photo(access_report(token), public_id)
    return photo_response(found, size)


def photo_response(found: Photo, size: str) -> FileResponse:
    """A kept photo; it never changes, and only this reader's browser keeps it."""
    digest = found.small if size == "small" else found.content
    response = FileResponse(path_of(digest).open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
