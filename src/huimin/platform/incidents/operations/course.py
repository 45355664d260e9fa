"""The course of an incident through its process: where it begins, and what its steps leave behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from huimin.platform.incidents.declarations import limits
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.queries.routing import district_of
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import Clock, due
from huimin.platform.process.rules.limits import limit_said

KIND: Final = "incident"
DISPOSAL: Final = "incident_disposal"
CITY_COMMAND: Final = "cgj.command"
STEPS: Final = ("verify", "file", "dispatch", "check", "close")
_BEGINS: Final = {State.VERIFYING: "verify", State.REPORTED: "file", State.FILED: "dispatch"}
"""The step that waits for somebody in the states in which a course can begin."""


def command_post(incident: Incident) -> str:
    """The post of the command centre that answers for an incident: the district's, or the city's where no district is known."""
    district = district_of(incident.division)
    return f"{district}.command" if district else CITY_COMMAND


def grid_post(incident: Incident) -> str:
    """The post of the workers who go and look; the command centre itself where no district is known."""
    district = district_of(incident.division)
    return f"{district}.grid" if district else CITY_COMMAND


def course_data(incident: Incident, *, by_itself: bool = False) -> dict[str, Any]:
    """What the process of an incident begins with: the step in whose state it stands, the posts, the limits."""
    declared = limits()
    return {
        "begin": _BEGINS[State(incident.state)],
        "by_itself": by_itself,
        "closes_by_itself": declared.closes_by_itself,
        "command_post": command_post(incident),
        "grid_post": grid_post(incident),
        **{f"{step}_limit": declared.step(step, urgent=incident.urgent) for step in STEPS},
    }


def first_end(data: Mapping[str, Any], at: datetime) -> datetime:
    """When the step with which a process begins has to be done."""
    return end_of(str(data[f"{data['begin']}_limit"]), at)


def begin_course(incident: Incident, *, actor: Actor, at: datetime) -> None:
    """Start another process of an incident that stands in the store, at the step in whose state it stands."""
    data = course_data(incident)
    incident.due_at = first_end(data, at)
    begun = process.start(
        KIND,
        subject=incident.reference,
        data=data,
        department=district_of(incident.division),
        actor=actor,
        at=at,
    )
    incident.process = begun.number
    incident.save(update_fields=["process", "due_at"])


def end_of(limit: str, at: datetime) -> datetime:
    """When a limit that begins now has run out."""
    end = due(Clock(at, limit_said(limit)), work_calendar())
    assert end is not None  # a clock that has just begun does not stand
    return end.at
