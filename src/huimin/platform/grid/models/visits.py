"""Household visits: what a worker found against what is registered, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.models.handsets import new_number
from huimin.platform.grid.models.workers import CELL_LENGTH


class Visit(models.Model):
    """A visit to a house of the registry. Who lives there stands in its findings only, and those are the department's record."""

    number = models.CharField(max_length=10, unique=True, default=new_number)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, help_text="as the handset calls it")
    place = models.CharField(max_length=16, help_text="house key")
    cell = models.CharField(max_length=CELL_LENGTH, blank=True)
    seen_at = models.DateTimeField(help_text="when the worker was there, by the handset")
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Visit"]] = models.Manager()

    class Meta:
        verbose_name = _("入户走访")
        constraints = [models.UniqueConstraint(fields=["worker", "key"], name="a_visit_is_one")]
        indexes = [
            models.Index(fields=["place", "-seen_at"], name="visit_by_place"),
            models.Index(fields=["cell", "-seen_at"], name="visit_by_cell"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts and deliveries speak of it: `visit:7Q…`."""
        return f"visit:{self.number}"


class Finding(models.Model):
    """What a visit found of one person.

    `items` are those of the department's resource (grid.visits) and lie here only until they have been landed; `correction` is the
    ticket that a difference became; `delivery` the landing of the department's record.
    """

    class What(models.TextChoices):
        """What it says."""

        HERE = "here", _("仍在此居住")
        MOVED = "moved", _("已搬走")
        CHANGED = "changed", _("信息有变")
        NEW = "new", _("新发现")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings")
    place = models.PositiveSmallIntegerField(help_text="its place in the visit, from 0")
    what = models.CharField(max_length=8, choices=What)
    person_key = models.CharField(max_length=16, blank=True)
    items = models.JSONField(default=dict)
    correction = models.CharField(max_length=16, blank=True)
    is_record = models.BooleanField(default=False, help_text="whether it is landed as the department's record")
    delivery = models.BigIntegerField(null=True, blank=True)
    problem = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Finding"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "place"], name="a_finding_has_its_place")]
        indexes = [
            models.Index(fields=["again_at", "id"], name="finding_to_land", condition=Q(is_record=True, delivery=None))
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}.{self.place}"
