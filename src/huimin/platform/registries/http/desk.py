"""The official's side of a correction: the panel on the item page, settling the value, passing it on; the data office's disputes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process.permissions import WORK
from huimin.platform.registries import operations, queries
from huimin.platform.registries.fields import source_name
from huimin.platform.registries.http import shown
from huimin.platform.registries.http.asking import ask
from huimin.platform.registries.http.forms import ChooseValueForm, PassOnForm
from huimin.platform.registries.permissions import RECONCILE
from huimin.platform.registries.queries.cards import CardValue
from huimin.platform.registries.queries.disputes import disputes_by_department
from huimin.platform.registries.queries.own import NoSuchField
from huimin.platform.registries.records import records_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language

TICKETS_AT_ONCE: Final = 50


def panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What the panel shows: to who holds the ticket the value, who says what, and the record's own number; to others the field alone."""
    correction = queries.find_correction(subject)
    if correction is None:
        return {}
    outside = {"correction": correction, "label": shown.label_of(correction.field), "held": False}
    try:
        desk, card = operations.look_at_correction(number=correction.number, actor=actor, at=at)
    except queries.NotInYourHands:
        return outside
    value = card.value(correction.field)
    return {
        **outside,
        "held": True,
        "values": [shown.value_piece(one, card.registry) for one in card.values if one.field != correction.field],
        "value": shown.value_piece(value, card.registry) if value else None,
        "claims": shown.claims(value) if value and value.value else [],
        "before": shown.text_of(correction.field, correction.before),
        "proposed": shown.text_of(correction.field, correction.proposed),
        "records": [record for resource, record in records_of(desk.row.key) if resource == correction.resource],
        "source": source_name(correction.resource, reader_language()),
    }


def _value(number: str, actor: Actor, at: datetime) -> tuple[queries.Desk, CardValue]:
    """The value that a held ticket is about; seen as on the panel, so it is a look like that. Raises NotInYourHands, NoSuchField."""
    desk, card = operations.look_at_correction(number=number, actor=actor, at=at)
    value = card.value(desk.correction.field)
    if value is None:
        raise NoSuchField
    return desk, value


@needs(WORK)
@require_http_methods(["GET", "POST"])
def choose_value(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Settle what the value will be."""
    actor, at = actor_of(request), timezone.now()
    desk, value = _value(number, actor, at)
    field = desk.correction.field

    def act(form: ChooseValueForm) -> HttpResponse:
        operations.choose_value(number=number, value=form.cleaned_data["value"], actor=actor, at=at)
        toasts.say(request, _("已核定更正后的内容，办结这一步后生效。"))
        return redirect("process:item", number=item)

    form = ChooseValueForm(request.POST or None, field=field, initial={"value": desk.correction.proposed})
    context = {"portal": "desk", "item": item, "label": shown.label_of(field), "claims": shown.claims(value)}
    return ask(request, form, template="registries/choose_value.html", act=act, context=context)


@needs(WORK)
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Settle which department answers for the value."""
    actor, at = actor_of(request), timezone.now()
    desk, value = _value(number, actor, at)

    def act(form: PassOnForm) -> HttpResponse:
        operations.pass_on_correction(number=number, item=item, **form.cleaned_data, actor=actor, at=at)
        toasts.say(request, _("已转给责任部门。"))
        return redirect("process:inbox")

    sources = list(
        dict.fromkeys([value.source, *(c.source for c in value.agreeing), *(c.source for c in value.disputes)])
    )
    context = {
        "portal": "desk",
        "item": item,
        "label": shown.label_of(desk.correction.field),
        "claims": shown.claims(value),
    }
    return ask(
        request,
        PassOnForm(request.POST or None, sources=sources),
        template="registries/pass_on.html",
        act=act,
        context=context,
    )


@needs(RECONCILE)
@require_GET
def disputes(request: HttpRequest) -> HttpResponse:
    """How many values are disputed, by field and department; no person is shown."""
    rows = [
        {
            "field": shown.label_of(one.field),
            "department": source_name(one.resource, reader_language()),
            "count": one.disputed,
            "open": one.open_tickets,
        }
        for one in disputes_by_department()
    ]
    return render(request, "registries/disputes.html", {"rows": rows, "after": request.GET.get("after", "")})


@needs(RECONCILE)
@require_POST
def open_tickets(request: HttpRequest) -> HttpResponse:
    """Open tickets for the next disputed people."""
    opened, after = operations.open_dispute_tickets(
        after=request.POST.get("after", ""), limit=TICKETS_AT_ONCE, actor=actor_of(request), at=timezone.now()
    )
    toasts.say(request, ngettext("已开 %(n)d 张核实工单。", "已开 %(n)d 张核实工单。", opened) % {"n": opened})
    response = redirect("registries:disputes")
    response["Location"] += f"?after={after}" if after else ""
    return response
