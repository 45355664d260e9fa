"""Open311: the programs that may send, what they said beside the report, and what goes out to neighbours."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number


def new_public_id() -> str:
    """Twelve characters of base 32."""
    return random_number(12)


class Open311Client(models.Model):
    """A program that may send requests: its key was shown once and is kept as a keyed digest."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    name = models.CharField(max_length=80, unique=True)
    key_digest = models.CharField(max_length=100, unique=True)
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Open311Client"]] = models.Manager()

    class Meta:
        verbose_name = _("Open311 客户端")

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How facts and reports speak of it."""
        return f"open311:{self.public_id}"


class Open311Request(models.Model):
    """What a program said beside the report itself. `media_url` is a link that is never followed by the platform."""

    report = models.OneToOneField("incidents.Report", on_delete=models.CASCADE, related_name="open311")
    client = models.ForeignKey(Open311Client, on_delete=models.PROTECT, related_name="requests")
    sent_at = models.DateTimeField()
    account_id = models.CharField(max_length=120, blank=True, default="")
    device_id = models.CharField(max_length=120, blank=True, default="")
    media_url = models.CharField(max_length=500, blank=True, default="")
    attributes = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["Open311Request"]] = models.Manager()

    class Meta:
        verbose_name = _("Open311 请求")
        indexes = [models.Index(fields=["client", "sent_at"], name="open311_by_client")]

    def __str__(self) -> str:
        return str(self.pk)


class Forwarding(models.Model):
    """An incident handed to a neighbour's Open311 endpoint: the row is the outbox, written with the decision and sent after its commit."""

    class Standing(models.TextChoices):
        """How it stands with the neighbour."""

        WAITING = "waiting", _("待发送")
        SENT = "sent", _("对方已接收")
        CLOSED = "closed", _("对方已办结")
        FAILED = "failed", _("发送失败，需人工联系")

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="forwardings")
    neighbour = models.CharField(max_length=32)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING.value)
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True, default="")
    remote_id = models.CharField(max_length=120, blank=True, default="")
    remote_token = models.CharField(max_length=120, blank=True, default="")
    remote_notes = models.CharField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager["Forwarding"]] = models.Manager()

    class Meta:
        verbose_name = _("转相邻地区")
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="forwarding_due"),
            models.Index(fields=["asked_at", "id"], name="forwarding_newest"),
        ]
        constraints = [models.UniqueConstraint(fields=["incident", "neighbour"], name="forwarded_once")]

    def __str__(self) -> str:
        return f"{self.neighbour} {self.remote_id}"
