"""Tables of cases: the draft, the case, its evidence, its letters, its rating."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.money import Fen
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

    def open(self) -> "CaseQuerySet":
        """Those that are not over."""
        return self.filter(state__in=[state.value for state in OPEN])


class Case(models.Model):
    """An application. It keeps the service's version that it began with; what was said in it never changes.

    `answers` by question's code; `known` says of those that nobody asked for who said so (`rules.KnownAnswer` as JSON); `gives` are the
    results of a decision table (fen, counts). `process` is the number of its process, which has the steps and the clock.
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


class Upload(models.Model):
    """A file that somebody gave for a material: kept under the SHA-256 of its content in the data folder's `evidence/`."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.SET_NULL, related_name="uploads")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    material = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=REFERENCE_LENGTH)

    objects: ClassVar[models.Manager["Upload"]] = models.Manager()

    class Meta:
        verbose_name = _("上传材料")

    def __str__(self) -> str:
        return self.public_id


class Intake(models.Model):
    """What a window keeps beside a draft that it takes in, and beside the case that comes of it.

    `department` may go on with it; `first_contact` is the post that the person met first (首问负责); `originals` the materials whose
    originals were seen. Of the receipts `printed` so far only the newest can hold, and not even that one where `voided`.
    """

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="intake")
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="intake")
    department = models.CharField(max_length=16)
    first_contact = models.CharField(max_length=REFERENCE_LENGTH)
    originals = models.JSONField(default=list)
    printed = models.PositiveSmallIntegerField(default=0)
    voided = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Intake"]] = models.Manager()

    class Meta:
        verbose_name = _("窗口收件")
        indexes = [models.Index(fields=["department", "id"], name="intake_by_department")]

    def __str__(self) -> str:
        return str(self.pk)


class Evidence(models.Model):
    """How a material of a case is met: by a licence, a registry fact, a promise, an upload, an original; or still owed.

    `trust` is the grade of 国办函〔2016〕108号 (A–D); `reference` the licence, registry field, promise or upload; `owed_until` the day by
    which it must be supplied (容缺), inclusive of none.
    """

    class How(models.TextChoices):
        """The ways."""

        LICENCE = "licence", _("电子证照，免提交")
        FACT = "fact", _("数据核验，免提交")
        PROMISE = "promise", _("签承诺书")
        UPLOAD = "upload", _("上传")
        ORIGINAL = "original", _("窗口核验原件")
        OWED = "owed", _("容缺，待补")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    material = models.CharField(max_length=64)
    how = models.CharField(max_length=8, choices=How)
    trust = models.CharField(max_length=1, blank=True, default="")
    reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    given_at = models.DateTimeField()
    owed_until = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["Evidence"]] = models.Manager()

    class Meta:
        verbose_name = _("材料")
        constraints = [models.UniqueConstraint(fields=["case", "material"], name="a_material_is_met_in_one_way")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.material}"


class Letter(models.Model):
    """What the applicant was written, in both languages, as it was sent."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=24)
    zh = models.TextField()
    en = models.TextField()
    sent_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Letter"]] = models.Manager()

    class Meta:
        verbose_name = _("文书")
        indexes = [models.Index(fields=["case", "sent_at"], name="letter_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Payment(models.Model):
    """A payment that a case ordered: to the applicant (a benefit) or by him (a fee). `amount` in fen; `paper` is the till's number."""

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

    objects: ClassVar[models.Manager["Payment"]] = models.Manager()

    class Meta:
        verbose_name = _("支付单")
        constraints = [
            models.UniqueConstraint(fields=["case", "direction"], name="a_case_orders_a_payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"

    @property
    def yuan(self) -> Fen:
        """The amount as money."""
        return Fen(self.amount)


LEVELS: Final = {
    1: _("非常满意"),
    2: _("满意"),
    3: _("基本满意"),
    4: _("不满意"),
    5: _("非常不满意"),
}
"""满意度 of GB/T 39735."""


class Rating(models.Model):
    """What the applicant said of how it went (GB/T 39735): 1 very satisfied … 5 very dissatisfied. Who rated is shown to nobody."""

    class Step(models.TextChoices):
        """Where the loop after a bad rating stands."""

        NONE = "", _("无需处理")
        OPEN = "open", _("待核实")
        VERIFIED = "verified", _("已核实，整改中")
        ANSWERED = "answered", _("已答复，待回访")
        CLOSED = "closed", _("已回访")
        DISMISSED = "dismissed", _("误评，不采纳")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="rating")
    level = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel)
    marks = models.JSONField(default=list)
    words = models.CharField(max_length=500, blank=True, default="")
    rated_at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=Step, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")
    again = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["Rating"]] = models.Manager()

    class Meta:
        verbose_name = _("评价")
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="rating_has_five_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"

    @property
    def words_of_level(self) -> str:
        """The level in the standard's words."""
        return str(LEVELS[self.level])


class OutcomeRecord(models.Model):
    """A record that a decision gives back to a department's resource: its items as text, and the delivery once it is landed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records")
    resource = models.CharField(max_length=64)
    items = models.JSONField()
    decided_on = models.DateField()
    delivery = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["OutcomeRecord"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "resource"], name="a_case_gives_a_record_once")]
        indexes = [models.Index(fields=["id"], condition=Q(delivery=None), name="outcome_to_be_landed")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.resource}"
