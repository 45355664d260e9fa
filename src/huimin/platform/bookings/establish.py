"""What bookings need before they can serve: the slots of the next days."""

from datetime import datetime

from huimin.platform.bookings.operations import open_slots
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries.calendar import work_calendar


def establish(*, actor: Actor, at: datetime) -> None:
    """Open the slots that are not open yet."""
    open_slots(calendar=work_calendar(), at=at)
