"""The desk of incidents: the list within one's scope, an incident's page, and a file of the list to take away."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huimin.kernel.identifiers import find_division
from huimin.platform.identity.names import department_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.events import IncidentsExported, ReporterShown
from huimin.platform.incidents.http import shown
from huimin.platform.incidents.http.filters import FilterForm
from huimin.platform.incidents.http.words import what_of
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.operations.moving import about
from huimin.platform.incidents.permissions import READ
from huimin.platform.incidents.queries import access_incident
from huimin.platform.incidents.queries.handling import may_reach_reporter, reachable_reporters
from huimin.platform.incidents.queries.listing import EXPORTED, NEWEST_FIRST, Narrowed, View, listed
from huimin.platform.journal.operations import publish
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Empty, Queue, QueueRow

PAGE: Final = 30
VIEWS: Final = {
    View.OPEN: gettext_lazy("在办"),
    View.LATE: gettext_lazy("已超期"),
    View.URGENT: gettext_lazy("紧急"),
    View.CLOSED: gettext_lazy("已结案"),
    View.ALL: gettext_lazy("全部"),
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _address(name: str, narrowed: Narrowed, **more: str) -> str:
    asked = {field: str(getattr(narrowed, field)) for field in Narrowed.__dataclass_fields__} | more
    return f"{reverse(name)}?{urlencode({field: value for field, value in asked.items() if value})}"


@needs(READ)
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """The incidents that the reader may see, newest first, narrowed as he asks."""
    actor, at = actor_of(request), timezone.now()
    form = FilterForm(request.GET)
    narrowed = form.narrowed
    page = keyset_page(listed(actor, narrowed, at=at), by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    queue = Queue(
        rows=[_row(one, at) for one in page.rows],
        label=_("案件"),
        chips=[
            Chip(label=label, url=_address("incidents:incidents", form.viewing(view)), chosen=view is narrowed.view)
            for view, label in VIEWS.items()
        ],
        more_url=_address("incidents:incidents", narrowed, after=page.after) if page.after else "",
        empty=Empty(what=_("没有这样的案件。"), do=_("换一个条件，或者看“全部”。")),
    )
    context = {"queue": queue, "form": form, "csv_url": _address("incidents:export", narrowed), "most": EXPORTED}
    return render(request, "incidents/incidents.html", context)


def _row(incident: Incident, at: datetime) -> QueueRow:
    return QueueRow(
        number=incident.number,
        url=reverse("incidents:incident", args=[incident.number]),
        what=what_of(incident),
        who=" · ".join(part for part in (where_of(incident), _department_of(incident)) if part),
        note=_note(incident, at),
        next_act=_("打开"),
    )


def _note(incident: Incident, at: datetime) -> str:
    words = [str(incident.get_state_display())]
    if incident.urgent:
        words.insert(0, _("紧急"))
    if incident.due_at is not None:
        late = incident.due_at < at
        moment = f"{timezone.localtime(incident.due_at):%m-%d %H:%M}"
        words.append(_("已超期，应在 %(at)s 前") % {"at": moment} if late else _("%(at)s 前") % {"at": moment})
    return " · ".join(words)


def where_of(incident: Incident) -> str:
    """Where it is, in a few words: the address, else the district and the cell."""
    division = find_division(incident.division) if incident.division else None
    return incident.address or " ".join(
        part for part in (division.name(reader_language()) if division else "", incident.cell) if part
    )


def _department_of(incident: Incident) -> str:
    return department_name(incident.lead.code, reader_language()) if incident.lead else ""


@needs(READ)
@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """One incident: what, where, photos, who has it, what happened, and the forms of what the reader may do now."""
    at = timezone.now()
    return show(request, access_incident(number, actor_of(request), at=at), at=at)


def show(request: HttpRequest, found: Incident, *, at: datetime, status: int = 200, **filled: BaseForm) -> HttpResponse:
    """The page of an incident; `filled` are forms with mistakes, by the name under which the page has them."""
    context = {**shown.whole(found, actor_of(request), at=at), "where": where_of(found)}
    context["forms"] = {**context["forms"], **filled}
    return render(request, "incidents/incident.html", context, status=status)


@needs(READ)
@require_POST
def reporters(request: HttpRequest, number: str) -> HttpResponse:
    """How those who reported it can be reached, for who needs to; journalled before it is shown."""
    actor, at = actor_of(request), timezone.now()
    found = access_incident(number, actor, at=at)
    context = {**shown.whole(found, actor, at=at), "where": where_of(found)}
    if may_reach_reporter(found, actor, at=at):
        reports = reachable_reporters(found)
        with transaction.atomic():
            publish(ReporterShown(**about(found), reports=len(reports)), actor=actor, at=at)
        context["reporters"] = reports
    return render(request, "incidents/incident.html", context)


class _Line:
    """What the CSV writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


@needs(READ)
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a CSV file, at most EXPORTED rows, without descriptions and reporters; that it was taken away is journalled first."""
    actor, at = actor_of(request), timezone.now()
    found = listed(actor, FilterForm(request.GET).narrowed, at=at).order_by(*NEWEST_FIRST)[:EXPORTED]
    rows = list(found)
    with transaction.atomic():
        publish(IncidentsExported(subject=f"account:{actor.ref}", rows=len(rows)), actor=actor, at=at)
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="incidents-{timezone.localdate(at)}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(rows: list[Incident]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"
    headings = (
        _("编号"), _("类别"), _("状态"), _("紧急"), _("来源"), _("区县"), _("街道"), _("网格"), _("经度"), _("纬度"),
        _("牵头部门"), _("上报时间"), _("立案时间"), _("处置时间"), _("结案时间"), _("应完成时间"),
    )  # fmt: skip
    yield writer.writerow(headings)
    for one in rows:
        yield writer.writerow([_safe(value) for value in _cells(one)])


def _cells(one: Incident) -> list[Any]:
    moments = (one.reported_at, one.filed_at, one.disposed_at, one.closed_at, one.due_at)
    return [
        one.number, f"{one.class_code} {what_of(one)}", one.get_state_display(), _("是") if one.urgent else "",
        one.get_channel_display(), one.division, one.street, one.cell, one.longitude, one.latitude, _department_of(one),
        *(f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else "" for moment in moments),
    ]  # fmt: skip


def _safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, float) else text
