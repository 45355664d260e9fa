"""Writes of the grid: each one transaction, one verb, one published fact."""

from huimin.platform.grid.operations.assigning import (
    EndsBeforeItBegan,
    HasAFirstWorker,
    NoSuchWorker,
    ToHimself,
    WalksItAlready,
    WalksItNot,
    assign_cell,
    end_assignment,
    hand_over_cells,
    worker_named,
)
from huimin.platform.grid.operations.businesses import (
    Business,
    CellSeen,
    NotInThisCell,
    inspect_business,
    look_into_cell,
)
from huimin.platform.grid.operations.components import (
    NotYours,
    ReasonMissing,
    enter_components,
    move_component,
    take_components,
)
from huimin.platform.grid.operations.rosters import take_workers
from huimin.platform.grid.operations.shifts import NoDays, OnShiftAlready, drop_shift, plan_shifts

__all__ = [
    "Business",
    "CellSeen",
    "EndsBeforeItBegan",
    "HasAFirstWorker",
    "NoDays",
    "NoSuchWorker",
    "NotInThisCell",
    "NotYours",
    "OnShiftAlready",
    "ReasonMissing",
    "ToHimself",
    "WalksItAlready",
    "WalksItNot",
    "assign_cell",
    "drop_shift",
    "end_assignment",
    "enter_components",
    "hand_over_cells",
    "inspect_business",
    "look_into_cell",
    "move_component",
    "plan_shifts",
    "take_components",
    "take_workers",
    "worker_named",
]
