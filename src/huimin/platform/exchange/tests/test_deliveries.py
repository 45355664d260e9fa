"""What becomes of deliveries: repeated, held, accepted, withdrawn; of returned rows: corrected, resubmitted, dismissed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection as store

from huimin.platform.exchange import operations, queries
from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.lake import engine, landing
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.operations import (
    AlreadyLanded,
    NobodysFile,
    NotWithdrawable,
    ReasonMissing,
    accept_held_delivery,
    dismiss_quarantined_row,
    land_file,
    land_rows,
    resubmit_quarantined_row,
    sweep_lake,
    withdraw_delivery,
)
from huimin.platform.exchange.tests.factories import ACTOR, AT, delivered_file, insured, pensioner
from huimin.platform.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D05")]
BY: dict[str, Any] = {"actor": ACTOR, "at": AT}
NULL = "\x00"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own for every test."""
    settings.HOME = tmp_path / "home"
    return tmp_path


def land(inbox: Path, resource: str, rows: list[dict[str, str]], **named: Any) -> Delivery:
    return land_file(delivered_file(inbox, resource, rows, **named), **BY)


def names(resource: str = "medins.insured") -> dict[str, str]:
    """Record number → name of the current records."""
    select = queries.current_select(resources()[resource], ["record_id", "name"])
    with engine.connect(Path(django_settings.HOME) / "spill", macros=False) as connection:
        return dict(connection.execute(select).fetchall()) if select else {}


def facts(kind: str) -> int:
    return Entry.objects.filter(kind=f"exchange.{kind}").count()


# ── Landing ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_landing_the_same_file_twice_changes_nothing(home: Path) -> None:
    path = delivered_file(home, "medins.insured", [insured("A1")])
    first, entries = land_file(path, **BY), Entry.objects.count()
    assert land_file(path, **BY).number == first.number
    assert (Delivery.objects.count(), Entry.objects.count()) == (1, entries)


def test_the_same_content_under_a_new_name_is_noted_and_all_its_rows_are_duplicates(home: Path) -> None:
    rows = [insured("A1"), insured("A2"), insured("")]
    first = land(home, "medins.insured", rows)
    again = land(home, "medins.insured", rows, label="_resend")
    assert (again.state, again.delivered, again.duplicates, again.landed, again.quarantined) == ("repeated", 3, 3, 0, 0)
    assert names() == {"A1": "张丽", "A2": "张丽"}
    assert land(home, "medins.insured", rows, label="_resend").number == again.number
    assert (first.tally.quarantined, QuarantinedRow.objects.count()) == (1, 1)


def test_every_delivery_publishes_one_fact_without_personal_values(home: Path) -> None:
    land(home, "medins.insured", [insured("A1", "张丽丽")])
    (entry,) = Entry.objects.filter(kind="exchange.DeliveryLanded")
    assert "张丽丽" not in str(entry.__dict__)
    assert "11010519491231002X" not in str(entry.__dict__)


def test_nobodys_file_is_refused_by_name(home: Path) -> None:
    (home / "unknown.csv").write_text("a,b\n1,2\n")
    with pytest.raises(NobodysFile):
        land_file(home / "unknown.csv", **BY)
    with pytest.raises(NobodysFile):
        land_rows("no.such", [], **BY)
    assert Delivery.objects.count() == 0


def test_increments_may_arrive_late_and_out_of_order(home: Path) -> None:
    full = [pensioner("A", "甲甲"), pensioner("B", "乙乙"), pensioner("C", "丙丙")]
    later = [
        pensioner("A", "甲新", at="2026-06-03 08:00:00", what="U"),
        pensioner("B", at="2026-06-03 08:00:00", what="D"),
    ]
    earlier = [
        pensioner("A", "甲旧", at="2026-06-02 08:00:00", what="U"),
        pensioner("C", at="2026-06-02 08:00:00", what="D"),
    ]
    last = [pensioner("C", "丙回", at="2026-06-04 08:00:00", what="I")]
    land(home, "hrss.insured", later, day=date(2026, 6, 3), label="_inc")
    land(home, "hrss.insured", full, day=date(2026, 5, 31), label="_full")
    land(home, "hrss.insured", last, day=date(2026, 6, 4), label="_inc")
    land(home, "hrss.insured", earlier, day=date(2026, 6, 2), label="_inc")
    assert names("hrss.insured") == {"A": "甲新", "C": "丙回"}


