"""Statistical releases as they were published, and what each month of cases came to."""

from typing import ClassVar

from django.db import models


class Release(models.Model):
    """One declared table for one build of the registries, or of the cases up to a day. A withheld figure is null in `content` and kept
    nowhere.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=48, help_text="the release's code in statistics.yaml")
    build = models.PositiveBigIntegerField(
        help_text="number of the build of the registries that was counted; 0 for cases"
    )
    reference_on = models.DateField(help_text="the day that the figures speak of; ages are of this day")
    released_at = models.DateTimeField()
    published = models.PositiveIntegerField(help_text="figures shown")
    withheld = models.PositiveIntegerField(help_text="figures not shown")
    content = models.TextField(help_text="the table as indicators.tables reads it, JSON")

    objects: ClassVar[models.Manager["Release"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["code", "-build"], name="release_latest")]
        constraints = [
            models.UniqueConstraint(fields=["build", "code", "reference_on"], name="a_build_is_released_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.build}"


class MonthTally(models.Model):
    """What a month came to for one department, service and district: `rules.rates.Counts`.

    A cache of what the cases say, which can be counted again at any time; supervision reads it in place of a million cases.
    """

    month = models.DateField(help_text="its first day")
    department = models.CharField(max_length=16)
    service = models.CharField(max_length=64)
    division = models.CharField(max_length=6, blank=True, default="")
    received = models.PositiveIntegerField(default=0)
    online = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    not_accepted = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    timed = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["MonthTally"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "department", "service", "division"], name="a_month_is_tallied_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.department} {self.service}"
