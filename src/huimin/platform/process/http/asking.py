"""What an official does with others' help, and with his own clock. Each view does one thing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations
from huimin.platform.process.http.forms import StopForm, TransferForm
from huimin.platform.process.http.pages import act
from huimin.platform.process.models import WorkItem
from huimin.platform.process.permissions import WORK
from huimin.platform.ui import toasts


def _to_a_place(
    request: HttpRequest, number: str, name: str, do: Callable[[TransferForm, Actor, datetime], object], said: str
) -> HttpResponse:
    def make(found: WorkItem, actor: Actor, at: datetime) -> TransferForm:
        return TransferForm(request.POST, instance=found, actor=actor.ref, at=at, auto_id=f"{name}_%s")

    return act(request, number, f"{name}_form", make, do, said)


@needs(WORK)
@require_POST
def delegate(request: HttpRequest, number: str) -> HttpResponse:
    """委派."""

    def do(form: TransferForm, actor: Actor, at: datetime) -> object:
        note = form.cleaned_data["note"]
        return operations.delegate(number=number, **form.destination, note=note, actor=actor, at=at)

    return _to_a_place(request, number, "delegate", do, _("已委派 %(number)s，办完会回到您这里。"))


@needs(WORK)
@require_POST
def add_signer(request: HttpRequest, number: str) -> HttpResponse:
    """加签."""

    def do(form: TransferForm, actor: Actor, at: datetime) -> object:
        note = form.cleaned_data["note"]
        return operations.add_signer(number=number, **form.destination, note=note, actor=actor, at=at)

    return _to_a_place(request, number, "signer", do, _("已为 %(number)s 加签。"))


@needs(WORK)
@require_POST
def send_copy(request: HttpRequest, number: str) -> HttpResponse:
    """抄送."""

    def do(form: TransferForm, actor: Actor, at: datetime) -> object:
        posts, note = [form.destination["to_post"]], form.cleaned_data["note"]
        return operations.send_copy(number=number, to_posts=posts, note=note, actor=actor, at=at)

    return _to_a_place(request, number, "copy", do, _("已抄送 %(number)s。"))


@needs(WORK)
@require_POST
def stop_clock(request: HttpRequest, number: str) -> HttpResponse:
    """停表."""

    def do(form: StopForm, actor: Actor, at: datetime) -> object:
        return operations.stop_clock(number=number, **form.cleaned_data, actor=actor, at=at)

    def make(_found: WorkItem, _actor: Actor, _at: datetime) -> StopForm:
        return StopForm(request.POST, auto_id="stop_%s")

    return act(request, number, "stop_form", make, do, _("%(number)s 已停表。"))


def _at_once(request: HttpRequest, number: str, do: Callable[..., Any], said: str) -> HttpResponse:
    do(number=number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, said % {"number": number})
    return redirect("process:inbox")


@needs(WORK)
@require_POST
def resume_clock(request: HttpRequest, number: str) -> HttpResponse:
    """恢复计时."""
    return _at_once(request, number, operations.resume_clock, _("%(number)s 恢复计时。"))


@needs(WORK)
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """撤销."""
    return _at_once(request, number, operations.take_back, _("已撤销 %(number)s 的办理结果。"))


@needs(WORK)
@require_POST
def drop_signer(request: HttpRequest, number: str) -> HttpResponse:
    """减签."""
    return _at_once(request, number, operations.drop_signer, _("不再等 %(number)s 的意见。"))


@needs(WORK)
@require_POST
def acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """已阅."""
    return _at_once(request, number, operations.acknowledge, _("已阅 %(number)s。"))
