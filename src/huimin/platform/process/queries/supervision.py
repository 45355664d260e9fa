"""Electronic supervision in numbers: how clocks stand, what was done by step and by person, and the cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from huimin.platform.process.models import Card, Process, WorkItem
from huimin.platform.process.rules.clocks import Standing
from huimin.platform.process.rules.states import CARDS_OPEN, CardState, ItemKind, ItemState


def standing_of(number: OuterRef, on: date) -> Subquery:
    """What the clock of the whole of the process with this number says on a day (a code of `rules.clocks.Standing`), for a list of its
    subjects: the SQL of `rules.clocks.standing`.
    """
    says = Case(
        When(clock_stopped=True, then=Value(Standing.STOPPED.value)),
        When(due_on=None, then=Value(Standing.NONE.value)),
        When(due_on__lt=on, then=Value(Standing.LATE.value)),
        When(turn_on__lte=on, then=Value(Standing.DUE.value)),
        default=Value(Standing.RUNNING.value),
        output_field=CharField(),
    )
    return Subquery(Process.objects.filter(number=number).annotate(says=says).values("says")[:1])


def due_on_of(number: OuterRef) -> Subquery:
    """The last day of the whole of the process with this number, for a list of its subjects."""
    return Subquery(Process.objects.filter(number=number).values("due_on")[:1])


@dataclass(frozen=True, kw_only=True)
class Work:
    """What was done in a time at the posts of a department: how much, how much of it under a clock of its own, in time, and early.

    `what` names the step (definition and node) or the person (public id and name).
    """

    what: tuple[str, str]
    done: int
    timed: int
    on_time: int
    early: int


_DONE = {
    "done": Count("pk"),
    "timed": Count("pk", filter=Q(own_clock=True, due_on__isnull=False)),
    "on_time": Count("pk", filter=Q(own_clock=True, closed_at__date__lte=F("due_on"))),
    "early": Count("pk", filter=Q(own_clock=True, closed_at__date__lt=F("due_on"))),
}


def _finished(department: str, since: datetime, until: datetime) -> "QuerySet[WorkItem]":
    return WorkItem.objects.filter(
        post__department__code=department,
        closed_at__gte=since,
        closed_at__lt=until,
        state=ItemState.DONE,
        kind=ItemKind.STEP,
    )


def work_by_step(department: str, *, since: datetime, until: datetime) -> list[Work]:
    """What a department did between two instants (`until` exclusive), by step."""
    by = ("process__definition__code", "node")
    found = _finished(department, since, until).values_list(*by).annotate(**_DONE).order_by(*by)
    return [_work(row) for row in found]


def work_by_person(department: str, *, since: datetime, until: datetime) -> list[Work]:
    """The same by who did it; what ended by itself was done by nobody."""
    by = ("holder__public_id", "holder__name")
    found = _finished(department, since, until).exclude(holder=None).values_list(*by).annotate(**_DONE).order_by(*by)
    return [_work(row) for row in found]


def _work(row: tuple[str | int, ...]) -> Work:
    code, name, done, timed, on_time, early = row
    return Work(what=(str(code), str(name)), done=int(done), timed=int(timed), on_time=int(on_time), early=int(early))


@dataclass(frozen=True, kw_only=True)
class CardCount:
    """How many open cards of a rule (empty: over a clock), a level and a state."""

    rule: str
    level: str
    state: CardState
    number: int


def open_cards(department: str = "") -> list[CardCount]:
    """The cards that still have to be answered or decided, counted by rule, level and state; of one department, or of all."""
    found = Card.objects.filter(state__in=sorted(CARDS_OPEN))
    if department:
        found = found.filter(department__code=department)
    counted = (
        found.values_list("rule", "level", "state").annotate(number=Count("pk")).order_by("rule", "level", "state")
    )
    return [CardCount(rule=rule, level=level, state=CardState(state), number=n) for rule, level, state, n in counted]


def open_cards_by_department() -> Mapping[str, int]:
    """How many cards each department still has open, by its code."""
    found = Card.objects.filter(state__in=sorted(CARDS_OPEN)).values_list("department__code").annotate(n=Count("pk"))
    return {code: n for code, n in found.order_by() if code}


def points_by_department(*, since: datetime, until: datetime) -> Mapping[str, int]:
    """What the cards raised between two instants (`until` exclusive) and upheld count against each department."""
    upheld = Card.objects.filter(raised_at__gte=since, raised_at__lt=until, state=CardState.UPHELD)
    found = upheld.values_list("department__code").annotate(n=Sum("points")).order_by()
    return {code: n for code, n in found if code}