# ── Held, accepted, withdrawn ──────────────────────────────────────────────────────────────────────────────────────────
MANY = [insured(f"A{number}") for number in range(20)]


def test_a_full_delivery_that_loses_more_than_a_tenth_waits_and_changes_nothing(home: Path) -> None:
    land(home, "medins.insured", MANY, day=date(2026, 5, 31))
    held = land(home, "medins.insured", MANY[:17])
    assert held.state == "held"
    assert len(names()) == 20
    accept_held_delivery(number=held.number, **BY)
    assert len(names()) == 17
    assert facts("HeldDeliveryAccepted") == 1


def test_a_full_delivery_that_loses_a_tenth_stands_at_once(home: Path) -> None:
    land(home, "medins.insured", MANY, day=date(2026, 5, 31))
    assert land(home, "medins.insured", MANY[:18]).state == "standing"
    assert len(names()) == 18


def test_an_old_full_delivery_that_arrives_late_replaces_nothing_and_so_need_not_wait(home: Path) -> None:
    land(home, "medins.insured", MANY)
    late = land(home, "medins.insured", MANY[:3], day=date(2026, 3, 31))
    assert (late.state, len(names())) == ("standing", 20)


def test_an_accepted_full_delivery_without_a_row_ends_everything(home: Path) -> None:
    land(home, "medins.insured", MANY, day=date(2026, 5, 31))
    empty = land(home, "medins.insured", [])
    assert (empty.state, empty.delivered) == ("held", 0)
    accept_held_delivery(number=empty.number, **BY)
    assert names() == {}


def test_a_held_delivery_may_be_withdrawn(home: Path) -> None:
    land(home, "medins.insured", MANY, day=date(2026, 5, 31))
    held = land(home, "medins.insured", MANY[:3])
    withdraw_delivery(number=held.number, reason="导出不全", **BY)
    with pytest.raises(NotWithdrawable):
        accept_held_delivery(number=held.number, **BY)


def test_withdrawing_gives_back_what_the_rest_says(home: Path) -> None:
    land(home, "medins.insured", [insured("A1", "张丽"), insured("A2", "李伟")], day=date(2026, 5, 31))
    before, digest = names(), queries.standing_digest()
    wrong = land(home, "medins.insured", [insured("A1", "王芳"), insured("A3", "赵强")])
    assert names() == {"A1": "王芳", "A3": "赵强"}
    assert queries.standing_digest() != digest
    withdraw_delivery(number=wrong.number, reason="送错了城市", **BY)
    assert (names(), queries.standing_digest()) == (before, digest)
    assert Delivery.objects.get(number=wrong.number).reason == "送错了城市"


def test_withdrawn_content_may_come_again(home: Path) -> None:
    rows = [insured("A1")]
    first = land(home, "medins.insured", rows)
    withdraw_delivery(number=first.number, reason="误送", **BY)
    again = land(home, "medins.insured", rows)
    assert (again.state, again.number != first.number, names()) == ("standing", True, {"A1": "张丽"})


def test_a_withdrawal_needs_a_reason_and_happens_once(home: Path) -> None:
    delivery = land(home, "medins.insured", [insured("A1")])
    with pytest.raises(ReasonMissing):
        withdraw_delivery(number=delivery.number, reason="  ", **BY)
    withdraw_delivery(number=delivery.number, reason="误送", **BY)
    with pytest.raises(NotWithdrawable):
        withdraw_delivery(number=delivery.number, reason="误送", **BY)
    assert facts("DeliveryWithdrawn") == 1


