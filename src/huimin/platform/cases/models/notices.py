"""Public notices (公示) of cases, and what is said against them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.models.applications import REFERENCE_LENGTH, Case, new_public_id


class Notice(models.Model):
    """A case stands in public for some days, so that whoever objects may say so.

    `node` is the step of the drawing that put it there; `step` names that step's one run, so that its repetition is the same notice.
    `since` is the first day, `until` the exclusive end.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    node = models.CharField(max_length=64)
    step = models.CharField(max_length=200, unique=True)
    since = models.DateField()
    until = models.DateField()

    objects: ClassVar[models.Manager["Notice"]] = models.Manager()

    class Meta:
        verbose_name = _("公示")
        indexes = [models.Index(fields=["until", "id"], name="notice_by_end")]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="notice_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.public_id


class Objection(models.Model):
    """What somebody proven says against a case that stands in public, and what the deciding department answers him."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    objector = models.CharField(max_length=REFERENCE_LENGTH)
    objector_name = models.CharField(max_length=200)
    words = models.TextField()
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")

    objects: ClassVar[models.Manager["Objection"]] = models.Manager()

    class Meta:
        verbose_name = _("异议")
        indexes = [models.Index(fields=["objector", "made_at", "id"], name="objection_by_objector")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "objector"], name="one_objection_of_a_person"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="an_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
