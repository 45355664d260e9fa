"""What the grid announces."""

from huimin.platform.grid.events.businesses import BusinessInspected, CellLookedInto
from huimin.platform.grid.events.components import ComponentMoved, ComponentsTaken
from huimin.platform.grid.events.handsets import (
    EnrolmentOffered,
    HandsetEnrolled,
    HandsetOpened,
    HandsetRevoked,
    HandsetWiped,
)
from huimin.platform.grid.events.rounds import (
    HelpWanted,
    RoundListChanged,
    RoundPlanned,
    RoundsLookedInto,
    RoundVisitRecorded,
    RoundVisitsMissed,
)
from huimin.platform.grid.events.visits import HouseVisited, PatrolRecorded, PatrolTracksForgotten
from huimin.platform.grid.events.workers import (
    AssignmentEnded,
    CellAssigned,
    CellsHandedOver,
    ShiftDropped,
    ShiftsPlanned,
    WorkersTaken,
)

__all__ = [
    "AssignmentEnded",
    "BusinessInspected",
    "CellAssigned",
    "CellLookedInto",
    "CellsHandedOver",
    "ComponentMoved",
    "ComponentsTaken",
    "EnrolmentOffered",
    "HandsetEnrolled",
    "HandsetOpened",
    "HandsetRevoked",
    "HandsetWiped",
    "HelpWanted",
    "HouseVisited",
    "PatrolRecorded",
    "PatrolTracksForgotten",
    "RoundListChanged",
    "RoundPlanned",
    "RoundVisitRecorded",
    "RoundVisitsMissed",
    "RoundsLookedInto",
    "ShiftDropped",
    "ShiftsPlanned",
    "WorkersTaken",
]
