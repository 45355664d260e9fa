"""The papers of a case: files, what a window keeps, evidence, letters."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.models.applications import REFERENCE_LENGTH, Case, Draft, new_public_id


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
