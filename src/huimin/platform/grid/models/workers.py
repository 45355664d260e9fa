"""Who walks which cell, and when somebody is on shift."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

CELL_LENGTH = 15


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Reads of assignments."""

    def on(self, day: date) -> "AssignmentQuerySet":
        """Those in force on this day."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=day), since_on__lte=day)


class Assignment(models.Model):
    """A worker walks a cell from a day until another (exclusive; open while None).

    Many to many: a cell may have several, of whom at most one is the first, and a worker several cells. The cell is named by its code,
    which outlives the edition of the grid that outlines it.
    """

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cell = models.CharField(max_length=CELL_LENGTH, help_text="GB/T 30428.1")
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_first = models.BooleanField(default=False, help_text="answers for the cell before the others do")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("网格分工")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("since_on")), name="an_assignment_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["worker", "cell"], condition=Q(until_on=None), name="a_worker_has_a_cell_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["cell"], condition=Q(until_on=None, is_first=True), name="one_first_worker_of_a_cell"
            ),
        ]
        indexes = [models.Index(fields=["cell", "since_on"], name="assignment_by_cell")]

    def __str__(self) -> str:
        return f"{self.worker} {self.cell}"


class Shift(models.Model):
    """A worker is on from an instant until another (exclusive)."""

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("班次")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_shift_ends_after_it_began"),
            models.UniqueConstraint(fields=["worker", "starts_at"], name="a_worker_begins_one_shift_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.starts_at:%F %H:%M}"
