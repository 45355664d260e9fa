"""What an incident has to do with: a person or firm, a place, a licence, a case, another incident."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huimin.platform.incidents.models.incidents import REFERENCE_LENGTH, Incident


class Link(models.Model):
    """A relation of an incident to another thing, by the thing's reference (`licence:…`, `case:…`, `organisation:…`, `component:…`).

    What the thing is, its own app says, within the reader's own rights there; here stands only that the two belong together.
    """

    class Kind(models.TextChoices):
        """What sort of thing."""

        PERSON = "person", _("人员")
        ORGANISATION = "organisation", _("单位")
        PLACE = "place", _("房屋")
        COMPONENT = "component", _("部件")
        LICENCE = "licence", _("证照")
        CASE = "case", _("办件")
        INCIDENT = "incident", _("案件")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind)
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Link"]] = models.Manager()

    class Meta:
        verbose_name = _("关联")
        constraints = [
            models.UniqueConstraint(fields=["incident", "reference"], name="an_incident_is_linked_once_to_a_thing")
        ]
        indexes = [models.Index(fields=["reference", "incident"], name="link_by_thing")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"

    @property
    def number(self) -> str:
        """The thing's own number or key."""
        return self.reference.partition(":")[2]
