"""The city's calendar of working days: its own table, and the national one for years that nobody has entered yet."""

from datetime import date, time
from functools import lru_cache
from typing import Final

from huimin.kernel.workdays import DeclaredDay, WorkCalendar, announced_years, declared_days
from huimin.platform.identity.queries import Kept
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
def _built(rows: tuple[tuple[date, bool, str, bool], ...], hours: tuple[tuple[time, time], ...]) -> WorkCalendar:
    """The calendar of these rows of the table and office hours; kept, since the table changes once a year and is read with
    every act.
    """
    entered = {day.year for day, *_ in rows}
    announced = {day.year for day, _working, _name, provisional in rows if not provisional}
    others = [declared for declared in _national() if declared.day.year not in entered]
    return WorkCalendar.of(
        [*(DeclaredDay(day, working, name) for day, working, name, _ in rows), *others],
        announced=announced | (announced_years() - entered),
        hours=hours,
    )


_DAYS: Final = Kept(lambda: CalendarDay.objects.values_list("day", "working", "name", "provisional"))


def work_calendar() -> WorkCalendar:
    """The calendar by which the city counts, in one read. Years not announced are provisional."""
    return _built(tuple(_DAYS()), tuple(office_hours()))
