"""The department's pages: its licences, one of them with all that happened to it, and changing how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.identity.permissions import may, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.licences import operations, queries
from huimin.platform.licences.http import paper, shown
from huimin.platform.licences.http.forms import ChangeForm, ReissueForm, SearchForm
from huimin.platform.licences.http.wallet import as_pdf, check_url
from huimin.platform.licences.models import Licence
from huimin.platform.licences.permissions import CHANGE, REGISTER, TAKE_AWAY
from huimin.platform.licences.rules import State, may_move
from huimin.platform.registries.fields import department_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE: Final = 30
USES: Final = 50


@dataclass(frozen=True, kw_only=True)
class Act:
    """A way to change how a licence stands: where it leads, what the button says, and who may."""

    state: State
    label: "_StrPromise"
    permission: str
    law: bool = False


ACTS: Final[Mapping[str, Act]] = {
    "suspend": Act(state=State.SUSPENDED, label=gettext_lazy("暂扣"), permission=CHANGE),
    "restore": Act(state=State.VALID, label=gettext_lazy("恢复有效"), permission=CHANGE),
    "revoke": Act(state=State.REVOKED, label=gettext_lazy("撤销证照"), permission=TAKE_AWAY, law=True),
    "withdraw": Act(state=State.WITHDRAWN, label=gettext_lazy("吊销"), permission=TAKE_AWAY, law=True),
    "cancel": Act(state=State.CANCELLED, label=gettext_lazy("注销"), permission=TAKE_AWAY, law=True),
}
"""By the word in the address; `law`: the legal basis is asked for."""


def _rows(page: list[Licence]) -> list[dict[str, Any]]:
    today = timezone.localdate(timezone.now())
    return [{"licence": one, **shown.line_of(one, on=today)} for one in page]


@needs(REGISTER)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The department's licences, newest first; searched by POST, since a holder's number stands in no address."""
    actor, at = actor_of(request), timezone.now()
    form = SearchForm(request.POST or None)
    searched = form.is_bound and form.is_valid()
    found = (
        operations.search_licences(form.cleaned_data["wanted"], actor=actor, at=at)
        if searched
        else queries.kept_licences(actor)
    )
    page = keyset_page(found, by=("-issued_at", "-id"), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "form": form,
        "searched": searched,
        "rows": _rows(page.rows),
        "department": department_name(queries.department_of(actor), reader_language()),
        "more": f"?after={page.after}" if page.after and not searched else "",
        "cut": bool(page.after) and searched,
    }
    answer = render(request, "licences/register.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(REGISTER)
@require_GET
def kept(request: HttpRequest, public_id: str) -> HttpResponse:
    """One licence of the department; its holder sees who opened it."""
    found = operations.open_licence(public_id, actor=actor_of(request), at=timezone.now())
    return _page(request, found)


def _page(
    request: HttpRequest,
    found: Licence,
    *,
    act: str = "",
    form: forms.Form | None = None,
    reissue: ReissueForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    moves = [
        code for code, one in ACTS.items() if may_move(State(found.state), one.state) and may(request, one.permission)
    ]
    declared = queries.get_licence_type(found.type)
    may_reissue = may_move(State(found.state), State.CANCELLED) and may(request, CHANGE)
    context = {
        "face": shown.face_of(found, on=timezone.localdate(at)),
        "changes": shown.changes(found),
        "trail": shown.uses(queries.uses_of(found, at=at)[:USES]),
        "before": found.replaces,
        "after": getattr(found, "successor", None),
        "acts": [
            {
                "code": code,
                "label": ACTS[code].label,
                "form": form if code == act and form else ChangeForm(law=ACTS[code].law, prefix=code),
                "open": code == act,
            }
            for code in moves
        ],
        "reissue": (reissue or ReissueForm(declared=declared, initial=queries.content_of(found)["fields"]))
        if may_reissue
        else None,
        "reissue_open": reissue is not None,
        "mistaken": form if act else reissue,
    }
    answer = render(request, "licences/kept.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _change(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    act = ACTS[code]
    form = ChangeForm(request.POST, law=act.law, prefix=code)
    if form.is_valid():
        said = {"reason": form.cleaned_data["reason"], "basis": form.cleaned_data.get("basis", "")}
        try:
            operations.change_standing(public_id, act.state, **said, actor=actor, at=at)
        except BadInput as refusal:
            form.add_error(str(refusal.details["field"]), refusal.sentence(reader_language()))
        else:
            toasts.say(request, _("已办理，立即生效；持证人在“我的证照”里看得到。"))
            return redirect("licences:kept", public_id=public_id)
    found = queries.access_kept_licence(public_id, actor)
    return _page(request, found, act=code, form=form, status=400)


@needs(CHANGE)
@require_POST
def suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    """It does not hold until it is restored."""
    return _change(request, public_id, "suspend")


@needs(CHANGE)
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """It holds again."""
    return _change(request, public_id, "restore")


@needs(TAKE_AWAY)
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """It should not have been granted."""
    return _change(request, public_id, "revoke")


@needs(TAKE_AWAY)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is taken away as a penalty."""
    return _change(request, public_id, "withdraw")


@needs(TAKE_AWAY)
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Its ground has gone, or its holder gave it up."""
    return _change(request, public_id, "cancel")


@needs(CHANGE)
@require_POST
def reissue(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new version with what has changed."""
    actor, at = actor_of(request), timezone.now()
    found = queries.access_kept_licence(public_id, actor)
    form = ReissueForm(request.POST, declared=queries.get_licence_type(found.type))
    if form.is_valid():
        try:
            made = operations.reissue_changed(
                public_id, fields=form.said, reason=form.cleaned_data["why"], actor=actor, at=at
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence(reader_language()))
        else:
            toasts.say(request, _("已换发新版，原证同时注销。"))
            return redirect("licences:kept", public_id=made.public_id)
    return _page(request, found, reissue=form, status=400)


@needs(REGISTER)
@require_GET
def print_kept(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sealed paper, to print at the counter; only of what holds."""
    found = operations.open_licence(public_id, actor=actor_of(request), at=timezone.now())
    if found.standing(timezone.localdate(timezone.now())) is not State.VALID:
        raise operations.NotInForce
    return as_pdf(paper.sealed_paper(found, check_url=check_url(request, public_id)), f"licence-{public_id}")
