"""The window's queue: tickets, checking in, calling the next."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huimin.kernel.refusals import NotPermitted, Refusal
from huimin.platform.bookings import declarations, operations, queries
from huimin.platform.bookings.http.booking import service_name
from huimin.platform.bookings.permissions import QUEUE
from huimin.platform.bookings.rules import State
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language


class NotYourOffice(NotPermitted):
    """The office belongs to another department."""

    zh = "这个大厅不归您的部门管。"
    en = "This office is not your department's."


class CodeForm(forms.Form):
    """The code that somebody who booked says."""

    code = forms.CharField(
        label=gettext_lazy("预约码"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class WindowForm(forms.Form):
    """At which window one sits."""

    window = forms.CharField(label=gettext_lazy("窗口号"), max_length=10, initial="1")


def _own(request: HttpRequest, office: str) -> str:
    if office not in queries.offices_of(actor_of(request)):
        raise NotYourOffice
    return office


@needs(QUEUE)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits at the offices of one's department."""
    today = timezone.localdate(timezone.now())
    window = request.session.get("bookings.window", "1")
    shown = [
        {
            "code": code,
            "name": declarations.get_office(code).names.text(reader_language()),
            "waiting": [
                {"booking": one, "service": service_name(one.service)} for one in queries.queue_of(code, on=today)
            ],
            "code_form": CodeForm(prefix=code),
            "window_form": WindowForm(prefix=code, initial={"window": window}),
        }
        for code in queries.offices_of(actor_of(request))
    ]
    return render(request, "bookings/queue.html", {"offices": shown, "called": State.CALLED.value})


@needs(QUEUE)
@require_POST
def ticket(request: HttpRequest, office: str) -> HttpResponse:
    """Hand out a ticket to whoever came without a booking."""
    made = operations.take_ticket(_own(request, office), actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("取号 %(ticket)s。") % {"ticket": made.ticket})
    return redirect("bookings:queue")


@needs(QUEUE)
@require_POST
def check_in(request: HttpRequest, office: str) -> HttpResponse:
    """Whoever booked has come."""
    form = CodeForm(request.POST, prefix=office)
    if form.is_valid():
        try:
            made = operations.check_in(
                _own(request, office), form.cleaned_data["code"], actor=actor_of(request), at=timezone.now()
            )
        except Refusal as refusal:
            toasts.warn(request, refusal.sentence(reader_language()))
        else:
            toasts.say(request, _("已签到，取号 %(ticket)s。") % {"ticket": made.ticket})
    return redirect("bookings:queue")


@needs(QUEUE)
@require_POST
def call(request: HttpRequest, office: str) -> HttpResponse:
    """Call the next."""
    form = WindowForm(request.POST, prefix=office)
    window = form.cleaned_data["window"] if form.is_valid() else "1"
    request.session["bookings.window"] = window
    try:
        called = operations.call_next(_own(request, office), window=window, actor=actor_of(request), at=timezone.now())
    except operations.NobodyWaits as refusal:
        toasts.warn(request, refusal.sentence(reader_language()))
    else:
        toasts.say(request, _("请 %(ticket)s 到 %(window)s 号窗口。") % {"ticket": called.ticket, "window": window})
    return redirect("bookings:queue")


HOW = {"served": True, "missed": False}


@needs(QUEUE)
@require_POST
def finish(request: HttpRequest, public_id: str, how: str) -> HttpResponse:
    """Whoever was called was served, or did not come."""
    if how not in HOW:
        raise queries.NoSuchBooking
    operations.finish_called(public_id, came=HOW[how], actor=actor_of(request), at=timezone.now())
    return redirect("bookings:queue")
