"""Which cell a point lies in."""

from functools import lru_cache
from time import monotonic
from typing import Any, Final

from django.db.models.signals import post_save

from huimin.platform.identity.queries import read_rows
from huimin.platform.registries.places.grid import Locator
from huimin.platform.registries.queries import places

_LATEST: Final = "SELECT number, digest FROM registries_gridedition ORDER BY number DESC LIMIT 1"
_TRUSTED: Final = 1.0
"""Seconds for which a process takes it that the edition it knows is still in force: a read of the store costs more than the search."""
_kept: list[tuple[float, Locator]] = []


def cell_at(longitude: float, latitude: float) -> str | None:
    """The code of the cell at this point (degrees, 2000 national coordinates), by the grid in force; None outside of the grid."""
    return locator().cell_at(longitude, latitude)


def locator() -> Locator:
    """Which cell a point lies in, by the grid in force.

    Made once an edition and kept by the process. A new grid holds at once in the process that took it over, and a second later in others.
    """
    for until, known in tuple(_kept):  # one at most; another thread may forget it meanwhile
        if monotonic() < until:
            return known
    edition = read_rows(_LATEST, [])
    found = _made(*edition[0]) if edition else Locator([])
    _kept[:] = [(monotonic() + _TRUSTED, found)]
    return found


def forget_grid(**_: Any) -> None:
    """Let the next question ask the store which edition is in force."""
    _kept.clear()


post_save.connect(forget_grid, sender="registries.GridEdition", dispatch_uid="grid.forget_grid")


@lru_cache(maxsize=2)
def _made(edition: int, digest: str) -> Locator:
    """The digest of the file tells editions of the same number apart, such as those of two installations in one test run."""
    return Locator(places.grid_cells().filter(edition=edition).values_list("code", "outline"))
