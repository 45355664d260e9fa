"""The delivery desk: the list of deliveries, one delivery and what became of its rows, withdrawing and accepting."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.exchange import operations, reach
from huimin.platform.exchange.changes import change_of
from huimin.platform.exchange.http import shown, words
from huimin.platform.exchange.http.forms import DeliveriesForm, WithdrawForm
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.permissions import DELIVER
from huimin.platform.exchange.ports import effect_sources
from huimin.platform.exchange.queries import quarantined_rows
from huimin.platform.exchange.returning import write_returned
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue

PAGE_SIZE: Final = 30
ROWS_A_PAGE: Final = 20
NONE_YET: Final = Empty(
    what=gettext_lazy("这里还没有交付。"),
    do=gettext_lazy("上传部门的文件，或由部门系统推送，每次交付都会列在这里。"),
)


def _address(asked: dict[str, Any], **change: str) -> str:
    left = {name: value for name, value in {**asked, **change}.items() if value}
    return f"{reverse('exchange:deliveries')}?{urlencode(left)}" if left else reverse("exchange:deliveries")


def _chip(asked: dict[str, Any], name: str, value: str, label: str) -> Chip:
    chosen = asked[name] == value
    return Chip(label=label, url=_address(asked, **{name: "" if chosen else value}), chosen=chosen)


@needs(DELIVER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Deliveries within reach, newest first, narrowed by state, department and resource."""
    reached = reach.reach_of(request)
    asked = DeliveriesForm(request.GET).asked()
    after = asked.pop("after")
    wanted = {name: value for name, value in asked.items() if value}
    page = keyset_page(reach.deliveries(reached).filter(**wanted), by=["-number"], after=after, size=PAGE_SIZE)
    sources = reached.sources()
    departments = sorted({source.department for source in sources.values()})
    context = {
        "queue": Queue(
            rows=shown.delivery_rows(page.rows),
            label=_("交付"),
            chips=[_chip(asked, "state", state.value, str(word)) for state, word in words.STATES.items()],
            more_url=_address(asked, after=page.after) if page.after else "",
            empty=NONE_YET,
        ),
        "resources": [_chip(asked, "resource", code, words.resource_word(code)) for code in sources],
        "departments": [_chip(asked, "department", code, words.department_word(code)) for code in departments],
        "is_narrowed": bool(asked["resource"] or asked["department"]),
    }
    return render(request, "exchange/deliveries.html", context)


def _show(request: HttpRequest, delivery: Delivery, status: int = 200, **filled: forms.Form) -> HttpResponse:
    rules = shown.rules_of(delivery)
    page = keyset_page(
        quarantined_rows(delivery),
        by=["delivery_id", "line", "id"],
        after=request.GET.get("after", ""),
        size=ROWS_A_PAGE,
    )
    more = f"{reverse('exchange:delivery', args=[delivery.number])}?{urlencode({'after': page.after})}"
    state = Delivery.State(delivery.state)
    context = {
        "delivery": delivery,
        "name": words.resource_word(delivery.resource),
        "department": words.department_word(delivery.department),
        "state": words.STATES[state],
        "mark": words.STATE_MARKS[state],
        "mode": words.MODES[Delivery.Mode(delivery.mode)],
        "sum": shown.sum_of(delivery, rules),
        "reasons": shown.reasons_of(rules),
        "rows": shown.returned_rows(page.rows),
        "more_url": more if page.after else "",
        "moves": {move.value for move in Delivery.MOVES[state]},
        "trail": shown.trail_of(delivery, at=timezone.now()),
        "withdraw_form": WithdrawForm(),
        **filled,
    }
    return render(request, "exchange/delivery.html", context, status=status)


@needs(DELIVER)
@require_safe
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """One delivery: counts that add up, reasons of return, the returned rows, what it changed, what may be done."""
    return _show(request, reach.access_delivery(reach.reach_of(request), number))


@needs(DELIVER)
@require_safe
def changes(request: HttpRequest, number: int) -> HttpResponse:
    """What a delivery changed: a part of its page that is computed when it is asked for."""
    found = reach.access_delivery(reach.reach_of(request), number)
    effects = [effect for source in effect_sources for effect in source(found.number)]
    context = {"delivery": found, "change": change_of(found), "effects": effects}
    return render(request, "exchange/changes.html", context)


@needs(DELIVER)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """撤回本次交付."""
    found = reach.access_delivery(reach.reach_of(request), number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, withdraw_form=form)
    operations.withdraw_delivery(
        number=number, reason=form.cleaned_data["reason"], actor=actor_of(request), at=timezone.now()
    )
    toasts.say(request, _("已撤回。登记的数据会回到其余来源所说的值。"))
    return redirect("exchange:delivery", number=number)


@needs(DELIVER)
@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """确认一次待确认的全量交付."""
    reach.access_delivery(reach.reach_of(request), number)
    operations.accept_held_delivery(number=number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已确认，这次全量交付现在生效。"))
    return redirect("exchange:delivery", number=number)


@needs(DELIVER)
@require_safe
def returned_file(request: HttpRequest, number: int) -> FileResponse:
    """Every returned row of a delivery as a file in the department's own form."""
    found = reach.access_delivery(reach.reach_of(request), number)
    with tempfile.TemporaryDirectory() as folder:
        path = write_returned(found, Path(folder))
        content = BytesIO(path.read_bytes())
    answer = FileResponse(content, as_attachment=True, filename=path.name, content_type="application/octet-stream")
    answer["Cache-Control"] = "no-store"
    return answer
