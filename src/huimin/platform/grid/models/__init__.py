"""Tables of the grid: who walks which cell and when, what stands there."""

from huimin.platform.grid.models.businesses import Inspection
from huimin.platform.grid.models.components import Component, ComponentBound
from huimin.platform.grid.models.handsets import EnrolmentCode, Handset, HandsetItem
from huimin.platform.grid.models.patrols import Patrol, PatrolCell
from huimin.platform.grid.models.rounds import RoundMember, RoundVisit
from huimin.platform.grid.models.visits import Finding, Visit
from huimin.platform.grid.models.workers import Assignment, AssignmentQuerySet, Shift

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Component",
    "ComponentBound",
    "EnrolmentCode",
    "Finding",
    "Handset",
    "HandsetItem",
    "Inspection",
    "Patrol",
    "PatrolCell",
    "RoundMember",
    "RoundVisit",
    "Shift",
    "Visit",
]
