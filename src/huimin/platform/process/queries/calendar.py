"""The city's calendar of working days: its own table, and the national one for years that nobody has entered yet."""

from datetime import time
from functools import lru_cache
from typing import Final

from huimin.kernel.workdays import DeclaredDay, WorkCalendar, announced_years, declared_days
from huimin.platform.process.declarations import office_hours
from huimin.platform.process.models import CalendarDay

FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2045
"""Years for which the national calendar stands in; beyond them every Monday to Friday is taken for a working day,
provisionally.
"""


@lru_cache(maxsize=1)
def _national() -> tuple[DeclaredDay, ...]:
    return declared_days(range(FIRST_YEAR, LAST_YEAR + 1))


@lru_cache(maxsize=8)
def _built(rows: tuple[tuple[DeclaredDay, bool], ...], hours: tuple[tuple[time, time], ...]) -> WorkCalendar:
    """The calendar of these rows (day, provisional) and office hours; kept, since the table changes once a year and is read with
    every act.
    """
    entered = {declared.day.year for declared, _ in rows}
    announced = {declared.day.year for declared, provisional in rows if not provisional}
    others = [declared for declared in _national() if declared.day.year not in entered]
    return WorkCalendar.of(
        [*(declared for declared, _ in rows), *others],
        announced=announced | (announced_years() - entered),
        hours=hours,
    )


def work_calendar() -> WorkCalendar:
    """The calendar by which the city counts, in one read. Years not announced are provisional."""
    rows = CalendarDay.objects.values_list("day", "working", "name", "provisional")
    days = tuple((DeclaredDay(day, working, name), provisional) for day, working, name, provisional in rows)
    return _built(days, tuple(office_hours()))
