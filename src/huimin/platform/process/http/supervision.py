"""Cards of electronic supervision: the list, one card, its explanation and what was decided; who stands in for whom; batches."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.declarations import supervision
from huimin.platform.process.http import shown
from huimin.platform.process.http.forms import AbsenceForm, BatchForm, WordForm
from huimin.platform.process.models import Card, WorkItem
from huimin.platform.process.permissions import DECIDE_CARDS, INBOX, WORK
from huimin.platform.process.queries.cards import NEWEST_FIRST
from huimin.platform.process.rules.states import CARDS_OPEN, CardState
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue, QueueRow, Trail

PAGE_SIZE: Final = 30
IN_ONE_GO: Final = 200
ALL, FOUND = "all", "found"
VIEWS: Final = {"": gettext_lazy("待处理"), FOUND: gettext_lazy("办理问题"), ALL: gettext_lazy("全部")}
"""Which cards are listed: those to be dealt with, those of them that rules found besides time, or every one."""
STATES: Final = {
    CardState.RAISED: gettext_lazy("等待说明"),
    CardState.EXPLAINED: gettext_lazy("已说明，等待认定"),
    CardState.UPHELD: gettext_lazy("认定成立"),
    CardState.LIFTED: gettext_lazy("已撤销"),
}


def _address(**asked: str) -> str:
    return f"{reverse('process:cards')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _named(card: Card) -> str:
    """What sort of card it is: its level and, unless it hangs on a clock, what was found."""
    language, declared = reader_language(), supervision()
    violation = declared.find_violation(card.rule)
    kind = violation.names.said(language) if violation else card.rule
    return " · ".join(part for part in (declared.named(card.level, language), kind) if part)


def _what(card: Card, titles: Mapping[str, str]) -> str:
    level = _named(card)
    step = card.process.definition.graph.nodes.get(card.item.node) if card.item else None
    return " · ".join(
        part
        for part in (
            level,
            step.named(reader_language()) if step else "",
            shown.what_of(card.process, titles.get(card.process.subject, "")),
        )
        if part
    )


def _who(card: Card) -> str:
    department = card.department
    return (department.name_en if reader_language() == "en" else department.name) if department else ""


def _row(card: Card, titles: Mapping[str, str]) -> QueueRow:
    return QueueRow(
        number=card.number,
        url=reverse("process:card", args=[card.number]),
        what=_what(card, titles),
        who=_who(card),
        note=STATES[CardState(card.state)],
        next_act=_("查看"),
    )


@needs(INBOX)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that one may see, newest first."""
    actor, at = actor_of(request), timezone.now()
    view, department = request.GET.get("view", ""), request.GET.get("department", "")
    found = queries.cards(actor, open_only=view != ALL, department=department, at=at)
    if view == FOUND:
        found = found.exclude(rule="")
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    titles = shown.titles_of([card.process for card in page.rows], actor=actor, at=at)
    queue = Queue(
        rows=[_row(card, titles) for card in page.rows],
        label=_("电子监察"),
        chips=[
            Chip(label=label, url=_address(view=code, department=department), chosen=view == code)
            for code, label in VIEWS.items()
        ],
        more_url=_address(view=view, department=department, after=page.after) if page.after else "",
        empty=Empty(what=_("没有监察卡。"), do=_("时限将到、超过时限或办理中发现问题时，系统自动亮牌，不用人工填报。")),
    )
    return render(request, "process/cards.html", {"queue": queue})


