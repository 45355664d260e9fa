"""What follows from an incident's course: reporters are told, callers are to be called back, what was suggested is judged."""

from typing import Final

from huimin.platform.grid.events import HelpWanted
from huimin.platform.grid.queries.rounds import find_round_visit, middle_of
from huimin.platform.incidents.events import IncidentDispatched, IncidentMoved, IncidentReported
from huimin.platform.incidents.operations import link_incident, report_incident
from huimin.platform.incidents.operations.commanding import raise_alarm
from huimin.platform.incidents.operations.course import DISPOSAL
from huimin.platform.incidents.operations.hotline import open_call_backs, set_first_receiver
from huimin.platform.incidents.operations.moving import begin_disposing
from huimin.platform.incidents.operations.suggesting import judge_suggestion
from huimin.platform.incidents.queries import get_incident
from huimin.platform.incidents.queries.told import told_of_incident
from huimin.platform.incidents.rules import Channel, NewReport, State
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.notifications.operations import tell_of
from huimin.platform.process.events import WorkClaimed

PREFIX: Final = "incident:"
HELP_WANTED: Final = "上门探访发现有人需要帮助。住址见关联的房屋，探访编号 {number}。"
"""The description of such an incident, beside those that people type; who it is about stands with the visit alone."""
OVER: Final = frozenset({State.CLOSED, State.NOT_FILED})


@receives(IncidentMoved)
def tell_reporters(fact: IncidentMoved, arrival: Arrival) -> None:
    """Whoever reported it, signed in, is told how it stands."""
    incident, at = get_incident(fact.subject.removeprefix(PREFIX)), arrival.received_at
    tell_of(fact, lambda: told_of_incident(incident), key=arrival.key, at=at)


@receives(IncidentMoved)
def ask_callers(fact: IncidentMoved, arrival: Arrival) -> None:
    """It is over: who rang about it is called back."""
    if fact.state in OVER:
        open_call_backs(get_incident(fact.subject.removeprefix(PREFIX)), actor=arrival.actor, at=arrival.at)


@receives(IncidentMoved)
def judge_what_was_suggested(fact: IncidentMoved, arrival: Arrival) -> None:
    """It is filed, so somebody has settled its class: that is held against what was suggested."""
    if fact.state == State.FILED:
        judge_suggestion(fact.subject.removeprefix(PREFIX), actor=arrival.actor, at=arrival.at)


@receives(IncidentDispatched)
def note_first_receiver(fact: IncidentDispatched, arrival: Arrival) -> None:
    """The department to which it went first answers to the caller."""
    if fact.departments:
        incident = get_incident(fact.subject.removeprefix(PREFIX))
        set_first_receiver(incident, department=fact.departments[0], actor=arrival.actor, at=arrival.at)


@receives(IncidentReported)
def sound_alarm(fact: IncidentReported, arrival: Arrival) -> None:
    """It is urgent: somebody on duty has to take it at once."""
    number = fact.subject.removeprefix(PREFIX)
    if fact.urgent and get_incident(number).is_open:
        raise_alarm(number, actor=arrival.actor, at=arrival.at)


@receives(HelpWanted)
def report_wanted_help(fact: HelpWanted, arrival: Arrival) -> None:
    """Somebody who was visited needs help: the command post has it as an incident, once, linked to the house."""
    number = fact.subject.partition(":")[2]
    visit = find_round_visit(number)
    if visit is None:
        return
    point = middle_of(visit.cell)
    report = NewReport(
        key=f"round-visit-{number}",
        channel=Channel.OFFICIAL,
        description=HELP_WANTED.format(number=number),
        longitude=point[0] if point else None,
        latitude=point[1] if point else None,
        address=f"网格 {visit.cell}",
        observed_at=arrival.at,
        urgent=fact.urgent,
    )
    made = report_incident(report=report, sender=fact.subject, actor=arrival.actor, at=arrival.at)
    link_incident(made.incident.number, kind="place", thing=visit.place, actor=arrival.actor, at=arrival.at)


@receives(WorkClaimed)
def note_taken_in_hand(fact: WorkClaimed, arrival: Arrival) -> None:
    """A department has taken its part in hand, on whatever page: from here on it is being dealt with."""
    if fact.process_kind == DISPOSAL and fact.node == "dispose":
        begin_disposing(fact.about.removeprefix(PREFIX), actor=arrival.actor, at=arrival.at)
