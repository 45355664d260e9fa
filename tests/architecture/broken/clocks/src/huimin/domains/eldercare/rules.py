"""Clocks in a rule."""

import datetime
from datetime import date
from time import time


def age(born_on: date) -> int:
    """Forbidden: reads the day."""
    return date.today().year - born_on.year


def later() -> float:
    """Forbidden: the whole module's name before it."""
    return datetime.datetime.now(datetime.UTC).timestamp() + time()


def opens_at() -> datetime.time:
    """Allowed: a time that is given."""
    return datetime.time(8, 30)
