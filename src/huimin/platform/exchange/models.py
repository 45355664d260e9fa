"""Deliveries and quarantined rows. A lake file exists because a delivery names it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.rules import LONGEST_OTHER, Tally, Way


class Delivery(models.Model):
    """One file, upload or push of a department for one resource, and what became of its rows."""

    class Mode(models.TextChoices):
        FULL = "full", "全量"
        INCREMENT = "increment", "增量"

    class State(models.TextChoices):
        STANDING = "standing", "已入库"
        HELD = "held", "待确认"
        REPEATED = "repeated", "重复送达"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES: Final = {
        State.STANDING: {State.WITHDRAWN},
        State.HELD: {State.STANDING, State.WITHDRAWN},
        State.REPEATED: set(),
        State.WITHDRAWN: set(),
    }

    number = models.BigAutoField(primary_key=True)
    resource = models.CharField(max_length=64)
    department = models.CharField(max_length=32)
    file_name = models.CharField(max_length=255)
    content = models.CharField(max_length=64, help_text="SHA-256 of the delivered bytes")
    mode = models.CharField(max_length=16, choices=Mode.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    reference_on = models.DateField(help_text="the day the delivery speaks of")
    arrived_at = models.DateTimeField()
    lake_file = models.CharField(
        max_length=80, blank=True, help_text="content name within lake/<resource>/; blank when no row landed"
    )
    delivered = models.PositiveIntegerField()
    landed = models.PositiveIntegerField()
    quarantined = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    doubted = models.PositiveIntegerField(default=0, help_text="landed rows with at least one value in doubt")
    reason = models.TextField(blank=True, help_text="why it is held or was withdrawn")

    class Meta:
        indexes = [
            models.Index(fields=["resource", "state", "-number"], name="delivery_by_resource"),
            models.Index(fields=["resource", "content"], name="delivery_by_content"),
            models.Index(fields=["-arrived_at"], name="delivery_by_arrival"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(delivered=models.F("landed") + models.F("quarantined") + models.F("duplicates")),
                name="delivered_rows_add_up",
            ),
            models.UniqueConstraint(
                fields=["resource", "content"],
                condition=models.Q(state__in=["standing", "held"]),
                name="content_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.file_name}"

    @property
    def tally(self) -> Tally:
        """What became of the delivered rows."""
        return Tally(
            delivered=self.delivered, landed=self.landed, quarantined=self.quarantined, duplicates=self.duplicates
        )


class QuarantinedRow(models.Model):
    """A row sent back whole, with its rule; it waits here until the department corrects it or lets it go."""

    class State(models.TextChoices):
        WAITING = "waiting", "待更正"
        RESUBMITTED = "resubmitted", "已更正重报"
        DISMISSED = "dismissed", "已放弃"

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="quarantine")
    line = models.PositiveIntegerField()
    record_id = models.CharField(
        max_length=LONGEST_OTHER, blank=True, help_text="its beginning where it is longer than a record number may be"
    )
    rule = models.CharField(max_length=32)
    columns = models.JSONField(help_text="what could be read of the row, by the department's column names")
    raw = models.TextField(blank=True, help_text="the row as delivered, where it could not be cut into columns")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    resubmitted_as = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="corrects")

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "rule", "line"], name="quarantine_by_delivery"),
            models.Index(fields=["state", "id"], name="quarantine_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}:{self.line} {self.rule}"


class ResourceVersion(models.Model):
    """A resource's declaration as it stood from an instant on: what the catalogue's versions are compared by."""

    code = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="resource_versions_count_up")]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class UploadBatch(models.Model):
    """Files sent together from the data office's page, and who sent them for which department."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=16, unique=True)
    department = models.CharField(max_length=32, help_text="the sender's own department")
    actor_ref = models.CharField(max_length=64)
    actor_post = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["department", "-id"], name="upload_by_department")]

    def __str__(self) -> str:
        return self.public_id


