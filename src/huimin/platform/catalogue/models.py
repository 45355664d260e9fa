"""Published versions of services: rows that are written once and never again."""

from typing import Any, ClassVar

from django.db import models

from huimin.kernel.refusals import Refusal


class PublishedStays(Refusal):
    """A published version is not changed and not taken away."""

    zh = "已发布的版本不能更改或删除。"
    en = "A published version is neither changed nor deleted."


class PublishedService(models.Model):
    """A service as it was published: the whole content of its files with the city's overlay, and its digest."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=48)
    domain = models.CharField(max_length=32)
    version = models.PositiveIntegerField(help_text="of service.yaml")
    revision = models.PositiveIntegerField(help_text="of the city's overlay; 0 without one")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content in canonical form")
    content = models.JSONField()
    published_at = models.DateTimeField()

    objects: ClassVar[models.Manager["PublishedService"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version", "revision"], name="a_service_version_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}.{self.revision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it for the first time. Raises PublishedStays for a second."""
        if self.pk is not None:
            raise PublishedStays
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never: cases refer to it. Raises PublishedStays."""
        raise PublishedStays
