"""What process needs to stand: the published definitions and the calendar of the years that deadlines may reach."""

from datetime import datetime

from huimin.platform.journal.rules import Actor
from huimin.platform.process.operations import publish_standing_definitions, seed_calendar


def establish(*, actor: Actor, at: datetime) -> None:
    """Publish what is new, enter the calendar of last year to the year after next; repeating it changes nothing."""
    publish_standing_definitions(actor=actor, at=at)
    seed_calendar(years=range(at.year - 1, at.year + 3), actor=actor, at=at)
