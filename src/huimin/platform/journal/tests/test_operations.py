import threading
from datetime import datetime

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from huimin.platform.journal import operations, queries
from huimin.platform.journal.models import PLACE, Anchor, Entry, Head
from huimin.platform.journal.operations import publishing
from huimin.platform.journal.rules import Actor
from huimin.platform.journal.tests.factories import NOON, OFFICIAL, look, published

pytestmark = pytest.mark.django_db


@transaction.atomic
def fail_after_publishing() -> None:
    published(look(), look())
    raise RuntimeError


def test_an_entry_says_who_did_what_when() -> None:
    actor = Actor("account", "A1", post="police.desk", on_behalf_of="person:9")
    with transaction.atomic():
        written = operations.publish(look(case_ref="〔2026〕12号"), actor=actor, at=NOON)
    entry = queries.get_entry(written.number)
    assert (entry.actor, entry.at, entry.fact, entry.kind) == (
        actor,
        NOON,
        look(case_ref="〔2026〕12号"),
        "tests.PersonLookedUp",
    )
    assert entry.hash == written.hash == entry.link().hash("sm3")


def test_entries_follow_each_other_in_one_chain() -> None:
    one, two, three = [*published(look()), *published(look(), look())]
    assert [entry.seq - one.seq for entry in (one, two, three)] == [0, 1, 2]
    assert [two.previous, three.previous] == [one.hash, two.hash]
    head = Head.objects.get(shard=three.shard)
    assert (head.seq, head.hash) == (three.seq, three.hash)


def test_what_was_rolled_back_to_a_savepoint_leaves_no_gap() -> None:
    first = published(look())[0]
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            fail_after_publishing()
        after = published(look())[0]
    assert (after.seq, after.previous) == (first.seq + 1, first.hash)
    assert queries.verify().is_whole


def test_a_long_slice_is_one_chain() -> None:
    entries = published(*[look() for _ in range(1203)])
    assert Entry.objects.count() == 1203
    assert entries[-1].seq == 1203
    assert queries.verify().is_whole


def test_nothing_is_nothing() -> None:
    assert published() == []


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(operations.NotInATransaction):
        operations.publish(look(), actor=OFFICIAL, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_writer_announces_nothing() -> None:
    with pytest.raises(RuntimeError):
        fail_after_publishing()
    assert not Entry.objects.exists()
    assert published(look())[0].seq == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_published_alone_is_committed_when_it_returns() -> None:
    entry = operations.publish_alone(look(), actor=OFFICIAL, at=NOON)
    with transaction.atomic(), pytest.raises(RuntimeError):
        operations.publish_alone(look(), actor=OFFICIAL, at=NOON)
    assert queries.get_entry(entry.number).fact == look()
    assert Entry.objects.count() == 1


def everybody_publishes(group: publishing._Group, many: int) -> list[BaseException | Entry]:
    """What becomes of facts that as many threads publish while the first of them is still at it."""
    came: list[BaseException | Entry] = []

    def publish() -> None:
        try:
            came.append(group.publish(look(), actor=OFFICIAL, at=NOON))
        except OperationalError as error:
            came.append(error)
        finally:
            connection.close()

    first = threading.Thread(target=publish)
    behind = [threading.Thread(target=publish) for _ in range(many - 1)]
    commit, began, go_on = group._commit, threading.Event(), threading.Event()

    def slow_commit(tickets: list[publishing._Ticket]) -> None:
        began.set()
        go_on.wait(20)
        commit(tickets)

    group._commit = slow_commit  # type: ignore[method-assign]
    first.start()
    assert began.wait(20)
    for thread in behind:
        thread.start()
    while len(group._queue) < many - 1:
        threading.Event().wait(0.01)
    go_on.set()
    for thread in [first, *behind]:
        thread.join(20)
    return came


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("facts_a_group", [1, 3, 256])
def test_who_comes_while_a_group_is_written_is_in_the_next(monkeypatch: pytest.MonkeyPatch, facts_a_group: int) -> None:
    monkeypatch.setattr(publishing, "FACTS_A_GROUP", facts_a_group)
    group, groups = publishing._Group(), []
    commit = group._commit
    monkeypatch.setattr(group, "_commit", lambda tickets: (groups.append(len(tickets)), commit(tickets)))
    came = everybody_publishes(group, 7)
    assert {entry.pk for entry in came if isinstance(entry, Entry)} == set(Entry.objects.values_list("pk", flat=True))
    assert len(came) == Entry.objects.count() == 7
    assert groups[0] == 1
    assert max(groups) == min(facts_a_group, 6)
    assert queries.verify().is_whole
    assert group.publish(look("person:last"), actor=OFFICIAL, at=NOON).subject == "person:last"


@pytest.mark.django_db(transaction=True)
def test_a_group_that_cannot_commit_tells_everybody_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError

    group = publishing._Group()
    monkeypatch.setattr(publishing, "_placed", full)
    assert [type(one) for one in everybody_publishes(group, 4)] == [OperationalError] * 4
    monkeypatch.undo()
    assert group.publish(look(), actor=OFFICIAL, at=NOON).seq == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_chain_that_another_writer_went_on_with_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "randrange", lambda _: 0)
    ours, theirs = publishing._Group(), publishing._Group()
    for group in (ours, theirs, ours, ours, theirs):
        group.publish(look(), actor=OFFICIAL, at=NOON)
    published(look())
    with CaptureQueriesContext(connection) as asked:
        ours.publish(look(), actor=OFFICIAL, at=NOON)
        ours.publish(look(), actor=OFFICIAL, at=NOON)
    assert queries.verify().is_whole
    assert Entry.objects.count() == 8
    assert len(asked) <= 1 + 4 + 2, (
        "one that finds the place taken, the long way, then one to see the end and one to write"
    )


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        published(look(), at=datetime(2026, 11, 21))


def test_the_hot_path_is_a_few_statements() -> None:
    published(look())
    with CaptureQueriesContext(connection) as first, transaction.atomic():
        operations.publish(look(), actor=OFFICIAL, at=NOON)
    # Savepoint, its release, and the append itself; the head is already held by this test's transaction.
    assert len(first) <= 2 + 2


@pytest.mark.parametrize("model", [Entry, Anchor])
def test_the_database_itself_refuses_changes(model: type[Entry] | type[Anchor]) -> None:
    published(look())
    operations.anchor(at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(at=datetime.fromisoformat("2020-01-01T00:00:00Z"))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all()._raw_delete(connection.alias)
    assert model.objects.get().at == NOON


@pytest.mark.postgresql
def test_the_database_refuses_to_be_emptied() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry CASCADE")


def test_the_database_refuses_a_wrong_place() -> None:
    entry = published(look())[0]
    entry.pk, entry.seq = PLACE * 5 + 7, 8
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other() -> None:
    """Eight transactions are open at once, each with a fact: with one chain the second would wait for the first."""
    published(look())
    everybody_has_published = threading.Barrier(8)
    shards: list[int] = []

    def write() -> None:
        try:
            with transaction.atomic():
                first = published(look())[0]
                everybody_has_published.wait(timeout=20)
                second = published(look())[0]
                shards.extend({first.shard, second.shard})
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shards) == len(set(shards)) == 8
    assert Entry.objects.count() == 17
    assert queries.verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_writing_back_empties_the_log_of_the_embedded_store() -> None:
    operations.publish_alone(look(), actor=OFFICIAL, at=NOON)
    operations.write_back()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            _, logged, written = cursor.fetchone()
        assert logged == written
    assert Entry.objects.count() == 1
