"""What a worker takes along, and who is registered where he visits: to his handset while he is signed in on it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from huimin.platform.grid.operations.visits import open_door
from huimin.platform.grid.permissions import WORK
from huimin.platform.grid.queries.visits import ORDER, houses_to_visit, last_visits
from huimin.platform.grid.walking import walking
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries.fields import PEOPLE, fields_of, source_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.portals.grid.http.door import for_handsets
from huimin.portals.grid.queries import businesses_of, day_of

if TYPE_CHECKING:
    from huimin.platform.grid.models import Handset
    from huimin.platform.registries.queries import CardValue

PAGE: Final = 40


def _handset(request: HttpRequest) -> "Handset":
    handset: Handset = request.handset  # type: ignore[attr-defined] # set by the door
    return handset


@for_handsets(WORK, with_session=True)
@require_safe
def day(request: HttpRequest) -> JsonResponse:
    """The day: tasks, what is open around, cells, classes."""
    own = day_of(_handset(request).worker, actor=actor_of(request), at=timezone.now(), language=reader_language())
    return JsonResponse(own)


@for_handsets(WORK, with_session=True)
@require_safe
def houses(request: HttpRequest) -> JsonResponse:
    """Houses of the worker's cells: `?cell=`, `?words=`, `?after=`; who lives there is not said here."""
    actor, at = actor_of(request), timezone.now()
    rows = houses_to_visit(
        _handset(request).worker,
        actor=actor,
        at=at,
        cell=request.GET.get("cell", ""),
        words=request.GET.get("words", "").strip(),
    )
    page = keyset_page(rows, by=ORDER, after=request.GET.get("after", ""), size=PAGE)
    visited = last_visits([one.key for one in page.rows])
    shown = [
        {
            "key": one.key,
            "address": one.address,
            "residents": one.residents,
            "visited_at": visited[one.key].isoformat() if one.key in visited else "",
        }
        for one in page.rows
    ]
    return JsonResponse({"houses": shown, "after": page.after})


@for_handsets(WORK, with_session=True)
@require_safe
def house(request: HttpRequest, key: str) -> JsonResponse:
    """Who is registered at a house, for a visit: each person once, what the worker's grants show of him, how long it may be carried."""
    at = timezone.now()
    seen = open_door(key, worker=_handset(request).worker, actor=actor_of(request), at=at)
    people: dict[str, dict[str, Any]] = {}
    for member in seen.members:
        if member.card.registry != PEOPLE:
            continue
        person = people.setdefault(member.card.key, {"person": member.card.key, "kinds": [], "values": []})
        person["kinds"].append(member.kind)
        person["values"] = [_value(one) for one in member.card.values if one.value]
    return JsonResponse(
        {
            "key": seen.place.key,
            "address": seen.place.address,
            "until": (at + timedelta(hours=walking().visit.prepared_hours)).isoformat(),
            "people": list(people.values()),
            "is_more": bool(seen.after),
        }
    )


def _value(value: "CardValue") -> Mapping[str, str]:
    words, language = fields_of(PEOPLE)[value.field], reader_language()
    return {
        "field": value.field,
        "label": words.label(language),
        "text": words.text(value.value, language) if value.mask is None else value.value,
        "source": source_name(value.source, language) if value.source else "",
        "day": value.day.isoformat() if value.day else "",
    }


@for_handsets(WORK, with_session=True)
@require_safe
def businesses(request: HttpRequest, cell: str) -> JsonResponse:
    """The firms of one of the worker's cells, with how their licences and inspections stand; the first page of them."""
    found = businesses_of(cell, actor=actor_of(request), at=timezone.now(), language=reader_language())
    return JsonResponse({"businesses": found})
