"""What was learned of classes, and how often people took what was suggested."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LearnedEdition(models.Model):
    """A model of classes that was learned; its arrays lie in the data folder under the digest of their content.

    `first` and `three` of `tested` texts, which were not learned from, were right at once, or among the three best.
    """

    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    learned_at = models.DateTimeField()
    texts = models.PositiveIntegerField()
    classes = models.PositiveIntegerField()
    tested_from = models.DateField()
    tested = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    three = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["LearnedEdition"]] = models.Manager()

    class Meta:
        verbose_name = _("类别建议模型")

    def __str__(self) -> str:
        return str(self.number)


class JudgedSuggestion(models.Model):
    """What was suggested for an incident, and the class that a person settled on. `edition` 0: keywords alone."""

    incident = models.OneToOneField("incidents.Incident", on_delete=models.CASCADE, related_name="judged_suggestion")
    edition = models.PositiveIntegerField()
    offered = models.JSONField(default=list)
    confidence = models.FloatField(default=0)
    chosen = models.CharField(max_length=8)
    place = models.PositiveSmallIntegerField(default=0)
    judged_at = models.DateTimeField()

    objects: ClassVar[models.Manager["JudgedSuggestion"]] = models.Manager()

    class Meta:
        verbose_name = _("类别建议的采纳")
        indexes = [models.Index(fields=["edition", "place"], name="judged_by_edition")]

    def __str__(self) -> str:
        return self.chosen
