"""Who is on duty now, and the turns ahead."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huimin.platform.identity import queries as identity
from huimin.platform.identity.names import post_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.permissions import COMMAND, WATCH
from huimin.platform.incidents.queries import board as boards
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.portals.command.http.forms import TurnForm
from huimin.portals.command.http.watched import watched

if TYPE_CHECKING:
    from huimin.platform.incidents.models.command import DutyTurn


@needs(WATCH)
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """Who is on duty at every command post, and the turns of one's own; a new turn is written here."""
    whose, actor, at = watched(request), actor_of(request), timezone.now()
    holders = [(one.public_id, one.name) for one in identity.holders_of(whose.post, at)]
    form = TurnForm(request.POST if request.method == "POST" else None, holders=holders)
    if form.is_valid():
        commanding.write_turn(post=whose.post, **form.cleaned_data, actor=actor, at=at)
        toasts.say(request, _("已排班。"))
        return redirect("command:duty")
    context = {
        "now": _by_post(boards.on_duty(at=at)),
        "ahead": [_turn(one, at) for one in boards.turns_ahead(whose.post, at=at)],
        "post": post_name(whose.post, reader_language()),
        "form": form,
    }
    return render(request, "command/duty.html", context, status=400 if form.errors else 200)


def _turn(one: "DutyTurn", at: datetime) -> dict[str, Any]:
    return {"turn": one, "may_take_back": one.starts_at > at}


def _by_post(turns: list["DutyTurn"]) -> list[tuple[str, list["DutyTurn"]]]:
    found: dict[str, list[DutyTurn]] = {}
    for one in turns:
        found.setdefault(one.post, []).append(one)
    return [(post_name(post, reader_language()), own) for post, own in found.items()]


@needs(COMMAND)
@require_POST
def take_back(request: HttpRequest, turn: int) -> HttpResponse:
    """Take a turn back that has not begun."""
    commanding.take_back_turn(turn, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已撤回这个班次。"))
    return redirect("command:duty")
