"""Cards of electronic supervision, and who stands in for whom."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.refusals import Refusal
from huimin.platform.process.models.clocks import Deadline
from huimin.platform.process.models.work import Process, WorkItem
from huimin.platform.process.rules.states import CARD_MOVES, CARDS_OPEN, CardState


class CardAnswered(Refusal):
    """The card is not in a state that allows this."""

    zh = "监察卡 {number} 现在不能这样处理：它已说明、已认定或已撤销。"
    en = "This cannot be done with card {number} now: it was explained, upheld or lifted."


class Card(models.Model):
    """Supervision noticed something by itself: a clock came near its end or ran over it (one card for each clock and level), or a rule
    found a violation in the facts (`rule`; one for each rule and step, with the numbers of the facts that show it as `evidence`).

    `department` answers for it: that of the step's post, or that of the whole process. `remark`s hold what was explained and
    decided; `cause` says why it was lifted in bulk. A clock gets another card of a level only after the first was lifted.
    `points` are what it counts against the department if it is upheld.
    """

    MOVES = CARD_MOVES

    number = models.CharField(max_length=48, unique=True)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="cards")
    item = models.ForeignKey(WorkItem, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")
    rule = models.CharField(max_length=24, blank=True, default="")
    level = models.CharField(max_length=12)
    points = models.PositiveSmallIntegerField(default=0)
    evidence = models.JSONField(default=list)
    department = models.ForeignKey(
        "identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in CardState], default=CardState.RAISED.value
    )
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=64, blank=True, default="")

    objects: ClassVar[models.Manager["Card"]] = models.Manager()

    class Meta:
        verbose_name = _("监察卡")
        indexes = [
            models.Index(fields=["-raised_at", "number"], name="card_newest"),
            models.Index(fields=["state", "-raised_at", "number"], name="card_by_state"),
            models.Index(fields=["department", "-raised_at", "number"], name="card_by_department"),
            models.Index(
                fields=["rule", "level", "state"], condition=Q(state__in=sorted(CARDS_OPEN)), name="card_open_by_rule"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "level"], condition=~Q(state=CardState.LIFTED.value), name="card_once_a_level"
            ),
            models.CheckConstraint(
                condition=Q(rule="", deadline__isnull=False, due_at__isnull=False) | (~Q(rule="") & Q(deadline=None)),
                name="card_over_a_clock_or_by_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(CARDS_OPEN), decided_at=None)
                | (~Q(state__in=sorted(CARDS_OPEN)) & Q(decided_at__isnull=False)),
                name="card_is_open_or_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def move(self, state: CardState, at: datetime) -> None:
        """Go to another state, if that is a legal move; raises CardAnswered. Does not save."""
        if state not in self.MOVES[CardState(self.state)]:
            raise CardAnswered(number=self.number)
        self.state = state
        if state not in CARDS_OPEN:
            self.decided_at = at


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Reads of absences."""

    def current(self, at: datetime) -> "AbsenceQuerySet":
        """Those that hold at this instant."""
        return self.filter(starts_at__lte=at, until__gt=at, ended_at=None)


class Absence(models.Model):
    """委托: somebody is away from an instant to another (exclusive), and a colleague stands in for him meanwhile."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stands_in")
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("委托")
        indexes = [models.Index(fields=["deputy", "until"], name="absence_by_deputy")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="absence_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(account=F("deputy")), name="absence_has_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.deputy_id}"
