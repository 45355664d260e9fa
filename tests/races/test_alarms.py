"""Two operators at one alarm: one takes it; without the condition on the row both would believe that it is theirs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from racing import apart, meet_before, together

from huimin.platform.identity.models import Account
from huimin.platform.incidents.models import Alarm, Incident
from huimin.platform.incidents.operations import commanding
from huimin.platform.journal.rules import Actor

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.covers("G08")]
AT = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def takers(store: None, monkeypatch: pytest.MonkeyPatch) -> list[Actor]:
    """One alarm sounds, and two operators have it before them."""

    def stands() -> list[Actor]:
        incident = Incident.objects.create(
            number="WG-RACE", standard_ref="GB/T 30428", kind="event", class_code="04006", grade="A",
            channel="worker", state="reported", urgent=True, reported_at=AT,
        )  # fmt: skip
        Alarm.objects.create(incident=incident, division="340202", raised_at=AT, take_by=AT)
        names = ("alarm-one", "alarm-two")
        accounts = [Account.objects.create(username=name, name=name, kind="official", opened_at=AT) for name in names]
        return [Actor(kind="account", ref=one.public_id, post="qu_jinghu.command") for one in accounts]

    found: list[Actor] = apart(stands)
    monkeypatch.setattr(
        commanding, "_commanded_incident", lambda number, actor, at: Incident.objects.get(number=number)
    )
    return found


def take(takers: list[Actor]) -> list[str]:
    """How it ended for each."""

    def taking(actor: Actor) -> Any:
        return lambda: commanding.take_alarm("WG-RACE", actor=actor, at=AT)

    return together(*(taking(actor) for actor in takers))


def test_one_of_two_takes_it(takers: list[Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, commanding.identity, "get_account", locked=False)
    assert take(takers) == ["AlarmTakenAlready", "done"]
    assert apart(lambda: Alarm.objects.get().taken_by) is not None


def test_without_the_condition_both_believe_it_is_theirs(takers: list[Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(incident: Incident, taker: Account, at: datetime) -> bool:
        return bool(Alarm.objects.filter(incident=incident).update(taken_at=at, taken_by=taker))

    monkeypatch.setattr(commanding, "_has_won", careless)
    meet_before(monkeypatch, commanding.identity, "get_account", locked=False)
    assert take(takers) == ["done", "done"]
