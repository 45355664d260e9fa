"""What a map asks of the pages here: points of a box as GeoJSON, figures of areas; each reader sees what his post answers for."""

from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from huimin.kernel.refusals import BadInput
from huimin.platform.grid import queries
from huimin.platform.grid.declarations import component_standards
from huimin.platform.grid.models import Component
from huimin.platform.grid.permissions import ASSIGN, READ_COMPONENTS
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.languages import reader_language

Box = tuple[float, float, float, float]
MOST: Final = 500
"""Points of one answer; a box with more says so."""
ALONE_FROM: Final = 15
CELLS_FROM: Final = 13
STREET, CELL = 9, 15
TONES: Final = {"broken": "due", "lost": "late", "abandoned": "info"}


class BadBox(BadInput):
    """The box of a map is four degrees: west, south, east, north."""

    zh = "地图范围不正确，应为：西,南,东,北（度）和缩放级别。"
    en = "The map's box is wrong: west,south,east,north in degrees, and a zoom."


def box_of(request: HttpRequest) -> tuple[Box, int]:
    """The box and zoom that a map asks for. Raises BadBox."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
        zoom = int(request.GET.get("zoom", ""))
    except ValueError:
        raise BadBox(field="bbox") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadBox(field="bbox")
    return (west, south, east, north), zoom


def collection(features: list[dict[str, Any]], *, more: bool = False) -> JsonResponse:
    """An answer to a map: points with their properties."""
    return JsonResponse({"type": "FeatureCollection", "features": features, "more": more})


def feature(longitude: float, latitude: float, **properties: Any) -> dict[str, Any]:
    """A point of a map. `label` says what it is; `note`, `url`, `tone`, `count`, `id` may be said besides."""
    point = {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}


@needs(READ_COMPONENTS)
@require_safe
def components(request: HttpRequest) -> JsonResponse:
    """Components in a box: counted by street from afar, by cell from nearer, each by itself from near."""
    box, zoom = box_of(request)
    rows = queries.components_within(
        actor_of(request), state=request.GET.get("state", ""), class_code=request.GET.get("class", "")
    )
    rows = queries.in_box(rows, box)
    if zoom < ALONE_FROM:
        named = queries.street_names()
        areas = queries.gathered(rows, characters=STREET if zoom < CELLS_FROM else CELL)
        return collection([_gathered(one, named.get(one.code[:STREET], one.code)) for one in areas])
    found = list(rows.order_by("code")[: MOST + 1])
    return collection([_alone(one) for one in found[:MOST]], more=len(found) > MOST)


def _gathered(area: queries.Gathered, name: str) -> dict[str, Any]:
    said = ngettext("%(n)s 个部件", "%(n)s 个部件", area.count) % {"n": area.count}
    return feature(area.longitude, area.latitude, label=f"{name}：{said}", count=area.count)


def _alone(one: Component) -> dict[str, Any]:
    names = component_standards()[one.standard_ref].names_of(one.class_code)
    return feature(
        one.longitude,
        one.latitude,
        id=one.code,
        label=names.text(reader_language()),
        note=f"{one.get_state_display()} · {one.code}",
        url=reverse("grid:component", args=[one.code]),
        tone=TONES.get(one.state, "brand"),
    )


@needs(ASSIGN)
@require_safe
def workers(request: HttpRequest) -> JsonResponse:
    """How many workers each street has."""
    figures = queries.workers_by_street(actor_of(request), on=timezone.localdate(timezone.now()))
    return JsonResponse({"level": "streets", "label": _("网格员"), "unit": _("人"), "figures": figures})
