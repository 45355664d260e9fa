"""What may I get: every service judged by its own conditions, for oneself, for whom one acts, or by a few questions that nobody keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huimin.platform.catalogue.http.forms import ProfileForm
from huimin.platform.catalogue.ports import guide_acts
from huimin.platform.catalogue.queries.chances import Chance, chances, profile, told
from huimin.platform.catalogue.queries.eligibility import Verdict as Said
from huimin.platform.catalogue.queries.eligibility import values_of_row
from huimin.platform.identity.permissions import public, who_of
from huimin.platform.identity.queries import access_delegation, actor_of, delegations_to
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, fields_of, source_name
from huimin.platform.registries.operations import look_at_own
from huimin.platform.registries.queries import Own
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Chip, Condition, Eligibility, Value, Verdict

if TYPE_CHECKING:
    from huimin.platform.identity.models import Delegation
    from huimin.platform.journal.rules import Actor

ME: Final = "me"
MOST: Final = 20
"""Of those for whom somebody acts, so many are offered."""
KINDS: Final = {"person": PEOPLE, "organisation": ORGANISATIONS}
TRUTHS: Final = {True: Verdict.YES, False: Verdict.NO, None: Verdict.MAYBE}


@public
@require_safe
def for_me(request: HttpRequest) -> HttpResponse:
    """By what is registered, of the reader or (`?for=`) of somebody for whom he acts; who is not proven is asked instead."""
    account = who_of(request).account
    if account is None or not (account.is_proven or who_of(request).acting):
        return redirect("catalogue:for_me_ask", kind="person")
    at, language = timezone.now(), reader_language()
    chosen = request.GET.get("for", "")
    held = [one for one in delegations_to(account, at)[:MOST] if "view" in one.acts]
    actor = _in_the_name_of(request, chosen)
    # Whom one acts for can see that his data were looked at; one's own look needs no trace.
    own = look_at_own(actor=actor, at=at)
    values = values_of_row(own.row.registry, own.row.stored, own.row.division)
    found = chances(own.row.registry, values, on=timezone.localdate(at))
    here = actor.on_behalf_of == actor_of(request).on_behalf_of
    switch = next((one for one in held if one.principal == actor.on_behalf_of), None)
    context = {
        "whose": switch.principal_name if switch else "",
        "chips": _chips(held, actor, proven=account.is_proven),
        "groups": _grouped(found, language, own),
        "may_apply": here,
        "switch": None if here else switch,
        "is_own": not actor.on_behalf_of,
    }
    answer = render(request, "catalogue/for_me.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _in_the_name_of(request: HttpRequest, chosen: str) -> "Actor":
    actor = actor_of(request)
    if not chosen:
        return actor
    account = who_of(request).account
    if chosen == ME or account is None:
        return replace(actor, on_behalf_of="")
    return replace(actor, on_behalf_of=access_delegation(account, chosen, as_agent=True).principal)


def _chips(held: "Sequence[Delegation]", actor: "Actor", *, proven: bool) -> list[Chip]:
    if not held:
        return []
    address = reverse("catalogue:for_me")
    mine = [Chip(label=_("我自己"), url=f"{address}?for={ME}", chosen=not actor.on_behalf_of)] if proven else []
    return mine + [
        Chip(
            label=one.principal_name,
            url=f"{address}?for={one.public_id}",
            chosen=one.principal == actor.on_behalf_of,
        )
        for one in held
    ]


def _grouped(found: Sequence[Chance], language: str, own: Own | None = None) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {"yes": [], "maybe": [], "no": [], "open": []}
    for chance in found:
        groups["open" if chance.is_for_everybody else chance.found.answer].append(_card(chance, language, own))
    return groups


def _card(chance: Chance, language: str, own: Own | None) -> dict[str, Any]:
    item = chance.service.item
    return {
        "code": chance.service.code,
        "name": item.names.text(language),
        "url": reverse("catalogue:guide", args=[chance.service.code]),
        "outcome": item.outcome.names.text(language),
        "amount": chance.amount,
        "comes_by_itself": item.proactive is not None,
        "because": [_reason(said, language) for said in chance.found.open] if chance.found.answer != "yes" else [],
        "piece": Eligibility(
            what=item.names.text(language),
            verdict=Verdict(chance.found.answer),
            conditions=[_condition(said, language, own) for said in chance.found.verdicts],
        ),
        "acts": [
            {"label": act.label, "url": act.url(chance.service.code)}
            for act in guide_acts
            if act.posts and act.offered(item)
        ],
    }


def _reason(said: Said, language: str) -> str:
    condition = said.condition
    return (condition.no if said.holds is False else condition.maybe.show).text(language)


def _condition(said: Said, language: str, own: Own | None) -> Condition:
    condition = said.condition
    return Condition(
        sentence=condition.names.text(language),
        verdict=TRUTHS[said.holds],
        fact=_fact(said, language, own) if own is not None else None,
        show=condition.maybe.show.text(language) if said.holds is None else "",
    )


def _fact(said: Said, language: str, own: Own) -> Value | None:
    """The first registered value that the condition was held against, with who says it."""
    words = fields_of(own.row.registry)
    for field in sorted(said.condition.columns & words.keys()):
        value = own.card.value(field)
        if value is not None and value.value:
            return Value(
                label=words[field].label(language),
                text=words[field].text(value.value, language),
                source=source_name(value.source, language),
                as_of=value.day,
                tabular=words[field].is_tabular,
            )
    return None


@public
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    """A few questions in place of the registers. The answers stand in this one response and nowhere else."""
    language, on = reader_language(), timezone.localdate()
    given = request.POST if request.method == "POST" else None
    form = ProfileForm(getattr(profile(), kind).questions, language, given)
    groups: Mapping[str, Any] | None = None
    if form.is_bound and form.is_valid():
        groups = _grouped(chances(KINDS[kind], told(kind, form.answers(), on=on), on=on), language)
    address = {one: reverse("catalogue:for_me_ask", args=[one]) for one in KINDS}
    context = {
        "form": form,
        "groups": groups,
        "kinds": [
            Chip(label=_("我是个人"), url=address["person"], chosen=kind == "person"),
            Chip(label=_("我是企业"), url=address["organisation"], chosen=kind == "organisation"),
        ],
        "may_apply": True,
    }
    answer = render(request, "catalogue/for_me_ask.html", context, status=400 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer
