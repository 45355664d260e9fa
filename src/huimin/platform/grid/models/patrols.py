"""Where a worker walked on his shift: the track for a declared number of days, the cells for longer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.models.handsets import new_number
from huimin.platform.grid.models.workers import CELL_LENGTH


class Patrol(models.Model):
    """One walk. `points` is the thinned track, JSON `[[seconds since the start, longitude, latitude], …]`, emptied after `kept_until`.

    The track is the worker's own to read; others read which cells were walked (`PatrolCell`).
    """

    number = models.CharField(max_length=10, unique=True, default=new_number)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, help_text="as the handset calls it")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    points = models.TextField(blank=True)
    kept_until = models.DateField()

    objects: ClassVar[models.Manager["Patrol"]] = models.Manager()

    class Meta:
        verbose_name = _("巡查")
        constraints = [
            models.UniqueConstraint(fields=["worker", "key"], name="a_patrol_is_one"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="a_patrol_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["worker", "-started_at"], name="patrol_by_worker"),
            models.Index(fields=["kept_until"], name="patrol_with_track", condition=~Q(points="")),
        ]

    def __str__(self) -> str:
        return self.number


class PatrolCell(models.Model):
    """A cell that a patrol came through, by day: what coverage is counted from."""

    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="cells")
    cell = models.CharField(max_length=CELL_LENGTH)
    walked_on = models.DateField()

    objects: ClassVar[models.Manager["PatrolCell"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patrol", "cell", "walked_on"], name="a_patrol_counts_once_a_cell_and_day")
        ]
        indexes = [models.Index(fields=["walked_on", "cell"], name="patrol_cells_of_a_day")]

    def __str__(self) -> str:
        return f"{self.cell} {self.walked_on}"
