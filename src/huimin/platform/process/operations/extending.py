"""延期: a step gets more time than it was given."""

from datetime import datetime

from django.db import transaction

from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import LimitExtended
from huimin.platform.process.models import Deadline, WorkItem
from huimin.platform.process.operations.clocks import ClockNotRunning
from huimin.platform.process.operations.engine import lock_item
from huimin.platform.process.operations.hands import fact_fields
from huimin.platform.process.operations.standing import show_clock
from huimin.platform.process.queries import work_calendar


def extend_limit(*, number: str, amount: int, actor: Actor, at: datetime) -> WorkItem:
    """Give a live step so many more units of its own limit. The app that calls has made sure that the actor may grant it.

    Raises NoSuchWork, ProcessOver, ClockNotRunning where the step has no limit of its own.
    """
    with transaction.atomic():
        item = lock_item(number)
        clock = item.deadlines.filter(closed_at=None, purpose=Deadline.Purpose.LIMIT).first()
        if clock is None or amount < 1:
            raise ClockNotRunning(number=number)
        clock.item, clock.amount = item, clock.amount + amount
        clock.save(update_fields=["amount"])
        show_clock(clock, work_calendar())
        fact = LimitExtended(**fact_fields(item), amount=amount, unit=clock.unit, due_on=item.due_on)
        publish(fact, actor=actor, at=at)
    return item
