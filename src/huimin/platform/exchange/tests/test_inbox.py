"""A whole inbox: in order of arrival, one bad file not stopping the rest, the handover list held to what came."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import NobodysFile, Progress, land_inbox
from huimin.platform.exchange.operations.inbox import HANDOVER_LIST, NotReadable
from huimin.platform.exchange.operations.landing import reference_day
from huimin.platform.exchange.tests.factories import ACTOR, AT, delivered_file, insured, pensioner

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D05")]


@pytest.fixture
def inbox(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def land(inbox: Path, **named: Any) -> Progress:
    return land_inbox(inbox, actor=ACTOR, clock=lambda: AT, **named)


def hand_over(
    inbox: Path, listed: Sequence[tuple[Path, str, int]], *, encoding: str = "utf-8-sig", md5: str | None = None
) -> None:
    lines = ["序号,到达时间,部门,资源代码,文件,数据行数,MD5"]
    for number, (path, arrived, rows) in enumerate(listed, 1):
        digest = md5 or hashlib.md5(path.read_bytes()).hexdigest()
        lines.append(f"{number},{arrived},某局,-,{path.relative_to(inbox).as_posix()},{rows},{digest}")
    (inbox / HANDOVER_LIST).write_text("\n".join(lines), encoding=encoding)


def test_files_land_in_the_order_of_their_arrival(inbox: Path) -> None:
    full = delivered_file(inbox, "hrss.insured", [pensioner("A")], day=date(2026, 5, 31), label="_full")
    later = delivered_file(inbox, "hrss.insured", [pensioner("B")], day=date(2026, 6, 2), label="_inc")
    insurance = delivered_file(inbox, "medins.insured", [insured("A1")])
    hand_over(
        inbox,
        [(later, "2026-06-03 01:00:00", 1), (insurance, "2026-06-02 01:00:00", 1), (full, "2026-06-01 02:10:00", 1)],
    )
    told: list[tuple[int, int]] = []
    progress = land(inbox, report=lambda progress: told.append((progress.done, progress.total)))
    assert [delivery.resource for delivery in progress.deliveries] == ["hrss.insured", "medins.insured", "hrss.insured"]
    assert (progress.refused, progress.notes, told) == ([], [], [(1, 3), (2, 3), (3, 3)])
    assert (
        Delivery.objects.get(file_name="rsj/hrss_insured_20260531_full.csv")
        .arrived_at.isoformat()
        .startswith("2026-05-31T18:10")
    )


def test_a_file_that_nobody_declared_or_nobody_can_read_does_not_stop_the_rest(
    inbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (inbox / "readme.txt").write_text("你好")
    broken = delivered_file(inbox, "civil.elders", [])
    broken.write_text("编号|名字\n1|张丽\n", encoding="utf-8")
    delivered_file(inbox, "medins.insured", [insured("A1")])
    progress = land(inbox)
    refused = dict(progress.refused)
    assert isinstance(refused.pop("readme.txt"), NobodysFile)
    assert set(refused) == {"mzj/elders_20260630.psv"}
    assert [delivery.resource for delivery in progress.deliveries] == ["medins.insured"]
    assert progress.done == progress.total == 3


def test_whatever_a_reader_stumbles_over_only_its_own_file_stays_behind(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delivered_file(inbox, "medins.insured", [insured("A1", "张丽丽")])
    monkeypatch.setattr("huimin.platform.exchange.operations.landing.landing.land", lambda *_, **__: 1 / 0)
    ((_, refusal),) = land(inbox).refused
    assert isinstance(refusal, NotReadable)
    assert "张丽丽" not in caplog.text


def test_what_differs_from_the_handover_list_is_noted(inbox: Path) -> None:
    path = delivered_file(inbox, "medins.insured", [insured("A1"), insured("A2")])
    hand_over(inbox, [(path, "2026-06-30 18:00:00", 5)], md5="0" * 32)
    notes = land(inbox).notes
    assert len(notes) == 2
    assert "MD5" in notes[0]
    assert "listed 5 rows, received 2" in notes[1]


def test_a_handover_list_in_the_encoding_of_a_chinese_spreadsheet_is_read(inbox: Path) -> None:
    dated = delivered_file(inbox, "water.accounts", [{"户号": "W1", "户名": "张丽", "立户日期": "20200101"}])
    path = dated.rename(dated.with_name("water_accounts.dat"))
    hand_over(inbox, [(path, "2026-06-15 18:00:00", 1)], encoding="gb18030")
    (delivery,) = land(inbox).deliveries
    # This department's files bear no date: the day of arrival is the day they speak of.
    assert delivery.reference_on == date(2026, 6, 15)


@pytest.mark.parametrize(
    "text", ["文件,到达时间\nx,y", "文件,到达时间,数据行数,MD5\nx.csv,gestern,drei,", "\x00\x01", ""]
)
def test_a_handover_list_that_cannot_be_read_is_named_and_the_files_land(inbox: Path, text: str) -> None:
    delivered_file(inbox, "medins.insured", [insured("A1")])
    (inbox / HANDOVER_LIST).write_text(text, encoding="utf-8")
    progress = land(inbox)
    assert [delivery.resource for delivery in progress.deliveries] == ["medins.insured"]
    assert [name for name, _ in progress.refused] in ([HANDOVER_LIST], [])


def test_landing_an_inbox_twice_changes_nothing(inbox: Path) -> None:
    delivered_file(inbox, "medins.insured", [insured("A1")])
    first, second = land(inbox).deliveries, land(inbox).deliveries
    assert [delivery.number for delivery in first] == [delivery.number for delivery in second]
    assert Delivery.objects.count() == 1


def test_a_single_file_may_be_landed(inbox: Path) -> None:
    progress = land(delivered_file(inbox, "medins.insured", [insured("A1")]))
    assert [delivery.file_name for delivery in progress.deliveries] == ["ybj/medins_insured_20260630.tsv"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("a_20260630.csv", date(2026, 6, 30)),
        ("a_20260231.csv", date(2026, 7, 1)),
        ("a.csv", date(2026, 7, 1)),
        ("students_2026.xlsx", date(2026, 7, 1)),
        ("a_120260630.csv", date(2026, 7, 1)),
    ],
)
def test_the_day_in_a_name_is_the_day_it_speaks_of_else_the_day_of_arrival(name: str, day: date) -> None:
    assert reference_day(Path(name), date(2026, 7, 1)) == day
