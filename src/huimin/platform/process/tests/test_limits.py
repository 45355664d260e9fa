"""Limits that the data of a process say, and more time for a step."""

from datetime import timedelta

import pytest

from huimin.platform.journal.models import Entry
from huimin.platform.process import operations
from huimin.platform.process.events import LimitExtended
from huimin.platform.process.models import WorkItem
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.expressions import DataMissing
from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.process.rules.limits import limit_said
from huimin.platform.process.rules.refused import LimitNotUnderstood
from huimin.platform.process.rules.states import DataNotFit
from huimin.platform.process.tests.factories import NOW, SYSTEM, bpmn, make_official

pytestmark = pytest.mark.covers("D20")


def drawn(limit: str) -> str:
    return bpmn(
        '<startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>'
        f'<userTask id="t" hm:post="gaj.data" {limit}/>'
        '<sequenceFlow id="b" sourceRef="t" targetRef="e"/><endEvent id="e"/>'
    )


@pytest.mark.unit
@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("PT4H", Limit(4, LimitUnit.HOURS)),
        ("P5D", Limit(5, LimitUnit.DAYS)),
        ("officeHours:4", Limit(4, LimitUnit.OFFICE_HOURS)),
        ("workingDays:15", Limit(15, LimitUnit.WORKING_DAYS)),
    ],
)
def test_what_data_say(said, limit):
    assert limit_said(said) == limit


@pytest.mark.unit
@pytest.mark.parametrize("said", ["", "soon", "PT0H", "workingDays:0", "P1DT2H", 4, None])
def test_what_data_cannot_say(said):
    with pytest.raises(DataNotFit):
        limit_said(said)


@pytest.mark.unit
def test_a_drawing_leaves_it_to_a_datum_or_says_it_but_not_both():
    node = compiled(drawn('hm:limit="{how_long}"')).nodes["t"]
    assert (node.limit, node.limit_from) == (None, "how_long")
    for both in ('hm:limit="{how_long}" hm:workingDays="2"', 'hm:limit="{9}"'):
        with pytest.raises(LimitNotUnderstood):
            compiled(drawn(both))


@pytest.mark.django_db
def test_a_step_takes_the_limit_of_its_process_and_is_given_more():
    make_official("gaj.data")
    operations.publish_definition(code="limited", text=drawn('hm:limit="{how_long}"'), actor=SYSTEM, at=NOW)
    with pytest.raises(DataMissing):
        operations.start("limited", subject="thing:1", actor=SYSTEM, at=NOW)
    begun = operations.start("limited", subject="thing:1", data={"how_long": "PT4H"}, actor=SYSTEM, at=NOW)
    item = WorkItem.objects.get(process=begun)
    clock = item.deadlines.get()
    assert clock.due_at == NOW + timedelta(hours=4)
    operations.extend_limit(number=item.number, amount=2, actor=SYSTEM, at=NOW)
    clock.refresh_from_db()
    assert (clock.due_at, clock.amount) == (NOW + timedelta(hours=6), 6)
    assert Entry.objects.filter(kind=LimitExtended.kind).count() == 1
    with pytest.raises(operations.ClockNotRunning):
        operations.extend_limit(number=item.number, amount=0, actor=SYSTEM, at=NOW)
