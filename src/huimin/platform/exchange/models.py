"""Deliveries and quarantined rows. A lake file exists because a delivery names it."""

from typing import Final

from django.db import models

from huimin.platform.exchange.rules import Tally


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
    record_id = models.CharField(max_length=128, blank=True)
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
