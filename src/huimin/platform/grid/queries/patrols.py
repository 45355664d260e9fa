"""What others read of patrols: which cells were walked, and when last. Never where somebody went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max
from django.utils import timezone

from huimin.platform.grid.models import Patrol, PatrolCell
from huimin.platform.grid.queries.reach import is_within, reach_of
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

DAYS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """A cell, on how many of the last DAYS days somebody walked it, and when last."""

    cell: str
    name: str
    days: int
    last_on: date | None


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How a division stands: its cells, how many were walked in the last DAYS days, and those that were not for longest."""

    cells: int
    walked: int
    least: Sequence[Coverage]


def patrol_coverage(actor: Actor, *, at: datetime, limit: int = 50) -> Covered:
    """Coverage of the cells that the actor's post answers for; the least walked first, at most `limit`."""
    reach = reach_of(actor)
    cells = [(code, name) for code, name in places.grid_cells().values_list("code", "name") if is_within(reach, code)]
    since = timezone.localdate(at) - timedelta(days=DAYS - 1)
    counted = (
        PatrolCell.objects.filter(walked_on__gte=since)
        .values("cell")
        .annotate(days=Count("walked_on", distinct=True), last=Max("walked_on"))
    )
    walked = {row["cell"]: (row["days"], row["last"]) for row in counted}
    rows = [
        Coverage(cell=code, name=name, days=walked.get(code, (0, None))[0], last_on=walked.get(code, (0, None))[1])
        for code, name in cells
    ]
    rows.sort(key=lambda one: (one.days, one.last_on or date.min, one.cell))
    return Covered(cells=len(rows), walked=sum(one.days > 0 for one in rows), least=rows[:limit])


def own_patrols(worker: "Account", *, limit: int = 30) -> list[Patrol]:
    """A worker's own patrols, newest first."""
    return list(Patrol.objects.filter(worker=worker).order_by("-started_at")[:limit])
