"""Disputes under people's mediation, and their parties."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import Refusal


def new_number() -> str:
    """A public number of ten characters, not to be guessed and not to be counted."""
    return random_number(10)


class MediationStands(Refusal):
    """The mediation stands in a way that this act cannot follow."""

    zh = "{number} 现在的状态不能这样办理。"
    en = "{number} does not stand in a way that allows this."


class Mediation(models.Model):
    """A dispute that mediators try to settle (人民调解法). `state` follows its process and never leads it.

    `incident` is the number of the incident it came from. `agreement` is what the parties agreed on, on `agreed_on`; `said` why it was not
    taken up or came to nothing, or what the follow-up found.
    """

    class Kind(models.TextChoices):
        """What is disputed."""

        NEIGHBOURS = "neighbours", _("邻里纠纷")
        FAMILY = "family", _("婚姻家庭纠纷")
        PROPERTY = "property", _("物业纠纷")
        LABOUR = "labour", _("劳动报酬纠纷")
        LAND = "land", _("山林土地纠纷")
        HOUSING = "housing", _("房屋宅基地纠纷")
        CONSUMER = "consumer", _("消费纠纷")
        DAMAGE = "damage", _("损害赔偿纠纷")
        OTHER = "other", _("其他纠纷")

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", _("待受理")
        MEDIATING = "mediating", _("调解中")
        AGREED = "agreed", _("已达成协议，待回访")
        KEPT = "kept", _("协议已履行")
        FAILED = "failed", _("调解不成")
        WITHDRAWN = "withdrawn", _("当事人撤回")
        REFUSED = "refused", _("不予受理")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.OPEN: frozenset({State.MEDIATING, State.REFUSED}),
        State.MEDIATING: frozenset({State.AGREED, State.FAILED, State.WITHDRAWN}),
        # An agreement that is not kept is mediated again.
        State.AGREED: frozenset({State.KEPT, State.MEDIATING}),
        State.KEPT: frozenset(),
        State.FAILED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.REFUSED: frozenset(),
    }

    number = models.CharField(max_length=10, unique=True, default=new_number)
    kind = models.CharField(max_length=12, choices=Kind)
    summary = models.CharField(max_length=1000)
    address = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=6)
    incident = models.CharField(max_length=26, blank=True, help_text="number of the incident that it came from")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN.value)
    process = models.CharField(max_length=24, blank=True, default="")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(max_length=2000, blank=True, default="")
    agreed_on = models.DateField(null=True, blank=True)
    said = models.CharField(max_length=1000, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Mediation"]] = models.Manager()

    class Meta:
        verbose_name = _("纠纷调解")
        indexes = [
            models.Index(fields=["division", "-opened_at", "-id"], name="mediation_by_division"),
            models.Index(fields=["incident"], name="mediation_by_incident", condition=~Q(incident="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "kept"]) | (~Q(agreement="") & Q(agreed_on__isnull=False)),
                name="an_agreement_is_written_down",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts and its process speak of it."""
        return f"mediation:{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return bool(self.MOVES[self.state])

    def move(self, state: "Mediation.State", *, at: datetime) -> None:
        """Go to another state, if that is a legal move; raises MediationStands. Does not save."""
        if state not in self.MOVES[self.state]:
            raise MediationStands(number=self.number)
        self.state = state.value
        self.ended_at = None if self.MOVES[state] else at


MOST_PARTIES: Final = 12


class Party(models.Model):
    """Somebody who takes part in a dispute. Name and telephone are personal data: they stand here and in no fact."""

    class Side(models.TextChoices):
        """On which side."""

        ASKS = "asks", _("申请人")
        ANSWERS = "answers", _("被申请人")
        CONCERNED = "concerned", _("第三人")

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="parties")
    side = models.CharField(max_length=10, choices=Side)
    name = models.CharField(max_length=60)
    telephone = models.CharField(max_length=30, blank=True)
    signed_on = models.DateField(null=True, blank=True, help_text="when he signed the agreement on paper")

    objects: ClassVar[models.Manager["Party"]] = models.Manager()

    class Meta:
        verbose_name = _("当事人")
        indexes = [models.Index(fields=["mediation", "id"], name="party_of_mediation")]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.side}"
