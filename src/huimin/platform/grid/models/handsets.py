"""Handsets of workers: how one is taken up, what it was sent, and that it is no longer trusted."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number

DIGEST_LENGTH: Final = 64


def new_number() -> str:
    """The public number of a handset, a patrol or a visit: ten characters of base 32."""
    return random_number(10)


class EnrolmentCode(models.Model):
    """A code that lets a worker take up one handset, once, within minutes. Only its digest is kept."""

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    division = models.CharField(max_length=12, blank=True, help_text="where the worker's post answers")
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, help_text="SHA-256 of the code")
    made_by = models.CharField(max_length=64, help_text="the account that made it")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["EnrolmentCode"]] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="a_code_ends_after_it_began")]

    def __str__(self) -> str:
        return f"code for {self.worker_id}"


class Handset(models.Model):
    """A device that a worker carries.

    `secret` (encrypted under the installation's key) is what its keys are made of; it is erased when the handset is revoked, and with
    it whatever the handset still holds is worthless.
    """

    number = models.CharField(max_length=10, unique=True, default=new_number)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    division = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=60, help_text="what the worker calls it")
    token_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, help_text="SHA-256 of its token")
    secret = models.TextField(blank=True)
    enrolled_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    wiped_at = models.DateTimeField(null=True, blank=True, help_text="when it said that it holds nothing any more")

    objects: ClassVar[models.Manager["Handset"]] = models.Manager()

    class Meta:
        verbose_name = _("手持终端")
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(secret=""), name="a_revoked_handset_has_no_secret_left"
            ),
        ]
        indexes = [models.Index(fields=["division", "-enrolled_at", "-id"], name="handset_by_division")]

    def __str__(self) -> str:
        return self.number


class HandsetItem(models.Model):
    """Something that a handset sent: its key and the answer, so that the same key is answered alike for ever. Nothing of its content."""

    class Kind(models.TextChoices):
        """What was sent."""

        REPORT = "report", _("事件上报")
        STEP = "step", _("任务办理")
        VISIT = "visit", _("入户走访")
        PATROL = "patrol", _("巡查轨迹")

    handset = models.ForeignKey(Handset, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=DIGEST_LENGTH, help_text="SHA-256 of the content, opened")
    kind = models.CharField(max_length=8, choices=Kind)
    taken_at = models.DateTimeField()
    is_refused = models.BooleanField(default=False)
    answer = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["HandsetItem"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handset", "key"], name="an_item_is_taken_once")]

    def __str__(self) -> str:
        return self.key
