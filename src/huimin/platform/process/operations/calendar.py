"""The city's calendar of working days, and the counting again of what was counted by the old one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.kernel.workdays import DeclaredDay, announced_years, declared_days
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.process.events import CalendarDeclared, DeadlinesRecounted
from huimin.platform.process.models import CalendarDay, Deadline
from huimin.platform.process.operations.engine import lock_families
from huimin.platform.process.operations.standing import show_clock
from huimin.platform.process.queries import work_calendar


class DayOfAnotherYear(Refusal):
    """A day was given that does not lie in the year."""

    zh = "{day} 不在 {year} 年。"
    en = "{day} does not lie in {year}."
    status = 400


class NoDays(Refusal):
    """A year without a single holiday was given, which no year is."""

    zh = "{year} 年的日历是空的。"
    en = "The calendar of {year} is empty."
    status = 400


def declare_year(*, year: int, days: Sequence[DeclaredDay], announced: bool, actor: Actor, at: datetime) -> None:
    """Put a year's holidays and make-up days in place of what was entered before; `announced` False marks them as a
    guess.

    Open deadlines are counted again in slices by the receiver of the fact. Raises NoDays, DayOfAnotherYear.
    """
    if not days:
        raise NoDays(year=year)
    for declared in days:
        if declared.day.year != year:
            raise DayOfAnotherYear(day=declared.day.isoformat(), year=year)
    rows = [CalendarDay(day=d.day, working=d.working, name=d.name, provisional=not announced) for d in days]
    content = digest("|".join(sorted(f"{d.day}{d.working:d}{d.name}" for d in days)))
    fact = CalendarDeclared(subject=f"calendar:{year}", days=len(rows), announced=announced, content=content)
    with transaction.atomic():
        CalendarDay.objects.filter(day__year=year).delete()
        CalendarDay.objects.bulk_create(rows)
        publish(fact, actor=actor, at=at)


def seed_calendar(*, years: Iterable[int], actor: Actor, at: datetime) -> list[int]:
    """Enter the national calendar for those of the years that nobody has entered yet; which they were."""
    entered = set(CalendarDay.objects.values_list("day__year", flat=True).distinct())
    missing = sorted(set(years) - entered)
    for year in missing:
        declare_year(year=year, days=declared_days([year]), announced=year in announced_years(), actor=actor, at=at)
    return missing


def recount_deadlines(*, year: int, after: int = 0, size: int = 50, actor: Actor, at: datetime) -> int | None:
    """Count one slice of the open, running deadlines again by the calendar as it is now; where the next slice
    begins, None at the end.

    Short, so that nobody waits for it: on the embedded store all writers share one lock.
    """
    with transaction.atomic():
        slice_ = list(
            Deadline.objects.filter(closed_at=None, pk__gt=after)
            .order_by("pk")
            .values_list("pk", "process_id")[: size + 1]
        )
        more, slice_ = len(slice_) > size, slice_[:size]
        lock_families({process for _, process in slice_})
        calendar = work_calendar()
        deadlines = (
            Deadline.objects.select_related("item", "process")
            .prefetch_related("pauses")
            .filter(pk__in=[pk for pk, _ in slice_], closed_at=None)
        )
        changed = sum(show_clock(deadline, calendar) for deadline in deadlines)
        last = slice_[-1][0] if slice_ else after
        fact = DeadlinesRecounted(subject=f"calendar:{year}", changed=changed, last=last, more=more)
        publish(fact, actor=actor, at=at)
    return last if more else None
