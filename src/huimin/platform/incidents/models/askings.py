"""What departments ask for in an incident (延期, 挂账), and what reporters appeal against."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.incidents.models.incidents import Disposal, Incident
from huimin.platform.incidents.models.reports import Report, new_public_id


class Asking(models.Model):
    """A department asks for more time, or that the incident be shelved until it can be dealt with; the command centre decides.

    `amount` is by how many units of the disposal's own limit it asks to extend it.
    """

    class What(models.TextChoices):
        """What is asked for."""

        EXTENSION = "extension", _("延期")
        SHELVING = "shelving", _("挂账")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="askings")
    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="askings")
    what = models.CharField(max_length=9, choices=What)
    amount = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    process = models.CharField(max_length=24, blank=True, default="")

    objects: ClassVar[models.Manager["Asking"]] = models.Manager()

    class Meta:
        verbose_name = _("延期、挂账申请")
        constraints = [
            models.UniqueConstraint(
                fields=["disposal", "what"], condition=Q(decided_at=None), name="one_open_asking_of_a_disposal"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
                name="an_asking_is_open_or_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How its process speaks of it."""
        return f"incident_asking:{self.public_id}"


class Appeal(models.Model):
    """A reporter does not accept that his report was not filed, or how it was closed; the city's command centre decides."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="appeals")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="appeals")
    against = models.CharField(max_length=10, choices=Incident.States)
    reason = models.TextField(max_length=500)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    process = models.CharField(max_length=24, blank=True, default="")

    objects: ClassVar[models.Manager["Appeal"]] = models.Manager()

    class Meta:
        verbose_name = _("申诉")
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(decided_at=None), name="one_open_appeal_of_a_reporter"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How its process speaks of it."""
        return f"incident_appeal:{self.public_id}"
