"""Statistical releases as they were published: only what may be seen, so that nothing else can leave this table."""

from typing import ClassVar

from django.db import models


class Release(models.Model):
    """One declared table for one build of the registries. A withheld figure is null in `content` and kept nowhere."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=48, help_text="the release's code in statistics.yaml")
    build = models.PositiveBigIntegerField(help_text="number of the build of the registries that was counted")
    reference_on = models.DateField(help_text="the day that the figures speak of; ages are of this day")
    released_at = models.DateTimeField()
    published = models.PositiveIntegerField(help_text="figures shown")
    withheld = models.PositiveIntegerField(help_text="figures not shown")
    content = models.TextField(help_text="the table as indicators.tables reads it, JSON")

    objects: ClassVar[models.Manager["Release"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["code", "-build"], name="release_latest")]
        constraints = [models.UniqueConstraint(fields=["build", "code"], name="a_build_is_released_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.build}"
