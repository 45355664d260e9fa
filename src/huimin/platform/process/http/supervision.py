"""Cards of electronic supervision: the list, one card, its explanation and what was decided; who stands in for whom; batches."""

from collections.abc import Callable
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.process import operations, queries
from huimin.platform.process.declarations import supervision
from huimin.platform.process.http import shown
from huimin.platform.process.http.forms import AbsenceForm, BatchForm, WordForm
from huimin.platform.process.models import Card, WorkItem
from huimin.platform.process.permissions import INBOX, SUPERVISE, WORK
from huimin.platform.process.queries.cards import NEWEST_FIRST
from huimin.platform.process.rules.states import CARDS_OPEN, CardState
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue, QueueRow

PAGE_SIZE: Final = 30
IN_ONE_GO: Final = 200
STATES: Final = {
    CardState.RAISED: gettext_lazy("等待说明"),
    CardState.EXPLAINED: gettext_lazy("已说明，等待认定"),
    CardState.UPHELD: gettext_lazy("认定成立"),
    CardState.LIFTED: gettext_lazy("已撤销"),
}


def _address(**asked: str) -> str:
    return f"{reverse('process:cards')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _what(card: Card) -> str:
    level = supervision().named(card.level, reader_language())
    step = card.process.definition.graph.nodes.get(card.item.node) if card.item else None
    return " · ".join(
        part for part in (level, step.named(reader_language()) if step else "", shown.what_of(card.process, "")) if part
    )


def _who(card: Card) -> str:
    department = card.department
    return (department.name_en if reader_language() == "en" else department.name) if department else ""


def _row(card: Card) -> QueueRow:
    return QueueRow(
        number=card.number,
        url=reverse("process:card", args=[card.number]),
        what=_what(card),
        who=_who(card),
        note=STATES[CardState(card.state)],
        next_act=_("查看"),
    )


@needs(INBOX)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that one may see, newest first."""
    actor, at = actor_of(request), timezone.now()
    everything = request.GET.get("view") == "all"
    found = queries.cards(actor, open_only=not everything, at=at)
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    queue = Queue(
        rows=[_row(card) for card in page.rows],
        label=_("电子监察"),
        chips=[
            Chip(label=_("待处理"), url=_address(), chosen=not everything),
            Chip(label=_("全部"), url=_address(view="all"), chosen=everything),
        ],
        more_url=_address(view="all" if everything else "", after=page.after) if page.after else "",
        empty=Empty(what=_("没有监察卡。"), do=_("时限将到或超过时，系统自动亮牌，不用人工填报。")),
    )
    return render(request, "process/cards.html", {"queue": queue})


def _show_card(request: HttpRequest, card: Card, form: WordForm | None = None, status: int = 200) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    is_open = card.state in CARDS_OPEN
    context = {
        "card": card,
        "what": _what(card),
        "who": _who(card),
        "state": STATES[CardState(card.state)],
        "form": form or WordForm(),
        "may_explain": card.state == CardState.RAISED and queries.may_explain(card, actor, at),
        "may_decide": is_open and queries.may_supervise(actor, at),
        "trail": shown.trail_shown(card.process, list(card.process.items.select_related("process__definition")), at=at),
    }
    return render(request, "process/card.html", context, status=status)


@needs(INBOX)
@require_GET
def card(request: HttpRequest, number: str) -> HttpResponse:
    """One card: over which clock, who answers for it, what was said."""
    return _show_card(request, queries.access_card(actor_of(request), number, at=timezone.now()))


def _say(request: HttpRequest, number: str, do: Callable[..., Any], word: str, said: str) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    found = queries.access_card(actor, number, at=at)
    form = WordForm(request.POST)
    if not form.is_valid():
        return _show_card(request, found, form, status=422)
    do(number=number, **{word: form.cleaned_data["reason"]}, actor=actor, at=at)
    toasts.say(request, said)
    return redirect("process:card", number=number)


@needs(WORK)
@require_POST
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """说明."""
    return _say(request, number, operations.explain_card, "text", _("已提交说明。"))


@needs(SUPERVISE)
@require_POST
def uphold(request: HttpRequest, number: str) -> HttpResponse:
    """认定成立."""
    return _say(request, number, operations.uphold_card, "reason", _("已认定成立。"))


@needs(SUPERVISE)
@require_POST
def lift(request: HttpRequest, number: str) -> HttpResponse:
    """撤销."""
    return _say(request, number, operations.lift_card, "reason", _("已撤销监察卡。"))


@needs(WORK)
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Who stands in for me, for whom I stand in; name a deputy."""
    actor, at = actor_of(request), timezone.now()
    form = AbsenceForm(request.POST or None, account=actor.ref, at=at)
    if request.method == "POST" and form.is_valid():
        deputy = form.cleaned_data["deputy"]
        operations.declare_absence(account=actor.ref, deputy=deputy, **form.times, actor=actor, at=at)
        toasts.say(request, _("已委托。到期自动结束。"))
        return redirect("process:absence")
    context = {"form": form, "absences": queries.absences_about(actor.ref, at), "me": actor.ref}
    return render(request, "process/absence.html", context, status=422 if form.errors else 200)


@needs(WORK)
@require_POST
def end_absence(request: HttpRequest, key: int) -> HttpResponse:
    """Be back before the time."""
    operations.end_absence(key=key, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("委托已结束。"))
    return redirect("process:absence")


def _groups(request: HttpRequest, data: Any = None) -> list[dict[str, Any]]:
    """What may be done in batches, by kind and step; the form of each."""
    actor, at, on = actor_of(request), timezone.now(), timezone.localdate()
    todo = [item for item in queries.inbox(actor, on=on, at=at)[:IN_ONE_GO] if item.drawn.batch]
    titles = shown.titles_of([item.process for item in todo], actor=actor, at=at)

    def step(item: WorkItem) -> str:
        return f"{item.process.definition.code}-{item.node}"

    groups = []
    for key, same in groupby(sorted(todo, key=step), key=step):
        items = list(same)
        listed = [
            (item.number, f"{item.number} · {shown.what_of(item.process, titles.get(item.process.subject, ''))}")
            for item in items
        ]
        chosen = data if data is not None and data.get("step") == key else None
        form = BatchForm(chosen, items=listed, outcomes=shown.outcomes_of(items[0]), prefix=key)
        groups.append({"key": key, "name": shown.name_of(items[0]), "form": form})
    return groups


@needs(WORK)
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Finish several like pieces of work alike, where the definition allows it."""
    groups = _groups(request, request.POST if request.method == "POST" else None)
    form = next((group["form"] for group in groups if group["form"].is_bound), None)
    if form is None or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "process/batch.html", {"groups": groups}, status=status)
    done = operations.complete_many(**form.cleaned_data, actor=actor_of(request), at=timezone.now())
    count, left = len(done.done), len(done.refused)
    toasts.say(request, ngettext("已办结 %(n)d 件。", "已办结 %(n)d 件。", count) % {"n": count})
    if left:
        toasts.say(
            request, ngettext("%(n)d 件没有办成，请逐件查看。", "%(n)d 件没有办成，请逐件查看。", left) % {"n": left}
        )
    return redirect("process:batch")
