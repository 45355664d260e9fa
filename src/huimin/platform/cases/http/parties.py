"""Who else takes part: the applicant names them by number and name, asks them to sign, and sees who has."""

from collections.abc import Mapping
from datetime import datetime
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
from huimin.platform.cases.models import Draft, Signature
from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries.drafts import Readiness
from huimin.platform.cases.queries.parties import Other
from huimin.platform.cases.queries.relatives import ShownBy, relatives_for
from huimin.platform.catalogue.declarations.forms import Party
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language

SHOWN_BY: Final = {
    ShownBy.POWER: gettext_lazy("您的“家人和委托”"),
    ShownBy.CERTIFICATE: gettext_lazy("您的结婚证"),
}
NUMBER = {"autocomplete": "off", "spellcheck": "false", "class": "tabular"}


class PartyForm(forms.Form):
    """Who a party is: a person by number and name, a firm by its credit code."""

    citizen_id = forms.CharField(
        label=gettext_lazy("公民身份号码"), max_length=30, widget=forms.TextInput(attrs=dict(NUMBER))
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"), max_length=30, widget=forms.TextInput(attrs=dict(NUMBER))
    )

    def __init__(self, *args: Any, kind: str, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in ("citizen_id", "name") if kind == "organisation" else ("uscc",):
            del self.fields[field]
        for one in self.fields.values():
            one.required = required


def party_form(party: Party, data: Any = None, *, required: bool = True) -> PartyForm:
    """The form of one party, beside those of others on the same page."""
    code = party.code
    return PartyForm(data, kind=party.kind, required=required, prefix=f"party-{code}", auto_id=f"id_{code}_%s")


def complain(form: PartyForm, refusal: Refusal) -> None:
    """Put a refusal's sentence beside the field that it is about."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))


def others_shown(ready: Readiness, given: Mapping[str, PartyForm] | None = None) -> list[dict[str, Any]]:
    """Everybody else who takes part, as a page shows them; `given` the forms that were filled in and are wrong."""
    return [_shown(other, (given or {}).get(other.party.code)) for other in ready.others]


def _shown(other: Other, given: PartyForm | None) -> dict[str, Any]:
    language = reader_language()
    signature = other.signature
    voided = signature is not None and signature.state == Signature.States.SIGNED and not other.holds
    facts = queries.facts_of(other.reference, on=timezone.localdate()) if other.is_named else None
    return {
        "code": other.party.code,
        "title": other.party.names.text(language),
        # The name was typed by who reads it, and agreed: nothing is told that he did not know.
        "name": facts.name if facts else "",
        "named": other.is_named,
        "signs": other.party.signs,
        "signed": other.holds,
        "voided": voided,
        "asked": other.is_asked,
        "declined": signature is not None and signature.state == Signature.States.DECLINED,
        "answered_at": signature.answered_at if signature else None,
        "form": None if other.is_named else given or party_form(other.party),
    }


def _page(
    request: HttpRequest, public_id: str, given: Mapping[str, PartyForm] | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    draft = queries.access_draft(public_id, actor_of(request), at=at)
    ready = queries.readiness(draft, on=timezone.localdate(at))
    others = [
        {**shown, "relatives": _offered(draft, other.party, at) if not other.is_named else ()}
        for shown, other in zip(others_shown(ready, given), ready.others, strict=True)
    ]
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(reader_language()),
        "others": others,
        "wrong": next(iter((given or {}).values()), None),
        "complete": not ready.unnamed,
    }
    return render(request, "cases/parties.html", context, status=status)


def _offered(draft: Draft, party: Party, at: datetime) -> list[dict[str, str]]:
    return [
        {"code": one.code, "name": one.name, "shown_by": str(SHOWN_BY[one.shown_by])}
        for one in relatives_for(draft, party, at=at)
    ]


@needs(APPLY)
@require_GET
def parties(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who else takes part."""
    return _page(request, public_id)


@needs(APPLY)
@require_POST
def name(request: HttpRequest, public_id: str, party: str) -> HttpResponse:
    """Say who a party is."""
    actor, at = actor_of(request), timezone.now()
    draft = queries.access_draft(public_id, actor, at=at)
    form = party_form(_declared(draft, party), request.POST)
    status = 400
    if form.is_valid():
        try:
            operations.name_party(public_id, party, **form.cleaned_data, actor=actor, at=at)
            return redirect("cases:parties", public_id=public_id)
        except Refusal as refusal:
            complain(form, refusal)
            status = refusal.status
    return _page(request, public_id, {party: form}, status)


def _declared(draft: Draft, code: str) -> Party:
    found = queries.service_of_draft(draft).form.party(code)
    if found is None:
        raise operations.NotAParty
    return found


@needs(APPLY)
@require_POST
def name_relative(request: HttpRequest, public_id: str, party: str) -> HttpResponse:
    """Say by one tap that a party is a relative who was offered."""
    actor, at = actor_of(request), timezone.now()
    try:
        operations.name_relative(public_id, party, request.POST.get("relative", ""), actor=actor, at=at)
    except (operations.NoSuchRelative, operations.SameParty) as refusal:
        toasts.warn(request, refusal.sentence(reader_language()))
    return redirect("cases:parties", public_id=public_id)


@needs(APPLY)
@require_POST
def forget(request: HttpRequest, public_id: str, party: str) -> HttpResponse:
    """It is somebody else after all."""
    operations.forget_party(public_id, party, actor=actor_of(request), at=timezone.now())
    return redirect("cases:parties", public_id=public_id)


@needs(APPLY)
@require_POST
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the others to sign."""
    try:
        operations.ask_signatures(public_id, actor=actor_of(request), at=timezone.now())
    except (operations.NotWhole, operations.NobodyToAsk) as refusal:
        toasts.warn(request, refusal.sentence(reader_language()))
    else:
        toasts.say(request, _("已请对方签署。对方登录后在首页能看到，签完您就可以提交。"))
    return redirect("cases:check", public_id=public_id)
