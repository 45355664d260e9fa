"""Working days of mainland China: weekends, public holidays and make-up working days.

The State Council announces each year's holidays and make-up days (调休) about two months before the year.
What is not announced yet can only be guessed: such a year is provisional, and deadlines that run into it
are computed again when it is announced. In law the day of an event does not count: a limit of five working
days from Monday ends on the fifth working day after it (民法典 art. 201).
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

import holidays

_DAY: Final = timedelta(days=1)
_WORKING_WEEK: Final = 5
OFFICE_HOURS: Final = ((time(9), time(12)), (time(13, 30), time(17)))
"""The hours of a working day where a city declares no others: from, until."""


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """A day that differs from the week's rule: a holiday on a weekday, or a make-up working day on a weekend.

    `name` says why in Chinese, as announced: 春节.
    """

    day: date
    working: bool
    name: str


def _weekday(day: date) -> bool:
    if isinstance(day, datetime):
        # An instant is a `date` to Python, but no holiday would ever equal it.
        raise TypeError("working days are of days, not of instants")
    return day.weekday() < _WORKING_WEEK


def _weekdays_before(day: date) -> int:
    """How many Mondays to Fridays there were before this day since the calendar's first Monday, 0001-01-01."""
    weeks, rest = divmod(day.toordinal() - 1, 7)
    return weeks * _WORKING_WEEK + min(rest, _WORKING_WEEK)


class WorkCalendar:
    """Which days are working days. Pure: what it knows is what it was given, and it does not change.

    `days` maps a day to whether it is a working day; all others go by the week, Monday to Friday.
    `announced` are the years of which all holidays are known; `hours` the office hours of a working day, in order.
    """

    def __init__(
        self,
        days: Mapping[date, bool],
        *,
        announced: Collection[int] = (),
        hours: Sequence[tuple[time, time]] = OFFICE_HOURS,
    ) -> None:
        self.hours: Final = tuple(hours)
        self._days: Final = {day: working for day, working in sorted(days.items()) if working != _weekday(day)}
        self._announced: Final = frozenset(announced)
        # Counting a span is two look-ups: weekdays by arithmetic, the differing days by running total.
        self._differing: Final = list(self._days)
        self._balance: Final = [0, *accumulate(1 if working else -1 for working in self._days.values())]

    @classmethod
    def of(
        cls,
        days: Iterable[DeclaredDay],
        *,
        announced: Collection[int],
        hours: Sequence[tuple[time, time]] = OFFICE_HOURS,
    ) -> "WorkCalendar":
        """The calendar of these declared days."""
        return cls({declared.day: declared.working for declared in days}, announced=announced, hours=hours)

    def is_working(self, day: date) -> bool:
        """Whether officials work on this day; TypeError for an instant."""
        return self._days.get(day, _weekday(day))

    def add(self, day: date, working_days: int) -> date:
        """The day on which so many working days after this day have passed; this day itself does not count.

        Nought is the day itself; a negative number counts back to the working day so many before it.
        """
        step = _DAY if working_days > 0 else -_DAY
        left = abs(working_days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days after `start` until `end`, `end` included, `start` not.

        When `end` is the earlier, minus the number from `end` until before `start`; so
        `between(day, add(day, n)) == n` for every n.
        """
        if end < start:
            return -(self._before(start) - self._before(end))
        return self._before(end + _DAY) - self._before(start + _DAY)

    def provisional(self, year: int) -> bool:
        """Whether the year's holidays have not been announced, so that its days are guesses."""
        return year not in self._announced

    def is_certain(self, start: date, end: date) -> bool:
        """Whether no day of the span lies in a provisional year."""
        first, last = sorted((start.year, end.year))
        return not any(self.provisional(year) for year in range(first, last + 1))

    def _before(self, day: date) -> int:
        """How many working days lie before this day."""
        _weekday(day)
        return _weekdays_before(day) + self._balance[bisect_left(self._differing, day)]


def announced_years() -> frozenset[int]:
    """The years whose holidays and make-up days the `holidays` package knows as announced."""
    return frozenset(holidays.country_holidays("CN").special_public_holidays)


def declared_days(years: Iterable[int]) -> tuple[DeclaredDay, ...]:
    """The days of these years that differ from the week's rule, in order: what seeds a city's editable calendar.

    For years not announced these are the statutory festivals alone, a guess that leaves out make-up days.
    """
    wanted = frozenset(years)
    known = holidays.country_holidays("CN", years=wanted, language="zh_CN")
    free = {day: DeclaredDay(day, False, name) for day, name in known.items() if _weekday(day)}
    made_up = {day: DeclaredDay(day, True, "调休上班") for day in known.weekend_workdays}
    return tuple(declared for day, declared in sorted((free | made_up).items()) if day.year in wanted)


def mainland_calendar(years: Iterable[int]) -> WorkCalendar:
    """The calendar of these years from the `holidays` package; years not announced are provisional."""
    wanted = frozenset(years)
    return WorkCalendar.of(declared_days(wanted), announced=wanted & announced_years())
