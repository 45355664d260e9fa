"""What a decision is and brings about: rulings by a table, payments, records that go back to departments."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.money import Fen
from huimin.platform.cases.models.applications import Case, new_public_id


class Payment(models.Model):
    """A payment that a case ordered: to the applicant (a benefit) or by him (a fee). `amount` in fen; `paper` is the till's number.

    `lines` of a fee: what was charged, each a line's code with its count, relief and amount. `back_at` and `back_paper` say when the till
    gave a fee back, and under which number.
    """

    class Direction(models.TextChoices):
        """Who pays."""

        OUT = "out", _("发放")
        IN = "in", _("收费")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="payments")
    direction = models.CharField(max_length=3, choices=Direction)
    amount = models.PositiveBigIntegerField()
    paper = models.CharField(max_length=64)
    simulated = models.BooleanField()
    ordered_at = models.DateTimeField()
    lines = models.JSONField(default=list, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    back_paper = models.CharField(max_length=64, blank=True, default="")

    objects: ClassVar[models.Manager["Payment"]] = models.Manager()

    class Meta:
        verbose_name = _("支付单")
        constraints = [
            models.UniqueConstraint(fields=["case", "direction"], name="a_case_orders_a_payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(back_at=None, back_paper="") | Q(direction="in", back_at__isnull=False),
                name="only_a_fee_is_given_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"

    @property
    def yuan(self) -> Fen:
        """The amount as money."""
        return Fen(self.amount)


class Registration(models.Model):
    """The unified social credit code that the registration authority gave by a decision; its key is the place in the sequence."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="registration")
    code = models.CharField(max_length=18, blank=True, default="")
    simulated = models.BooleanField(default=True)
    issued_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Registration"]] = models.Manager()

    class Meta:
        verbose_name = _("登记赋码")
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="a_code_is_given_once")]

    def __str__(self) -> str:
        return self.code or str(self.case_id)


class OutcomeRecord(models.Model):
    """A record that a decision gives back to a department's resource: its items as text, and the delivery once it is landed.

    `place` tells the records of a case in one resource apart. What could not be landed keeps its `problem` (one sentence a language) and
    is tried again from `again_at` on, ever more rarely; the others go on. `succeeds` are the items by which the record is found whose place
    it takes.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records")
    resource = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField(default=0)
    items = models.JSONField()
    succeeds = models.JSONField(default=dict)
    decided_on = models.DateField()
    delivery = models.BigIntegerField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(default=dict)
    again_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["OutcomeRecord"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "resource", "place"], name="a_case_gives_a_record_once")]
        indexes = [
            models.Index(fields=["again_at", "id"], condition=Q(delivery=None), name="outcome_to_be_landed"),
            models.Index(fields=["delivery"], condition=Q(delivery__isnull=False), name="outcome_by_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.resource}"


class Ruling(models.Model):
    """A decision by the service's table, kept with everything that led to it, so that nobody need reckon it again to explain it.

    `tried`: [rule, held or null] in the order of the table; `seen`: one object an input, with its value as text, who says so, of which day,
    and whether departments dispute it; `missing` what sent it to a human. `sampled`: a human looks at it afterwards; `check_found` says
    what he found.
    """

    class Check(models.TextChoices):
        """What the human who looked at a sampled ruling found."""

        NONE = "", _("未抽检")
        RIGHT = "right", _("抽检无误")
        MENDED = "mended", _("抽检有误，已改正")
        STANDS = "stands", _("抽检存疑，维持原决定")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rulings")
    decided_at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    rule = models.CharField(max_length=64, blank=True, default="")
    because = models.JSONField()
    tried = models.JSONField(default=list)
    seen = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    sampled = models.BooleanField(default=False)
    check_process = models.CharField(max_length=24, blank=True, default="")
    check_found = models.CharField(max_length=8, choices=Check, blank=True, default="")

    objects: ClassVar[models.Manager["Ruling"]] = models.Manager()

    class Meta:
        verbose_name = _("自动判定")
        indexes = [models.Index(fields=["case", "decided_at"], name="ruling_by_case")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts and processes speak of it."""
        return f"ruling:{self.public_id}"


class Finding(models.Model):
    """What an official found out (认定) where the registries could not tell it: an input of the service's table, by its name.

    It holds for this case alone; what a registry says is put right by a correction.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="findings")
    name = models.CharField(max_length=64)
    value = models.CharField(max_length=200)
    post = models.CharField(max_length=64)
    found_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Finding"]] = models.Manager()

    class Meta:
        verbose_name = _("认定")
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="one_finding_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
