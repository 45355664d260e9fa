"""Published definitions: what was drawn, never changed again."""

import hashlib
from typing import Any, ClassVar, Final

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import Graph

_GRAPHS: Final[dict[str, Graph]] = {}
"""Compiled definitions by the hash of their text: a text is compiled once in the life of a program."""


def content_hash(text: str) -> str:
    """The SHA-256 of a definition's text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


class DefinitionIsFixed(TypeError):
    """A published definition was about to be changed or found changed: running processes would follow another law
    than they began under.
    """


class Definition(models.Model):
    """A version of a drawn process. Published once, it is never changed; a change is the next version."""

    code = models.CharField(max_length=64, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")])
    version = models.PositiveIntegerField()
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Definition"]] = models.Manager()

    class Meta:
        verbose_name = _("流程定义")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="definition_version_is_published_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="definition_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def save(self, **kwargs: Any) -> None:
        """Publish it; raises DefinitionIsFixed when it has been published before."""
        if self.pk is not None:
            raise DefinitionIsFixed(str(self))
        super().save(**kwargs)

    @property
    def graph(self) -> Graph:
        """The compiled graph. Raises DefinitionIsFixed when the text in the store is not the one that was published."""
        found = _GRAPHS.get(self.content_hash)
        if found is None:
            if content_hash(self.text) != self.content_hash:
                raise DefinitionIsFixed(str(self))
            found = _GRAPHS[self.content_hash] = compiled(self.text)
        return found
