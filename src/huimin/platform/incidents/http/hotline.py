"""The desk of 12345: a caller becomes a ticket, or is answered, by keyboard alone; then he hears back, and is asked how it went.

What is known of the caller, the place and the matter stands beside the form while it is typed. Nothing of a caller stands in an address.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.grid.mapping import Map
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.declarations.channels import hotline
from huimin.platform.incidents.http.hotline_forms import CallForm, SurveyForm, TellForm
from huimin.platform.incidents.http.reporting import similar_to
from huimin.platform.incidents.models import Call
from huimin.platform.incidents.operations import hotline as operations
from huimin.platform.incidents.permissions import HOTLINE
from huimin.platform.incidents.queries import hotline as queries
from huimin.platform.incidents.queries import public_state
from huimin.platform.incidents.queries.placing import COMPONENT, find_spot, find_spots
from huimin.platform.incidents.queries.suggesting import class_name, department_for, suggest
from huimin.platform.incidents.rules import Channel, Contact, NewReport
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import toasts
from huimin.platform.ui.dates import moment
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Answer, Chip, Empty, Queue, QueueRow

PAGE: Final = 30
ANSWER: Final = "answer"


@needs(HOTLINE)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Take a call."""
    language, sent = reader_language(), request.method == "POST"
    form = CallForm(request.POST if sent else None, initial={"key": get_random_string(32)}, language=language)
    if form.is_valid():
        take = _answer if request.POST.get("act") == ANSWER else _ticket
        try:
            call = take(request, form)
        except Refusal as refusal:
            asked = getattr(refusal, "field", "")
            named = {"longitude": "address", "field": ""}.get(asked, asked)
            form.add_error(named if named in form.fields else None, refusal.sentence(language))
        else:
            return redirect("incidents:hotline_call", number=call.number)
    said = {name: str(request.POST.get(name, "")) for name in CallForm.base_fields}
    context = {
        "form": form,
        "map": Map(label=_("选择地点"), choose=True, listed=False),
        "beside": _beside(said),
        "places": _places(said),
        **_waiting(),
    }
    return render(request, "incidents/hotline.html", context, status=400 if form.errors else 200)


def _ticket(request: HttpRequest, form: CallForm) -> Call:
    said, at = form.cleaned_data, timezone.now()
    spot = find_spot(said["spot"]) if said["longitude"] is None or said["latitude"] is None else None
    report = NewReport(
        key=said["key"],
        channel=Channel.HOTLINE,
        description=said["text"],
        class_code=form.chosen_class,
        longitude=spot.longitude if spot else said["longitude"],
        latitude=spot.latitude if spot else said["latitude"],
        datum="cgcs2000" if spot else said["datum"] or "cgcs2000",
        address=said["address"] or (spot.name if spot else ""),
        component=spot.code if spot and spot.kind == COMPONENT else "",
        contact=Contact(name=said["caller"], phone=form.digits),
        urgent=said["urgent"],
        confirms=said["confirms"],
    )
    return operations.take_ticket(_new(form), report=report, limit=said["limit"], actor=actor_of(request), at=at)


def _answer(request: HttpRequest, form: CallForm) -> Call:
    said = form.cleaned_data
    return operations.answer_at_once(
        _new(form),
        category=said["category"],
        answer=said["answer"],
        service=said["service"],
        actor=actor_of(request),
        at=timezone.now(),
    )


def _new(form: CallForm) -> operations.NewCall:
    said = form.cleaned_data
    return operations.NewCall(key=said["key"], phone=form.digits, caller=said["caller"], text=said["text"])


def _waiting() -> dict[str, int]:
    """How many callers wait to be told and to be called back, counted to a hundred."""
    at = timezone.now()
    return {
        "to_tell": len(queries.calls_to_tell().values_list("pk")[:100]),
        "to_survey": len(queries.calls_to_survey(at=at).values_list("pk")[:100]),
    }


