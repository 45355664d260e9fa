"""Editions of the routing table. A published one never changes: every incident keeps the number of the one by which it was routed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EditionIsFixed(TypeError):
    """A published edition was about to be changed."""


class RoutingEdition(models.Model):
    """An edition: its rows (`declarations.RouteRow` as JSON); a draft until it has been published.

    `tested` is what the trial against past incidents found, of the rows as they stand; empty while they have not been tried since they
    changed.
    """

    number = models.PositiveIntegerField(unique=True)
    standard_ref = models.CharField(max_length=24)
    rows = models.JSONField()
    note = models.CharField(max_length=200, blank=True, default="")
    tested = models.JSONField(default=dict, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager["RoutingEdition"]] = models.Manager()

    class Meta:
        verbose_name = _("派遣规则")
        constraints = [
            models.UniqueConstraint(
                fields=["standard_ref"], condition=Q(published_at=None), name="one_routing_draft_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def save(self, **kwargs: Any) -> None:
        """Write it. Raises EditionIsFixed when the one in the store has been published."""
        if self.pk is not None and RoutingEdition.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise EditionIsFixed(str(self))
        super().save(**kwargs)
