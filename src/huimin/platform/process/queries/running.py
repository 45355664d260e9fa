"""What every act on a process reads first, by statements that are kept: the locked root, the item at hand, where tokens rest."""

from typing import Any, Final

from django.db.models import QuerySet

from huimin.platform.identity.queries import Kept, slot
from huimin.platform.process.models import Deadline, Process, WorkItem


def drawn(processes: QuerySet[Process]) -> QuerySet[Process]:
    """Processes with their definition, whose text is read only where it is compiled."""
    return processes.select_related("definition").defer("definition__text").order_by()


def _resting() -> QuerySet[Any, tuple[str, str]]:
    live = {"process": slot("process"), "closed_at": None}
    items = WorkItem.objects.filter(**live, parent=None).values_list("node", "scope")
    timers = Deadline.objects.filter(**live, purpose=Deadline.Purpose.TIMER)
    return items.union(timers.values_list("node", "scope"), all=True)


LOCKED_ROOT: Final = Kept(
    lambda: drawn(Process.objects.select_for_update(of=("self",))).filter(root=None, number=slot("number"))
)
ITEM: Final = Kept(
    lambda: (
        WorkItem.objects.select_related("post", "holder")
        .filter(process=slot("process"), number=slot("number"))
        .order_by()
    )
)
RESTING: Final = Kept(_resting)
