"""The inbox, one page for every kind of work item, and handing over. Each view reads or does one thing, and shows
it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from huimin.platform.identity import queries as identity
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.http import shown
from huimin.platform.process.http.forms import (
    CompleteForm,
    HandOverForm,
    InboxForm,
    NoteForm,
    ReasonForm,
    StopForm,
    TransferForm,
)
from huimin.platform.process.models import WorkItem
from huimin.platform.process.permissions import INBOX, WORK
from huimin.platform.process.queries.inbox import ORDER
from huimin.platform.process.queries.items import items_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue

PAGE_SIZE: Final = 30

VIEWS: Final = {
    queries.InboxView.TODO: gettext_lazy("全部待办"),
    queries.InboxView.MINE: gettext_lazy("在我手上"),
    queries.InboxView.POST: gettext_lazy("本岗位"),
    queries.InboxView.DUE: gettext_lazy("快到期"),
    queries.InboxView.LATE: gettext_lazy("已超期"),
}


def _address(**asked: str) -> str:
    return f"{reverse('process:inbox')}?{urlencode({name: value for name, value in asked.items() if value})}"


@needs(INBOX)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that the reader has to do, what turns yellow next first; or the work whose number he typed."""
    actor, at, on = actor_of(request), timezone.now(), timezone.localdate()
    form = InboxForm(request.GET)
    form.is_valid()
    number, after = form.cleaned_data.get("number", ""), form.cleaned_data.get("after", "")
    found = (
        queries.find_by_number(actor, number, at=at) if number else queries.inbox(actor, view=form.chosen, on=on, at=at)
    )
    page = keyset_page(found, by=ORDER, after=after, size=PAGE_SIZE)
    counts = queries.inbox_counts(actor, on=on, at=at).of
    chips = [
        Chip(label=label, url=_address(view=view), chosen=view == form.chosen and not number, count=counts[view])
        for view, label in VIEWS.items()
    ]
    queue = Queue(
        rows=shown.queue_rows(page.rows, actor=actor, on=on, at=at),
        label=_("待办"),
        chips=chips,
        more_url=_address(view=form.chosen, number=number, after=page.after) if page.after else "",
        empty=_EMPTY[bool(number)],
    )
    return render(request, "process/inbox.html", {"queue": queue, "form": form})


_EMPTY: Final = {
    False: Empty(
        what=gettext_lazy("现在没有等您办的事。"), do=gettext_lazy("新的工作项到了您的岗位，就会出现在这里。")
    ),
    True: Empty(
        what=gettext_lazy("没有找到这个编号。"),
        do=gettext_lazy("请核对编号末尾的校验字符；不归您办理的事项不会显示。"),
    ),
}


def _item_forms(item: WorkItem, actor: Actor, at: datetime) -> dict[str, forms.BaseForm]:
    steps = [(earlier.node, earlier.drawn.named(reader_language())) for earlier in queries.earlier_steps(item)]

    def place(name: str) -> TransferForm:
        return TransferForm(instance=item, actor=actor.ref, at=at, auto_id=f"{name}_%s")

    return {
        "complete_form": CompleteForm(outcomes=shown.outcomes_of(item)),
        "transfer_form": TransferForm(instance=item, actor=actor.ref, at=at),
        "delegate_form": place("delegate"),
        "signer_form": place("signer"),
        "copy_form": place("copy"),
        "stop_form": StopForm(auto_id="stop_%s"),
        "reason_form": ReasonForm(steps=steps, auto_id="back_%s"),
        "urge_form": NoteForm(auto_id="urge_%s"),
    }


def show_item(
    request: HttpRequest, item: WorkItem, at: datetime, status: int = 200, **filled: forms.BaseForm
) -> HttpResponse:
    """The page of a work item; `filled` are forms with mistakes, by the name under which the page has them."""
    actor, on, process = actor_of(request), timezone.localdate(), item.process
    view = ports.view_of(process.kind)
    items = items_of(process)
    titles = shown.titles_of([process], actor=actor, at=at)
    context = {
        "item": item,
        "name": shown.name_of(item),
        "what": shown.what_of(process, titles.get(process.subject, "")),
        "clock": shown.clock_of(item, queries.work_calendar(), on),
        "who": shown.who_has(item),
        "steps": shown.steps_of(items, on),
        "trail": shown.trail_shown(process, items, at=at),
        "acts": queries.acts_on(item, actor, at=at),
        "subject_template": view.template,
        "subject": view.context(process.subject, actor=actor, at=at),
        **_item_forms(item, actor, at),
        **filled,
    }
    return render(request, "process/item.html", context, status=status)


@needs(INBOX)
@require_GET
def item(request: HttpRequest, number: str) -> HttpResponse:
    """One work item: who has it, its clock, what it is about, what may be done with it, what happened."""
    at = timezone.now()
    return show_item(request, queries.access_work_item(actor_of(request), number, at=at), at)


