"""Requests for data: the form on a resource's page, the list, one request and what became of it, the panel on a desk."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange import catalogue, reach
from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.http import words
from huimin.platform.exchange.http.request_forms import EndForm, NarrowForm, RequestForm
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations import sharing
from huimin.platform.exchange.operations.narrowing import NARROWING, held_request, narrow_request
from huimin.platform.exchange.permissions import REQUEST
from huimin.platform.exchange.requests import access_request, find_request, may_end, requests_in
from huimin.platform.exchange.rules import Way
from huimin.platform.identity.names import post_name, purpose_name
from huimin.platform.identity.permissions import needs, who_of
from huimin.platform.identity.queries import actor_of, get_client
from huimin.platform.process import queries as process
from huimin.platform.ui import toasts
from huimin.platform.ui.dates import as_of
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Answer, Empty, Queue, QueueRow, Trail, TrailEntry

PAGE_SIZE: Final = 30
NONE_YET: Final = Empty(
    what=gettext_lazy("还没有数据需求。"), do=gettext_lazy("在资源目录里找到要用的资源，点“申请使用”。")
)


def title_of(request: DataRequest) -> str:
    """A request in one line."""
    return f"{words.resource_word(request.resource)} · {words.department_word(request.department)} · {request.number}"


def reader_word(request: DataRequest) -> str:
    """Who is to read: the post, or the system by its name."""
    if request.reader_post:
        return post_name(request.reader_post, reader_language())
    client = get_client(request.reader_client)
    return _("系统“%(name)s”") % {"name": client.name}


def answers_of(request: DataRequest) -> list[Answer]:
    """Everything that was asked for."""
    resource = resources()[request.resource]

    def item_word(item: str) -> str:
        name = words.named(resource.items[item]) if item in resource.items else item
        return name if item in request.plain else _("%(item)s（掩码）") % {"item": name}

    known = [
        (_("资源"), words.resource_word(request.resource)),
        (_("申请部门"), words.department_word(request.department)),
        (_("由谁读取"), reader_word(request)),
        (_("信息项"), _("、").join(item_word(item) for item in request.items)),
        (_("记录范围"), request.get_rows_display()),
        (_("使用方式"), str(words.WAYS[Way(request.way)])),
        (_("用途"), purpose_name(request.purpose, reader_language())),
        (_("依据"), request.legal_basis),
        (_("为什么需要"), request.reason),
        (_("期限（不含当日）"), as_of(request.until)),
    ]
    return [Answer(question=question, answer=answer) for question, answer in known]


def left_out(request: DataRequest) -> list[Answer]:
    """Of a request that was narrowed, what was asked for and is not given; nothing of any other."""
    asked = request.asked_for
    if asked is None:
        return []
    resource = resources()[request.resource]

    def named(items: Sequence[str]) -> str:
        return _("、").join(words.named(resource.items[item]) if item in resource.items else item for item in items)

    gone = [item for item in asked["items"] if item not in request.items]
    masked = [item for item in request.items if item in asked["plain"] and item not in request.plain]
    found = [
        (_("不提供的信息项"), named(gone)),
        (_("改为掩码的信息项"), named(masked)),
        (_("原申请的记录范围"), DataRequest.Rows(asked["rows"]).label if asked["rows"] != request.rows else ""),
        (
            _("原申请的期限（不含当日）"),
            as_of(date.fromisoformat(asked["until"])) if asked["until"] != request.until.isoformat() else "",
        ),
        (_("理由"), request.narrowed_because),
    ]
    return [Answer(question=question, answer=str(answer)) for question, answer in found if answer]


def panel(subject: str) -> Mapping[str, Any]:
    """What the panel on the item page shows."""
    request = find_request(subject)
    if request is None:
        return {}
    return {"request": request, "answers": answers_of(request), "left_out": left_out(request), "narrowing": NARROWING}


@needs(REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a resource: which items, in which way, for whom, for what, until when."""
    entry, at, status = catalogue.get_entry(code), timezone.now(), 200
    department = _department(request)
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        resource=entry.resource,
        department=department,
        post=actor_of(request).post,
    )
    if form.is_bound and form.is_valid():
        try:
            made = sharing.ask_for_data(form.need, department=department, actor=actor_of(request), at=at)
        except Refusal as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
            status = refusal.status
        else:
            toasts.say(request, _("已提出数据需求，编号 %(number)s。") % {"number": made.number})
            return redirect("exchange:request", number=made.number)
    elif form.is_bound:
        status = 400
    context = {"entry": entry, "name": words.named(entry.resource.names), "form": form}
    return render(request, "exchange/ask.html", context, status=status)


