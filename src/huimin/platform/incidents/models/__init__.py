"""Tables of incidents: what happened, who says so, who deals with it, and how routing is decided."""

from huimin.platform.incidents.models.askings import Appeal, Asking
from huimin.platform.incidents.models.command import Alarm, CheckIn, DutyTurn, IncidentTally, RoomNote, Theme
from huimin.platform.incidents.models.hotline import Call
from huimin.platform.incidents.models.incidents import Disposal, Incident, IncidentQuerySet, IncidentStands
from huimin.platform.incidents.models.links import Link
from huimin.platform.incidents.models.open311 import Forwarding, Open311Client, Open311Request
from huimin.platform.incidents.models.reports import Photo, Report, new_token
from huimin.platform.incidents.models.routing import RoutingEdition
from huimin.platform.incidents.models.suggesting import JudgedSuggestion, LearnedEdition

__all__ = [
    "Alarm",
    "Appeal",
    "Asking",
    "Call",
    "CheckIn",
    "Disposal",
    "DutyTurn",
    "Forwarding",
    "Incident",
    "IncidentQuerySet",
    "IncidentStands",
    "IncidentTally",
    "JudgedSuggestion",
    "LearnedEdition",
    "Link",
    "Open311Client",
    "Open311Request",
    "Photo",
    "Report",
    "RoomNote",
    "RoutingEdition",
    "Theme",
    "new_token",
]
