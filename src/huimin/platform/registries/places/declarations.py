"""How a city's grid and its houses come together: `cities/<slug>/grid.yaml`."""

from functools import cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from pydantic import Field

from huimin.kernel.declarations import Declaration, load
from huimin.platform.exchange.declarations import resources


class GridPolicy(Declaration):
    """`grid.yaml`: the grid of the city, and by whose word a house lies in a cell."""

    cells: Annotated[int, Field(ge=1, description="how many cells the city's grid has")]
    believed: Annotated[
        tuple[str, ...],
        Field(
            description="resources whose records name the cell of their address; the first is believed before the next"
        ),
    ]
    majority: Annotated[
        float,
        Field(
            ge=0.5,
            lt=1,
            description="where none speaks of a house, more than this share of its building's records must name one cell",
        ),
    ]


@cache
def grid_policy() -> GridPolicy:
    """This city's `grid.yaml`; every resource it names is declared and names cells."""
    path = Path(settings.CITIES) / settings.CITY / "grid.yaml"
    policy = load(GridPolicy, path)
    declared = resources()
    if wrong := [
        code for code in policy.believed if code not in declared or not declared[code].item_feeding("grid_cell")
    ]:
        raise ValueError(f"{path}: no resource that names grid cells: {', '.join(wrong)}")
    return policy
