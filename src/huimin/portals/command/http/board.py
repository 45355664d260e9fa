"""The board of the command centre: figures, alarms, the map, what is due; and who takes an alarm."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.grid.mapping import Map
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.permissions import COMMAND, WATCH
from huimin.platform.incidents.queries import board as boards
from huimin.platform.incidents.queries.board import Board, Commanded, Standing
from huimin.platform.incidents.queries.points import Box, Joined, open_in
from huimin.platform.ui import toasts
from huimin.platform.ui.charts import number
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Column, Empty, Figure, Queue, QueueRow, Table
from huimin.portals.command.http import words
from huimin.portals.command.http.watched import watched

if TYPE_CHECKING:
    from huimin.platform.incidents.models import Incident

PAGE: Final = 20
BY_END: Final = ("due_at", "id")
OLDEST_FIRST: Final = ("reported_at", "id")
ORDERS: Final = {Standing.OVERDUE: BY_END, Standing.DUE_SOON: BY_END}
"""What has an end is listed by it, everything else by how long it has waited."""


@needs(WATCH)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The command centre opens on its board."""
    return redirect("command:board")


@needs(WATCH)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """How everything that one commands stands now."""
    whose, at = watched(request), timezone.now()
    found = boards.board(whose, since=_today(at), at=at)
    standing = _asked(request)
    listed = boards.waiting_list(whose, standing, at=at)
    order = ORDERS.get(standing, OLDEST_FIRST) if standing else OLDEST_FIRST
    page = keyset_page(listed, by=order, after=request.GET.get("after", ""), size=PAGE)
    view = f"standing={standing.value}&" if standing else ""
    wide, still = "wide" in request.GET, "still" in request.GET
    context: dict[str, Any] = {
        "name": _whose_name(whose),
        "board": found,
        "at": at,
        "now": _figures(found),
        "alarms": [_alarm(one, at) for one in boards.sounding_alarms(whose)],
        "queue": Queue(
            rows=[row_of(one, at) for one in page.rows],
            label=_("在办案件"),
            chips=_chips(found, standing),
            more_url=f"?{view}after={page.after}" if page.after else "",
            empty=Empty(what=_("没有这样的案件。"), do=_("新案件一上报就会出现在这里。")),
        ),
        "districts": _districts(found),
        "map": Map(
            label=_("在办案件地图"),
            points=reverse("command:points"),
            figures=reverse("command:figures"),
            show=whose.divisions[0] if len(whose.divisions) == 1 else "",
            tall=True,
            listed=False,
        ),
        "duty": boards.on_duty(at=at),
        "wide": wide,
        "still": still,
        "here": request.get_full_path(),
    }
    return render(request, "command/board.html", context)


def _today(at: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))


def _asked(request: HttpRequest) -> Standing | None:
    said = request.GET.get("standing", "")
    return Standing(said) if said in set(Standing) else None


def _whose_name(whose: Commanded) -> str:
    return "、".join(words.division_name(code) for code in whose.divisions) or words.place_name("")


def _figures(found: Board) -> list[Figure]:
    unit = pgettext("incidents", "件")
    said = {
        _("今日上报"): found.reported_today,
        _("今日结案"): found.closed_today,
        _("在办"): found.all("open"),
        _("待立案派遣"): found.all("waiting"),
        _("将到期"): found.all("due_soon"),
        _("已超期"): found.all("overdue"),
        _("紧急"): found.all("urgent"),
    }
    return [Figure(label=label, number=number(count), unit=unit) for label, count in said.items()]


def _chips(found: Board, chosen: Standing | None) -> Sequence[Chip]:
    counts = {Standing.OVERDUE: "overdue", Standing.DUE_SOON: "due_soon", Standing.SHELVED: "shelved"}
    whole = Chip(label=_("全部在办"), url="?", chosen=chosen is None, count=found.all("open"))
    narrowed = [
        Chip(
            label=words.STANDINGS[standing],
            url=f"?standing={standing.value}",
            chosen=chosen is standing,
            count=found.all(name),
        )
        for standing, name in counts.items()
    ]
    return [whole, *narrowed]


def row_of(one: "Incident", at: datetime) -> QueueRow:
    """A row of the board's list: what and where, how it stands, by when."""
    standing = words.STANDINGS[boards.standing_of(one, at)]
    until = timezone.localtime(one.due_at).strftime("%m-%d %H:%M") if one.due_at else ""
    parts = [_("紧急") if one.urgent else "", str(standing), _("%(at)s 前") % {"at": until} if until else ""]
    return QueueRow(
        number=one.number,
        url=incident_url(one.number),
        what=f"{words.class_name(one)} · {one.get_state_display()}",
        who=one.address or words.division_name(one.division),
        note=" · ".join(part for part in parts if part),
        next_act=_("查看"),
    )


def incident_url(number: str) -> str:
    """The page of an incident."""
    return reverse("incidents:incident", args=[number])


def _alarm(alarm: Any, at: datetime) -> dict[str, Any]:
    incident = alarm.incident
    return {
        "number": incident.number,
        "what": words.class_name(incident),
        "where": incident.address or words.division_name(incident.division),
        "raised_at": alarm.raised_at,
        "is_late": alarm.take_by <= at,
        "url": incident_url(incident.number),
    }


def _districts(found: Board) -> Table:
    columns = ("open", "waiting", "urgent", "due_soon", "overdue", "shelved")
    heads = (_("在办"), _("待立案派遣"), _("紧急"), _("将到期"), _("已超期"), _("已挂账"))
    return Table(
        caption=_("各区县在办案件"),
        columns=[Column(heading=_("区县")), *(Column(heading=head, numeric=True) for head in heads)],
        rows=[
            [words.division_name(row.division), *(getattr(row, name) for name in columns)]
            for row in sorted(found.rows, key=lambda row: (-row.overdue, -row.open))
        ],
        empty=Empty(what=_("现在没有在办的案件。")),
    )


@needs(WATCH)
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The open incidents of a box as GeoJSON (RFC 7946), for the map."""
    whose, at = watched(request), timezone.now()
    found = open_in(Box.read(request.GET.get("bbox", "")), whose)
    features = [_joined(one) if isinstance(one, Joined) else _point(one, at) for one in found]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _point(one: "Incident", at: datetime) -> dict[str, Any]:
    standing = boards.standing_of(one, at)
    said = {
        "id": one.number,
        "label": words.class_name(one),
        "note": f"{one.get_state_display()} · {words.STANDINGS[standing]}",
        "url": incident_url(one.number),
        "tone": "late" if one.urgent else words.TONES[standing],
    }
    return _feature(one.longitude, one.latitude, said)


def _joined(one: Joined) -> dict[str, Any]:
    label = _("%(n)s 件") % {"n": one.number}
    said = {"label": label, "count": one.number, "tone": "late" if one.urgent else "brand"}
    return _feature(one.longitude, one.latitude, said)


def _feature(longitude: float | None, latitude: float | None, said: dict[str, Any]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": place, "properties": said}


@needs(WATCH)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How many are open in each district, for the map."""
    whose, at = watched(request), timezone.now()
    found = boards.board(whose, since=at, at=at)
    open_now = {row.division: row.open for row in found.rows if row.division}
    return JsonResponse(
        {"level": "districts", "label": _("在办案件"), "unit": pgettext("incidents", "件"), "figures": open_now}
    )


@needs(COMMAND)
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take an alarm, and go to its incident."""
    commanding.take_alarm(number, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已接警，请立即处置。"))
    return redirect(incident_url(number))