# ── Quarantine ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("resource", "bad", "label", "column", "good"),
    [
        (
            "medins.insured",
            insured("B2", "李伟", 最近变更时间="2027-01-01 00:00:00"),
            "",
            "最近变更时间",
            "2026-06-02 00:00:00",
        ),
        (
            "hrss.insured",
            pensioner("B2", "李伟", 社会保障号码="3.40202E+17"),
            "_full",
            "社会保障号码",
            "11010519491231002X",
        ),
    ],
)
def test_a_returned_row_of_a_full_delivery_comes_back_corrected_and_counts(
    home: Path, resource: str, bad: dict[str, str], label: str, column: str, good: str
) -> None:
    row = insured("A1") if resource == "medins.insured" else pensioner("A1")
    delivery = land(home, resource, [row, bad], label=label)
    (returned,) = queries.quarantined_rows(delivery)
    assert (returned.state, returned.record_id, names(resource)) == ("waiting", "B2", {"A1": "张丽"})
    corrected = resubmit_quarantined_row(row=returned.id, columns=returned.columns | {column: good}, **BY)
    returned.refresh_from_db()
    assert (returned.state, returned.resubmitted_as_id, corrected.landed) == ("resubmitted", corrected.number, 1)
    assert names(resource) == {"A1": "张丽", "B2": "李伟"}
    with pytest.raises(NotWithdrawable):
        resubmit_quarantined_row(row=returned.id, columns=returned.columns, **BY)


def test_a_row_corrected_at_the_second_attempt_counts_too(home: Path) -> None:
    land(home, "hrss.insured", [pensioner("A1"), pensioner("", "李伟")], label="_full")
    (first,) = QuarantinedRow.objects.all()
    resubmit_quarantined_row(row=first.id, columns=first.columns | {"变更日期": "20270101", "row_guid": "B2"}, **BY)
    second = QuarantinedRow.objects.get(state="waiting")
    assert second.rule == "dated_after_delivery"
    resubmit_quarantined_row(row=second.id, columns=second.columns | {"变更日期": "20260530"}, **BY)
    assert names("hrss.insured") == {"A1": "张丽", "B2": "李伟"}


def test_a_dismissed_row_does_not_come_back(home: Path) -> None:
    land(home, "medins.insured", [insured("A1"), insured("")])
    (returned,) = QuarantinedRow.objects.all()
    dismiss_quarantined_row(row=returned.id, **BY)
    with pytest.raises(NotWithdrawable):
        resubmit_quarantined_row(row=returned.id, columns={}, **BY)
    assert facts("QuarantinedRowDismissed") == 1


def test_the_returned_rows_of_a_withdrawn_delivery_wait_for_nobody(home: Path) -> None:
    delivery = land(home, "medins.insured", [insured("A1"), insured("")])
    assert queries.quarantined_rows().count() == 1
    withdraw_delivery(number=delivery.number, reason="误送", **BY)
    assert queries.quarantined_rows().count() == 0


# ── Pushes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pushed_record_is_judged_as_in_a_file(home: Path) -> None:
    rows = [insured("A1"), insured(""), insured("A2", 证件号码="3.4E+17"), insured("A3", f"张{NULL}丽"), insured("A1")]
    pushed = land_rows("medins.insured", rows, **BY)
    assert (pushed.delivered, pushed.landed, pushed.quarantined, pushed.duplicates) == (5, 1, 3, 1)
    assert list(queries.quarantined_rows(pushed).values_list("line", "rule")) == [
        (2, "no_record_id"),
        (3, "scientific_number"),
        (4, "control_character"),
    ]


