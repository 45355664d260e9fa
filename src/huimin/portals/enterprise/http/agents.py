"""Who may act for the firm, what each did, and the firm's seal."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.queries.items import browse, current
from huimin.platform.identity import operations, queries
from huimin.platform.identity.events import SealUsed
from huimin.platform.identity.permissions import ACT_FOR_OTHERS, needs
from huimin.platform.identity.queries import actor_of, firm_of
from huimin.platform.registries.fields import post_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Trail, TrailEntry
from huimin.portals.enterprise.http.forms import PowerForm
from huimin.portals.enterprise.queries import access_shown, deeds_of, powers_shown, seal_uses

PAGE: Final = 30
NEWEST: Final = ("-offered_at", "-id")
ENTRIES: Final = ("-at", "-id")


@needs(ACT_FOR_OTHERS)
@require_safe
def agents(request: HttpRequest) -> HttpResponse:
    """Everybody who may act for the firm, or could, the newest first."""
    power = firm_of(request)
    page = keyset_page(powers_shown(power), by=NEWEST, after=request.GET.get("after", ""), size=PAGE)
    at = timezone.now()
    context = {
        "portal": "enterprise",
        "power": power,
        "powers": [
            {
                "power": one,
                "services": _services(one.services),
                "is_over": one.state not in ("active", "offered") or (one.until is not None and one.until <= at),
                "may_end": power.manages and one.pk != power.pk and one.state in ("active", "offered"),
            }
            for one in page.rows
        ],
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "enterprise/agents.html", context)


def _services(codes: list[str]) -> list[str]:
    known = current()
    return [known[code].item.names.text(reader_language()) if code in known else code for code in codes]


@needs(ACT_FOR_OTHERS)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give somebody a power to act for the firm."""
    power = firm_of(request)
    offered = [(one.code, one.item.names.text(reader_language())) for one in browse(serves="organisation")]
    form = PowerForm(request.POST if request.method == "POST" else None, services=offered)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return _give(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence(reader_language()))
    if form.errors:
        status = 400
    context = {"portal": "enterprise", "power": power, "form": form}
    return render(request, "enterprise/give.html", context, status=status)


def _give(request: HttpRequest, form: PowerForm) -> HttpResponse:
    answers = form.cleaned_data
    agent = queries.find_account_named(answers["agent"].lower())
    if agent is None:
        # The same sentence as for an account that is not proven: names of accounts are not to be tried out.
        raise operations.MayNotDelegate
    operations.give_power(
        representation=firm_of(request),
        agent=agent,
        acts=answers["acts"],
        services=answers["services"],
        until=answers["until"],
        actor=actor_of(request),
        at=timezone.now(),
    )
    toasts.say(request, _("授权已发出，对方接受后生效。"))
    return redirect("enterprise:agents")


@needs(ACT_FOR_OTHERS)
@require_safe
def agent(request: HttpRequest, public_id: str) -> HttpResponse:
    """One power: what it allows, and what its agent did for the firm."""
    power = firm_of(request)
    at = timezone.now()
    shown = access_shown(power, public_id)
    page = keyset_page(deeds_of(shown, at=at), by=ENTRIES, after=request.GET.get("after", ""), size=PAGE)
    language = reader_language()
    entries = [
        TrailEntry(at=entry.at, who=shown.agent.name, act=entry.fact.sentence(language), why=_about(entry.subject))
        for entry in page.rows
    ]
    context = {
        "portal": "enterprise",
        "power": power,
        "shown": shown,
        "services": _services(shown.services),
        "trail": Trail(entries=entries, label=_("替企业做过的事"), open_count=PAGE),
        "more": f"?after={page.after}" if page.after else "",
        "may_end": power.manages and shown.pk != power.pk and shown.state in ("active", "offered"),
    }
    return render(request, "enterprise/agent.html", context)


def _about(subject: str) -> str:
    kind, _colon, number = subject.partition(":")
    return _("办件 %(number)s") % {"number": number} if kind == "case" else ""


@needs(ACT_FOR_OTHERS)
@require_POST
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a power away, at once."""
    power = firm_of(request)
    operations.take_power_away(
        representation=power,
        power=queries.access_power(power.principal, public_id),
        actor=actor_of(request),
        at=timezone.now(),
    )
    toasts.say(request, _("授权已收回，对方不能再替企业办事。"))
    return redirect("enterprise:agents")


@needs(ACT_FOR_OTHERS)
@require_safe
def seal(request: HttpRequest) -> HttpResponse:
    """Where the firm's electronic seal was put, and by whom."""
    power = firm_of(request)
    page = keyset_page(seal_uses(power, at=timezone.now()), by=ENTRIES, after=request.GET.get("after", ""), size=PAGE)
    names = queries.names_of_accounts([entry.actor.ref for entry in page.rows])
    entries = [
        TrailEntry(
            at=entry.at,
            who=post_name(entry.actor.post, reader_language()) if entry.actor.post else names.get(entry.actor.ref, ""),
            act=_about(entry.fact.what) or entry.fact.what,
            why=_("印章标记 %(mark)s") % {"mark": entry.fact.mark},
        )
        for entry in page.rows
        if isinstance(entry.fact, SealUsed)
    ]
    context = {
        "portal": "enterprise",
        "power": power,
        "trail": Trail(entries=entries, label=_("用印记录"), open_count=PAGE),
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "enterprise/seal.html", context)
