"""Two senders at one message: one sends it, the other finds it held; without the lock it would go out twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from huimin.platform.identity.models import Account
from huimin.platform.notifications import ports
from huimin.platform.notifications.models import Contact, Message, MessageQuerySet
from huimin.platform.notifications.operations import send_due, sending

PATIENCE = 120
"""Seconds until a race that hangs is given up: it decides nothing else."""

pytestmark = [pytest.mark.race, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


class Counting(SimpleNamespace):
    """A gate that counts."""

    simulated = False

    def __call__(self, mail: ports.Mail) -> None:
        self.sent.append(mail.key)


@pytest.fixture
def gate() -> Counting:
    made = Counting(sent=[])
    ports.email_gate.unplug()
    ports.email_gate.plug(made)
    yield made
    ports.email_gate.unplug()


@pytest.fixture
def due() -> datetime:
    """One message is due now."""
    at = timezone.now()
    reader = Account.objects.create(username="reader", name="合成甲", kind="citizen", opened_at=at)
    Contact.objects.create(account=reader, channel="email", value="jia@example.test", confirmed_at=at)
    message = Message.objects.create(account=reader, channel="email", due_at=at - timedelta(seconds=1), written_at=at)
    message.notices.create(account=reader, code="x", topic="cases", about="case:1", page="/", key="k", told_at=at)
    return at


def sends(at: datetime) -> int:
    try:
        return send_due(at=at)
    finally:
        connection.close()


def test_one_sender_sends(gate: Counting, due: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    held, tried, kept = Event(), Event(), sending._may_go_from

    def holds(message: Message, at: datetime) -> datetime:
        held.set()
        assert tried.wait(PATIENCE)
        return kept(message, at)

    monkeypatch.setattr(sending, "_may_go_from", holds)

    def second() -> int:
        assert held.wait(PATIENCE)
        try:
            return sends(due)
        finally:
            tried.set()

    with ThreadPoolExecutor(2) as hands:
        first, other = hands.submit(sends, due), hands.submit(second)
        assert (first.result(PATIENCE), other.result(PATIENCE)) == (1, 0)
    assert len(gate.sent) == 1
    assert Message.objects.get().state == "sent"


def test_without_the_lock_it_would_go_out_twice(gate: Counting, due: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read, kept = Barrier(2), sending._may_go_from

    def waits(message: Message, at: datetime) -> datetime:
        both_have_read.wait(timeout=PATIENCE)
        return kept(message, at)

    monkeypatch.setattr(MessageQuerySet, "locked", lambda rows: rows)
    monkeypatch.setattr(sending, "_may_go_from", waits)
    with ThreadPoolExecutor(2) as hands:
        assert list(hands.map(sends, [due, due])) == [1, 1]
    assert len(gate.sent) == 2
