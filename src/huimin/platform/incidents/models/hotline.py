"""Calls to the hotline: what was asked, what became of it, and what the caller says of that."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PHONE_SHOWN: Final = 4


class Call(models.Model):
    """One call. It is a ticket with an incident, or a question that was answered at once.

    `phone_digest` finds earlier calls of a number without its being read. `department` is the first that received the ticket and answers
    for it (首接负责制). `suggested` are the classes that were offered while typing, best first.
    """

    class Outcome(models.TextChoices):
        """What became of it while the caller was on the line."""

        TICKET = "ticket", _("工单")
        ANSWERED = "answered", _("当场答复")

    class Survey(models.TextChoices):
        """Where the call-back stands."""

        NONE = "", _("未到回访")
        WAITING = "waiting", _("待回访")
        DONE = "done", pgettext_lazy("hotline", "已回访")
        UNREACHED = "unreached", _("未能联系上")

    number = models.CharField(max_length=16, unique=True)
    key = models.CharField(
        max_length=64, unique=True, help_text="of the desk's form: the same one sent twice is one call"
    )
    phone = models.CharField(max_length=20)
    phone_digest = models.CharField(max_length=100)
    caller = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField(max_length=2000)
    outcome = models.CharField(max_length=10, choices=Outcome)
    incident = models.ForeignKey(
        "incidents.Incident", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    category = models.CharField(max_length=32, blank=True, default="")
    service = models.CharField(max_length=64, blank=True, default="")
    answer = models.TextField(max_length=1000, blank=True, default="")
    suggested = models.JSONField(default=list)
    class_code = models.CharField(max_length=8, blank=True, default="")
    agent = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    department = models.CharField(max_length=32, blank=True, default="")
    limit = models.CharField(max_length=10, blank=True, default="")
    tell_by = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told = models.TextField(max_length=1000, blank=True, default="")
    in_time = models.BooleanField(null=True, blank=True)
    survey = models.CharField(max_length=10, choices=Survey, blank=True, default="")
    survey_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    resolved = models.BooleanField(null=True, blank=True)
    satisfied = models.PositiveSmallIntegerField(null=True, blank=True)
    survey_words = models.TextField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager["Call"]] = models.Manager()

    class Meta:
        verbose_name = _("热线来电")
        indexes = [
            models.Index(fields=["phone_digest", "received_at", "id"], name="call_by_number"),
            models.Index(fields=["received_at", "id"], name="call_newest"),
            models.Index(fields=["department", "received_at"], name="call_by_department"),
            models.Index(fields=["survey_at", "id"], condition=Q(survey="waiting"), name="call_to_survey"),
            models.Index(fields=["tell_by", "id"], condition=Q(outcome="ticket", told_at=None), name="call_to_tell"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="ticket", incident__isnull=False) | Q(outcome="answered", incident=None),
                name="call_is_ticket_or_answered",
            ),
            models.CheckConstraint(
                condition=Q(satisfied=None) | Q(satisfied__gte=1, satisfied__lte=5), name="call_has_five_levels"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts speak of it."""
        return f"call:{self.number}"

    @property
    def masked_phone(self) -> str:
        """The number as lists show it."""
        hidden = max(len(self.phone) - PHONE_SHOWN - 3, 0)
        return f"{self.phone[:3]}{'*' * hidden}{self.phone[-PHONE_SHOWN:]}" if hidden else "*" * len(self.phone)
