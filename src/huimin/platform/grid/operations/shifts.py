"""Planning shifts."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid.events import ShiftDropped, ShiftsPlanned
from huimin.platform.grid.models import Shift
from huimin.platform.grid.operations.assigning import worker_named
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class NoDays(BadInput):
    """Shifts are planned for days."""

    zh = "请至少选择一天。"
    en = "Choose at least one day."


class OnShiftAlready(Refusal):
    """The worker has a shift at that time."""

    zh = "{name} 在 {day} 已有班次，与新班次重叠。"
    en = "{name} has a shift on {day} that overlaps with the new one."


def shift_on(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """When a shift of this day begins and ends: one that ends no later than it begins ends on the next day."""
    until = day if ends > starts else day + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, starts)), timezone.make_aware(datetime.combine(until, ends))


@transaction.atomic
def plan_shifts(*, worker: str, days: Collection[date], starts: time, ends: time, actor: Actor, at: datetime) -> int:
    """Plan the same hours for a worker (sign-in name) on these days; gives how many shifts. Raises NoSuchWorker, NoDays, OnShiftAlready."""
    account = worker_named(worker, actor, at)
    if not days:
        raise NoDays(field="days")
    spans = [shift_on(day, starts, ends) for day in sorted(set(days))]
    known = list(
        Shift.objects.select_for_update().filter(worker=account, starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0])
    )
    for begins, until in spans:
        if any(one.starts_at < until and begins < one.ends_at for one in known):
            raise OnShiftAlready(name=account.name, day=timezone.localdate(begins))
    Shift.objects.bulk_create([Shift(worker=account, starts_at=begins, ends_at=until) for begins, until in spans])
    fact = ShiftsPlanned(subject=account.reference, shifts=len(spans), first_on=min(days), last_on=max(days))
    publish(fact, actor=actor, at=at)
    return len(spans)


@transaction.atomic
def drop_shift(*, worker: str, starts_at: datetime, actor: Actor, at: datetime) -> None:
    """Take a shift that has not begun out of the plan; one that is not there stays so. Raises NoSuchWorker."""
    account = worker_named(worker, actor, at)
    gone, _ = Shift.objects.filter(worker=account, starts_at=starts_at, starts_at__gt=at).delete()
    if gone:
        day = timezone.localdate(starts_at)
        publish(ShiftDropped(subject=account.reference, day=day), actor=actor, at=at)
