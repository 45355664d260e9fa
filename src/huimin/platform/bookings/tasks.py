"""Periodic work of bookings: slots are opened as far ahead as they can be booked; who comes tomorrow is reminded."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.bookings.operations import open_slots, remind_tomorrows
from huimin.platform.process.queries.calendar import work_calendar


def _open() -> None:
    open_slots(calendar=work_calendar(), at=timezone.now())


def _remind() -> None:
    remind_tomorrows(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "open_slots": (3600.0, _open),
    "remind_tomorrows": (1800.0, _remind),
}
