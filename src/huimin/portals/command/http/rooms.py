"""The joint room of an incident: who was called and came, what was said, how those who came are scored (街乡吹哨、部门报到)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.identity.names import department_name, department_names, post_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.permissions import COMMAND, READ
from huimin.platform.incidents.queries import board as boards
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Trail, TrailEntry
from huimin.portals.command.http import words
from huimin.portals.command.http.board import incident_url
from huimin.portals.command.http.forms import CallForm, ScoreForm, WordsForm

if TYPE_CHECKING:
    from huimin.platform.incidents.models import Incident


def _departments() -> list[tuple[str, str]]:
    return [(code, department_name(code, reader_language())) for code in department_names()]


@needs(READ)
@require_safe
def room(request: HttpRequest, number: str) -> HttpResponse:
    """The room, for its command post and for whoever was called or takes part."""
    actor, at = actor_of(request), timezone.now()
    return _show(request, boards.access_room(number, actor, at=at), at=at)


def _show(
    request: HttpRequest,
    incident: "Incident",
    *,
    at: datetime,
    call: CallForm | None = None,
    say: WordsForm | None = None,
) -> HttpResponse:
    actor, language = actor_of(request), reader_language()
    called, notes = boards.room_of(incident)
    whose = boards.commanded_by(actor, at)
    own = actor.post.partition(".")[0]
    context: dict[str, Any] = {
        "incident": incident,
        "what": words.class_name(incident),
        "where": incident.address or words.division_name(incident.division),
        "url": incident_url(incident.number),
        "called": [
            {"row": one, "name": department_name(one.department, language), "score": ScoreForm(auto_id=f"{one.pk}_%s")}
            for one in called
        ],
        "trail": Trail(
            entries=[
                TrailEntry(at=one.said_at, who=f"{post_name(one.post, language)} · {one.said_by.name}", act=one.words)
                for one in notes
            ],
            label=_("会商记录"),
            open_count=50,
        ),
        "may_command": whose is not None and (whose.is_city or incident.division in whose.divisions),
        "may_come": any(one.department == own and one.came_at is None for one in called),
        "call_form": call or CallForm(departments=_departments(), auto_id="call_%s"),
        "say_form": say or WordsForm(auto_id="say_%s"),
    }
    failed = any(form is not None and form.errors for form in (call, say))
    return render(request, "command/room.html", context, status=400 if failed else 200)


@needs(COMMAND)
@require_POST
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Call departments."""
    actor, at = actor_of(request), timezone.now()
    form = CallForm(request.POST, departments=_departments(), auto_id="call_%s")
    if not form.is_valid():
        return _show(request, boards.access_room(number, actor, at=at), at=at, call=form)
    commanding.call_departments(number, departments=form.cleaned_data["departments"], actor=actor, at=at)
    toasts.say(request, _("已召集，等待部门报到。"))
    return redirect("command:room", number=number)


@needs(READ)
@require_POST
def come(request: HttpRequest, number: str) -> HttpResponse:
    """One's department comes."""
    commanding.check_in(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已报到。"))
    return redirect("command:room", number=number)


@needs(READ)
@require_POST
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Say something."""
    actor, at = actor_of(request), timezone.now()
    form = WordsForm(request.POST, auto_id="say_%s")
    if not form.is_valid():
        return _show(request, boards.access_room(number, actor, at=at), at=at, say=form)
    commanding.say_in_room(number, words=form.cleaned_data["words"], actor=actor, at=at)
    return redirect("command:room", number=number)


@needs(COMMAND)
@require_POST
def score(request: HttpRequest, number: str, department: str) -> HttpResponse:
    """Score a department that came."""
    form = ScoreForm(request.POST)
    given = form.cleaned_data["score"] if form.is_valid() else 0
    commanding.score_check_in(number, department=department, score=given, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已评分。"))
    return redirect("command:room", number=number)
