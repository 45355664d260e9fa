"""What a page says of a map that it puts there: `{% load map %}{% map piece %}`, where `piece` is a `Map`.

The script's side of it is told at the top of `frontend/src/ts/map.ts`.
"""

from dataclasses import dataclass

from huimin.platform.ui.pieces import Text


@dataclass(frozen=True, kw_only=True)
class Map:
    """A base map: what it is called, and what it shows.

    `label` names it for those who do not see it · `name` its id on the page, where there are several · `points` an address that
    gives the points of a box as GeoJSON · `figures` an address that gives numbers of districts, streets or cells · `show` the code
    of the district, street or cell on which it opens and which it marks · `at` longitude, latitude (and zoom) on which it opens ·
    `choose` lets a point be chosen, into the inputs `<prefix>longitude`, `<prefix>latitude`, `<prefix>datum` of the form around it
    · `tall` for a page that is a map · `listed` whether a list of the points in view stands below it (not where the page has its
    own).
    """

    label: Text
    name: str = "map"
    points: str = ""
    figures: str = ""
    show: str = ""
    at: tuple[float, ...] = ()
    choose: bool = False
    prefix: str = ""
    tall: bool = False
    listed: bool = True
