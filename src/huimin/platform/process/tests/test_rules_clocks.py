"""The rules of clocks: when a limit ends, what stood, what is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.workdays import WorkCalendar, mainland_calendar
from huimin.platform.process.rules.clocks import (
    BEIJING,
    Clock,
    Pause,
    Standing,
    after_office_time,
    day_of,
    days_left,
    due,
    end_of,
    standing,
)
from huimin.platform.process.rules.graph import Limit, LimitUnit

pytestmark = pytest.mark.unit
CALENDAR = mainland_calendar(range(2025, 2028))


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+08:00")


class TestClocks:
    def test_the_first_day_does_not_count_and_holidays_neither(self):
        # 3 June 2026 is a Wednesday; the Dragon Boat Festival on the 19th is a day off.
        end = due(Clock(at("2026-06-17"), Limit(2, LimitUnit.WORKING_DAYS)), CALENDAR)
        assert end is not None
        assert (end.on, end.at, end.provisional) == (date(2026, 6, 22), end_of(date(2026, 6, 22)), False)

    def test_days_of_the_calendar_end_on_a_working_day(self):
        end = due(Clock(at("2026-06-17"), Limit(2, LimitUnit.DAYS)), CALENDAR)
        assert end is not None
        assert end.on == date(2026, 6, 22)

    def test_hours_are_hours(self):
        end = due(Clock(at("2026-06-03"), Limit(20, LimitUnit.HOURS)), CALENDAR)
        assert end is not None
        assert end.at == at("2026-06-03") + timedelta(hours=20)

    def test_office_hours_run_only_while_offices_are_open(self):
        # Wednesday 10:00: two hours until noon, three and a half in the afternoon, the rest on Thursday from nine.
        end = due(Clock(at("2026-06-03"), Limit(6, LimitUnit.OFFICE_HOURS)), CALENDAR)
        assert end is not None
        assert end.at == at("2026-06-04") - timedelta(minutes=30)
        # From Thursday the 18th over the Dragon Boat Festival and the weekend.
        over = due(Clock(at("2026-06-18"), Limit(6, LimitUnit.OFFICE_HOURS)), CALENDAR)
        assert over is not None
        assert over.at == at("2026-06-22") - timedelta(minutes=30)

    def test_office_hours_leave_out_what_stood_and_what_began_at_night(self):
        night = at("2026-06-03") + timedelta(hours=12)
        end = due(Clock(night, Limit(1, LimitUnit.OFFICE_HOURS)), CALENDAR)
        assert end is not None
        assert end.at == at("2026-06-04")
        pause = Pause(at("2026-06-03") + timedelta(minutes=30), at("2026-06-04"))
        stood = due(Clock(at("2026-06-03"), Limit(1, LimitUnit.OFFICE_HOURS), (pause,)), CALENDAR)
        assert stood is not None
        assert stood.at == at("2026-06-04") + timedelta(minutes=30)

    @given(
        started=st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1), timezones=st.just(BEIJING)),
        hours=st.integers(1, 40),
        more=st.integers(1, 10),
    )
    def test_laws_of_office_hours(self, started, hours, more):
        """It ends while an office is open; more hours end later by at least those; a start at night is one at opening."""
        end = after_office_time(Clock(started, Limit(hours, LimitUnit.OFFICE_HOURS)), CALENDAR, timedelta(hours=hours))
        local = end.astimezone(BEIJING)
        assert CALENDAR.is_working(local.date())
        assert any(opens < local.time() <= closes for opens, closes in CALENDAR.hours)
        longer = timedelta(hours=hours + more)
        assert after_office_time(Clock(started, Limit(1, LimitUnit.HOURS)), CALENDAR, longer) - end >= timedelta(
            hours=more
        )

    def test_a_stopped_clock_has_no_end_and_keeps_what_is_left(self):
        stopped = Clock(at("2026-06-03"), Limit(5, LimitUnit.WORKING_DAYS), (Pause(at("2026-06-05")),))
        assert due(stopped, CALENDAR) is None
        assert days_left(stopped, CALENDAR, date(2026, 7, 30)) == 3

    def test_the_day_of_stopping_does_not_count_the_day_of_going_on_does(self):
        clock = Clock(at("2026-06-03"), Limit(5, LimitUnit.WORKING_DAYS), (Pause(at("2026-06-05"), at("2026-06-09")),))
        end = due(clock, CALENDAR)
        assert end is not None
        # 4, (5, 8 stood), 9, 10, 11, 12
        assert end.on == date(2026, 6, 12)

    def test_a_year_not_announced_is_provisional(self):
        unannounced = WorkCalendar({}, announced=[2026])
        end = due(Clock(at("2026-12-30"), Limit(5, LimitUnit.WORKING_DAYS)), unannounced)
        assert end is not None
        assert end.provisional

    @pytest.mark.parametrize(
        ("on", "stopped", "says"),
        [("2026-06-04", False, Standing.RUNNING), ("2026-06-09", False, Standing.DUE), ("2026-06-10", False, Standing.DUE),
         ("2026-06-11", False, Standing.LATE), ("2026-06-11", True, Standing.STOPPED)],
    )  # fmt: skip
    def test_standing(self, on, stopped, says):
        end = due(Clock(at("2026-06-03"), Limit(5, LimitUnit.WORKING_DAYS)), CALENDAR)
        assert end is not None
        assert standing(end.on, end.warn_on, stopped=stopped, on=date.fromisoformat(on)) is says

    def test_no_limit(self):
        assert standing(None, date(9999, 12, 31), stopped=False, on=date(2026, 6, 3)) is Standing.NONE

    days = st.dates(date(2025, 6, 1), date(2026, 12, 31))

    @given(days, st.integers(1, 60), st.lists(st.integers(0, 30), min_size=2, max_size=6))
    def test_stopping_never_shortens_and_gives_back_exactly_the_days_that_stood(self, start, amount, gaps):
        began = datetime(start.year, start.month, start.day, 2, tzinfo=UTC)
        instants, last = [], began
        for gap in gaps[: len(gaps) // 2 * 2]:
            last += timedelta(days=gap)
            instants.append(last)
        pauses = tuple(Pause(a, b) for a, b in zip(instants[::2], instants[1::2], strict=True))
        calendar = mainland_calendar(range(2025, 2028))
        plain = due(Clock(began, Limit(amount, LimitUnit.WORKING_DAYS)), calendar)
        paused = due(Clock(began, Limit(amount, LimitUnit.WORKING_DAYS), pauses), calendar)
        assert plain is not None
        assert paused is not None
        assert paused.on >= plain.on
        stood = {
            day
            for pause in pauses
            for n in range((day_of(pause.resumed_at) - day_of(pause.stopped_at)).days)
            if (day := day_of(pause.stopped_at) + timedelta(days=n)) <= paused.on
            and day > start
            and calendar.is_working(day)
        }
        assert calendar.between(start, paused.on) == amount + len(stood)
