"""The words of states."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from huimin.kernel.money import Fen
from huimin.platform.ui import dates
from huimin.platform.ui import pieces as p
from huimin.platform.ui.marks import CLOCK, EVIDENCE, PROGRESS, SHAPES, STEP, VERDICT

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("clock", "state", "word", "day", "share"),
    [
        (p.Clock(left=3, total=10, until=date(2026, 7, 9)), "running", "还有 3 个工作日", date(2026, 7, 9), 30),
        (p.Clock(left=2, total=10, until=date(2026, 7, 9)), "due", "还有 2 个工作日", date(2026, 7, 9), 20),
        (p.Clock(left=0, total=10, until=date(2026, 7, 9)), "due", "今天到期", date(2026, 7, 9), 0),
        (p.Clock(left=-2, total=10, until=date(2026, 7, 9)), "late", "超期 2 个工作日", date(2026, 7, 9), 0),
        (p.Clock(left=-2, total=10, until=date(2026, 7, 9), stopped="补正中"), "stopped", "补正中，已停表", None, 0),
        (
            p.Clock(left=12, total=10, stopped="补正中", done_on=date(2026, 7, 1)),
            "done",
            "已办结",
            date(2026, 7, 1),
            100,
        ),
        (p.Clock(left=1, total=0), "due", "还有 1 个工作日", None, 0),
    ],
)
def test_a_clock_says_its_state(clock, state, word, day, share):
    assert (clock.state, clock.word, clock.day, clock.share_left) == (state, word, day, share)


def test_a_clock_in_english():
    with translation.override("en"):
        assert p.Clock(left=1, total=9, due_within=0).word == "1 working day left"
        assert p.Clock(left=-2, total=9).word == "2 working days overdue"


def test_a_value_says_where_it_stands():
    dispute = p.Dispute(source="医保局", text="别处")
    assert p.Value(text="").standing == "absent"
    assert p.Value(text="x").standing == "single"
    assert p.Value(text="x", agreeing=2).standing == "confirmed"
    assert p.Value(text="x", agreeing=2, disputes=[dispute]).standing == "disputed"
    assert (
        p.Value(text="x", source="公安局", as_of=date(2026, 5, 25), agreeing=2).badge
        == "公安局 · 2026-05-25 · 另有2家一致"
    )


def test_eligibility_says_because_of_what():
    yes, no = p.Condition(sentence="a", verdict=p.Verdict.YES), p.Condition(sentence="b", verdict=p.Verdict.NO)
    assert p.Eligibility(what="", verdict=p.Verdict.NO, conditions=[yes, no]).because == [no]
    assert p.Eligibility(what="", verdict=p.Verdict.YES, conditions=[yes]).because == []


def test_every_state_has_a_word_and_a_shape():
    scales = (
        (CLOCK, p.ClockState),
        (STEP, p.StepState),
        (VERDICT, p.Verdict),
        (EVIDENCE, p.EvidenceBy),
        (PROGRESS, p.ProgressState),
    )
    for table, states in scales:
        assert set(table) == set(states)
        assert set(table.values()) <= set(SHAPES)
    assert all(p.Step(name="", state=state).word for state in p.StepState)
    assert all(p.Evidence(material="", by=by).word for by in p.EvidenceBy)
    # Colour is not what tells them apart: the marks of one scale differ.
    for table in (CLOCK, STEP, VERDICT):
        assert len(set(table.values())) == len(table)


def test_progress_counts():
    assert p.Progress(name="a", label="", state=p.ProgressState.RUNNING, done=1, total=3).percent == 33
    assert p.Progress(name="a", label="", state=p.ProgressState.WAITING).percent is None
    assert not p.Progress(name="a", label="", state=p.ProgressState.FAILED).going


def test_dates_and_money_read_as_the_house_writes_them():
    at = datetime(2026, 6, 3, 14, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert dates.weekday(date(2026, 7, 9)) == "7月9日（周四）"
    assert dates.moment(at) == "6月3日 14:05"
    assert dates.as_of(at) == "2026-06-03 14:05"
    assert dates.full_day(date(2026, 7, 9)) == "2026年7月9日"
    assert dates.money(Fen(123450)) == "¥1,234.50"
    with translation.override("en"):
        assert dates.weekday(date(2026, 7, 9)) == "Thu 9 July"
