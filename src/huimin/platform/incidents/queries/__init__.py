"""Reads: incidents within one's scope, open ones close by, a report by its token, what routing says."""

from huimin.platform.incidents.queries.following import PublicState, find_report, public_state
from huimin.platform.incidents.queries.incidents import (
    NoSuchIncident,
    access_incident,
    commands,
    get_incident,
    incidents_seen_by,
    similar_incidents,
)
from huimin.platform.incidents.queries.routing import (
    current_routing,
    district_of,
    suggested_departments,
)

__all__ = [
    "NoSuchIncident",
    "PublicState",
    "access_incident",
    "commands",
    "current_routing",
    "district_of",
    "find_report",
    "get_incident",
    "incidents_seen_by",
    "public_state",
    "similar_incidents",
    "suggested_departments",
]
