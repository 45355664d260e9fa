"""A synthetic year of a city's applications: when each comes, and for which of its services. Pure; nobody's data.

The city offers 148 services in the demonstration's measure; each of the sixteen that are declared stands for those that work as it does.
Demand grows in a straight line, so that the last working days see half as many again as the mean; a day off sees a few, online.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

from huimin.kernel.workdays import WorkCalendar

STANDS_FOR: Final[Mapping[str, int]] = {
    "marriage_registration": 26,
    "teacher_qualification": 24,
    "identity_card_replacement": 22,
    "fund_rent_withdrawal": 18,
    "real_estate_transfer": 12,
    "fire_safety_commitment": 8,
    "business_start": 7,
    "birth": 6,
    "retirement": 6,
    "hr_agency_licence": 5,
    "old_age_allowance": 4,
    "public_rental_housing": 3,
    "food_licence_renewal": 2,
    "restaurant_opening": 2,
    "after_death": 2,
    "hazardous_chemicals_licence": 1,
}
"""Of the 148 services, how many work as this one does; all alike often asked for."""
SERVICES: Final = sum(STANDS_FOR.values())
GROWS: Final = (0.5, 1.5)
"""Demand on the first and on the last day, against the mean."""
DAY_OFF: Final = 0.15
"""Demand on a day off, against a working day's."""
OPENS, CLOSES = time(8, 30), time(17, 30)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An application that comes: its place in the year from 0, when (local time, without zone), the service, and a number to draw by."""

    place: int
    at: datetime
    service: str
    draw: int


def demand(cases: int, year: int, calendar: WorkCalendar) -> dict[date, int]:
    """How many come on each day of the year; they add up to `cases`."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    low, high = GROWS
    weights = [
        (low + (high - low) * n / (len(days) - 1)) * (1 if calendar.is_working(day) else DAY_OFF)
        for n, day in enumerate(days)
    ]
    whole = sum(weights)
    until = [round(cases * share / whole) for share in accumulate(weights)]
    return {day: end - start for day, start, end in zip(days, [0, *until[:-1]], until, strict=True)}


def arrivals(cases: int, *, year: int, calendar: WorkCalendar, seed: int) -> Iterator[Arrival]:
    """The applications of a year in the order in which they come; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - invents demand, hides nothing
    codes, shares = list(STANDS_FOR), list(STANDS_FOR.values())
    place = 0
    for day, count in demand(cases, year, calendar).items():
        opens = datetime.combine(day, OPENS)
        length = (datetime.combine(day, CLOSES) - opens).total_seconds()
        instants = sorted(opens + timedelta(seconds=int(chance.random() * length)) for _ in range(count))
        for at in instants:
            yield Arrival(place, at, chance.choices(codes, shares)[0], chance.getrandbits(32))
            place += 1
