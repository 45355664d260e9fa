"""Periodic work of bookings: slots are opened as far ahead as they can be booked."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.bookings.operations import open_slots
from huimin.platform.process.queries.calendar import work_calendar


def _open() -> None:
    open_slots(calendar=work_calendar(), at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {"open_slots": (3600.0, _open)}