class UploadJob(models.Model):
    """One uploaded file on its way into the lake; the row keeps how far it has come, so that the page may be left."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "正在入库"
        LANDED = "landed", "已处理"
        FAILED = "failed", "未入库"

    MOVES: Final = {
        State.WAITING: {State.RUNNING},
        # A landing that died with its process is taken up again: landing the same content twice changes nothing.
        State.RUNNING: {State.RUNNING, State.LANDED, State.FAILED},
        State.LANDED: set(),
        State.FAILED: set(),
    }

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(UploadBatch, on_delete=models.PROTECT, related_name="jobs")
    file_name = models.CharField(max_length=255)
    resource = models.CharField(max_length=64, blank=True, help_text="blank when no source declares such a file")
    size = models.BigIntegerField(help_text="bytes")
    state = models.CharField(max_length=16, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    rows_read = models.PositiveBigIntegerField(default=0, help_text="rows judged so far")
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="uploads")
    problem = models.JSONField(default=dict, help_text="why it was not landed: a refusal's sentences by language")

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="upload_by_state")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.file_name}"


class PushKey(models.Model):
    """An idempotency key of a department's system: the records it was first used for and the delivery they became."""

    id = models.BigAutoField(primary_key=True)
    client = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the resource and the records")
    taken_at = models.DateTimeField()
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="push_keys")

    class Meta:
        indexes = [models.Index(fields=["taken_at"], name="push_key_by_age")]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="a_push_key_is_used_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.key}"


class RequestDecided(Refusal):
    """The request stands otherwise than this act needs."""

    zh = "{number} 现在是“{state}”，不能再这样办理。"
    en = "{number} is “{state}” now; this can no longer be done with it."


class DataRequest(models.Model):
    """A department asks to read another's data: which items, on which rows, in which way, for what and by which law, until when.

    The steps, clocks and reasons are those of its process; what is granted is a grant of `identity`, and nothing else gives a view.
    """

    class State(models.TextChoices):
        """Where it stands; a grant also ends by itself on its day."""

        OPEN = "open", _("审核中")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("未同意")
        ENDED = "ended", _("已停止提供")

    class Rows(models.TextChoices):
        """Which rows; the codes are those of grants."""

        EVERYTHING = "everything", _("全部记录")
        POST_DIVISIONS = "post_divisions", _("本岗位辖区内的记录")

    MOVES: Final = {
        State.OPEN: {State.GRANTED, State.REFUSED},
        State.GRANTED: {State.ENDED},
        State.REFUSED: set(),
        State.ENDED: set(),
    }

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    resource = models.CharField(max_length=64)
    department = models.CharField(max_length=32, help_text="that asks")
    reader_post = models.CharField(max_length=40, blank=True, help_text="the post that is to read")
    reader_client = models.CharField(max_length=16, blank=True, help_text="or the system, by its public number")
    items = models.JSONField(help_text="codes of the items, in the order of the catalogue")
    plain = models.JSONField(default=list, help_text="those of them that are to be shown whole")
    rows = models.CharField(max_length=16, choices=Rows)
    way = models.CharField(max_length=8, choices=[(way.value, way.value) for way in Way])
    purpose = models.CharField(max_length=64)
    legal_basis = models.CharField(max_length=200)
    reason = models.TextField()
    until = models.DateField(help_text="the first day on which it is no longer read")
    process = models.CharField(
        max_length=24, blank=True, help_text="the number of its process; none where no one had to decide"
    )
    asked_for = models.JSONField(
        null=True,
        blank=True,
        help_text="of one that was narrowed: the items, plain, rows and until that were asked for",
    )
    narrowed_because = models.TextField(blank=True)
    grant = models.CharField(max_length=60, blank=True, help_text="the code of the grant that it became")
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        verbose_name = _("数据需求")
        indexes = [
            models.Index(fields=["department", "-id"], name="request_by_asker"),
            models.Index(fields=["resource", "-id"], name="request_by_resource"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(reader_post="") & ~Q(reader_client="")) | (~Q(reader_post="") & Q(reader_client="")),
                name="a_request_is_for_a_post_or_a_system",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "ended"]) & ~Q(grant="") | Q(state__in=["open", "refused"], grant=""),
                name="a_request_has_its_grant_once_granted",
            ),
            models.UniqueConstraint(
                fields=["resource", "way", "reader_post", "reader_client"],
                condition=Q(state="open"),
                name="one_open_request_of_a_reader",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts and processes speak of it: `request:7Q…`."""
        return f"request:{self.number}"

    @property
    def reader(self) -> str:
        """Who is to read, as facts speak of him."""
        return f"post:{self.reader_post}" if self.reader_post else f"client:{self.reader_client}"

    def move(self, state: "DataRequest.State") -> None:
        """Go to another state, if that is a legal move; raises RequestDecided. Does not save."""
        if state not in self.MOVES[DataRequest.State(self.state)]:
            raise RequestDecided(number=self.number, state=self.get_state_display())
        self.state = state
