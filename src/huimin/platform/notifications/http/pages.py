"""What I am told, and how: the list of notices, the addresses, the wishes, and the link that stops a topic."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.operations import begin_acting
from huimin.platform.identity.permissions import needs, public
from huimin.platform.identity.queries import DELEGATION_IN_SESSION, actor_of, get_account
from huimin.platform.notifications import operations, ports, queries
from huimin.platform.notifications.adapters.simulated import kept_for
from huimin.platform.notifications.declarations import channels
from huimin.platform.notifications.http.forms import ADDRESS_FORMS, ConfirmForm, WishesForm
from huimin.platform.notifications.models import Notice
from huimin.platform.notifications.operations.wishing import read_link
from huimin.platform.notifications.permissions import READ
from huimin.platform.notifications.rules import PAGES, Channel, masked
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip

if TYPE_CHECKING:
    from django.forms import Form

PAGE: Final = 20
NEWEST: Final = ("-told_at", "-id")


@needs(READ)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first; of one topic, or what I have not read."""
    actor, language = actor_of(request), reader_language()
    topics = channels().topics
    topic = request.GET.get("topic", "")
    unread = "unread" in request.GET
    chosen = topic if topic in topics else ""
    found = queries.notices_of_account(actor, topic=chosen, unread=unread)
    page = keyset_page(found, by=NEWEST, after=request.GET.get("after", ""), size=PAGE)
    kept = f"topic={chosen}&" if chosen else "unread&" if unread else ""
    chips = [
        Chip(label=_("全部消息"), url="?", chosen=not chosen and not unread),
        Chip(label=_("未读"), url="?unread", chosen=unread),
        *(
            Chip(label=one.names.text(language), url=f"?topic={code}", chosen=code == chosen)
            for code, one in topics.items()
        ),
    ]
    context = {
        "lines": [_line(notice, language) for notice in page.rows],
        "chips": chips,
        "any_unread": any(notice.read_at is None for notice in page.rows),
        "is_filtered": bool(chosen or unread),
        "more": f"?{kept}after={page.after}" if page.after else "",
    }
    return render(request, "notifications/mine.html", context)


def _line(notice: Notice, language: str) -> dict[str, Any]:
    return {
        "url": reverse("notifications:open", args=[notice.public_id]),
        "subject": notice.subject(language),
        "text": notice.text(language),
        "at": notice.told_at,
        "is_new": notice.read_at is None,
    }


@needs(READ)
@require_GET
def open_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """To what a notice tells of; it counts as read from here on, however often the link is opened.

    Its page is seen by whom it concerns: who acts for somebody else just now (or has to) is asked to change that first.
    """
    actor, at = actor_of(request), timezone.now()
    notice = operations.mark_read(public_id, actor=actor, at=at)
    if notice.principal == actor.on_behalf_of:
        return redirect(notice.page)
    name = queries.delegation_for(notice, at=at).principal_name if notice.principal else ""
    return render(request, "notifications/switch.html", {"notice": _line(notice, reader_language()), "name": name})


