"""Open incidents as points of a map: those of a box within what one commands, joined on the server where they are too many."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Count, F, IntegerField, Max, Q
from django.db.models.functions import Cast, Floor

from huimin.kernel.refusals import BadInput
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.queries.board import Commanded

MOST: Final = 400
"""Points that a map is given one by one; more are joined."""
_ACROSS: Final = 24
"""Squares across the box into which many are joined."""


class BadBox(BadInput):
    """The address asks for no box."""

    zh = "地图范围有误。"
    en = "The box of the map is not readable."


@dataclass(frozen=True, kw_only=True)
class Box:
    """West, south, east, north in degrees. Raises BadBox where it is none."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> "Box":
        """From `west,south,east,north`. Raises BadBox."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise BadBox from None
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise BadBox
        return cls(west=west, south=south, east=east, north=north)

    @property
    def around(self) -> Q:
        """What lies in it."""
        return Q(latitude__range=(self.south, self.north), longitude__range=(self.west, self.east))


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Some incidents close together: how many, where their middle lies, whether one of them is urgent."""

    longitude: float
    latitude: float
    number: int
    urgent: bool


def open_in(box: Box, whose: Commanded) -> list[Incident] | list[Joined]:
    """The open incidents of a box, the oldest first; where there are more than MOST, joined by squares. Two statements at most."""
    found = whose.within(Incident.objects.open()).filter(box.around)
    single = list(found.order_by("reported_at", "pk")[: MOST + 1])
    if len(single) <= MOST:
        return single
    side_x, side_y = (box.east - box.west) / _ACROSS, (box.north - box.south) / _ACROSS
    squares = (
        found.annotate(
            column=Cast(Floor((F("longitude") - box.west) / side_x), IntegerField()),
            row=Cast(Floor((F("latitude") - box.south) / side_y), IntegerField()),
        )
        .values("column", "row")
        .annotate(
            x=Avg("longitude"), y=Avg("latitude"), number=Count("pk"), pressing=Max(Cast("urgent", IntegerField()))
        )
        .order_by("column", "row")
    )
    return [
        Joined(longitude=one["x"], latitude=one["y"], number=one["number"], urgent=bool(one["pressing"]))
        for one in squares
    ]
