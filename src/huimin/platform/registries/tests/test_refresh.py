"""Bringing in a small delivery at once: it touches the people concerned only, and says of them what a full reconcile says."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection as store
from django.test.utils import CaptureQueriesContext

from huimin.platform.exchange.operations import land_rows, withdraw_delivery
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries import records
from huimin.platform.registries.models import AwaitedRefresh, Organisation, Person, RecentLink
from huimin.platform.registries.operations import refresh, refresh_awaited, refreshing, settle
from huimin.platform.registries.tests.factories_data import citizen_id, uscc
from huimin.platform.registries.tests.test_reconcile import (
    ACTOR,
    LI,
    WANG,
    ZHANG,
    Clock,
    built,
    land,
    serving,
    town_rows,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D08")]


@pytest.fixture
def clock(tmp_path: Path, settings: Any) -> Clock:
    """A landed and reconciled town."""
    settings.HOME = tmp_path / "home"
    clock = Clock()
    land(tmp_path, town_rows(), clock)
    built(clock)
    return clock


def push(clock: Clock, resource: str, row: dict[str, str]) -> list[str]:
    """Push a row and refresh; returns the keys touched."""
    delivery = land_rows(resource, [row], actor=ACTOR, at=clock())
    return refresh(delivery.number, actor=ACTOR, at=clock())


def row_of(resource: str, **like: str) -> dict[str, str]:
    (found,) = [row for row in town_rows()[resource] if like.items() <= row.items()]
    return found


def holds_after_settling(clock: Clock) -> None:
    """What the refresh made is what a full reconcile makes."""
    refreshed = serving(keys=True)
    assert settle(actor=ACTOR, at=clock()) is not None
    assert serving(keys=True) == refreshed
    assert RecentLink.objects.count() == 0


@pytest.mark.parametrize(
    ("resource", "like", "changes"),
    [
        ("police.population", {"姓名": "张丽"}, {"姓名": "章莉", "更新日期": "20260629"}),
        ("police.population", {"姓名": "李建国"}, {"户号": "H7", "婚姻状况": "40", "更新日期": "20260629"}),
        (
            "police.population",
            {"姓名": "李建国"},
            {"户籍地址": "安徽省芜湖市弋江区长江路8号和园6幢1单元302室", "更新日期": "20260629"},
        ),
        ("medins.insured", {"参保编号": "M1"}, {"手机": "13911111111", "最近变更时间": "2026-06-20 00:00:00"}),
        ("medins.insured", {"参保编号": "M3"}, {"手机": "", "最近变更时间": "2026-06-20 00:00:00"}),
        ("market.entities", {}, {"登记状态": "吊销，未注销", "核准日期": "2026-06-20"}),
        ("power.accounts", {}, {"用电地址": "中山路12号", "过户日期": "2026-06-20"}),
    ],
)
def test_a_changed_record_changes_its_own_person_and_equals_a_reconcile(
    clock: Clock, resource: str, like: dict[str, str], changes: dict[str, str]
) -> None:
    before = serving(keys=True)
    (touched,) = push(clock, resource, row_of(resource, **like) | changes)
    after = serving(keys=True)
    assert {row[-1] for number, row in after.items() if row != before.get(number)} <= {touched}
    holds_after_settling(clock)


def test_a_new_record_with_the_number_and_name_of_somebody_joins_them(clock: Clock) -> None:
    record = {
        "grzh": "G1",
        "xingming": "张丽",
        "zjhm": ZHANG,
        "dwmc": "芜湖春风百货有限公司",
        "dwxydm": uscc(1),
        "gxrq": "2026-06-20",
    }
    (touched,) = push(clock, "fund.members", record)
    assert touched == Person.objects.get(number=ZHANG).key
    assert "芜湖春风百货有限公司" in Person.objects.get(key=touched).values
    assert ("fund.members", "G1") in records.records_of(touched)
    holds_after_settling(clock)


def test_a_new_record_of_somebody_unknown_or_unsure_waits_for_the_next_reconcile(clock: Clock) -> None:
    before = serving(keys=True)
    unsure = {"grzh": "G1", "xingming": "王芳", "zjhm": ZHANG, "gxrq": "2026-06-20"}
    unknown = {"grzh": "G2", "xingming": "赵新", "zjhm": citizen_id("20000101", 12), "gxrq": "2026-06-20"}
    assert push(clock, "fund.members", unsure) == push(clock, "fund.members", unknown) == []
    assert serving(keys=True) == before
    assert records.is_behind()
    settle(actor=ACTOR, at=clock())
    assert citizen_id("20000101", 12) in serving()


def test_a_withdrawn_delivery_may_be_refreshed_too(clock: Clock) -> None:
    before = serving(keys=True)
    delivery = land_rows(
        "medins.insured", [row_of("medins.insured", 参保编号="M1") | {"手机": "13911111111"}], actor=ACTOR, at=clock()
    )
    refresh(delivery.number, actor=ACTOR, at=clock())
    assert serving(keys=True) != before
    withdraw_delivery(number=delivery.number, reason="误推", actor=ACTOR, at=clock())
    refresh(delivery.number, actor=ACTOR, at=clock())
    assert serving(keys=True) == before


def test_refreshing_twice_changes_nothing(clock: Clock) -> None:
    delivery = land_rows(
        "medins.insured", [row_of("medins.insured", 参保编号="M1") | {"手机": "13911111111"}], actor=ACTOR, at=clock()
    )
    refresh(delivery.number, actor=ACTOR, at=clock())
    once = serving(keys=True)
    refresh(delivery.number, actor=ACTOR, at=clock())
    assert serving(keys=True) == once


def test_a_refresh_asks_the_store_the_same_number_of_questions_for_one_and_for_many(clock: Clock) -> None:
    rows = town_rows()["medins.insured"]
    asked = []
    for some in (rows[:1], rows):
        delivery = land_rows(
            "medins.insured", [row | {"手机": f"139000000{len(asked)}1"} for row in some], actor=ACTOR, at=clock()
        )
        with CaptureQueriesContext(
            store,
        ) as queries:
            assert len(refresh(delivery.number, actor=ACTOR, at=clock())) == len(some)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_everybody_else_stays_as_they_were(clock: Clock) -> None:
    push(clock, "medins.insured", row_of("medins.insured", 参保编号="M1") | {"手机": "13911111111"})
    assert set(serving()) == {ZHANG, LI, WANG, uscc(1)}
    assert Organisation.objects.count() == 1


def test_a_queue_of_pushes_is_brought_in_by_one_computation(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = town_rows()["medins.insured"]
    pushed = [(rows[0], "13911111111"), (rows[1], "13922222222"), (rows[0], "13933333333"), (rows[1], rows[1]["手机"])]
    deliveries = []
    for row, phone in pushed:
        changed = row | {"手机": phone, "最近变更时间": f"2026-06-20 00:00:0{len(deliveries)}"}
        deliveries.append(land_rows("medins.insured", [changed], actor=ACTOR, at=clock()).number)
    AwaitedRefresh.objects.bulk_create(AwaitedRefresh(delivery=number) for number in deliveries)
    computed = []
    real = refreshing._recompute
    monkeypatch.setattr(
        refreshing, "_recompute", lambda keys, *rest, **named: (computed.append(keys), real(keys, *rest, **named))[1]
    )
    assert refresh_awaited(actor=ACTOR, at=clock()) == len(pushed)
    assert [len(keys) for keys in computed] == [2]
    assert not AwaitedRefresh.objects.exists()
    said = [
        (entry.fact.known, entry.fact.unknown)
        for number in deliveries
        for entry in entries_about([f"delivery:{number}"], kinds=["registries.RegistriesRefreshed"])
    ]
    assert said == [(1, 0)] * len(pushed)
    holds_after_settling(clock)