@needs(READ)
@require_POST
def switch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Act from now on for whom the notice concerns, and see its page."""
    actor, at = actor_of(request), timezone.now()
    notice = queries.access_notice(public_id, actor)
    if notice.principal:
        power = queries.delegation_for(notice, at=at)
        begin_acting(account=notice.account, delegation=power, actor=actor, at=at)
        request.session[DELEGATION_IN_SESSION] = power.public_id
    else:
        request.session.pop(DELEGATION_IN_SESSION, None)
    return redirect(notice.page)


@needs(READ)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    operations.mark_all_read(actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已全部标为已读。"))
    return redirect("notifications:mine")


@needs(READ)
@require_http_methods(["GET", "POST"])
def ways(request: HttpRequest) -> HttpResponse:
    """By which ways I am reached, and what I want by which."""
    actor, at = actor_of(request), timezone.now()
    account = get_account(actor.ref)
    held = queries.contacts_of(account)
    sent = request.POST if request.method == "POST" else None
    form = WishesForm(sent, ways=[PAGES, *(way.value for way in held)], unwanted=queries.unwanted_of(account))
    if form.is_valid():
        operations.wish(form.unwanted, actor=actor, at=at)
        toasts.say(request, _("已保存。"))
        return redirect("notifications:ways")
    quiet = channels().quiet
    context = {
        "addresses": [_address(channel, held.get(channel)) for channel in Channel],
        "form": form,
        "quiet": {"begins": quiet.begins, "ends": quiet.ends},
        "shows_unsent": settings.DEMO,
    }
    return render(request, "notifications/ways.html", context)


_GATES: Final = {Channel.EMAIL: ports.email_gate, Channel.SMS: ports.sms_gate}


def _address(channel: Channel, contact: Any) -> dict[str, Any]:
    """One way as the page shows it."""
    gate = _GATES[channel].find()
    return {
        "channel": channel.value,
        "name": {Channel.EMAIL: _("电子邮件"), Channel.SMS: _("手机短信")}[channel],
        "value": masked(channel, contact.value) if contact else "",
        "problem": contact.problem if contact else "",
        "connected": gate is not None,
        "simulated": bool(gate and gate.simulated),
    }


@needs(READ)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, channel: str) -> HttpResponse:
    """Give an address: a code goes there."""
    way = _way(channel)

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        asking = operations.ask_for_contact(
            channel=way, value=answers["value"], actor=actor_of(request), at=timezone.now()
        )
        return redirect("notifications:confirm", asking.public_id)

    return _asked(
        request, ADDRESS_FORMS[way](request.POST or None), "notifications/ask.html", act, {"channel": way.value}
    )


@needs(READ)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give back the code; a demonstration says where the message that was not sent is shown."""
    actor, at = actor_of(request), timezone.now()
    asking = queries.access_asking(public_id, actor, at=at)
    gate = _GATES[Channel(asking.channel)].find()

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.confirm_contact(public_id=public_id, code=answers["code"], actor=actor, at=at)
        toasts.say(request, _("验证通过，以后会用它通知您。"))
        return redirect("notifications:ways")

    context = {
        "channel": asking.channel,
        "value": masked(Channel(asking.channel), asking.value),
        "simulated": bool(gate and gate.simulated),
    }
    return _asked(request, ConfirmForm(request.POST or None), "notifications/confirm.html", act, context)


def _asked(request: HttpRequest, form: "Form", template: str, act: Any, context: Mapping[str, Any]) -> HttpResponse:
    """Show the form; when it came back right, act; a refusal stands beside what it is about."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                response: HttpResponse = act(form.cleaned_data)
            except Refusal as refusal:
                field = getattr(refusal, "field", "")
                form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
                status = refusal.status
            else:
                return response
    return render(request, template, {"form": form, **context}, status=status)


def _way(channel: str) -> Channel:
    """The way of this name. Raises NoSuchMessage."""
    try:
        return Channel(channel)
    except ValueError:
        raise queries.NoSuchMessage from None


@needs(READ)
@require_POST
def remove(request: HttpRequest, channel: str) -> HttpResponse:
    """Take an address back."""
    operations.remove_contact(channel=_way(channel), actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已删除，不会再用它通知您。"))
    return redirect("notifications:ways")


@needs(READ)
@require_GET
def unsent(request: HttpRequest) -> HttpResponse:
    """What a demonstration did not send to me. Elsewhere there is no such page."""
    if not settings.DEMO:
        raise queries.NoSuchMessage
    return render(request, "notifications/unsent.html", {"messages_kept": kept_for(actor_of(request).ref)})


@csrf_exempt
@public
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a topic by the link of an e-mail, without signing in: a page with one button, or one click of the mail program (RFC 8058).

    The signed link is the whole right: a forged request without it stops nothing, and with it no more than its holder may.
    """
    _account, topic, _channel = read_link(token)
    context = {"name": channels().topics[topic].names.text(reader_language()), "done": request.method == "POST"}
    if request.method == "POST":
        operations.stop_topic(token, at=timezone.now())
    return render(request, "notifications/stop.html", context)
