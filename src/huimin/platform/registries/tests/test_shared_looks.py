"""Another department's look at a record stands in the trail of the person whom the record is about; what is brought in at once, and how often all."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from huimin.platform.exchange.operations.reading import Why, look_up_shared
from huimin.platform.identity.models import Post
from huimin.platform.identity.operations import give_access
from huimin.platform.registries import queries, tasks
from huimin.platform.registries.http.shown import look_entries
from huimin.platform.registries.receivers import is_small
from huimin.platform.registries.tests import factories as make

WHY = Why(purpose="case_handling", case_ref="芜公2026-1")


@pytest.mark.django_db
@pytest.mark.covers("D05", "D16")
def test_a_look_at_a_shared_record_shows_under_who_looked(own_home: Any) -> None:
    person, reader = make.landed_city(), make.official("gaj.query")
    give_access(
        post=Post.objects.get(code="gaj.query"),
        resource="hrss.insured:look_up",
        plain=["employer_name"],
        masked={"citizen_id": "number"},
        rows="everything",
        purposes=["case_handling"],
        legal_basis="测试依据",
        until=timezone.now() + timedelta(days=1),
        actor=make.SYSTEM,
        at=make.AT,
    )
    at = timezone.now()
    found = look_up_shared("hrss.insured", by="citizen_id", value=make.NUMBER, why=WHY, actor=reader, at=at)
    assert [row.values["employer_name"] for row in found.rows] == ["芜湖皖源机械厂"]
    own = queries.access_own(make.citizen(person.key), at=at)
    (look,) = look_entries(queries.looks_at(own, at=at))
    assert "社会保险参保" in look.act
    assert "单位名称" in look.act
    assert "芜公2026-1" in look.why
    # A number of nobody is a look at nobody.
    look_up_shared("hrss.insured", by="citizen_id", value=make.OTHER_NUMBER, why=WHY, actor=reader, at=at)
    assert len(queries.looks_at(own, at=at)) == 1


@pytest.mark.unit
@pytest.mark.parametrize(
    ("records", "standing", "small"),
    [(0, 10, False), (500, 10, True), (501, 10, False), (2_000, 20_000, True), (2_001, 20_000, False),
     (10_000, 4_000_000, True), (10_001, 4_000_000, False)],
)  # fmt: skip
def test_what_touches_a_good_part_of_everybody_waits(records: int, standing: int, small: bool) -> None:
    assert is_small(records, standing) is small


@pytest.mark.unit
def test_reconciling_takes_one_part_in_ten_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, runs = [100.0], []

    def settle(**_named: Any) -> object:
        runs.append(now[0])
        now[0] += 7.0
        return SimpleNamespace()

    monkeypatch.setattr(tasks, "settle", settle)
    monkeypatch.setattr(tasks.time, "monotonic", lambda: now[0])
    paced = tasks._Paced()
    for turn in (100.0, 160.0, 170.0, 177.0, 240.0):
        now[0] = max(now[0], turn)
        paced()
    assert runs == [100.0, 177.0]
