"""What comes again: files of corrected rows complete the delivery that they were returned from; idempotency keys are forgotten in time."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.exchange.changes import Change, change_of
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import land_file
from huimin.platform.exchange.operations.landing import NothingWaits
from huimin.platform.exchange.operations.pushing import KEPT_DAYS, forget_push_keys, push_records
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.tests.factories import ACTOR, AT, delivered_file, insured
from huimin.platform.exchange.tests.test_deliveries import BY, MANY, facts, land, names

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D05")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own for every test."""
    settings.HOME = tmp_path / "home"
    return tmp_path


# ── A file of corrected rows ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_of_corrected_rows_completes_the_delivery_that_they_were_returned_from(home: Path) -> None:
    whole = land(
        home,
        "medins.insured",
        [*MANY, insured("B1", 最近变更时间="2026-08-01 08:00:00"), insured("", "李伟"), insured("")],
    )
    assert len(names()) == 20
    path = delivered_file(
        home, "medins.insured", [insured("B1"), insured("B2", "李伟"), insured("")], label="_returned"
    )
    corrected = land_file(path, **BY)
    assert (corrected.mode, corrected.state, corrected.landed, corrected.quarantined) == ("increment", "standing", 2, 1)
    assert len(names()) == 22
    states = whole.quarantine.order_by("line").values_list("state", "resubmitted_as_id")
    assert list(states) == [("resubmitted", corrected.number)] * 3
    assert corrected.quarantine.get().state == "waiting"
    assert facts("ReturnedRowsResubmitted") == 1
    # Again, and by its own returned row once more: nothing is lost, nothing is there twice.
    assert land_file(path, **BY).number == corrected.number
    again = land_file(delivered_file(home, "medins.insured", [insured("B3", "王芳")], label="_returned_returned"), **BY)
    assert (again.landed, len(names())) == (1, 23)
    assert change_of(again) == Change(added=1, changed=0, same=22, ended=0)


def test_corrected_rows_go_with_the_full_delivery_that_they_complete(home: Path) -> None:
    land(home, "medins.insured", [insured("A1"), insured("", "李伟")], day=date(2026, 5, 31))
    land_file(
        delivered_file(home, "medins.insured", [insured("B1", "李伟")], day=date(2026, 5, 31), label="_returned"), **BY
    )
    assert set(names()) == {"A1", "B1"}
    land(home, "medins.insured", [insured("A1")], day=date(2026, 6, 30))
    assert set(names()) == {"A1"}


def test_a_row_that_the_corrected_file_does_not_bring_waits_on(home: Path) -> None:
    whole = land(
        home,
        "medins.insured",
        [insured("A1"), insured("B1", 最近变更时间="2026-08-01"), insured("B2", 最近变更时间="2026-08-01")],
    )
    land_file(delivered_file(home, "medins.insured", [insured("B2")], label="_returned"), **BY)
    assert list(whole.quarantine.order_by("line").values_list("state", flat=True)) == ["waiting", "resubmitted"]


def test_corrected_rows_of_nothing_are_refused(home: Path) -> None:
    with pytest.raises(NothingWaits):
        land_file(delivered_file(home, "medins.insured", [insured("B1")], label="_returned"), **BY)
    assert not Delivery.objects.exists()


# ── Idempotency keys ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_idempotency_keys_are_forgotten_when_they_are_old_and_the_push_still_counts_once(home: Path) -> None:
    def push(key: str, number: str, at: datetime) -> Delivery:
        return push_records("medins.insured", [insured(number)], key=key, reach=Reach(None), actor=ACTOR, at=at)

    first = push("old", "A1", AT)
    push("new", "A2", AT + timedelta(days=20))
    later = AT + timedelta(days=KEPT_DAYS, seconds=1)
    assert (forget_push_keys(at=AT + timedelta(days=KEPT_DAYS)), forget_push_keys(at=later)) == (0, 1)
    assert push("old", "A1", later).number == first.number
    assert Delivery.objects.count() == 2
