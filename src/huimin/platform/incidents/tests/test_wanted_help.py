"""A visit of a round that found a need for help becomes an incident of the command post, once, with the house beside it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from huimin.platform.grid.events import HelpWanted
from huimin.platform.grid.models import RoundVisit
from huimin.platform.incidents.models import Incident, Link
from huimin.platform.incidents.queries import incidents_seen_by
from huimin.platform.incidents.receivers import report_wanted_help
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.ports import Arrival

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D20", "G02")]


def test_a_need_for_help_reaches_the_command_post_once_and_names_nobody(people: SimpleNamespace) -> None:
    today = timezone.localdate(make.NOW)
    visit = RoundVisit.objects.create(
        round="lone_elders",
        person="P000000001",
        place="H000000001",
        cell=make.CELL,
        planned_on=today,
        until_on=today + timedelta(days=7),
        outcome="needs_help",
        done_at=make.NOW,
        note="跌倒过一次",
    )
    fact = HelpWanted(subject=visit.reference, round=visit.round, cell=visit.cell, urgent=True)
    for attempt in (1, 2):
        arrival = Arrival(
            number="1-1", actor=people.worker, at=make.NOW, received_at=make.NOW, attempt=attempt, key="help"
        )
        report_wanted_help(fact, arrival)
    incident = Incident.objects.get()
    assert (incident.cell, incident.channel, incident.urgent) == (make.CELL, "official", True)
    assert visit.number in incident.description
    assert "跌倒" not in incident.description
    assert visit.person not in incident.description + incident.address
    assert Link.objects.get().reference == f"place:{visit.place}"
    assert incident in incidents_seen_by(people.command, at=make.NOW)
    assert incident not in incidents_seen_by(people.elsewhere, at=make.NOW)
