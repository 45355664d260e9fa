"""Hot spots of a week, and the themes made of them."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from huimin.kernel.identifiers import divisions_within
from huimin.platform.grid.mapping import Map
from huimin.platform.identity.names import department_name, department_names
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.permissions import COMMAND, WATCH
from huimin.platform.incidents.queries import hotspots
from huimin.platform.incidents.queries.board import Commanded
from huimin.platform.incidents.queries.hotspots import NEWEST_FIRST, WEEK, monday_of
from huimin.platform.incidents.rules.hotspots import HotSpot
from huimin.platform.registries.declarations import city
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip
from huimin.portals.command.http import words
from huimin.portals.command.http.forms import EvidenceForm, ThemeForm
from huimin.portals.command.http.watched import watched

if TYPE_CHECKING:
    from huimin.platform.incidents.models.command import Theme

DAY: Final = timedelta(days=1)
WEEKS: Final = 6
"""How many weeks back the page can be turned."""
LEVELS: Final = {"street": _("街道"), "cell": _("网格")}
MOST: Final = 60
PAGE: Final = 20


def _week(request: HttpRequest, today: date) -> date:
    weeks = {monday.isoformat(): monday for monday in _weeks(today)}
    return weeks.get(request.GET.get("week", ""), monday_of(today))


def _weeks(today: date) -> list[date]:
    return [monday_of(today) - back * WEEK for back in range(WEEKS)]


def _level(request: HttpRequest) -> str:
    return request.GET["level"] if request.GET.get("level") in LEVELS else "street"


@needs(WATCH)
@require_safe
def hot(request: HttpRequest) -> HttpResponse:
    """Where what comes up more than it used to, in a week."""
    whose, today = watched(request), timezone.localdate()
    monday, level = _week(request, today), _level(request)
    found = hotspots.spots_of_week(monday, level, whose)[:MOST]
    names = words.place_names([one.spot.place for one in found])
    asked = {"week": monday.isoformat(), "level": level}

    def here(**otherwise: str) -> str:
        return "?" + urlencode({**asked, **otherwise})

    context = {
        "monday": monday,
        "sunday": monday + WEEK - DAY,
        "weeks": [
            Chip(label=f"{one:%m-%d}", url=here(week=one.isoformat()), chosen=one == monday) for one in _weeks(today)
        ],
        "levels": [Chip(label=label, url=here(level=code), chosen=code == level) for code, label in LEVELS.items()],
        "spots": [_shown(one, names[one.spot.place]) for one in found],
        "map": Map(label=_("热点地图"), figures=f"{reverse('command:hot_figures')}?{urlencode(asked)}", listed=False),
    }
    return render(request, "command/hot.html", context)


def _shown(one: HotSpot, place: str) -> dict[str, Any]:
    return {
        "place": place,
        "topic": words.topic_name(one.spot.topic),
        "number": one.number,
        "expected": f"{one.expected:.1f}",
        "weeks": one.weeks,
        "is_new": one.is_new,
        "choose": f"{reverse('command:choose')}?{urlencode({'place': one.spot.place, 'topic': one.spot.topic})}",
    }


@needs(WATCH)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How many incidents of hot spots each street or cell had in the week, for the map."""
    whose, today = watched(request), timezone.localdate()
    level, counted = _level(request), dict[str, int]()
    for one in hotspots.spots_of_week(_week(request, today), level, whose):
        counted[one.spot.place] = counted.get(one.spot.place, 0) + one.number
    said = {"level": f"{level}s", "label": _("热点案件"), "unit": pgettext("incidents", "件"), "figures": counted}
    return JsonResponse(said)


@needs(WATCH)
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The themes, the newest first."""
    page = keyset_page(
        hotspots.themes(watched(request)), by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE
    )
    context = {"themes": [_told(one) for one in page.rows], "more": f"?after={page.after}" if page.after else ""}
    return render(request, "command/themes.html", context)


def _told(one: "Theme") -> dict[str, Any]:
    return {
        "theme": one,
        "place": words.place_name(one.place),
        "topic": words.topic_name(one.topic),
        "department": department_name(one.department, reader_language()),
    }


@needs(COMMAND)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Take up a hot spot as the theme of the week."""
    whose, language = watched(request), reader_language()
    declared = standard()
    form = ThemeForm(
        request.POST if request.method == "POST" else None,
        initial=request.GET.dict(),
        places=_places(whose, request.POST.get("place") or request.GET.get("place", "")),
        topics=[
            *((one.code, one.names.text(language)) for one in declared.groups.values()),
            *((one.code, one.names.text(language)) for one in declared.events),
        ],
        departments=[(code, department_name(code, language)) for code in department_names()],
    )
    if form.is_valid():
        chosen = commanding.choose_theme(**form.cleaned_data, actor=actor_of(request), at=timezone.now())
        toasts.say(request, _("已确定为本周专题。"))
        return redirect("command:theme", number=chosen.number)
    return render(request, "command/choose.html", {"form": form}, status=400 if form.errors else 200)


def _places(whose: Commanded, asked: str) -> list[tuple[str, str]]:
    """The districts that one commands, the city where it is all of it, and the place of the hot spot that one comes from."""
    districts = list(whose.divisions) or [division.code for division in divisions_within(city().division)]
    own = [asked] if len(asked) > words.DISTRICT and asked[: words.DISTRICT] in districts else []
    return [(code, words.place_name(code)) for code in [*own, *([""] if whose.is_city else []), *districts]]


@needs(WATCH)
@require_http_methods(["GET", "POST"])
def theme(request: HttpRequest, number: str) -> HttpResponse:
    """One theme: what led to it, what is to be reached, what came of it; its command post closes it on evidence."""
    found = hotspots.access_theme(number, watched(request))
    form = EvidenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        commanding.close_theme(number, **form.cleaned_data, actor=actor_of(request), at=timezone.now())
        toasts.say(request, _("专题已办结。"))
        return redirect("command:theme", number=number)
    context = {**_told(found), "form": form}
    return render(request, "command/theme.html", context, status=400 if form.errors else 200)
