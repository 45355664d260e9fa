"""What a window says of a draft before its applicant lodges it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.models.applications import Draft, new_public_id


class PreReview(models.Model):
    """A draft that the window of the deciding body was asked to look at (网上预审): nothing is lodged, nobody comes for nothing.

    `digest` is of what the draft said when it was asked, SHA-256 in hex: what is changed afterwards has not been looked at.
    """

    class Found(models.TextChoices):
        """What the window found."""

        OPEN = "", _("正在预审")
        READY = "ready", _("预审通过")
        MISSING = "missing", _("需要修改或补充")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="pre_reviews")
    digest = models.CharField(max_length=64)
    process = models.CharField(max_length=24)
    asked_at = models.DateTimeField()
    found = models.CharField(max_length=8, choices=Found, blank=True, default="")

    objects: ClassVar[models.Manager["PreReview"]] = models.Manager()

    class Meta:
        verbose_name = _("网上预审")
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=Q(found=""), name="one_pre_review_of_a_draft_at_once")
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts and processes speak of it."""
        return f"pre_review:{self.public_id}"