def _department(request: HttpRequest) -> str:
    post = who_of(request).post
    return str(post.department.code) if post is not None else ""


@needs(REQUEST)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Requests of one's own department and those asked of it, newest first; the data office sees all."""
    found = requests_in(reach.reach_of(request))
    page = keyset_page(found, by=["-id"], after=request.GET.get("after", ""), size=PAGE_SIZE)
    rows = [
        QueueRow(
            number=one.number,
            url=reverse("exchange:request", args=[one.number]),
            what=f"{words.resource_word(one.resource)} · {one.get_state_display()}",
            who=words.department_word(one.department),
            note=f"{words.WAYS[Way(one.way)]} · {purpose_name(one.purpose, reader_language())}",
            next_act=_("查看"),
        )
        for one in page.rows
    ]
    more = f"{reverse('exchange:requests')}?{urlencode({'after': page.after})}" if page.after else ""
    queue = Queue(rows=rows, label=_("数据需求"), more_url=more, empty=NONE_YET)
    return render(request, "exchange/requests.html", {"queue": queue})


def _course(found: DataRequest, at: datetime) -> dict[str, Any]:
    """Who has it now, until when, and what was done and said about it; the reader's right to it has been asked."""
    told = process.trace(found.reference, at=at)
    spoken = reader_language()
    waiting = [
        {"step": item.drawn.named(spoken), "holder": post_name(item.post.code, spoken), "due_on": item.due_on}
        for item in told.waiting
        if item.post is not None
    ]
    entries = [
        TrailEntry(
            at=entry.at,
            who=post_name(entry.actor.post, spoken) if entry.actor.post else _("系统"),
            act=entry.fact.sentence(spoken),
            why=told.remarks.get(getattr(entry.fact, "remark", ""), ""),
        )
        for entry in told.facts
    ]
    return {"waiting": waiting, "trail": Trail(entries=entries)}


def _show(request: HttpRequest, found: DataRequest, form: EndForm, status: int = 200) -> HttpResponse:
    at, reached = timezone.now(), reach.reach_of(request)
    context = {
        "found": found,
        "mark": words.REQUEST_MARKS[DataRequest.State(found.state)],
        "is_over": found.state == DataRequest.State.GRANTED and found.until <= timezone.localdate(at),
        "answers": answers_of(found),
        "left_out": left_out(found),
        "name": words.resource_word(found.resource),
        **_course(found, at),
        "may_end": may_end(reached, found),
        "form": form,
    }
    return render(request, "exchange/request.html", context, status=status)


@needs(REQUEST)
@require_safe
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what was asked, what became of it, who has it now."""
    return _show(request, access_request(reach.reach_of(request), number), EndForm())


@needs(REQUEST)
@require_POST
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Stop what was granted before its term."""
    reached, form = reach.reach_of(request), EndForm(request.POST)
    found = access_request(reached, number)
    if not form.is_valid():
        return _show(request, found, form, status=400)
    sharing.end_sharing(number=number, **form.cleaned_data, reach=reached, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已停止提供，下一次读取起不再显示。"))
    return redirect("exchange:request", number=number)


@needs(REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def narrow(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Agree to a part of what was asked for; that finishes the step."""
    actor, at, status = actor_of(request), timezone.now(), 200
    found = held_request(number, item, actor)
    form = NarrowForm(request.POST if request.method == "POST" else None, request=found)
    if form.is_bound and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            narrow_request(number=number, item=item, to=form.part, note=note, actor=actor, at=at)
        except Refusal as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
            status = refusal.status
        else:
            toasts.say(request, _("已按缩小的范围同意，申请部门会看到少给了什么和理由。"))
            return redirect("process:inbox")
    elif form.is_bound:
        status = 400
    context = {"portal": "desk", "item": item, "found": found, "title": title_of(found), "form": form}
    return render(request, "exchange/narrow.html", context, status=status)
