"""Who takes part beside the applicant: the signatures of the others, and how often an account looked for one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.models.applications import REFERENCE_LENGTH, Case, Draft, new_public_id


class Signature(models.Model):
    """Somebody who must sign with the applicant, and what he said.

    `reference` is who signs for `party`. `digest` covers the answers that he saw: once they read otherwise, the signature no longer holds.
    `answered_by` is the account that signed, or the post before which he did.
    """

    class States(models.TextChoices):
        """How it stands. Whether what was signed still holds, `queries.signing.Standing` says."""

        ASKED = "asked", _("等待签署")
        SIGNED = "signed", _("已签署")
        DECLINED = "declined", _("不同意签署")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="signatures")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="signatures")
    party = models.CharField(max_length=64)
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    state = models.CharField(max_length=8, choices=States, default=States.ASKED.value)
    digest = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")

    objects: ClassVar[models.Manager["Signature"]] = models.Manager()

    class Meta:
        verbose_name = _("共同签署")
        constraints = [
            models.UniqueConstraint(fields=["draft", "party"], name="a_party_signs_a_draft_once"),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(answered_at__isnull=False), name="an_answered_signature_has_its_moment"
            ),
        ]
        indexes = [models.Index(fields=["reference", "asked_at", "id"], name="signature_by_reference")]

    def __str__(self) -> str:
        return self.public_id


class PartySearch(models.Model):
    """An account looked for another party by number and name. Kept for a day, to count how often."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    searched_at = models.DateTimeField()

    objects: ClassVar[models.Manager["PartySearch"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["account", "searched_at"], name="party_search_by_account")]

    def __str__(self) -> str:
        return str(self.pk)