def test_a_push_cannot_say_what_is_wrong_with_itself(home: Path) -> None:
    pushed = land_rows("medins.insured", [insured("A1") | {"_defect": "nonsense", "_line": "x", "_raw": "y"}], **BY)
    assert (pushed.landed, pushed.quarantined, names()) == (1, 0, {"A1": "张丽"})


def test_half_a_character_in_a_push_costs_its_value_and_no_more(home: Path) -> None:
    pushed = land_rows("medins.insured", [insured("A1", "张\ud800"), insured("A2")], **BY)
    assert (pushed.landed, names()) == (2, {"A1": None, "A2": "张丽"})


def test_of_two_pushes_of_a_day_the_later_counts_and_a_new_record_stands_beside_the_full_delivery(home: Path) -> None:
    land(home, "medins.insured", [insured("A1", "张丽")])
    land_rows("medins.insured", [insured("A1", "张莉"), insured("N1", "新新")], **BY)
    land_rows("medins.insured", [insured("A1", "章丽")], actor=ACTOR, at=AT.replace(hour=13))
    assert names() == {"A1": "章丽", "N1": "新新"}


def test_one_push_of_nothing_is_a_delivery_of_nothing(home: Path) -> None:
    assert land_rows("medins.insured", [], **BY).tally.delivered == 0


# ── Crashes and races ──────────────────────────────────────────────────────────────────────────────────────────────────
def crash(*_: object, **__: object) -> None:
    raise RuntimeError("power cut")


def test_a_crash_between_the_lake_file_and_its_row_loses_nothing_and_doubles_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = delivered_file(home, "medins.insured", [insured("A1"), insured("")])

    with monkeypatch.context() as broken:
        broken.setattr("huimin.platform.exchange.operations.landing.publish", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            land_file(path, **BY)
    assert (Delivery.objects.count(), QuarantinedRow.objects.count(), Entry.objects.count(), names()) == (0, 0, 0, {})
    assert len(list(queries.lake().glob("*/*.parquet"))) == 1
    assert land_file(path, **BY).landed == 1
    assert (names(), QuarantinedRow.objects.count()) == ({"A1": "张丽"}, 1)
    assert sweep_lake(older_than=-1) == []


def test_what_a_crash_left_is_swept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land(home, "medins.insured", [insured("A1")])
    before = len(list(queries.lake().glob("*/*.parquet")))
    with monkeypatch.context() as broken:
        broken.setattr(operations.landing, "publish", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            land(home, "medins.insured", [insured("A9")], label="b")
    assert len(sweep_lake(older_than=-1)) == 1
    assert len(list(queries.lake().glob("*/*.parquet"))) == before
    assert names() == {"A1": "张丽"}


@pytest.mark.race
def test_the_same_content_by_two_ways_at_once_lands_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = delivered_file(home, "medins.insured", [insured("A1"), insured("")])
    land_alone = landing.land
    others: list[Delivery] = []

    def meanwhile(*args: Any, **named: Any) -> Any:
        """The other hand lands the same content between our reading of the file and our transaction."""
        landed = land_alone(*args, **named)
        if not others:
            monkeypatch.setattr(landing, "land", land_alone)
            others.append(land_file(path, **BY))
        return landed

    monkeypatch.setattr(landing, "land", meanwhile)
    with pytest.raises(AlreadyLanded):
        land_file(path, **BY)
    assert [delivery.number for delivery in Delivery.objects.all()] == [others[0].number]
    assert (names(), QuarantinedRow.objects.count(), facts("DeliveryLanded")) == ({"A1": "张丽"}, 1, 1)
    assert sweep_lake(older_than=-1) == []


def test_the_store_itself_refuses_counts_that_do_not_add_up(home: Path) -> None:
    delivery = land(home, "medins.insured", [insured("A1")])
    with pytest.raises(Exception, match=r"delivered_rows_add_up|CHECK"), store.cursor() as cursor:
        cursor.execute("UPDATE exchange_delivery SET landed = 5 WHERE number = %s", [delivery.number])