def _show_card(request: HttpRequest, card: Card, form: WordForm | None = None, status: int = 200) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    is_open, may_decide = card.state in CARDS_OPEN, queries.may_decide_cards(actor, at)
    story = shown.story_shown(card.process, list(card.process.items.select_related("process__definition")), at=at)
    context = {
        "card": card,
        "what": _what(card, shown.titles_of([card.process], actor=actor, at=at)),
        "who": _who(card),
        "state": STATES[CardState(card.state)],
        "form": form or WordForm(),
        "may_explain": card.state == CardState.RAISED and queries.may_explain(card, actor, at),
        "may_decide": is_open and may_decide,
        "violation": _violation(card),
        "evidence": Trail(
            entries=[story[number] for number in card.evidence if number in story], label=_("依据的事实")
        ),
        "trail": Trail(entries=list(story.values()), open_count=8),
        "trace_url": ports.view_of(card.process.kind).trace_url(card.process.subject) if may_decide else "",
    }
    return render(request, "process/card.html", context, status=status)


def _violation(card: Card) -> dict[str, str] | None:
    """What was found and by which law; None for a card over a clock."""
    found, language = supervision().find_violation(card.rule), reader_language()
    return {"says": found.says.said(language), "basis": found.basis.said(language)} if found else None


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


@needs(DECIDE_CARDS)
@require_POST
def uphold(request: HttpRequest, number: str) -> HttpResponse:
    """认定成立."""
    return _say(request, number, operations.uphold_card, "reason", _("已认定成立。"))


@needs(DECIDE_CARDS)
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


def _step(item: WorkItem) -> str:
    return f"{item.process.definition.code}-{item.node}"


def _in_batches(actor: Actor, at: datetime) -> list[WorkItem]:
    """What the actor may finish in batches, those of a step together."""
    inbox = queries.inbox(actor, on=timezone.localdate(at), at=at)[:IN_ONE_GO]
    return sorted((item for item in inbox if item.drawn.batch), key=_step)


def _labels(items: Sequence[WorkItem], *, actor: Actor, at: datetime) -> dict[str, str]:
    """Each item in a line, by number: what it is about, and what one has to know of it to decide."""
    titles = shown.titles_of([item.process for item in items], actor=actor, at=at)
    briefs = shown.briefs_of([item.process for item in items], actor=actor, at=at)
    return {
        item.number: " · ".join(
            part
            for part in (
                item.number,
                shown.what_of(item.process, titles.get(item.process.subject, "")),
                briefs.get(item.process.subject, ""),
            )
            if part
        )
        for item in items
    }


def _groups(
    items: Sequence[WorkItem], labels: Mapping[str, str], data: QueryDict | None = None, *, whole: str = ""
) -> list[dict[str, Any]]:
    """The form of each step; all the work of the `whole` one is ticked."""
    groups = []
    for key, same in groupby(items, key=_step):
        several = list(same)
        listed = [(item.number, labels.get(item.number, item.number)) for item in several]
        chosen = data if data is not None and data.get("step") == key else None
        outcomes = shown.outcomes_of(several[0])
        form = BatchForm(chosen, items=listed, outcomes=outcomes, prefix=key, whole=key == whole)
        name, count = shown.name_of(several[0]), len(several)
        groups.append({"key": key, "name": name, "count": count, "whole": key == whole, "form": form})
    return groups


@needs(WORK)
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Finish several like pieces of work alike, where the definition allows it."""
    actor, at = actor_of(request), timezone.now()
    items = _in_batches(actor, at)
    data = request.POST if request.method == "POST" else None
    # What is only checked is not shown, so nobody is looked at for it.
    form = next((group["form"] for group in _groups(items, {}, data) if group["form"].is_bound), None)
    if form is None or not form.is_valid():
        labels = _labels(items, actor=actor, at=at)
        groups = _groups(items, labels, data, whole=request.GET.get("all", ""))
        return render(request, "process/batch.html", {"groups": groups}, status=422 if data else 200)
    done = operations.complete_many(**form.cleaned_data, actor=actor, at=at)
    count, left = len(done.done), len(done.refused)
    toasts.say(request, ngettext("已办结 %(n)d 件。", "已办结 %(n)d 件。", count) % {"n": count})
    if left:
        toasts.say(
            request, ngettext("%(n)d 件没有办成，请逐件查看。", "%(n)d 件没有办成，请逐件查看。", left) % {"n": left}
        )
    return redirect("process:batch")
