"""Clocks, timers and the calendar at work, and what the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from huimin.kernel.workdays import DeclaredDay
from huimin.platform.journal.operations import deliver_due
from huimin.platform.process import operations, queries
from huimin.platform.process.models import CalendarDay, Deadline, Process, WorkItem
from huimin.platform.process.models.work import NotOpen
from huimin.platform.process.rules.states import ProcessState
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    Drawing,
    actor_of,
    make_official,
    make_post,
    publish,
    two_steps,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D20")]
HOUR = timedelta(hours=1)


@pytest.fixture
def police():
    return make_official("gaj.data")


@pytest.fixture
def civil():
    return make_official("mzj.data")


def started(drawing=None, code="trial", **kwargs) -> Process:
    publish(code, drawing or two_steps())
    return operations.start(code, subject="thing:1", actor=SYSTEM, at=NOW, **kwargs)


def live(process) -> dict[str, WorkItem]:
    return {item.node: item for item in WorkItem.objects.filter(process=process, closed_at=None)}


def do(item, account, outcome="done", at=NOW, **kwargs) -> WorkItem:
    operations.claim(number=item.number, actor=actor_of(account), at=at)
    return operations.complete(number=item.number, outcome=outcome, actor=actor_of(account), at=at, **kwargs)


class TestClocks:
    def test_stop_and_go_on(self, police, civil):
        process = started()
        number = live(process)["check"].number
        with pytest.raises(NotOpen):
            operations.stop_clock(
                number=number, reason="supplement", basis="行政许可法第三十二条", actor=actor_of(police), at=NOW
            )
        operations.claim(number=number, actor=actor_of(police), at=NOW)
        operations.stop_clock(
            number=number, reason="supplement", basis="行政许可法第三十二条", actor=actor_of(police), at=NOW + 24 * HOUR
        )
        stopped = live(process)["check"]
        assert (stopped.due_on, stopped.clock_stopped) == (None, True)
        with pytest.raises(operations.ClockNotRunning):
            operations.stop_clock(
                number=number, reason="supplement", basis="行政许可法第三十二条", actor=actor_of(police), at=NOW
            )
        operations.resume_clock(number=number, actor=actor_of(police), at=NOW + 6 * 24 * HOUR)
        # stood over 4, 5 and 8 June; the five days are 9 to 15
        assert live(process)["check"].due_on == date(2026, 6, 15)

    def test_a_timer_in_which_the_token_rests(self, police):
        process = started(Drawing().start().timer("wait", 2).user("check").end().line("start", "wait", "check", "end"))
        assert not live(process)
        assert operations.fire_due_timers(at=NOW + 24 * HOUR).moved == 0
        assert operations.fire_due_timers(at=NOW + 72 * HOUR).moved == 1
        assert set(live(process)) == {"check"}
        assert operations.fire_due_timers(at=NOW + 73 * HOUR).moved == 0

    def boundary(self, interrupting):
        return (
            Drawing().start().user("check").boundary("late", "check", 1, interrupting).user("chief").end().end("other")
            .line("start", "check", "end").line("late", "chief", "other")
        )  # fmt: skip

    def test_a_timer_that_takes_the_work_away(self, police):
        process = started(self.boundary(True))
        operations.fire_due_timers(at=NOW + 72 * HOUR)
        assert set(live(process)) == {"chief"}
        do(live(process)["chief"], police, at=NOW + 73 * HOUR)
        process.refresh_from_db()
        assert process.state == ProcessState.ENDED

    def test_a_timer_beside_the_work(self, police):
        process = started(self.boundary(False))
        operations.fire_due_timers(at=NOW + 72 * HOUR)
        assert set(live(process)) == {"check", "chief"}
        do(live(process)["check"], police, at=NOW + 73 * HOUR)
        process.refresh_from_db()
        assert process.state == ProcessState.RUNNING
        do(live(process)["chief"], police, at=NOW + 73 * HOUR)
        process.refresh_from_db()
        assert process.state == ProcessState.ENDED

    def test_a_process_that_cannot_move_on_holds_nobody_up(self, police):
        drawing = (
            Drawing().start().timer("wait", 1).user("check", "{office}").end().line("start", "wait", "check", "end")
        )
        stuck, fine = started(drawing, data={"office": "no.where"}), started(drawing, data={"office": "gaj.data"})
        fired = operations.fire_due_timers(at=NOW + 72 * HOUR)
        assert (fired.moved, fired.refused) == (1, (stuck.number,))
        assert set(live(fine)) == {"check"}
        make_post("no.where")
        assert operations.fire_due_timers(at=NOW + 73 * HOUR).moved == 1

    def test_work_done_in_time_stops_its_timer(self, police):
        process = started(self.boundary(True))
        do(live(process)["check"], police)
        assert operations.fire_due_timers(at=NOW + 720 * HOUR).moved == 0

    def test_a_changed_calendar_moves_open_deadlines(self, police, civil, monkeypatch):
        processes = [started() for _ in range(3)]
        do(live(processes[2])["check"], police, "bad")
        days = [DeclaredDay(date(2026, 6, 8), False, "试验假日"), DeclaredDay(date(2026, 6, 13), True, "调休上班")]
        monkeypatch.setattr(
            operations.calendar.recount_deadlines,
            "__kwdefaults__",
            {**operations.calendar.recount_deadlines.__kwdefaults__, "size": 1},
        )
        operations.declare_year(year=2026, days=days, announced=True, actor=SYSTEM, at=NOW)
        assert live(processes[0])["check"].due_on == date(2026, 6, 10)
        for _ in range(6):
            deliver_due(at=NOW + HOUR)
        assert [live(process)["check"].due_on for process in processes[:2]] == [date(2026, 6, 11)] * 2
        assert not Deadline.objects.filter(closed_at=None, provisional=True).exists()

    def test_seeding_leaves_what_was_entered(self):
        CalendarDay.objects.create(day=date(2026, 1, 5), working=False, name="试验")
        assert operations.seed_calendar(years=[2025, 2026, 2040], actor=SYSTEM, at=NOW) == [2025, 2040]
        calendar = queries.work_calendar()
        assert (calendar.provisional(2025), calendar.provisional(2026), calendar.provisional(2040)) == (
            False,
            False,
            True,
        )
        assert not calendar.is_working(date(2026, 1, 5))


class TestPromises:
    """What the database itself refuses."""

    @pytest.mark.parametrize(
        "values",
        [{"state": "done", "closed_at": NOW, "outcome": "x"}, {"state": "held"}, {"closed_at": NOW}, {"state": "ended"},
         {"clock_stopped": True}],
    )  # fmt: skip
    def test_impossible_items(self, police, civil, values):
        process = started()
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkItem.objects.filter(process=process).update(**values)

    def test_one_live_item_a_token(self, police, civil):
        item = live(started())["check"]
        item.pk, item.number = None, "copy"
        with pytest.raises(IntegrityError), transaction.atomic():
            item.save()
