from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.workdays import WorkCalendar, announced_years, declared_days, mainland_calendar

pytestmark = pytest.mark.unit

SPAN = range(2023, 2028)
CALENDAR = mainland_calendar(SPAN)
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))
near = st.integers(-60, 60)

calendars = st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.booleans(), max_size=40).map(
    lambda declared: WorkCalendar(declared, announced=[2026])
)
spring = st.dates(date(2025, 12, 20), date(2026, 4, 10))


def test_spring_festival_2026_as_announced():
    assert CALENDAR.is_working(date(2026, 2, 14))  # a Saturday, made up
    assert not CALENDAR.is_working(date(2026, 2, 23))  # a Monday, free in exchange
    assert CALENDAR.add(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert CALENDAR.between(date(2026, 2, 13), date(2026, 2, 24)) == 2


def test_years_not_announced_are_provisional():
    assert not CALENDAR.provisional(2026)
    last = max(announced_years())
    assert mainland_calendar([last, last + 1]).provisional(last + 1)
    assert WorkCalendar({}).provisional(2026)
    assert CALENDAR.is_certain(date(2026, 12, 31), date(2025, 1, 1))
    assert not mainland_calendar([last]).is_certain(date(last, 12, 31), date(last + 1, 1, 5))


@given(days)
def test_it_agrees_with_the_package_it_is_seeded_from(day):
    assert CALENDAR.is_working(day) == holidays.country_holidays("CN", years=SPAN).is_working_day(day)


def test_only_days_that_differ_from_the_week_are_declared():
    declared = declared_days(SPAN)
    assert list(declared) == sorted(declared, key=lambda each: each.day)
    assert all(each.working != (each.day.weekday() < 5) for each in declared)
    assert all(each.name and each.day.year in SPAN for each in declared)
    assert WorkCalendar.of(declared, announced=[2026]).is_working(date(2026, 2, 14))


@given(calendars, spring, near)
def test_between_undoes_add(calendar, day, count):
    assert calendar.between(day, calendar.add(day, count)) == count


@given(calendars, spring, spring)
def test_add_undoes_between_on_working_days(calendar, start, end):
    if calendar.is_working(end):
        assert calendar.add(start, calendar.between(start, end)) == end or start == end


@given(calendars, spring, spring)
def test_between_counts_the_days(calendar, start, end):
    step = timedelta(days=1)
    if start <= end:
        counted = [start + step * n for n in range(1, (end - start).days + 1)]
        assert calendar.between(start, end) == sum(map(calendar.is_working, counted))
    else:
        counted = [end + step * n for n in range((start - end).days)]
        assert calendar.between(start, end) == -sum(map(calendar.is_working, counted))


@given(calendars, spring, st.integers(0, 30), st.integers(0, 30))
def test_adding_in_two_steps_is_adding_at_once(calendar, day, first, second):
    assert calendar.add(calendar.add(day, first), second) == calendar.add(day, first + second)


@given(calendars, spring, near)
def test_a_limit_ends_on_a_working_day(calendar, day, count):
    assert count == 0 or calendar.is_working(calendar.add(day, count))


def test_the_calendar_does_not_change_with_what_it_was_made_of():
    declared = {date(2026, 1, 5): False}
    calendar = WorkCalendar(declared)
    declared.clear()
    assert not calendar.is_working(date(2026, 1, 5))


@pytest.mark.parametrize("ask", ["is_working", "add", "between"])
def test_an_instant_is_no_day(ask):
    noon = datetime(2026, 2, 16, 12, tzinfo=UTC)
    arguments = {"is_working": (noon,), "add": (noon, 1), "between": (noon, noon)}[ask]
    with pytest.raises(TypeError, match="not of instants"):
        getattr(CALENDAR, ask)(*arguments)
