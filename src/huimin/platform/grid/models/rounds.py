"""Planned rounds: each visit that is due or was made, and who is on the list of a round by name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.models.handsets import new_number
from huimin.platform.grid.models.workers import CELL_LENGTH

KEY, CODE = 16, 24


class RoundVisit(models.Model):
    """A visit of a round to one person: due from a day, missed from another, open until it is done.

    Nobody at home leaves it open. Who he is and where he lives stand here by key only; what was answered stands here and in no fact.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        WELL = "well", _("平安")
        NEEDS_HELP = "needs_help", _("需要帮助")
        NOT_HOME = "not_home", _("没人在家")
        MOVED = "moved", _("已搬走")
        REFUSED = "refused", _("不愿受访")
        NOT_DUE = "not_due", _("不再需要")

    number = models.CharField(max_length=10, unique=True, default=new_number)
    round = models.CharField(max_length=CODE, help_text="as declared in rounds.yaml")
    person = models.CharField(max_length=KEY, help_text="person key")
    place = models.CharField(max_length=KEY, help_text="house key")
    cell = models.CharField(max_length=CELL_LENGTH, help_text="GB/T 30428.1")
    planned_on = models.DateField()
    until_on = models.DateField(help_text="missed from this day on")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="when somebody was last at the door")
    done_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True, help_text="when it was escalated")

    objects: ClassVar[models.Manager["RoundVisit"]] = models.Manager()

    class Meta:
        verbose_name = _("探访")
        constraints = [
            models.UniqueConstraint(fields=["round", "person", "planned_on"], name="a_round_plans_a_day_once"),
            models.UniqueConstraint(
                fields=["round", "person"], condition=Q(done_at=None), name="one_open_visit_of_a_round"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome__in=["", "not_home"])
                | Q(done_at__isnull=False, outcome__in=["well", "needs_help", "moved", "refused", "not_due"]),
                name="a_round_visit_is_open_or_done",
            ),
        ]
        indexes = [
            models.Index(fields=["cell", "until_on"], name="round_visit_open", condition=Q(done_at=None)),
            models.Index(fields=["until_on"], name="round_visit_missed", condition=Q(done_at=None, missed_at=None)),
            models.Index(fields=["planned_on"], name="round_visit_by_day"),
            models.Index(fields=["person"], name="round_visit_by_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts speak of it: `round_visit:7Q…`."""
        return f"round_visit:{self.number}"


class RoundMember(models.Model):
    """Somebody is on the list of a round by name, until he is taken off."""

    round = models.CharField(max_length=CODE)
    person = models.CharField(max_length=KEY, help_text="person key")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects: ClassVar[models.Manager["RoundMember"]] = models.Manager()

    class Meta:
        verbose_name = _("探访名单")
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="on_a_list_once")]

    def __str__(self) -> str:
        return f"{self.round} {self.person}"
