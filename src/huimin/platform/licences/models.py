"""Tables of licences: the licence itself, the short-lived codes that show it, and copies with a purpose."""

from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import Refusal
from huimin.platform.licences.rules import State, may_move, standing_on

REFERENCE_LENGTH: Final = 200


class MayNotMove(Refusal):
    """The licence stands in a way that this act cannot follow."""

    zh = "这张证照现在是“{state}”，不能这样办理。"
    en = "This licence is “{state}” now; this cannot be done with it."


def new_licence_id() -> str:
    """Sixteen characters of base 32 (80 random bits): it stands in the printed code, and who has not seen that cannot guess it."""
    return random_number(16)


class LicenceQuerySet(models.QuerySet["Licence"]):
    """Reads of licences."""

    def of(self, holder: str) -> "LicenceQuerySet":
        """Those of a holder, by reference."""
        return self.filter(holder=holder)

    def in_force(self, on: date) -> "LicenceQuerySet":
        """Those that hold on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=on), state=State.VALID, valid_from__lte=on)


class Licence(models.Model):
    """One version of a licence: what an authority states about a holder, signed once and never changed; only its state moves.

    `number` is the identifier of GB/T 36904; `holder` a reference; `content` the text that is signed (`rules.canonical`), `signature` and
    `key` the SM2 signature over it; `valid_until` is exclusive. `noticed_at` says when its end was announced.
    """

    class States(models.TextChoices):
        """The states of the standard, in words."""

        VALID = State.VALID.value, _("有效")
        SUSPENDED = State.SUSPENDED.value, _("暂扣")
        REVOKED = State.REVOKED.value, pgettext_lazy("standing of a licence", "撤销")
        CANCELLED = State.CANCELLED.value, _("注销")
        EXPIRED = State.EXPIRED.value, _("失效")
        WITHDRAWN = State.WITHDRAWN.value, _("吊销")

    public_id = models.CharField(max_length=16, unique=True, default=new_licence_id)
    number = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=64)
    holder = models.CharField(max_length=REFERENCE_LENGTH)
    holder_name = models.CharField(max_length=200)
    department = models.CharField(max_length=16)
    content = models.TextField()
    signature = models.CharField(max_length=160)
    key = models.CharField(max_length=32)
    state = models.CharField(max_length=2, choices=States, default=State.VALID.value)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    case = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor")
    noticed_at = models.DateTimeField(null=True, blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("电子证照")
        indexes = [
            models.Index(fields=["holder", "type"], name="licence_by_holder"),
            models.Index(fields=["case"], condition=~Q(case=""), name="licence_by_case"),
            models.Index(
                fields=["valid_until"], condition=Q(state="01", noticed_at=None), name="licence_ends_unnoticed"
            ),
            models.Index(fields=["department", "issued_at", "id"], name="licence_by_department"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="licence_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(state="05"), name="licence_expires_by_its_day"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts and cases speak of it."""
        return f"licence:{self.public_id}"

    def standing(self, on: date) -> State:
        """How it stands on a day."""
        return standing_on(State(self.state), self.valid_from, self.valid_until, on)

    def move(self, state: State) -> None:
        """Go to another state, if that is a legal move; raises MayNotMove. Does not save."""
        if not may_move(State(self.state), state):
            raise MayNotMove(state=self.get_state_display())
        self.state = state.value


class Change(models.Model):
    """Why its department changed how a licence stands, or put a newer version in its place: what its holder is told.

    `basis` is the law, `reason` what happened, `post` the code of the post that did it; facts hold none of the three.
    """

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=2, choices=Licence.States)
    basis = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500)
    post = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Change"]] = models.Manager()

    class Meta:
        verbose_name = _("证照变更")
        indexes = [models.Index(fields=["licence", "made_at", "id"], name="change_by_licence")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_change_says_why")]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.state}"


class Serial(models.Model):
    """A serial number drawn for a licence: its key, given by the database's own sequence, so that two who grant never wait."""

    objects: ClassVar[models.Manager["Serial"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.pk:09d}"


class Presentation(models.Model):
    """A short-lived code with which the holder shows his licence. Only the digest of the code is kept."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="presentations")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["Presentation"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="presentation_ends_after_it_was_made")
        ]

    def __str__(self) -> str:
        return str(self.licence_id)


class AnnotatedCopy(models.Model):
    """A copy of a licence for one purpose until a day (exclusive): 加注件, whose page says both."""

    public_id = models.CharField(max_length=16, unique=True, default=new_licence_id)
    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="copies")
    purpose = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    until = models.DateField()

    objects: ClassVar[models.Manager["AnnotatedCopy"]] = models.Manager()

    class Meta:
        verbose_name = _("加注件")

    def __str__(self) -> str:
        return self.public_id
