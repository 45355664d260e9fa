from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huimin.platform.journal import operations, queries
from huimin.platform.journal.tests.factories import NOON, PERSON, look, published

pytestmark = pytest.mark.django_db
OTHER = "person:8AAAAA"


@pytest.mark.covers("D16")
def test_a_citizen_sees_who_looked_newest_first() -> None:
    first = published(look(), at=NOON)[0]
    second = published(look(), look(OTHER), at=NOON + timedelta(hours=1))[0]
    assert list(queries.entries_about([PERSON])) == [second, first]
    assert queries.entries_about([PERSON, OTHER]).count() == 3
    assert list(queries.entries_about([PERSON], kinds=["tests.SomethingElse"])) == []
    assert queries.entries_about([PERSON], kinds=["tests.PersonLookedUp"]).count() == 2


@pytest.mark.covers("D16")
def test_a_restricted_look_shows_on_its_release_date_in_the_citys_time() -> None:
    entry = published(look(restricted_until=date(2026, 12, 1)))[0]
    last_moment = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert list(queries.entries_about([PERSON])) == []
    assert list(queries.entries_about([PERSON], at=last_moment)) == []
    assert list(queries.entries_about([PERSON], at=last_moment + timedelta(seconds=1))) == [entry]
    assert list(queries.entries_about_for_audit([PERSON])) == [entry]


def test_an_auditor_sees_what_an_official_did() -> None:
    entry = published(look(restricted_until=date(2026, 12, 1)))[0]
    assert list(queries.entries_by(["A7F3K2"])) == [entry]
    assert list(queries.entries_by(["A7F3K2"], kinds=[])) == []
    assert list(queries.entries_by(["B0B0B0"])) == []


def test_a_trail_pages_by_its_index() -> None:
    """A page goes on by (at, id) below the last row; neither store reads the whole trail for it."""
    entries = published(*[look() for _ in range(40)])
    middle = entries[20]
    following = queries.entries_about([PERSON]).filter(at__lte=middle.at, id__lt=middle.id)[:5]
    assert [entry.id for entry in following] == [entry.id for entry in reversed(entries[15:20])]
    if connection.vendor == "sqlite":
        assert "USING INDEX journal_entry_subject" in queries.entries_about([PERSON])[:5].explain()
        assert "TEMP B-TREE" not in queries.entries_about([PERSON])[:5].explain()


def test_an_entry_is_found_by_its_number_or_refused() -> None:
    entry = published(look())[0]
    assert queries.get_entry(entry.number) == entry
    for number in ("0-99", "", "-", "0", "a-b", "٣-١", "9" * 40 + "-1", "-1-2", "99-1", "0-999999999999999"):
        with pytest.raises(queries.NoSuchEntry):
            queries.get_entry(number)


def test_the_latest_entries_come_in_their_order() -> None:
    entries = published(*[look() for _ in range(7)])
    assert queries.latest_entries(3) == entries[-3:]


def test_the_backlog_tells_what_no_anchor_covers() -> None:
    published(look(), look())
    assert queries.backlog(NOON).unanchored == 2
    operations.anchor(at=NOON)
    published(look())
    backlog = queries.backlog(NOON)
    assert (backlog.unanchored, backlog.anchored_at) == (1, NOON)


def test_a_trail_is_one_statement() -> None:
    published(look(), look())
    with CaptureQueriesContext(connection) as asked:
        facts = [entry.fact for entry in queries.entries_about([PERSON])]
    assert len(facts) == 2
    assert len(asked) == 1
