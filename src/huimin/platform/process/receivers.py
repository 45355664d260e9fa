"""Reactions: the work of who has left a post goes back to it; the machine takes the steps that are due; after the calendar has
changed or the systems stood still, open deadlines are counted again and cards lifted that should not have been raised, slice after slice.
"""

from huimin.platform.identity.events import PostLeft
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.journal.rules import Actor, ActorKind
from huimin.platform.process import operations
from huimin.platform.process.events import CalendarDeclared, CardsLifted, DeadlinesRecounted, OutageDeclared, StepDue

_RECOUNTER = Actor(kind=ActorKind.SYSTEM, ref="process.calendar")
_MACHINE = Actor(kind=ActorKind.SYSTEM, ref="process.machine")
_CARETAKER = Actor(kind=ActorKind.SYSTEM, ref="process.handover")


@receives(PostLeft)
def put_work_back(fact: PostLeft, arrival: Arrival) -> None:
    """What somebody still held at a post that he has left waits there for his colleagues: nothing stays with nobody."""
    giver = fact.subject.removeprefix("account:")
    operations.hand_over_all(post=fact.post, giver=giver, actor=_CARETAKER, at=arrival.received_at)


@receives(StepDue)
def take_due_step(fact: StepDue, arrival: Arrival) -> None:
    """The machine's step, in a transaction of its own; what it refuses is tried again, and parked at last."""
    operations.take_due_step(number=fact.item, actor=_MACHINE, at=arrival.received_at)


def _year_of(subject: str) -> int:
    return int(subject.removeprefix("calendar:"))


@receives(CalendarDeclared)
def begin_recount(fact: CalendarDeclared, arrival: Arrival) -> None:
    """Count the first slice again."""
    operations.recount_deadlines(year=_year_of(fact.subject), actor=_RECOUNTER, at=arrival.received_at)


@receives(DeadlinesRecounted)
def go_on_recounting(fact: DeadlinesRecounted, arrival: Arrival) -> None:
    """Count the next slice again, until there is none: a crash in between loses nothing, since each slice's fact is
    in the outbox.
    """
    for last in [fact.last] if fact.more else []:
        operations.recount_deadlines(year=_year_of(fact.subject), after=last, actor=_RECOUNTER, at=arrival.received_at)
    if not fact.more:
        operations.lift_cards_after(cause=fact.subject, actor=_RECOUNTER, at=arrival.received_at)


@receives(OutageDeclared)
def look_at_cards(fact: OutageDeclared, arrival: Arrival) -> None:
    """When the last slice of clocks has been put back, the cards are looked at."""
    if not fact.more:
        operations.lift_cards_after(cause=fact.subject, actor=_RECOUNTER, at=arrival.received_at)


@receives(CardsLifted)
def go_on_lifting(fact: CardsLifted, arrival: Arrival) -> None:
    """Look at the next slice of cards, until there is none."""
    for last in [fact.last] if fact.more else []:
        operations.lift_cards_after(cause=fact.subject, after=last, actor=_RECOUNTER, at=arrival.received_at)