@needs(HOTLINE)
@require_POST
def beside(request: HttpRequest) -> HttpResponse:
    """What is known of what is being typed: earlier calls, classes, the same matter close by, guides."""
    said = {name: str(request.POST.get(name, "")) for name in CallForm.base_fields}
    return render(request, "incidents/hotline_beside.html", {"beside": _beside(said), "swapped": True})


def _beside(said: dict[str, str]) -> dict[str, Any]:
    language, at, text = reader_language(), timezone.now(), said["text"]
    suggested, guides = suggest(text), queries.known_guides(text)
    digits = "".join(one for one in said["phone"] if one.isdigit() or one == "+")
    spot = find_spot(said["spot"])
    point: dict[str, Any] = {"longitude": _degrees(said["longitude"]), "latitude": _degrees(said["latitude"])}
    if point["longitude"] is None and spot is not None:
        point = {"longitude": spot.longitude, "latitude": spot.latitude}
    return {
        "said": said,
        "typed": bool(text.strip()),
        "earlier": [_earlier(one) for one in queries.earlier_calls(digits)] if len(digits) > 4 else [],
        "is_learned": suggested.is_learned,
        "classes": [
            {
                "code": one.code,
                "name": class_name(one.code, language),
                "percent": one.percent if one.is_learned else None,
                "department": department_name(code, language)
                if (code := department_for(one.code, division=spot.code[:6] if spot else ""))
                else "",
            }
            for one in suggested.best
        ],
        "similar": _similar(point, at=at),
        "guides": [{"code": one.service.code, "name": one.service.item.names.text(language)} for one in guides],
    }


def _similar(point: dict[str, Any], *, at: Any) -> list[dict[str, Any]]:
    try:
        return similar_to({**point, "datum": ""}, at=at)
    except Refusal:
        # A point that is none brings no neighbours; the form itself says so when it is sent.
        return []


def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _earlier(one: Call) -> dict[str, Any]:
    state = public_state(one.incident).words if one.incident else one.get_outcome_display()
    return {"number": one.number, "at": one.received_at, "text": one.text[:40], "state": state}


@needs(HOTLINE)
@require_POST
def places(request: HttpRequest) -> HttpResponse:
    """Places that the words may mean."""
    said = {name: str(request.POST.get(name, "")) for name in ("address", "spot")}
    return render(request, "incidents/hotline_places.html", {"places": _places(said)})


def _places(said: dict[str, str]) -> dict[str, Any]:
    return {"found": find_spots(said["address"][:100]), "chosen": said["spot"], "asked": said["address"].strip()}


_VIEWS: Final[dict[str, tuple[Callable[[], QuerySet[Call]], tuple[str, ...]]]] = {
    "all": (queries.calls, queries.NEWEST_FIRST),
    "tell": (queries.calls_to_tell, queries.BY_END),
    "survey": (lambda: queries.calls_to_survey(at=timezone.now()), queries.BY_SURVEY),
}


