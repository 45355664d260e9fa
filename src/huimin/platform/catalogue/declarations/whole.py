"""A service: everything that its folder and its city say, held together.

Made by `catalogue.library`, or read back from a published version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import orjson

from huimin.platform.catalogue.declarations.eligibility import Eligibility
from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.items import Part, ServiceItem
from huimin.platform.catalogue.declarations.tables import DecisionTable

OF_THE_WHOLE: Final = (
    "version", "status", "codes", "item_type", "level", "power_source", "body_nature", "serves", "forms_of_handling",
    "case_kind", "online_depth", "handling_range", "visits", "basis", "conditions", "remedies", "contacts", "parameters",
)  # fmt: skip
"""What a part of a life event has from the whole."""
SERVICE_OUTCOME: Final = "99"
"""What comes of a part that gives neither certificate nor record of its own (GB/T 39046, other)."""


class NoSuchPart(LookupError):
    """The service has no part of this code."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service in one version and one revision of its city's overlay.

    `content` is what the files say, as JSON: `item`, `form`, `eligibility`, `decision`, `process` (text), `letters` (`granted.zh` → text),
    of a life event also `parts` (code → its `letters`); the typed parts are read from it.
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
        return tuple(dict.fromkeys([self.item.body, *self.item.joint_bodies, *(part.body for part in self.parts)]))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a life event; none of any other service."""
        return self.item.life_event.parts if self.item.life_event else ()

    def part(self, code: str) -> "Service":
        """A part of a life event as a service item of its own, `birth.hukou`: the whole's form, its own body, limit, materials, outcome and
        letters. Raises NoSuchPart.
        """
        whole = self.content["item"]
        declared = next((one for one in self.parts if one.code == code), None)
        if declared is None:
            raise NoSuchPart(code)
        said = next(one for one in whole["life_event"]["parts"] if one["code"] == code)
        plain = {"kind": SERVICE_OUTCOME, "names": said["names"], "delivery": whole["outcome"]["delivery"]}
        own = {
            "names": said["names"],
            "abstract": said["names"],
            "body": said["body"],
            "limits": {"statutory": said["limit"], "promised": said["limit"]},
            "materials": [one for one in whole.get("materials", ()) if one["code"] in declared.materials],
            "outcome": said.get("outcome") or plain,
        }
        content = {
            "item": {name: whole[name] for name in OF_THE_WHOLE if name in whole} | own,
            "form": self.content["form"],
            "eligibility": None,
            "decision": None,
            "process": "",
            "letters": self.content.get("parts", {}).get(code, {}).get("letters", {}),
        }
        return Service(code=f"{self.code}.{code}", domain=self.domain, revision=self.revision, content=content)
