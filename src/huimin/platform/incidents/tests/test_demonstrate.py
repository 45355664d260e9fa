"""A demonstration tells incidents in many states by the real operations, once."""

import pytest

from huimin.platform.incidents import demonstrate
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.tests import factories as make


@pytest.mark.django_db
@pytest.mark.covers("G04")
def test_incidents_stand_in_many_states(city, monkeypatch):
    monkeypatch.setattr(demonstrate, "INCIDENTS", len(demonstrate.ENDS))
    assert demonstrate.demonstrate(actor=make.SYSTEM, at=make.NOW) == len(demonstrate.ENDS)
    states = set(Incident.objects.values_list("state", flat=True))
    assert {"closed", "checking", "disposing", "filed", "reported", "verifying", "joined", "void", "shelved"} <= states
    assert demonstrate.demonstrate(actor=make.SYSTEM, at=make.NOW) == 0
