"""Inspections of businesses on the spot: who looked, when, and what he found."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Inspection(models.Model):
    """Somebody looked at a business of a cell. A business is named by its key in the registry, so that it is the same everywhere."""

    class Outcome(models.TextChoices):
        """What was found."""

        SOUND = "sound", _("正常")
        TO_MEND = "to_mend", _("有问题，已要求整改")
        GONE = "gone", _("已不在此经营")

    organisation = models.CharField(max_length=16, help_text="key in the registry of organisations")
    cell = models.CharField(max_length=15, help_text="GB/T 30428.1")
    outcome = models.CharField(max_length=8, choices=Outcome)
    note = models.CharField(max_length=200, blank=True, default="")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    inspected_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Inspection"]] = models.Manager()

    class Meta:
        verbose_name = _("走访检查")
        indexes = [models.Index(fields=["organisation", "-inspected_at"], name="inspection_by_business")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.outcome}"
