"""Every voice that speaks of an incident, and the photos that were taken of it."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.platform.incidents.models.incidents import Channels, Incident
from huimin.platform.incidents.rules.reports import PhotoStage

TOKEN_LENGTH: Final = 20


def new_token() -> str:
    """Twenty characters of base 32: a hundred bits, not to be guessed."""
    return random_number(TOKEN_LENGTH)


def new_public_id() -> str:
    """Twelve characters of base 32: not to be guessed, and telling nothing."""
    return random_number(12)


class Report(models.Model):
    """One voice. `sender` is the keyed digest of who sent it and `key` his own: together they name a report once and for all.

    `contact_*` are personal data: they stay here, are shown to who needs them and journalled when shown, and stand in no fact.
    `token` opens the page by which the reporter follows his report; `rating` 1 (very content) to 5 is what he says of the end.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reports")
    sender = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    channel = models.CharField(max_length=8, choices=Channels)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handset = models.CharField(max_length=24, blank=True, default="")
    contact_name = models.CharField(max_length=60, blank=True, default="")
    contact_phone = models.CharField(max_length=30, blank=True, default="")
    contact_email = models.CharField(max_length=120, blank=True, default="")
    anonymous = models.BooleanField(default=False)
    token = models.CharField(max_length=24, unique=True, default=new_token)
    text = models.TextField(max_length=2000, blank=True, default="")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    observed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    is_first = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Report"]] = models.Manager()

    class Meta:
        verbose_name = _("上报")
        indexes = [
            models.Index(fields=["sender", "received_at"], name="report_by_sender"),
            models.Index(
                fields=["account", "received_at", "id"], condition=Q(account__isnull=False), name="report_by_account"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sender", "key"], name="a_report_arrives_once"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(is_first=True), name="an_incident_has_one_first_report"
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="a_rating_is_of_five"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.channel}"

    @property
    def has_contact(self) -> bool:
        """Whether the reporter can be reached."""
        return bool(self.contact_phone or self.contact_email)


class Photo(models.Model):
    """A photo of an incident, kept under the SHA-256 of its cleaned content in the data folder's `incidents/`, with a small one beside it.

    What the camera wrote into the file is gone; where it was taken is kept here only if the sender said so.
    """

    class Stages(models.TextChoices):
        """The stages in words."""

        BEFORE = PhotoStage.BEFORE.value, _("处置前")
        AFTER = PhotoStage.AFTER.value, _("处置后")
        CHECK = PhotoStage.CHECK.value, _("核查")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="photos")
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.SET_NULL, related_name="photos")
    stage = models.CharField(max_length=6, choices=Stages)
    content = models.CharField(max_length=64)
    small = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=200)

    objects: ClassVar[models.Manager["Photo"]] = models.Manager()

    class Meta:
        verbose_name = _("照片")
        constraints = [
            models.UniqueConstraint(fields=["incident", "stage", "content"], name="a_photo_is_kept_once_a_stage")
        ]

    def __str__(self) -> str:
        return self.public_id
