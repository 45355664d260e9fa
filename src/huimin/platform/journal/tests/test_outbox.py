from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.journal import operations, ports, queries, tasks
from huimin.platform.journal.events import Fact
from huimin.platform.journal.models import DeliveryState, Head, IllegalMove, OutboxItem
from huimin.platform.journal.operations import Round
from huimin.platform.journal.ports import Arrival
from huimin.platform.journal.rules import MOST_ATTEMPTS, wait_before_retry
from huimin.platform.journal.tests.factories import NOON, OFFICIAL, EverythingHappened, PersonLookedUp, look, published

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_else_listens() -> Iterator[None]:
    known = dict(ports._receivers)
    ports._receivers.clear()
    yield
    ports._receivers.clear()
    ports._receivers.update(known)


@pytest.fixture
def heard() -> list[tuple[Fact, Arrival]]:
    """What a willing receiver was told."""
    told: list[tuple[Fact, Arrival]] = []

    @ports.receives(PersonLookedUp)
    def remember(fact: PersonLookedUp, arrival: Arrival) -> None:
        told.append((fact, arrival))

    return told


@pytest.fixture
def failing() -> Callable[[], int]:
    """A receiver that writes something and then fails, with a personal value in its message; gives how often it ran."""
    runs: list[int] = []

    @ports.receives(PersonLookedUp)
    def fail(fact: PersonLookedUp, arrival: Arrival) -> None:
        runs.append(arrival.attempt)
        Head.objects.create(shard=9000 + arrival.attempt, seq=0)
        raise LookupError("王小明")

    return lambda: len(runs)


def test_a_receiver_is_told_once_after_the_fact(heard: list[tuple[Fact, Arrival]]) -> None:
    entry = published(look(purpose="audit"))[0]
    assert not heard
    assert operations.deliver_due(at=LATER) == Round(done=1)
    assert not operations.deliver_due(at=LATER)
    [(fact, arrival)] = heard
    assert fact == look(purpose="audit")
    assert (arrival.actor, arrival.at, arrival.received_at, arrival.attempt) == (OFFICIAL, NOON, LATER, 1)
    assert (arrival.number, arrival.key) == (entry.number, f"test_outbox.remember/{entry.number}")


def test_receivers_hear_of_their_facts_only_and_of_subclasses() -> None:
    ports.receives(Fact)(lambda fact, arrival: None)
    ports.receives(EverythingHappened)(test_a_receiver_is_told_once_after_the_fact)
    published(look())
    assert list(OutboxItem.objects.values_list("receiver", flat=True)) == ["test_outbox.<lambda>"]


def test_two_receivers_of_one_name_are_refused() -> None:
    def receiver(fact: Fact, arrival: Arrival) -> None: ...

    other = type(receiver)(receiver.__code__, {}, "receiver")
    receiver.__module__, other.__module__ = "huimin.platform.one.receivers", "huimin.domains.one.receivers"
    ports.receives(Fact)(receiver)
    with pytest.raises(ports.TwoReceivers):
        ports.receives(Fact)(other)
    assert ports.find_receiver("one.receiver") is receiver


def test_no_more_than_the_limit_is_run(heard: list[tuple[Fact, Arrival]]) -> None:
    published(*[look() for _ in range(50)])
    assert operations.deliver_due(limit=30, at=LATER) == Round(done=30)
    assert len(heard) == 30
    assert operations.deliver_due(limit=30, at=LATER) == Round(done=20)


def test_a_failure_undoes_what_the_receiver_wrote_and_keeps_no_message(failing: Callable[[], int]) -> None:
    published(look())
    assert operations.deliver_due(at=LATER) == Round(failed=1)
    assert not Head.objects.filter(shard__gt=9000).exists()
    item = OutboxItem.objects.get()
    assert item.error.startswith("LookupError in fail:")
    assert item.due_at == LATER + wait_before_retry(1)
    assert not operations.deliver_due(at=LATER)
    assert failing() == 1


def test_one_failure_does_not_hold_up_the_others(failing: Callable[[], int], heard: list[tuple[Fact, Arrival]]) -> None:
    published(look(), look())
    assert operations.deliver_due(at=LATER) == Round(done=2, failed=2)
    assert len(heard) == 2


def test_poison_is_parked_visible_and_can_be_resumed(failing: Callable[[], int]) -> None:
    published(look())
    for _ in range(MOST_ATTEMPTS + 2):
        operations.deliver_due(at=LATER + timedelta(days=_))
    assert failing() == MOST_ATTEMPTS
    [parked] = queries.parked_deliveries()
    assert queries.backlog(LATER).parked == 1
    assert parked.error.startswith("LookupError")
    operations.resume_delivery(parked.pk, actor=OFFICIAL, at=LATER)
    assert operations.deliver_due(at=LATER) == Round(failed=1)
    assert queries.entries_about([f"delivery:{parked.pk}"]).count() == 1
    with pytest.raises(Refusal, match="NotParked"):
        operations.resume_delivery(parked.pk, actor=OFFICIAL, at=LATER)


def test_what_kills_every_process_is_parked_too(heard: list[tuple[Fact, Arrival]]) -> None:
    published(look())
    # What the first transaction of a run leaves behind when the process dies in the second.
    OutboxItem.objects.update(attempts=MOST_ATTEMPTS)
    assert operations.deliver_due(at=LATER) == Round(parked=1)
    assert not heard
    assert queries.parked_deliveries().get().error == "its process died every time"


def test_a_receiver_that_is_gone_waits_for_a_person() -> None:
    ports.receives(PersonLookedUp)(test_receivers_hear_of_their_facts_only_and_of_subclasses)
    published(look())
    ports._receivers.clear()
    assert operations.deliver_due(at=LATER) == Round(failed=1)
    assert OutboxItem.objects.get().error.startswith("NoSuchReceiver")


def test_a_delivery_that_is_overdue_shows_in_the_backlog(heard: list[tuple[Fact, Arrival]]) -> None:
    published(look())
    assert queries.backlog(NOON).overdue == 0
    late = queries.backlog(LATER)
    assert (late.overdue, late.oldest_due_at) == (1, NOON)


def test_done_deliveries_are_forgotten_and_only_they(heard: list[tuple[Fact, Arrival]]) -> None:
    published(look())
    operations.deliver_due(at=NOON)
    published(look())
    assert operations.forget_done(before=NOON) == 0
    assert operations.forget_done(before=LATER) == 1
    assert OutboxItem.objects.get().state == DeliveryState.WAITING


def test_a_done_delivery_moves_nowhere(heard: list[tuple[Fact, Arrival]]) -> None:
    published(look())
    operations.deliver_due(at=LATER)
    with pytest.raises(IllegalMove):
        OutboxItem.objects.get().resume(LATER)


def test_the_work_beside_the_requests_delivers_anchors_and_forgets(heard: list[tuple[Fact, Arrival]]) -> None:
    published(look(), at=timezone.now())
    for _, work in tasks.PERIODIC.values():
        work()
    assert len(heard) == 1
    assert queries.backlog(timezone.now()).unanchored == 0
    assert OutboxItem.objects.get().state == DeliveryState.DONE
    OutboxItem.objects.update(due_at=timezone.now() - tasks.DONE_KEPT - timedelta(minutes=1))
    tasks.forget_done()
    assert not OutboxItem.objects.exists()
