"""The pages of mediation: the list, a new dispute, one dispute with the step that waits."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huimin.domains.community import operations, queries
from huimin.domains.community.http import shown
from huimin.domains.community.http.forms import EndForm, FollowUpForm, OpenForm, SettleForm, TakeForm
from huimin.domains.community.models import Mediation
from huimin.domains.community.permissions import MEDIATE
from huimin.domains.community.queries import NEWEST_FIRST
from huimin.kernel.identifiers import divisions_within
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.process.queries import live_steps_about
from huimin.platform.registries.declarations import city
from huimin.platform.ui import toasts
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue

PAGE: Final = 20
FORMS: Final[dict[str, tuple[tuple[str, type[forms.Form], Callable[..., Mediation]], ...]]] = {
    "take": (("take", TakeForm, operations.take_mediation),),
    "mediate": (
        ("settle", SettleForm, operations.settle_mediation),
        ("end", EndForm, operations.end_without_agreement),
    ),
    "follow_up": (("follow_up", FollowUpForm, operations.follow_up_mediation),),
}
"""By the step that waits: the forms that finish it, and the operation that each fills."""
LABELS: Final = {
    "take": gettext_lazy("受理"),
    "settle": gettext_lazy("登记协议"),
    "end": gettext_lazy("没有达成协议"),
    "follow_up": gettext_lazy("登记回访"),
}


@needs(MEDIATE)
@require_safe
def mediations(request: HttpRequest) -> HttpResponse:
    """The disputes of one's districts, the newest first; nobody's name."""
    found = queries.mediations_seen_by(actor_of(request), at=timezone.now())
    everything = request.GET.get("view") == "all"
    listed = found if everything else found.exclude(state__in=queries.OVER)
    page = keyset_page(listed, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    queue = Queue(
        rows=[shown.row(one) for one in page.rows],
        label=_("纠纷调解"),
        chips=[
            Chip(label=_("没办结的"), url="?", chosen=not everything),
            Chip(label=_("全部"), url="?view=all", chosen=everything),
        ],
        more_url=f"?{'view=all&' if everything else ''}after={page.after}" if page.after else "",
        empty=Empty(what=_("没有等着调解的纠纷。"), do=_("登记一件纠纷，或在案件里转调解。")),
    )
    return render(request, "community/mediations.html", {"queue": queue})


@needs(MEDIATE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Bring a dispute."""
    actor, at = actor_of(request), timezone.now()
    own = queries.mediated_divisions(actor, at) or tuple(one.code for one in divisions_within(city().division))
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        initial=request.GET.dict(),
        divisions=[(code, shown.division_name(code)) for code in own],
    )
    if form.is_valid():
        said = form.cleaned_data
        wanted = {name: said[name] for name in ("kind", "division", "summary", "address", "incident")}
        opened = operations.open_mediation(**wanted, parties=form.parties, actor=actor, at=at)
        toasts.say(request, _("已登记，等待受理。"))
        return redirect("community:mediation", number=opened.number)
    return render(request, "community/new_mediation.html", {"form": form}, status=400 if form.errors else 200)


@needs(MEDIATE)
@require_http_methods(["GET", "POST"])
def mediation(request: HttpRequest, number: str) -> HttpResponse:
    """One dispute: its parties, what came of it, the step that waits. The look is journalled before anything is shown."""
    actor, at = actor_of(request), timezone.now()
    found = queries.access_mediation(number, actor, at=at)
    waiting = live_steps_about([found.reference]).first()
    offered = FORMS.get(waiting.node, ()) if waiting else ()
    act = request.POST.get("act", "")
    filled = [
        (name, form(request.POST if act == name else None, auto_id=f"{name}_%s"), operation)
        for name, form, operation in offered
    ]
    for name, form, operation in filled:
        if act == name and form.is_valid():
            operation(number, **form.cleaned_data, actor=actor, at=at)
            toasts.say(request, _("已办理。"))
            return redirect("community:mediation", number=number)
    operations.note_look(found, actor=actor, at=at)
    context: dict[str, Any] = {
        "mediation": found,
        "said": shown.said_of(found),
        "parties": list(found.parties.order_by("pk")),
        "acts": [{"name": name, "form": form, "label": LABELS[name]} for name, form, _operation in filled],
    }
    failed = any(form.errors for _name, form, _operation in filled)
    return render(request, "community/mediation.html", context, status=400 if failed else 200)
