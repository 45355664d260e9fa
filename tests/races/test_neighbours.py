"""Two runners at one incident that is due to go to a neighbour: one sends it; without the condition on the row it would go out twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from racing import PATIENCE, apart

from huimin.platform.incidents import ports
from huimin.platform.incidents.models import Forwarding, Incident
from huimin.platform.incidents.operations import open311

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01")]
AT = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)


class Counting:
    """A neighbour that takes everything and counts it."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, handed: ports.Handed) -> ports.Heard:
        self.sent.append(handed.reference)
        return ports.Heard(number="1")

    def ask(self, handed: ports.Handed) -> ports.Heard:
        return ports.Heard(number="1")


@pytest.fixture
def outside(store: None, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """One incident is due; both runners have read that it is before either goes on."""

    def stands() -> None:
        incident = Incident.objects.create(
            number="WG-RACE",
            standard_ref="GB/T 30428",
            kind="event",
            class_code="01010",
            grade="A",
            channel="worker",
            state="reported",
            reported_at=AT,
        )
        Forwarding.objects.create(incident=incident, neighbour="xuancheng", asked_at=AT, next_at=AT)

    apart(stands)
    both_have_read, read = Barrier(2), open311._due

    def reads(at: datetime, limit: int) -> Any:
        found = read(at, limit)
        both_have_read.wait(timeout=PATIENCE)
        return found

    monkeypatch.setattr(open311, "_due", reads)
    made = Counting()
    monkeypatch.setattr(open311.neighbours, "get", lambda: made)
    return made


def two_runners() -> list[int]:
    """How often each of them spoke with a neighbour."""
    with ThreadPoolExecutor(2) as hands:
        both = [hands.submit(apart, lambda: open311.send_and_ask(at=AT)) for _ in range(2)]
        return sorted(one.result(PATIENCE) for one in both)


def test_one_of_two_runners_sends(outside: Counting) -> None:
    assert two_runners() == [0, 1]
    assert outside.sent == ["WG-RACE"]
    assert apart(lambda: Forwarding.objects.get().standing) == "sent"


def test_without_the_condition_it_would_go_out_twice(outside: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open311, "_taken", lambda pk, next_at, until: True)
    assert two_runners() == [1, 1]
    assert outside.sent == ["WG-RACE", "WG-RACE"]