def act(
    request: HttpRequest,
    number: str,
    form_name: str,
    make: Callable[[WorkItem, Actor, datetime], forms.BaseForm],
    do: Callable[[Any, Actor, datetime], object],
    said: str,
) -> HttpResponse:
    """Fill in, do, say so and go back to the inbox, since the work is elsewhere now; show the mistakes where there are any."""
    actor, at = actor_of(request), timezone.now()
    found = queries.access_work_item(actor, number, at=at)
    form = make(found, actor, at)
    if not form.is_valid():
        return show_item(request, found, at, status=422, **{form_name: form})
    do(form, actor, at)
    toasts.say(request, said % {"number": number})
    return redirect("process:inbox")


@needs(WORK)
@require_POST
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """领取."""
    operations.claim(number=number, actor=actor_of(request), at=timezone.now())
    toasts.say(
        request, _("已领取 %(number)s。") % {"number": number}, undo_url=reverse("process:release", args=[number])
    )
    return redirect("process:item", number=number)


@needs(WORK)
@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """放回."""
    operations.release(number=number, actor=actor_of(request), at=timezone.now())
    toasts.say(
        request, _("已把 %(number)s 放回岗位。") % {"number": number}, undo_url=reverse("process:claim", args=[number])
    )
    return redirect("process:item", number=number)


@needs(WORK)
@require_POST
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """办结这一步."""

    def do(form: CompleteForm, actor: Actor, at: datetime) -> WorkItem:
        return operations.complete(number=number, **form.cleaned_data, actor=actor, at=at)

    def make(found: WorkItem, _actor: Actor, _at: datetime) -> CompleteForm:
        return CompleteForm(request.POST, outcomes=shown.outcomes_of(found))

    return act(request, number, "complete_form", make, do, _("已办结 %(number)s。"))


@needs(WORK)
@require_POST
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """转办."""

    def do(form: TransferForm, actor: Actor, at: datetime) -> WorkItem:
        return operations.transfer(
            number=number, **form.destination, note=form.cleaned_data["note"], actor=actor, at=at
        )

    def make(found: WorkItem, actor: Actor, at: datetime) -> TransferForm:
        return TransferForm(request.POST, instance=found, actor=actor.ref, at=at)

    return act(request, number, "transfer_form", make, do, _("已转办 %(number)s。"))


@needs(WORK)
@require_POST
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """退回."""

    def do(form: ReasonForm, actor: Actor, at: datetime) -> WorkItem:
        return operations.send_back(number=number, **form.cleaned_data, actor=actor, at=at)

    def make(found: WorkItem, _actor: Actor, _at: datetime) -> ReasonForm:
        steps = [(earlier.node, earlier.drawn.named(reader_language())) for earlier in queries.earlier_steps(found)]
        return ReasonForm(request.POST, steps=steps, auto_id="back_%s")

    return act(request, number, "reason_form", make, do, _("已退回 %(number)s。"))


@needs(INBOX)
@require_POST
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """催办."""

    def do(form: NoteForm, actor: Actor, at: datetime) -> WorkItem:
        return operations.remind(number=number, note=form.cleaned_data["note"], actor=actor, at=at)

    def make(_found: WorkItem, _actor: Actor, _at: datetime) -> NoteForm:
        return NoteForm(request.POST, auto_id="urge_%s")

    return act(request, number, "urge_form", make, do, _("已催办 %(number)s。"))


def _show_hand_over(request: HttpRequest, at: datetime, status: int = 200, **filled: HandOverForm) -> HttpResponse:
    """The page; `filled` are forms with mistakes, by the code of their post."""
    actor, on = actor_of(request), timezone.localdate()
    posts = [identity.get_post(code) for code in identity.post_codes_of(actor.ref, at)]
    parts = [
        {
            "post": post,
            "rows": shown.queue_rows(list(queries.work_in_hand(actor.ref, post.code)), actor=actor, on=on, at=at),
            "form": filled.get(post.code) or HandOverForm(post=post.code, giver=actor.ref, at=at),
        }
        for post in posts
    ]
    context = {"parts": parts, "english": reader_language() == "en"}
    return render(request, "process/hand_over.html", context, status=status)


@needs(WORK)
@require_GET
def hand_over(request: HttpRequest) -> HttpResponse:
    """What one holds at each of one's posts, and to whom it may go."""
    return _show_hand_over(request, timezone.now())


@needs(WORK)
@require_POST
def hand_over_post(request: HttpRequest, post: str) -> HttpResponse:
    """Hand over everything that one holds at this post."""
    actor, at = actor_of(request), timezone.now()
    form = HandOverForm(request.POST, post=post, giver=actor.ref, at=at)
    if not form.is_valid():
        return _show_hand_over(request, at, status=422, **{post: form})
    successor = form.cleaned_data["successor"]
    count = operations.hand_over_all(post=post, giver=actor.ref, to_account=successor, actor=actor, at=at)
    toasts.say(request, ngettext("已交接 %(n)d 项。", "已交接 %(n)d 项。", count) % {"n": count})
    return redirect("process:hand_over")
