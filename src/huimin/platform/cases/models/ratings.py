"""What the applicant says of how it went: his rating, and that he could not get it done."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.models.applications import REFERENCE_LENGTH, Case, new_public_id
from huimin.platform.cases.rules import BAD

LEVELS: Final = {
    1: _("非常满意"),
    2: _("满意"),
    3: _("基本满意"),
    4: _("不满意"),
    5: _("非常不满意"),
}
"""满意度 of GB/T 39735."""


class Rating(models.Model):
    """What the applicant said of how it went (GB/T 39735): 1 very satisfied … 5 very dissatisfied. Who rated is shown to nobody.

    `service` and `department` are the case's, kept here so that no list of ratings touches a case. `marks` are codes of `ratings.yaml`;
    `more` is what he added later, once. `own_again` is the level that he gave himself after the answer, `again` the one that the
    call-back recorded.
    """

    class Channel(models.TextChoices):
        """Where it was given (评价渠道)."""

        ONLINE = "online", _("网页")
        CODE = "code", _("二维码")
        SCREEN = "screen", _("窗口屏")

    class Step(models.TextChoices):
        """Where the loop after a bad rating stands."""

        NONE = "", _("无需处理")
        OPEN = "open", _("待核实")
        DISMISSED = "dismissed", _("误评，不采纳")
        OBJECTED = "objected", _("不服不采纳，复核中")
        VERIFIED = "verified", _("已核实，整改中")
        ANSWERED = "answered", _("已答复，待回访")
        UNHAPPY = "unhappy", _("回访仍不满意，再次整改")
        CLOSED = "closed", _("已回访")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="rating")
    service = models.CharField(max_length=64)
    department = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel)
    marks = models.JSONField(default=list)
    words = models.CharField(max_length=500, blank=True, default="")
    rated_at = models.DateTimeField()
    more = models.CharField(max_length=500, blank=True, default="")
    more_at = models.DateTimeField(null=True, blank=True)
    process = models.CharField(max_length=24, blank=True, default="")
    step = models.CharField(max_length=10, choices=Step, blank=True, default="")
    answer = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    in_time = models.BooleanField(null=True, blank=True)
    own_again = models.PositiveSmallIntegerField(null=True, blank=True)
    again = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["Rating"]] = models.Manager()

    class Meta:
        verbose_name = _("评价")
        indexes = [
            models.Index(fields=["rated_at", "id"], name="rating_newest"),
            models.Index(fields=["department", "rated_at", "id"], name="rating_by_department"),
            models.Index(fields=["service", "rated_at", "id"], name="rating_by_service"),
            models.Index(fields=["rated_at", "id"], condition=Q(level__gte=BAD), name="rating_bad"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="rating_has_five_levels"),
            models.CheckConstraint(
                condition=Q(again=None) | Q(again__gte=1, again__lte=5), name="rating_again_has_five_levels"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts and its process speak of it: nothing leads from here to the case."""
        return f"rating:{self.public_id}"

    @property
    def words_of_level(self) -> str:
        """The level in the standard's words."""
        return str(LEVELS[self.level])

    @property
    def words_of_again(self) -> str:
        """The level after the answer, in the standard's words; empty where there is none."""
        return str(LEVELS[self.again]) if self.again else ""


class StuckMatter(models.Model):
    """办不成事: what somebody could not get done, bound to the case that failed, or to the service where there was no case.

    `kind` is a code of `ratings.yaml`; `department` is the one that has to mend it.
    """

    class Step(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待受理")
        COORDINATING = "settling", _("部门办理中")
        TELLING = "telling", _("部门已办，待答复您")
        ANSWERED = "answered", _("已答复")
        REOPENED = "reopened", _("重新协调中")
        CLOSED = "closed", _("已办结")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    applicant = models.CharField(max_length=REFERENCE_LENGTH)
    applicant_name = models.CharField(max_length=200)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="stuck")
    service = models.CharField(max_length=64)
    department = models.CharField(max_length=16)
    kind = models.CharField(max_length=24)
    words = models.CharField(max_length=1000)
    said_at = models.DateTimeField()
    process = models.CharField(max_length=24, blank=True, default="")
    step = models.CharField(max_length=10, choices=Step, default=Step.OPEN.value)
    answer = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    in_time = models.BooleanField(null=True, blank=True)
    settled = models.BooleanField(null=True, blank=True)

    objects: ClassVar[models.Manager["StuckMatter"]] = models.Manager()

    class Meta:
        verbose_name = _("办不成事")
        indexes = [
            models.Index(fields=["applicant", "said_at", "id"], name="stuck_by_applicant"),
            models.Index(fields=["said_at", "id"], name="stuck_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "service"], condition=~Q(step="closed"), name="one_open_stuck_matter_of_a_service"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts and its process speak of it."""
        return f"stuck:{self.public_id}"
