"""Reads of components."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import Substr

from huimin.kernel.coordinates import box_around, metres_between
from huimin.kernel.refusals import NotFound
from huimin.platform.grid.models import Component
from huimin.platform.grid.queries.reach import is_within, reach_of, within
from huimin.platform.journal.rules import Actor

CELL_LENGTH: Final = 15
DISTRICT_LENGTH: Final = 6


class NoSuchComponent(NotFound):
    """No component has this code."""

    zh = "没有编号为 {code} 的部件。"
    en = "There is no component {code}."


def find_component(code: str) -> Component | None:
    """The component of this code, with its departments."""
    return Component.objects.select_related("authority", "owner", "maintainer").filter(code=code).first()


def component_coded(code: str) -> Component:
    """The component of this code, with its departments. Raises NoSuchComponent."""
    found = find_component(code)
    if found is None:
        raise NoSuchComponent(code=code)
    return found


def components_near(longitude: float, latitude: float, *, metres: float, limit: int) -> list[Component]:
    """The components within so many metres of a point, nearest first, without those that were removed."""
    west, south, east, north = box_around(longitude, latitude, metres)
    inside = Component.objects.filter(latitude__range=(south, north), longitude__range=(west, east))
    standing = inside.exclude(state=Component.State.REMOVED).select_related("authority", "owner", "maintainer")
    far = [(metres_between(longitude, latitude, one.longitude, one.latitude), one) for one in standing]
    near = sorted((pair for pair in far if pair[0] <= metres), key=lambda pair: (pair[0], pair[1].code))
    return [one for _, one in near[:limit]]


def components_in(cell: str) -> QuerySet[Component]:
    """The components of a cell."""
    return Component.objects.filter(cell=cell)


def components_within(actor: Actor, *, cell: str = "", state: str = "", class_code: str = "") -> QuerySet[Component]:
    """Components of the divisions that the actor's post answers for, narrowed to a cell (or the beginning of its code), state, class."""
    reach = reach_of(actor)
    # Whole districts are asked for by equality, which an index answers in the order of the list.
    are_districts = bool(reach.divisions) and all(len(code) == DISTRICT_LENGTH for code in reach.divisions)
    own = Q(division__in=reach.divisions) if are_districts and not reach.everything else within(reach, "cell")
    rows = Component.objects.filter(own)
    if cell:
        rows = rows.filter(cell=cell) if len(cell) == CELL_LENGTH else rows.filter(cell__startswith=cell)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(class_code=class_code) if class_code else rows


def access_component(code: str, actor: Actor) -> Component:
    """The component of this code, where the actor's post answers for its cell or his department for it. Raises NoSuchComponent."""
    found = component_coded(code)
    own = actor.post.partition(".")[0]
    answers = {one.code for one in (found.authority, found.owner, found.maintainer) if one is not None}
    if own not in answers and not is_within(reach_of(actor), found.cell):
        raise NoSuchComponent(code=code[:20])
    return found


def component_counts(cells: Collection[str]) -> dict[str, int]:
    """How many components stand in each of these cells."""
    rows = Component.objects.filter(cell__in=cells).exclude(state=Component.State.REMOVED).values("cell")
    return dict(rows.annotate(n=Count("pk")).values_list("cell", "n"))


@dataclass(frozen=True)
class Gathered:
    """Components of one street or cell, as one point of a map."""

    code: str
    count: int
    longitude: float
    latitude: float


def in_box(rows: QuerySet[Component], box: tuple[float, float, float, float]) -> QuerySet[Component]:
    """Those that stand in a box (west, south, east, north), without those that were removed."""
    west, south, east, north = box
    inside = rows.filter(latitude__range=(south, north), longitude__range=(west, east))
    return inside.exclude(state=Component.State.REMOVED)


def gathered(rows: QuerySet[Component], *, characters: int) -> list[Gathered]:
    """Components counted by so many characters of their cell's code (9 a street, 15 a cell), each in the middle of its own."""
    groups = rows.order_by().annotate(area=Substr("cell", 1, characters)).values("area")
    found = groups.annotate(count=Count("pk"), x=Avg("longitude"), y=Avg("latitude"))
    return [Gathered(one["area"], one["count"], one["x"], one["y"]) for one in found]
