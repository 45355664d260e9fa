"""The command post's pages: handsets and codes for them, revoking one, and which cells were walked."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huimin.kernel.refusals import Refusal
from huimin.platform.grid.operations import handsets as operations
from huimin.platform.grid.permissions import MANAGE_HANDSETS, PATROL_COVERAGE
from huimin.platform.grid.queries.handsets import NEWEST_FIRST, handsets_seen_by
from huimin.platform.grid.queries.patrols import DAYS, patrol_coverage
from huimin.platform.grid.walking import walking
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of, find_account_named
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Column, Empty, Table

PAGE: Final = 30


class CodeForm(forms.Form):
    """For whom a code is."""

    worker = forms.CharField(
        label=gettext_lazy("网格员的登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


@needs(MANAGE_HANDSETS)
@require_http_methods(["GET", "POST"])
def handsets(request: HttpRequest) -> HttpResponse:
    """The handsets of one's area, and a one-time code for a worker, shown once."""
    form = CodeForm(request.POST or None)
    code, status = "", 200
    if form.is_bound and form.is_valid():
        try:
            code = operations.offer_enrolment(
                worker=find_account_named(form.cleaned_data["worker"].strip().lower()),
                actor=actor_of(request),
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("worker", refusal.sentence(reader_language()))
    if form.errors:
        status = 400
    page = keyset_page(
        handsets_seen_by(actor_of(request)), by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE
    )
    context = {
        "portal": "desk",
        "form": form,
        "code": code,
        "handsets": page.rows,
        "more": f"?after={page.after}" if page.after else "",
    }
    response = render(request, "grid/handsets.html", context, status=status)
    if code:
        response["Cache-Control"] = "no-store"
    return response


@needs(MANAGE_HANDSETS)
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke a handset, with a reason."""
    try:
        operations.revoke_handset(
            number=number, reason=request.POST.get("reason", ""), actor=actor_of(request), at=timezone.now()
        )
    except operations.ReasonMissing as refusal:
        toasts.warn(request, refusal.sentence(reader_language()))
        return redirect("grid:handsets")
    toasts.say(request, _("终端已停用：密钥已销毁，本人的登录已退出；终端下次联网时自行清空。"))
    return redirect("grid:handsets")


@needs(PATROL_COVERAGE)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Which cells were walked of late, the least first; nobody's way is shown."""
    found = patrol_coverage(actor_of(request), at=timezone.now())
    table = Table(
        caption=_("最少走到的网格"),
        columns=[
            Column(heading=_("网格")),
            Column(heading=_("网格编码")),
            Column(heading=_("近 %(days)s 天走到的天数") % {"days": DAYS}, numeric=True),
            Column(heading=_("最近一次走到")),
        ],
        rows=[(one.name, one.cell, one.days, one.last_on.isoformat() if one.last_on else "—") for one in found.least],
        empty=Empty(what=_("还没有网格。"), do=_("载入网格以后，每个网格的巡查情况显示在这里。")),
    )
    context = {
        "portal": "desk",
        "covered": found,
        "days": DAYS,
        "track_days": walking().patrol.track_days,
        "table": table,
    }
    return render(request, "grid/coverage.html", context)
