"""Planned rounds: a worker's visits by when they are due, one visit with its questions, and the command post's overview."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.grid.http.trying import attempt
from huimin.platform.grid.models import RoundVisit
from huimin.platform.grid.operations import rounds as operations
from huimin.platform.grid.permissions import PLAN_ROUNDS, ROUNDS
from huimin.platform.grid.queries import outlines
from huimin.platform.grid.queries.rounds import lists_with, rounds_by_street
from huimin.platform.grid.rounds import Round, round_coded, rounds
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of, get_account
from huimin.platform.registries.fields import PEOPLE, fields_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Column, Empty, Figure, Table

if TYPE_CHECKING:
    from huimin.platform.registries.queries import CardValue

BUTTONS = {
    RoundVisit.Outcome.WELL: "main",
    RoundVisit.Outcome.NEEDS_HELP: "main",
    RoundVisit.Outcome.NOT_HOME: "second",
    RoundVisit.Outcome.MOVED: "second",
    RoundVisit.Outcome.REFUSED: "second",
}


class VisitForm(forms.Form):
    """What became of a visit: the round's questions, and one button for each outcome."""

    def __init__(self, data: Any, declared: Round, language: str) -> None:
        super().__init__(data)
        # Whom nobody met was asked nothing.
        asked = data is None or data.get("outcome", "") not in operations.UNSEEN
        for code, one in declared.questions.items():
            self.fields[code] = forms.ChoiceField(
                label=one.names.text(language),
                choices=[(choice, names.text(language)) for choice, names in one.choices.items()],
                widget=forms.RadioSelect,
                required=asked,
                error_messages={"required": gettext_lazy("请先回答这个问题。")},
            )
        self.fields["note"] = forms.CharField(label=gettext_lazy("补充说明"), max_length=200, required=False)
        self.fields["urgent"] = forms.BooleanField(
            label=gettext_lazy("紧急：需要马上有人到场（“需要帮助”时）"), required=False
        )


@needs(ROUNDS)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The visits that a worker has to make in his cells, the first due first; by address, without names."""
    actor, at = actor_of(request), timezone.now()
    seen = operations.look_at_rounds(
        worker=get_account(actor.ref), actor=actor, at=at, after=request.GET.get("after", "")
    )
    today, language = timezone.localdate(at), reader_language()
    rows = [
        {
            "visit": visit,
            "address": address,
            "round": round_coded(visit.round).names.text(language),
            "missed": visit.until_on <= today,
        }
        for visit, address in seen.rows
    ]
    return render(request, "grid/rounds.html", {"portal": "desk", "rows": rows, "after": seen.after})


@needs(ROUNDS)
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One visit: where, whom, what to ask; a button for each outcome."""
    actor, at = actor_of(request), timezone.now()
    worker = get_account(actor.ref)
    made, place, card = operations.open_round_visit(number, worker=worker, actor=actor, at=at)
    declared, language = round_coded(made.round), reader_language()
    form = VisitForm(request.POST or None, declared, language)
    if request.method == "POST" and attempt(
        form,
        lambda: operations.record_round_visit(
            number,
            outcome=request.POST.get("outcome", ""),
            answers={code: form.cleaned_data[code] for code in declared.questions},
            note=form.cleaned_data["note"],
            urgent=form.cleaned_data["urgent"],
            worker=worker,
            actor=actor,
            at=at,
        ),
    ):
        toasts.say(request, _("已记录。"))
        return redirect("grid:rounds")
    on = lists_with(made.person)
    context = {
        "portal": "desk",
        "visit": made,
        "round": declared.names.text(language),
        "address": place.address,
        "values": [_value(one) for one in card.values if one.value],
        "form": form,
        "outcomes": [(one.value, one.label, BUTTONS[one]) for one in operations.OUTCOMES],
        "answers": [
            (one.names.text(language), one.choices[made.answers[code]].text(language))
            for code, one in declared.questions.items()
            if made.answers.get(code) in one.choices
        ],
        "lists": [
            {"code": code, "name": one.names.text(language), "on": code in on}
            for code, one in rounds().rounds.items()
            if one.who.named
        ],
    }
    return render(request, "grid/round_visit.html", context)


def _value(one: "CardValue") -> tuple[str, str]:
    words, language = fields_of(PEOPLE)[one.field], reader_language()
    return words.label(language), words.text(one.value, language) if one.mask is None else one.value


@needs(ROUNDS)
@require_POST
def lists(request: HttpRequest, number: str) -> HttpResponse:
    """Put whom a visit looks after on a list by name, or take him off."""
    actor, at = actor_of(request), timezone.now()
    operations.change_list(
        number,
        code=request.POST.get("code", ""),
        is_on=request.POST.get("on") == "1",
        worker=get_account(actor.ref),
        actor=actor,
        at=at,
    )
    toasts.say(request, _("名单已更新，下次排探访时生效。"))
    return redirect("grid:round_visit", number=number)


@needs(PLAN_ROUNDS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How the visits stand street by street; nobody is named."""
    streets = rounds_by_street(actor_of(request), on=timezone.localdate(timezone.now()))
    names = outlines.street_names()
    heads = [_("等探访"), _("其中逾期"), _("近30天已探访"), _("其中需要帮助")]
    counts = [(one.planned, one.missed, one.done, one.needing_help) for one in streets]
    totals = [sum(own) for own in zip(*counts, strict=True)] if counts else [0, 0, 0, 0]
    context = {
        "portal": "desk",
        "figures": [
            Figure(label=head, number=number_format(total, force_grouping=True), unit=_("户次"))
            for head, total in zip(heads, totals, strict=True)
        ],
        "table": Table(
            caption=_("各街道、镇"),
            columns=[Column(heading=_("街道、镇")), *(Column(heading=head, numeric=True) for head in heads)],
            rows=[
                [names.get(one.street, one.street), *map(str, own)] for one, own in zip(streets, counts, strict=True)
            ],
            empty=Empty(what=_("还没有安排探访。"), do=_("每天夜里按人口库自动安排。")),
        ),
    }
    return render(request, "grid/rounds_overview.html", context)