@needs(HOTLINE)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Calls: all of them, those to be told, those to be called back. Numbers of telephones are masked."""
    asked = request.GET.get("view", "all")
    view = asked if asked in _VIEWS else "all"
    read, order = _VIEWS[view]
    page = keyset_page(read(), by=order, after=request.GET.get("after", ""), size=PAGE)
    chips = {"all": _("全部来电"), "tell": _("待反馈"), "survey": _("待回访")}
    queue = Queue(
        rows=[_row(one) for one in page.rows],
        label=_("来电记录"),
        chips=[Chip(label=label, url=f"?view={name}", chosen=name == view) for name, label in chips.items()],
        more_url=f"?view={view}&after={page.after}" if page.after else "",
        empty=Empty(what=_("这里没有来电。"), do=_("接到来电，在“热线受理”登记；要回访的会自己排到这里。")),
    )
    return render(request, "incidents/hotline_calls.html", {"queue": queue})


def _row(one: Call) -> QueueRow:
    parts = [
        moment(one.received_at),
        one.get_outcome_display(),
        one.get_survey_display() if one.survey else "",
        _("%(by)s 前反馈") % {"by": moment(one.tell_by)} if one.tell_by and not one.told_at else "",
    ]
    return QueueRow(
        number=one.number,
        url=reverse("incidents:hotline_call", args=[one.number]),
        what=one.text[:40],
        who=one.masked_phone,
        note=" · ".join(part for part in parts if part),
        next_act=_("打开"),
    )


@needs(HOTLINE)
@require_GET
def call(request: HttpRequest, number: str) -> HttpResponse:
    """One call: its number to read out, how it stands, what is to be done next."""
    return _show(request, queries.access_call(number))


def _show(
    request: HttpRequest,
    found: Call,
    *,
    tell: TellForm | None = None,
    survey: SurveyForm | None = None,
    phone: str = "",
) -> HttpResponse:
    language = reader_language()
    rows = [
        (_("来电号码"), phone or found.masked_phone),
        (_("怎么称呼"), found.caller),
        (_("反映的事"), found.text),
        (_("类别"), class_name(found.class_code, language) if found.incident else _category(found, language)),
        (_("首接部门"), department_name(found.department, language) if found.department else ""),
        (_("案件"), found.incident.number if found.incident else ""),
        (_("办理情况"), public_state(found.incident).words if found.incident else ""),
        (_("答复"), found.answer),
        (_("办事指南"), get_service(found.service).item.names.text(language) if found.service else ""),
        (_("反馈了什么"), found.told),
    ]
    context = {
        "call": found,
        "said": [Answer(question=question, answer=answer) for question, answer in rows if answer],
        "phone": phone,
        "limit": hotline().limit(found.limit).names.text(language) if found.limit else "",
        "tell": tell or TellForm(auto_id="tell_%s"),
        "survey": survey or SurveyForm(auto_id="survey_%s"),
        "wrong": tell or survey,
        "to_tell": found.outcome == Call.Outcome.TICKET and found.told_at is None,
        "to_survey": found.survey == Call.Survey.WAITING,
    }
    return render(request, "incidents/hotline_call.html", context, status=400 if tell or survey else 200)


def _category(found: Call, language: str) -> str:
    declared = hotline().categories.get(found.category)
    return declared.text(language) if declared else ""


@needs(HOTLINE)
@require_POST
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """Show the whole number, to ring it; that is written down first."""
    found = operations.show_phone(number, actor=actor_of(request), at=timezone.now())
    return _show(request, found, phone=found.phone)


@needs(HOTLINE)
@require_POST
def tell(request: HttpRequest, number: str) -> HttpResponse:
    """The caller was told."""
    form = TellForm(request.POST, auto_id="tell_%s")
    if not form.is_valid():
        return _show(request, queries.access_call(number), tell=form)
    return _done(
        request, lambda: operations.tell_caller(number, **form.cleaned_data, actor=actor_of(request), at=timezone.now())
    )


@needs(HOTLINE)
@require_POST
def not_reached(request: HttpRequest, number: str) -> HttpResponse:
    """Nobody answered."""
    return _done(request, lambda: operations.note_not_reached(number, actor=actor_of(request), at=timezone.now()))


@needs(HOTLINE)
@require_POST
def survey(request: HttpRequest, number: str) -> HttpResponse:
    """What the caller says."""
    form = SurveyForm(request.POST, auto_id="survey_%s")
    if not form.is_valid():
        return _show(request, queries.access_call(number), survey=form)
    said: Form = form
    resolved = said.cleaned_data["resolved"] == "yes"
    satisfied, words = said.cleaned_data["satisfied"], said.cleaned_data["words"]
    return _done(
        request,
        lambda: operations.record_survey(
            number, resolved=resolved, satisfied=satisfied, words=words, actor=actor_of(request), at=timezone.now()
        ),
    )


def _done(request: HttpRequest, act: Callable[[], Call]) -> HttpResponse:
    """Do it; then the next one of the same list."""
    before = act()
    toasts.say(request, _("%(number)s 已记下。") % {"number": before.number})
    waiting = queries.calls_to_survey(at=timezone.now()).order_by(*queries.BY_SURVEY).first()
    return redirect("incidents:hotline_call", number=waiting.number) if waiting else redirect("incidents:hotline_calls")
