"""Who heads a department supervises the work in which it takes part, and no other; a supervisor that of the whole city."""

from datetime import timedelta

import pytest

from huimin.platform.process import operations, queries
from huimin.platform.process.models import WorkItem
from huimin.platform.process.tests.factories import NOW, SYSTEM, actor_of, make_official, publish, two_steps

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P11", "P12")]


@pytest.fixture
def item() -> WorkItem:
    """A step at the police; the next one is at civil affairs, and health has no part in it."""
    for post in ("gaj.data", "mzj.data", "wjw.data"):
        make_official(post)
    publish("trial", two_steps())
    process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
    return WorkItem.objects.get(process=process)


def head(department: str):
    return actor_of(make_official(f"{department}.head", duty="head"), f"{department}.head")


def test_a_head_sees_the_work_of_his_own_department_only(item) -> None:
    assert queries.access_work_item(head("gaj"), item.number, at=NOW) == item
    stranger = head("wjw")
    with pytest.raises(queries.items.NoSuchWork):
        queries.access_work_item(stranger, item.number, at=NOW)
    with pytest.raises(queries.items.NoSuchWork):
        queries.access_process(stranger, item.process.number, at=NOW)
    chief = actor_of(make_official("xzfw.supervision", duty="supervisor"), "xzfw.supervision")
    assert queries.access_work_item(chief, item.number, at=NOW) == item


def test_a_head_ends_and_urges_only_what_his_department_takes_part_in(item) -> None:
    stranger, own = head("wjw"), head("gaj")
    with pytest.raises(operations.NotYours):
        operations.remind(number=item.number, actor=stranger, at=NOW)
    with pytest.raises(operations.NotYours):
        operations.cancel_process(number=item.process.number, reason="不再需要", actor=stranger, at=NOW)
    assert operations.remind(number=item.number, actor=own, at=NOW).urged == 1
    operations.cancel_process(number=item.process.number, reason="不再需要", actor=own, at=NOW)


def test_a_head_declares_absences_in_his_own_department(item) -> None:
    absent, deputy = make_official("gaj.data"), make_official("gaj.data")
    days = {"starts_at": NOW, "until": NOW + timedelta(days=2), "at": NOW}
    with pytest.raises(operations.NotYours):
        operations.declare_absence(account=absent.public_id, deputy=deputy.public_id, actor=head("wjw"), **days)
    made = operations.declare_absence(account=absent.public_id, deputy=deputy.public_id, actor=head("gaj"), **days)
    assert made.pk
