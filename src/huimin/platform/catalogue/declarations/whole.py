"""A service: everything that its folder and its city say, held together.

Made by `catalogue.library`, or read back from a published version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from huimin.platform.catalogue.declarations.eligibility import Eligibility
from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.declarations.tables import DecisionTable


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service in one version and one revision of its city's overlay.

    `content` is what the files say, as JSON: `item`, `form`, `eligibility`, `decision`, `process` (text), `letters` (`granted.zh` → text);
    the typed parts are read from it.
    """

    code: str
    domain: str
    revision: int
    content: Mapping[str, Any]

    @cached_property
    def item(self) -> ServiceItem:
        """`service.yaml` with the city's overlay."""
        return ServiceItem.model_validate(self.content["item"])

    @cached_property
    def form(self) -> Form:
        """`form.yaml`."""
        return Form.model_validate(self.content["form"])

    @cached_property
    def eligibility(self) -> Eligibility | None:
        """`eligibility.yaml`, or None where everybody may."""
        declared = self.content["eligibility"]
        return Eligibility.model_validate(declared) if declared else None

    @cached_property
    def decision(self) -> DecisionTable | None:
        """`decision.json`, or None where a human decides from the start."""
        declared = self.content["decision"]
        return DecisionTable.model_validate(declared) if declared else None

    @property
    def process_text(self) -> str:
        """The BPMN text of its own process or of the template that it uses."""
        return str(self.content["process"])

    @property
    def letters(self) -> Mapping[str, str]:
        """`granted.zh` → text with placeholders."""
        letters: Mapping[str, str] = self.content["letters"]
        return letters

    @property
    def version(self) -> int:
        """The version of the item."""
        return self.item.version

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole content in one canonical form: equal when no file says anything else."""
        return sha256(orjson.dumps(self.content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def functions(self) -> tuple[str, ...]:
        """Every function of a body that takes part, the deciding one first."""
        parts = self.item.life_event.parts if self.item.life_event else ()
        return tuple(dict.fromkeys([self.item.body, *self.item.joint_bodies, *(part.body for part in parts)]))
