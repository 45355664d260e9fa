"""The draft and the case that comes of it."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import Refusal
from huimin.platform.cases.rules import OPEN, State, may_move

REFERENCE_LENGTH: Final = 200


class CaseOver(Refusal):
    """The case stands in a way that this act cannot follow."""

    zh = "{number} 现在是“{state}”，不能这样办理。"
    en = "{number} is “{state}” now; this cannot be done with it."


def new_public_id() -> str:
    """Twelve characters of base 32: not to be guessed, and telling nothing."""
    return random_number(12)


class Channel(models.TextChoices):
    """Where an application came in."""

    ONLINE = "online", _("网上")
    WINDOW = "window", _("窗口")
    AGENT = "agent", _("服务点代办")
    KIOSK = "kiosk", _("自助终端")
    PROACTIVE = "proactive", _("免申即享")


class Draft(models.Model):
    """What somebody has filled in so far. It stays until it is lodged or thrown away, on every device that he signs in with.

    `answers` and `promises` by code; `parties` are the references of those who are known, by the party's
    code; `lodged` is the case's number once it has become one.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    applicant = models.CharField(max_length=REFERENCE_LENGTH)
    parties = models.JSONField(default=dict)
    service = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.ONLINE.value)
    answers = models.JSONField(default=dict)
    promises = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    lodged = models.CharField(max_length=24, blank=True, default="")

    objects: ClassVar[models.Manager["Draft"]] = models.Manager()

    class Meta:
        verbose_name = _("草稿")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "applicant", "service", "channel"],
                condition=Q(lodged=""),
                name="one_open_draft_for_a_service",
            )
        ]
        indexes = [models.Index(fields=["account", "touched_at"], condition=Q(lodged=""), name="draft_open")]

    def __str__(self) -> str:
        return self.public_id


class Serial(models.Model):
    """A serial number drawn for a case, given by the database's own sequence."""

    objects: ClassVar[models.Manager["Serial"]] = models.Manager()

    def __str__(self) -> str:
        return str(self.pk)


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases."""

    def of(self, applicant: str) -> "CaseQuerySet":
        """Those of an applicant, by reference."""
        return self.filter(applicant=applicant)

    def applied_for(self) -> "CaseQuerySet":
        """What somebody applied for: not the parts into which a life event was divided."""
        return self.filter(whole=None)

    def counted(self) -> "CaseQuerySet":
        """What figures count: a life event by its parts once those are opened, each at its own department."""
        return self.filter(has_parts=False)

    def open(self) -> "CaseQuerySet":
        """Those that are not over."""
        return self.filter(state__in=[state.value for state in OPEN])


class Case(models.Model):
    """An application. It keeps the service's version that it began with; what was said in it never changes.

    `answers` by question's code; `known` says of those that nobody asked for who said so (`rules.KnownAnswer` as JSON); `gives` are the
    results of a decision table (fen, counts). `process` is the number of its process, which has the steps and the clock.

    A part of a life event (`birth.hukou`) is a case of its own, opened by the process of the `whole`; `has_parts`: parts of it were opened.
    """

    class States(models.TextChoices):
        """The states in the words that an applicant reads."""

        LODGED = State.LODGED.value, _("已提交")
        ACCEPTED = State.ACCEPTED.value, _("已受理")
        GRANTED = State.GRANTED.value, _("已办成")
        REFUSED = State.REFUSED.value, _("不予许可")
        NOT_ACCEPTED = State.NOT_ACCEPTED.value, _("不予受理")
        WITHDRAWN = State.WITHDRAWN.value, _("已撤回")
        LAPSED = State.LAPSED.value, _("逾期未补，终止")
        STOPPED = State.STOPPED.value, _("已停止")

    number = models.CharField(max_length=24, unique=True)
    service = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    applicant = models.CharField(max_length=REFERENCE_LENGTH)
    applicant_name = models.CharField(max_length=200)
    parties = models.JSONField(default=dict)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_contact = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    channel = models.CharField(max_length=12, choices=Channel)
    division = models.CharField(max_length=6, blank=True, default="")
    department = models.CharField(max_length=16)
    answers = models.JSONField(default=dict)
    known = models.JSONField(default=dict)
    gives = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=States, default=State.LODGED.value)
    process = models.CharField(max_length=24, blank=True, default="")
    whole = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts")
    has_parts = models.BooleanField(default=False)
    lodged_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("办件")
        indexes = [
            models.Index(fields=["applicant", "lodged_at", "id"], name="case_by_applicant"),
            models.Index(fields=["department", "lodged_at", "id"], name="case_by_department"),
            models.Index(fields=["service", "applicant"], name="case_by_service"),
            models.Index(fields=["lodged_at", "id"], name="case_by_lodging"),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="case_by_decision"),
            # A condition on values would be a parameter, from which no planner proves that a partial index serves.
            models.Index(
                fields=["lodged_at", "id"], condition=Q(decided_at=None, stopped_at=None), name="case_open_by_lodging"
            ),
            models.Index(
                fields=["department", "lodged_at", "id"],
                condition=Q(decided_at=None, stopped_at=None),
                name="case_open_by_department",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("lodged_at")),
                name="case_decided_after_it_was_lodged",
            ),
            models.UniqueConstraint(
                fields=["service", "applicant"],
                condition=Q(channel="proactive", state__in=["lodged", "accepted"]),
                name="one_open_offer_of_a_service",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts and processes speak of it."""
        return f"case:{self.number}"

    @property
    def applied_for(self) -> str:
        """The code of the service that was applied for: of a part that of its whole, whose powers and readers hold for it."""
        return self.service.partition(".")[0]

    @property
    def words_of_state(self) -> str:
        """The state as its applicant reads it: who was offered something has lodged nothing."""
        offered = (self.channel, self.state) == (Channel.PROACTIVE, State.LODGED)
        return str(_("已为您发起") if offered else self.get_state_display())

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return State(self.state) in OPEN

    def move(self, state: State) -> None:
        """Go to another state, if that is a legal move; raises CaseOver. Does not save."""
        if not may_move(State(self.state), state):
            raise CaseOver(number=self.number, state=self.get_state_display())
        self.state = state.value
