"""What is done with an incident on its page: one address an act, each a form, an operation, and back to the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from huimin.kernel.refusals import BadInput
from huimin.platform.identity.permissions import NoSuchThing, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents import operations
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.http import desk_forms as forms
from huimin.platform.incidents.http.desk import show
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.operations.beside import access_to_command
from huimin.platform.incidents.permissions import READ
from huimin.platform.incidents.queries import access_incident
from huimin.platform.journal.rules import Actor
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Do = Callable[[str, Any, Actor, datetime], object]
"""The number, the valid form, who, when."""


@dataclass(frozen=True)
class Act:
    """An act: its form, what it does, what is said afterwards."""

    form: Callable[[HttpRequest, Incident], BaseForm]
    do: Do
    said: "str | _StrPromise"
    name: str = ""
    """The form's name on the page, where it is not the act's."""


def _plain(kind: type[Form], name: str) -> Callable[[HttpRequest, Incident], BaseForm]:
    return lambda request, _incident: kind(request.POST, request.FILES, auto_id=f"{name}_%s")


def _filing(request: HttpRequest, incident: Incident) -> BaseForm:
    return forms.FilingForm(request.POST, numbered=standard(incident.standard_ref), auto_id="file_%s")


def _verify(found: bool) -> Do:
    return lambda number, form, actor, at: operations.verify_incident(
        number, found=found, **form.cleaned_data, actor=actor, at=at
    )


def _check(passed: bool) -> Do:
    return lambda number, form, actor, at: operations.check_incident(
        number, passed=passed, **form.cleaned_data, actor=actor, at=at
    )


def _with_data(operation: Callable[..., object]) -> Do:
    return lambda number, form, actor, at: operation(number, **form.cleaned_data, actor=actor, at=at)


def _dispatch(number: str, form: forms.DispatchForm, actor: Actor, at: datetime) -> object:
    said = form.cleaned_data["said"]
    return operations.dispatch_incident(number, departments=form.departments, said=said, actor=actor, at=at)


def _ask(number: str, form: forms.AskingForm, actor: Actor, at: datetime) -> object:
    given = form.cleaned_data
    return operations.ask(
        number, what=given["what"], amount=given["amount"] or 0, reason=given["reason"], actor=actor, at=at
    )


def _unshelve(number: str, form: forms.SaidForm, actor: Actor, at: datetime) -> object:
    return operations.unshelve_incident(number, actor=actor, at=at)


def _take(number: str, form: forms.SaidForm, actor: Actor, at: datetime) -> object:
    return operations.take_disposal(number, actor=actor, at=at)


def _split(number: str, form: forms.SaidForm, actor: Actor, at: datetime) -> object:
    return operations.split_incident(number, actor=actor, at=at)


def _urge(number: str, form: forms.SaidForm, actor: Actor, at: datetime) -> object:
    access_to_command(number, actor, at=at)
    return operations.urge_incident(number, actor=actor, at=at)


ACTS: Final[Mapping[str, Act]] = {
    "verify": Act(_plain(forms.SeenForm, "verify"), _verify(True), gettext_lazy("已登记：情况属实。")),
    "not-found": Act(_plain(forms.SeenForm, "verify"), _verify(False), gettext_lazy("已登记：现场未发现。"), "verify"),
    "file": Act(_filing, _with_data(operations.file_incident), gettext_lazy("已立案。")),
    "decline": Act(
        _plain(forms.ReasonForm, "decline"),
        _with_data(operations.decline_incident),
        gettext_lazy("不予立案，已告知上报人。"),
    ),
    "dispatch": Act(_plain(forms.DispatchForm, "dispatch"), _dispatch, gettext_lazy("已派遣。")),
    "dispose": Act(
        _plain(forms.DisposedForm, "dispose"), _with_data(operations.dispose_incident), gettext_lazy("已反馈处置结果。")
    ),
    "take": Act(_plain(forms.SaidForm, "take"), _take, gettext_lazy("已签收，由您处置。")),
    "return": Act(_plain(forms.ReasonForm, "return"), _with_data(operations.return_incident), gettext_lazy("已退件。")),
    "ask": Act(_plain(forms.AskingForm, "ask"), _ask, gettext_lazy("申请已送指挥中心。")),
    "redispatch": Act(
        _plain(forms.RedispatchForm, "redispatch"), _with_data(operations.redispatch_incident), gettext_lazy("已改派。")
    ),
    "drop": Act(_plain(forms.ReasonForm, "drop"), _with_data(operations.drop_disposal), gettext_lazy("不再另派。")),
    "check": Act(_plain(forms.SeenForm, "check"), _check(True), gettext_lazy("核查通过。")),
    "check-failed": Act(
        _plain(forms.SeenForm, "check"), _check(False), gettext_lazy("核查不通过，已退回返工。"), "check"
    ),
    "close": Act(_plain(forms.SaidForm, "close"), _with_data(operations.close_incident), gettext_lazy("已结案。")),
    "rework": Act(
        _plain(forms.ReasonForm, "rework"), _with_data(operations.rework_incident), gettext_lazy("已退回返工。")
    ),
    "void": Act(_plain(forms.ReasonForm, "void"), _with_data(operations.void_incident), gettext_lazy("已作废。")),
    "join": Act(_plain(forms.JoinForm, "join"), _with_data(operations.join_incident), gettext_lazy("已并案。")),
    "split": Act(_plain(forms.SaidForm, "split"), _split, gettext_lazy("已拆分，单独办理。")),
    "unshelve": Act(_plain(forms.SaidForm, "unshelve"), _unshelve, gettext_lazy("已恢复办理。")),
    "urge": Act(_plain(forms.SaidForm, "urge"), _urge, gettext_lazy("已催办。")),
    "link": Act(_plain(forms.LinkForm, "link"), _with_data(operations.link_incident), gettext_lazy("已关联。")),
}


@needs(READ)
@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Do one of ACTS with an incident; what is filled in wrongly is shown beside its question."""
    found = ACTS.get(name)
    if found is None:
        raise NoSuchThing
    actor, at = actor_of(request), timezone.now()
    incident = access_incident(number, actor, at=at)
    form = found.form(request, incident)
    shown_as = found.name or name
    if not form.is_valid():
        return show(request, incident, at=at, status=422, **{shown_as: form})
    try:
        found.do(number, form, actor, at)
    except BadInput as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.sentence(reader_language()))
        return show(request, incident, at=at, status=422, **{shown_as: form})
    toasts.say(request, str(found.said))
    return redirect("incidents:incident", number=number)


@needs(READ)
@require_POST
def unlink(request: HttpRequest, number: str) -> HttpResponse:
    """Take a relation back."""
    operations.unlink_incident(
        number, reference=request.POST.get("reference", ""), actor=actor_of(request), at=timezone.now()
    )
    toasts.say(request, _("已取消关联。"))
    return redirect("incidents:incident", number=number)
