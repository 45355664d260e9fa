"""The guide's public pages: find a service, read what it needs in one's own situation, print the one-time notice."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huimin.kernel.codes import code_list
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.http import shown
from huimin.platform.catalogue.http.forms import BrowseForm, SituationForm, situation
from huimin.platform.catalogue.ports import guide_acts, guide_figures
from huimin.platform.catalogue.queries import items
from huimin.platform.catalogue.queries.search import search
from huimin.platform.catalogue.rules.situations import Guide
from huimin.platform.catalogue.rules.situations import guide as guide_of
from huimin.platform.identity.permissions import public
from huimin.platform.ui import paper
from huimin.platform.ui.pieces import Chip, Empty

SERVES: Final = ("person", "organisation")


def _language() -> str:
    return get_language() or "zh-hans"


def _address(asked: dict[str, str], **change: str) -> str:
    left = {name: value for name, value in {**asked, **change}.items() if value}
    return f"{reverse('catalogue:services')}?{urlencode(left)}" if left else reverse("catalogue:services")


def _chip(asked: dict[str, str], label: str, **change: str) -> Chip:
    chosen = all(asked[name] == value for name, value in change.items())
    target = {name: "" if chosen else value for name, value in change.items()}
    return Chip(label=label, url=_address({**asked, "q": ""}, **target), chosen=chosen)


def _theme_chips(asked: dict[str, str], serves: str, language: str) -> list[Chip]:
    codes = code_list(items.THEMES[serves])
    return [
        _chip(asked, codes.label(theme, language), serves=serves, theme=theme) for theme, _count in items.themes(serves)
    ]


def _narrowed(asked: dict[str, str]) -> list[Service]:
    if asked["q"].strip():
        return [found.service for found in search(asked["q"])]
    return items.browse(serves=asked["serves"], theme=asked["theme"], body=asked["body"], event=asked["event"] == "yes")


@public
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every service, or those that answer to a question, a theme, a department, a life event."""
    form, language = BrowseForm(request.GET), _language()
    asked = form.asked()
    found = _narrowed(asked)
    context = {
        "form": form,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "cards": [shown.card(service, language) for service in found],
        "events": [_chip(asked, _("一件事一次办"), event="yes")],
        "people": _theme_chips(asked, "person", language),
        "organisations": _theme_chips(asked, "organisation", language),
        "bodies": [_chip(asked, name, body=function) for function, name in shown.bodies(language)],
        "nothing": Empty(
            what=_("没有找到这样的事项。"),
            do=_("可以换个说法，用两个字、拼音或拼音首字母（如 gjj）查找，或拨打12345。"),
        ),
    }
    return render(request, "catalogue/services.html", context)


def _situation(request: HttpRequest, service: Service) -> tuple[dict[str, Any], Guide]:
    """The answers in the address, and the guide for them. Later questions may depend on earlier ones, so all are read."""
    questions = [question for question in service.form.questions if question.situation]
    answers = situation(questions, request.GET, on=timezone.localdate())
    return answers, guide_of(service.item, service.form, answers)


@public
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a service (办事指南, GB/T 36114), pruned to the situation in the address."""
    service, language = items.get_service(code), _language()
    answers, found = _situation(request, service)
    asked = {name: request.GET.getlist(name) for name in answers}
    context = {
        **shown.guide(service, found, language),
        "form": SituationForm(found.questions, language, answers) if found.questions else None,
        "answered": len(answers),
        "query": urlencode(asked, doseq=True),
        "acts": [
            {"label": act.label, "url": act.url(code), "posts": act.posts}
            for act in guide_acts
            if act.offered(service.item)
        ],
        "figures": [figure for figure_of in guide_figures if (figure := figure_of(code)) is not None],
    }
    return render(request, "catalogue/guide.html", context)


def _notice(request: HttpRequest, code: str) -> dict[str, Any]:
    service, language = items.get_service(code), _language()
    answers, found = _situation(request, service)
    return {
        **shown.guide(service, found, language),
        "situation": shown.situation(service, answers, language),
        "on": timezone.localdate(),
        "query": request.GET.urlencode(),
    }


@public
@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """The one-time notice (一次性告知单) of a situation, for the printer."""
    return render(request, "catalogue/notice.html", _notice(request, code))


@public
@require_safe
def notice_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The one-time notice as a PDF."""
    context = {**_notice(request, code), "font": paper.FONT_ADDRESS, "language": _language()}
    answer = HttpResponse(
        paper.printed(render_to_string("catalogue/notice_paper.html", context)), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{code}.pdf"'
    return answer
