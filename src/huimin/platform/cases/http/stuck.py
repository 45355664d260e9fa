"""办不成事: say what could not be got done, follow it, say whether it is done now; the counter's list of all of them."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.http.progress import how_far
from huimin.platform.cases.http.rating_forms import StuckForm, WordsForm
from huimin.platform.cases.models import Case, StuckMatter
from huimin.platform.cases.permissions import APPLY, STUCK
from huimin.platform.cases.queries.stuck import NEWEST_FIRST
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Answer, Chip, Empty, Queue, QueueRow

PAGE: Final = 20


def service_name(code: str) -> str:
    """What a service is called."""
    return get_service(code).item.names.text(reader_language())


def kind_name(code: str) -> str:
    """What is wrong, in words; a kind that the city declares no more says its code."""
    kinds = ratings().stuck.kinds
    return kinds[code].text(reader_language()) if code in kinds else code


def said_of(matter: StuckMatter) -> list[Answer]:
    """What somebody said, for him and for who works on it."""
    rows = [
        Answer(question=_("事项"), answer=service_name(matter.service)),
        Answer(question=_("为什么办不成"), answer=kind_name(matter.kind)),
        Answer(question=_("遇到了什么"), answer=matter.words),
        Answer(question=_("办理部门"), answer=department_name(matter.department, reader_language())),
    ]
    return [Answer(question=_("办件"), answer=matter.case.number), *rows] if matter.case else rows


def case_stuck(case: Case, *, at: datetime) -> dict[str, Any]:
    """What a case's own page says: the matter that is open about it, or that one can be raised."""
    matter = queries.find_open_matter(case)
    failed = matter is None and queries.has_failed(case, on=timezone.localdate(at))
    return {"stuck": matter, "may_say_stuck": failed}


@needs(APPLY)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the reader could not get done, newest first."""
    found = queries.own_matters(actor_of(request), at=timezone.now())
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    context = {
        "matters": [{"matter": one, "name": service_name(one.service)} for one in page.rows],
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "cases/stuck.html", context)


@needs(APPLY)
@require_GET
def matter(request: HttpRequest, public_id: str) -> HttpResponse:
    """One matter: where it stands, what was answered, whether it is done now."""
    at = timezone.now()
    return _show(request, queries.access_own_matter(public_id, actor_of(request), at=at), at=at)


def _show(request: HttpRequest, found: StuckMatter, *, at: datetime, form: WordsForm | None = None) -> HttpResponse:
    context = {
        "matter": found,
        "said": said_of(found),
        "steps": how_far(found.reference, at=at),
        "form": form or WordsForm(label=_("还有什么没办成"), prefix="again"),
    }
    return render(request, "cases/stuck_matter.html", context, status=400 if form else 200)


@needs(APPLY)
@require_POST
def settled(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is done now."""
    operations.say_whether_done(public_id, settled=True, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("谢谢您告诉我们。"))
    return redirect("cases:stuck_matter", public_id=public_id)


@needs(APPLY)
@require_POST
def unsettled(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is still not done: it is coordinated again."""
    actor, at = actor_of(request), timezone.now()
    form = WordsForm(request.POST, label=_("还有什么没办成"), prefix="again")
    if not form.is_valid():
        return _show(request, queries.access_own_matter(public_id, actor, at=at), at=at, form=form)
    words = form.cleaned_data["words"]
    operations.say_whether_done(public_id, settled=False, words=words, actor=actor, at=at)
    toasts.say(request, _("已重新协调。"))
    return redirect("cases:stuck_matter", public_id=public_id)


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def say_of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Say what did not work with a case that failed or is overdue."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_own_case(number, actor, at=at)
    form = StuckForm(request.POST if request.method == "POST" else None, language=reader_language())
    if form.is_valid():
        said = operations.say_case_is_stuck(number, **form.cleaned_data, actor=actor, at=at)
        return _said(request, said)
    back = reverse("cases:case", args=[number])
    return _ask(request, form, name=service_name(case.service), number=number, back=back)


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def say_of_service(request: HttpRequest, service: str) -> HttpResponse:
    """Say what did not work with a service that there is no case of."""
    actor, at = actor_of(request), timezone.now()
    form = StuckForm(request.POST if request.method == "POST" else None, language=reader_language())
    if form.is_valid():
        return _said(request, operations.say_service_is_stuck(service, **form.cleaned_data, actor=actor, at=at))
    return _ask(request, form, name=service_name(service), number="", back=reverse("catalogue:guide", args=[service]))


def _said(request: HttpRequest, said: StuckMatter) -> HttpResponse:
    toasts.say(request, _("已收到。政务服务部门会协调并答复您。"))
    return redirect("cases:stuck_matter", public_id=said.public_id)


def _ask(request: HttpRequest, form: StuckForm, *, name: str, number: str, back: str) -> HttpResponse:
    context = {"form": form, "name": name, "number": number, "back": back, "days": ratings().stuck.days}
    return render(request, "cases/say_stuck.html", context, status=400 if form.errors else 200)


@needs(STUCK)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Every matter, newest first, for the counter and for supervision: which service and department, where it stands; nobody's name."""
    found = queries.matters_for(actor_of(request), at=timezone.now())
    everything = request.GET.get("view") == "all"
    listed = found if everything else found.exclude(step=StuckMatter.Step.CLOSED)
    page = keyset_page(listed, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    view = "view=all&" if everything else ""
    queue = Queue(
        rows=[_row(one) for one in page.rows],
        label=_("办不成事"),
        chips=[
            Chip(label=_("没办结的"), url="?", chosen=not everything),
            Chip(label=_("全部"), url="?view=all", chosen=everything),
        ],
        more_url=f"?{view}after={page.after}" if page.after else "",
        empty=Empty(what=_("没有等着协调的事。"), do=_("群众反映后，会出现在受理岗位的待办里，也列在这里。")),
    )
    return render(request, "cases/stuck_desk.html", {"queue": queue})


def _row(one: StuckMatter) -> QueueRow:
    answered = {True: _("按时答复"), False: _("超时答复"), None: ""}[one.in_time]
    return QueueRow(
        number=one.public_id,
        url=reverse("process:inbox") + f"?number={one.process}",
        what=f"{service_name(one.service)} · {kind_name(one.kind)}",
        who=department_name(one.department, reader_language()),
        note=" · ".join(part for part in (one.get_step_display(), answered) if part),
        next_act=_("查看"),
    )
