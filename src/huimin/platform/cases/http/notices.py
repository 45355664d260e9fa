"""Public notice: what stands there today, objecting to it, one's own objections; and the official's answer."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Notice
from huimin.platform.cases.operations.publicising import LONGEST
from huimin.platform.cases.permissions import HANDLE, OBJECT
from huimin.platform.catalogue.rules.situations import places_for
from huimin.platform.identity.permissions import needs, public, who_of
from huimin.platform.identity.queries import actor_of
from huimin.platform.identity.rules.masks import masked_name
from huimin.platform.process.queries import get_process_graph
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

PAGE: Final = 30
PERSON: Final = "person:"


class ObjectionForm(forms.Form):
    """What is said against it."""

    words = forms.CharField(
        label=gettext_lazy("您的意见和理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("写清楚您知道的事实。您的姓名只给办理部门看，不会公开，也不会告诉申请人。"),
    )


def _shown(notice: Notice) -> dict[str, Any]:
    """What the public may read of it: the service, the body, the days, and a masked name; a firm's name is public."""
    case, language = notice.case, reader_language()
    is_person = case.applicant.startswith(PERSON)
    return {
        "notice": notice,
        "service": queries.service_of(case).item.names.text(language),
        "department": department_name(case.department, language),
        "applicant": masked_name(case.applicant_name) if is_person else case.applicant_name,
        "last": notice.until - timedelta(days=1),
    }


def _for_these_days_only(answer: HttpResponse) -> HttpResponse:
    """Nobody keeps a copy: after its days a notice is gone."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


@public
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What stands in public today, what ends first on top."""
    standing = queries.standing_notices(on=timezone.localdate(timezone.now()))
    page = keyset_page(standing, by=("until", "id"), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "rows": [_shown(notice) for notice in page.rows],
        "more": f"?after={page.after}" if page.after else "",
        "known": who_of(request).is_known,
    }
    return _for_these_days_only(render(request, "cases/notices.html", context))


@public
@require_GET
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """One notice, and how to object."""
    return _notice(request, public_id, ObjectionForm())


def _notice(request: HttpRequest, public_id: str, form: ObjectionForm, *, status: int = 200) -> HttpResponse:
    found = queries.get_notice(public_id, on=timezone.localdate(timezone.now()))
    item, language = queries.service_of(found.case).item, reader_language()
    drawn = get_process_graph(found.case.process).nodes[found.node]
    context = {
        **_shown(found),
        "what": drawn.named(language),
        "outcome": item.outcome.names.text(language),
        "place": next(iter(places_for(item, {})), None),
        "language": language,
        "form": form,
        "known": who_of(request).is_known,
    }
    return _for_these_days_only(render(request, "cases/notice.html", context, status=status))


@needs(OBJECT)
@require_POST
def make(request: HttpRequest, public_id: str) -> HttpResponse:
    """Object."""
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            operations.make_objection(
                public_id, words=form.cleaned_data["words"], actor=actor_of(request), at=timezone.now()
            )
        except queries.NoSuchNotice:
            raise
        except Refusal as refusal:
            form.add_error("words", refusal.sentence(reader_language()))
        else:
            toasts.say(request, _("已收到您的异议，办理部门答复后在这里能看到。"))
            return redirect("cases:objections")
    return _notice(request, public_id, form, status=400)


@needs(OBJECT)
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """What the reader objected to, and what he was answered."""
    own = queries.own_objections(actor_of(request))
    page = keyset_page(own, by=("-made_at", "-id"), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "rows": [{**_shown(objection.notice), "objection": objection} for objection in page.rows],
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "cases/objections.html", context)


def against(case: Case) -> list[dict[str, Any]]:
    """The notices of a case with what was said against them, for the desk."""
    return [
        {
            "since": notice.since,
            "last": notice.until - timedelta(days=1),
            "objections": sorted(notice.objections.all(), key=lambda one: (one.made_at, one.pk)),
        }
        for notice in queries.notices_of(case)
    ]


@needs(HANDLE)
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer an objection."""
    words = request.POST.get("words", "")
    operations.answer_objection(public_id, words=words, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已答复，提异议的人能看到。"))
    return redirect(request.META.get("HTTP_REFERER") or "process:inbox")
