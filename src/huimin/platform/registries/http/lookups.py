"""The official's quick query: why first, then by what; the answer is a single card, or yes, no, cannot tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huimin.platform.identity.permissions import may, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries import operations, queries
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, purpose_name
from huimin.platform.registries.http import placed, shown
from huimin.platform.registries.http.asking import ask
from huimin.platform.registries.http.forms import NameForm, NumberForm, QuestionForm, ReasonForm, UsccForm
from huimin.platform.registries.permissions import ASK_YES_NO, FIND_PLACES, QUICK_QUERY
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Chip

KEPT: Final = "registries.reason"


@dataclass(frozen=True)
class Way:
    """A way to ask: its label, its form, the registry that it asks, and its page."""

    label: Promise
    form: type[ReasonForm]
    registry: str
    url_name: str


WAYS: Final[Mapping[str, Way]] = {
    "number": Way(gettext_lazy("按身份号码"), NumberForm, PEOPLE, "registries:look_up"),
    "name": Way(gettext_lazy("按姓名和出生日期"), NameForm, PEOPLE, "registries:look_up_name"),
    "organisation": Way(gettext_lazy("查单位"), UsccForm, ORGANISATIONS, "registries:look_up_organisation"),
    "question": Way(gettext_lazy("只问是否"), QuestionForm, PEOPLE, "registries:ask_yes_no"),
}


def _form(request: HttpRequest, way: Way) -> ReasonForm:
    """The form, with the reason of the last query kept: a clerk works on one case at a time."""
    purposes = queries.purposes_of(actor_of(request), way.registry, timezone.now())
    return way.form(request.POST or None, purposes=purposes, initial=request.session.get(KEPT, {}))


def _context(request: HttpRequest, chosen: str) -> dict[str, Any]:
    chips = [Chip(label=way.label, url=reverse(way.url_name), chosen=code == chosen) for code, way in WAYS.items()]
    return {"chips": chips, "title": WAYS[chosen].label}


def _keep(request: HttpRequest, form: ReasonForm) -> None:
    """Remember why, never by what."""
    request.session[KEPT] = {"purpose": form.reason.purpose, "case_ref": form.reason.case_ref}


def _look_up(request: HttpRequest, chosen: str) -> HttpResponse:
    context = _context(request, chosen)

    def act(form: ReasonForm) -> HttpResponse:
        _keep(request, form)
        at = timezone.now()
        card = operations.look_up(form.wanted, reason=form.reason, actor=actor_of(request), at=at)
        again = type(form)(purposes=[form.reason.purpose], initial=request.session[KEPT])
        answer = {"card": card, "values": shown.card_values(card), "reason": form.reason, "at": at}
        if may(request, FIND_PLACES):
            answer |= placed.houses_of(card, reason=form.reason, actor=actor_of(request), at=at)
        return render(
            request,
            "registries/card.html",
            {**context, **answer, "form": again, "reason_words": _reason_words(form), "url": request.path},
        )

    return ask(request, _form(request, WAYS[chosen]), template="registries/look_up.html", act=act, context=context)


def _reason_words(form: ReasonForm) -> str:
    return purpose_name(form.reason.purpose, reader_language())


@needs(QUICK_QUERY)
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """By citizen number."""
    return _look_up(request, "number")


@needs(QUICK_QUERY)
@require_http_methods(["GET", "POST"])
def look_up_name(request: HttpRequest) -> HttpResponse:
    """By name and date of birth."""
    return _look_up(request, "name")


@needs(QUICK_QUERY)
@require_http_methods(["GET", "POST"])
def look_up_organisation(request: HttpRequest) -> HttpResponse:
    """By unified social credit code."""
    return _look_up(request, "organisation")


@needs(ASK_YES_NO)
@require_http_methods(["GET", "POST"])
def ask_yes_no(request: HttpRequest) -> HttpResponse:
    """A question answered yes, no or cannot tell."""
    context = _context(request, "question")

    def act(form: ReasonForm) -> HttpResponse:
        _keep(request, form)
        code, at = form.cleaned_data["question"], timezone.now()
        answer = operations.ask_yes_no(code, form.wanted, reason=form.reason, actor=actor_of(request), at=at)
        found = {"question": shown.question_name(code), "answer": ANSWERS[answer], "at": at, "reason": form.reason}
        return render(
            request,
            "registries/yes_no.html",
            {**context, **found, "reason_words": _reason_words(form), "url": request.path},
        )

    return ask(request, _form(request, WAYS["question"]), template="registries/look_up.html", act=act, context=context)


ANSWERS: Final[Mapping[bool | None, tuple[Promise, str]]] = {
    True: (gettext_lazy("是"), "yes"),
    False: (gettext_lazy("否"), "no"),
    None: (gettext_lazy("不能确定"), "maybe"),
}
