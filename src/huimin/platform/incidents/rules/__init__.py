"""Pure rules of incidents: what a report is, states and moves, numbers, how routing and limits are decided."""

from huimin.platform.incidents.rules.numbers import incident_number, is_incident_number
from huimin.platform.incidents.rules.reports import (
    BadKey,
    Channel,
    Contact,
    NewPhoto,
    NewReport,
    NoPlace,
    PhotoStage,
)
from huimin.platform.incidents.rules.routing import Assigned, Facts, Route, route
from huimin.platform.incidents.rules.states import MOVES, OPEN, OVER, State, may_move

__all__ = [
    "MOVES",
    "OPEN",
    "OVER",
    "Assigned",
    "BadKey",
    "Channel",
    "Contact",
    "Facts",
    "NewPhoto",
    "NewReport",
    "NoPlace",
    "PhotoStage",
    "Route",
    "State",
    "incident_number",
    "is_incident_number",
    "may_move",
    "route",
]
