"""The quarantine desk: every returned row that waits, correcting one, letting one go."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huimin.platform.exchange import operations, reach
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.http import shown, words
from huimin.platform.exchange.http.forms import DeliveriesForm, RowForm
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.permissions import QUARANTINE
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue, QueueRow

PAGE_SIZE: Final = 30
NOTHING: Final = Empty(
    what=gettext_lazy("没有等待更正的行。"),
    do=gettext_lazy("交付里不合约定的行会整行退到这里，写明原因，更正后重报。"),
)


def _row(row: QuarantinedRow) -> QueueRow:
    return QueueRow(
        number=_("行 %(line)d") % {"line": row.line},
        url=reverse("exchange:correct", args=[row.delivery_id, row.id]),
        what=f"{words.resource_word(row.delivery.resource)} · {words.rule_word(row.rule)}",
        who=words.department_word(row.delivery.department),
        note=row.delivery.file_name,
        next_act=_("更正"),
    )


def _address(resource: str, after: str = "") -> str:
    asked = {name: value for name, value in (("resource", resource), ("after", after)) if value}
    return f"{reverse('exchange:quarantine')}?{urlencode(asked)}" if asked else reverse("exchange:quarantine")


@needs(QUARANTINE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Rows that wait for their department, oldest first."""
    reached = reach.reach_of(request)
    asked = DeliveriesForm(request.GET).asked()
    rows = reach.returned_rows(reached)
    chosen = asked["resource"]
    narrowed = rows.filter(delivery__resource=chosen) if chosen else rows
    page = keyset_page(narrowed, by=["id"], after=asked["after"], size=PAGE_SIZE)
    chips = [
        Chip(label=words.resource_word(code), url=_address("" if chosen == code else code), chosen=chosen == code)
        for code in reached.sources()
    ]
    queue = Queue(
        rows=[_row(row) for row in page.rows],
        label=_("等待更正的行"),
        more_url=_address(chosen, page.after) if page.after else "",
        empty=NOTHING,
    )
    return render(
        request, "exchange/quarantine.html", {"queue": queue, "resources": chips, "is_narrowed": bool(chosen)}
    )


def _correct(request: HttpRequest, row: QuarantinedRow, form: RowForm) -> HttpResponse:
    delivery = operations.resubmit_quarantined_row(
        row=row.id, columns=form.columns(), actor=actor_of(request), at=timezone.now()
    )
    if delivery.quarantined:
        # What was sent back again is looked at where it now lies.
        toasts.warn(request, _("更正后的行仍不合约定，又退回来了，请看新的原因。"))
        return redirect("exchange:delivery", number=delivery.number)
    toasts.say(request, _("已更正重报，这一行已入库。"))
    return redirect("exchange:delivery", number=row.delivery_id)


@needs(QUARANTINE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """One returned row: as delivered, as mapped, why it came back; and the form that puts it right."""
    found = reach.access_returned_row(reach.reach_of(request), number, row)
    source = sources().get(found.delivery.resource)
    columns = source.form.names if source else ()
    form = RowForm(request.POST if request.method == "POST" else None, row=found, columns=columns)
    if form.is_valid():
        return _correct(request, found, form)
    (piece,) = shown.returned_rows([found])
    context = {
        "delivery": found.delivery,
        "piece": piece,
        "form": form,
        "name": words.resource_word(found.delivery.resource),
    }
    return render(request, "exchange/correct.html", context, status=422 if form.errors else 200)


@needs(QUARANTINE)
@require_POST
def dismiss(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """Let a returned row go."""
    found = reach.access_returned_row(reach.reach_of(request), number, row)
    operations.dismiss_quarantined_row(row=found.id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("这一行不再重报。"))
    return redirect("exchange:delivery", number=number)


def waiting_count(request: HttpRequest) -> int:
    """How many rows wait for this reader, at most 100: for the menu."""
    rows = reach.returned_rows(reach.reach_of(request))
    return rows.order_by("id")[:100].count()


def held_count(request: HttpRequest) -> int:
    """How many deliveries wait to be confirmed by this reader, at most 100: for the menu."""
    held = reach.deliveries(reach.reach_of(request)).filter(state=Delivery.State.HELD)
    return held.order_by("number")[:100].count()
