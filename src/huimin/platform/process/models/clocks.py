"""Deadlines of items and timers, the pauses of their clocks, and the city's calendar of working days."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.process.models.work import Process, WorkItem
from huimin.platform.process.rules.clocks import Clock, Pause
from huimin.platform.process.rules.graph import Limit, LimitUnit


class Deadline(models.Model):
    """A limit that runs: of the whole, of a work item, of a timer on it, or of a timer in which a token rests. Live until
    `closed_at`.

    `due_at` is the instant at which it has run out, None while the clock stands; `provisional` says that it was
    counted through a year whose holidays are not announced. `fires` says that something happens by itself when it runs out.
    `level` is the highest card that it has got, `card_at` when the next one is due (None: never, or not while the clock stands).
    """

    class Purpose(models.TextChoices):
        """What happens when it runs out: supervision takes notice, or the token moves on."""

        LIMIT = "limit", _("办理时限")
        BOUNDARY = "boundary", _("到期流转")
        TIMER = "timer", _("等待")
        OVERDUE = "overdue", _("超时自动处理")
        PROCESS = "process", _("总时限")

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="deadlines")
    item = models.ForeignKey(WorkItem, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines")
    purpose = models.CharField(max_length=8, choices=Purpose)
    node = models.CharField(max_length=64)
    scope = models.CharField(max_length=200, blank=True, default="")
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=[(u.value, u.value) for u in LimitUnit])
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    stopped = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)
    fires = models.BooleanField(default=False)
    fired = models.BooleanField(default=False)
    level = models.CharField(max_length=12, blank=True, default="")
    card_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Deadline"]] = models.Manager()

    class Meta:
        verbose_name = _("期限")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(closed_at=None, fires=True), name="deadline_firing_by_end"),
            models.Index(
                fields=["card_at"], condition=Q(closed_at=None, card_at__isnull=False), name="deadline_by_next_card"
            ),
            models.Index(fields=["id"], condition=Q(closed_at=None), name="deadline_live"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "purpose", "node", "scope"],
                condition=Q(closed_at=None),
                name="deadline_one_live_per_token",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["process", "timer"], item=None)
                | Q(purpose__in=["limit", "overdue"], item__isnull=False)
                | Q(purpose="boundary"),
                name="deadline_of_an_item_or_of_none",
            ),
            models.CheckConstraint(
                condition=Q(stopped=True, due_at=None) | Q(stopped=False, due_at__isnull=False),
                name="deadline_runs_or_stands",
            ),
            models.CheckConstraint(
                condition=Q(fired=False) | Q(closed_at__isnull=False), name="deadline_fired_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.purpose} {self.node}"

    @property
    def clock(self) -> Clock:
        """The clock as a value; reads the pauses."""
        pauses = tuple(Pause(pause.stopped_at, pause.resumed_at) for pause in self.pauses.all())
        return Clock(self.started_at, Limit(self.amount, LimitUnit(self.unit)), pauses)


class ClockPause(models.Model):
    """A time during which a clock stood, why (`supplement`, `special_procedure`, …) and by which law. `drawn` says that the
    definition stops it, which nobody ends by hand.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=64)
    basis = models.CharField(max_length=200, blank=True, default="")
    drawn = models.BooleanField(default=False)
    stopped_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["ClockPause"]] = models.Manager()

    class Meta:
        ordering = ["stopped_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(resumed_at=None), name="clock_stands_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at=None) | Q(resumed_at__gte=F("stopped_at")), name="clock_resumes_after_it_stopped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.reason}"


class CalendarDay(models.Model):
    """A day that differs from the week's rule. A year with any day that is not provisional has been announced."""

    day = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60)
    provisional = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["CalendarDay"]] = models.Manager()

    class Meta:
        verbose_name = _("日历日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
