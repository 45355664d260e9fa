"""JSON Schemas of every kind of declaration, generated from the models that read them, so that editors complete and check.

`python -m huimin.tooling.schemas` writes them into `schemas/`; a test of the house fails when a model says something else. What one
file alone cannot tell (names that must meet, codes of a list) is said at start-up, with file and line.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
CATALOGUE: Final = "catalog.json"


@dataclass(frozen=True)
class Kind:
    """A kind of declaration: the model that reads it, and which files of the repository are of it."""

    model: str
    files: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema, draft 2020-12."""
        room, _, name = self.model.partition(":")
        model: type[BaseModel] = getattr(import_module(f"huimin.{room}"), name)
        return {"$schema": DIALECT, **model.model_json_schema()}


_CITY, _DOMAIN, _PLATFORM = "cities/*", "src/huimin/domains/*", "src/huimin/platform"


def _incidents(name: str) -> tuple[str, str]:
    """What a city says of incidents, and what comes with the house."""
    return f"{_CITY}/incidents/{name}.yaml", f"{_PLATFORM}/incidents/defaults/{name}.yaml"


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "authority": Kind("platform.registries.declarations:Authority", (f"{_CITY}/authority.yaml",)),
        "bodies": Kind("platform.catalogue.declarations.local:Bodies", (f"{_CITY}/bodies.yaml",)),
        "brand": Kind("platform.ui.brand:Brand", (f"{_CITY}/brand/brand.yaml",)),
        "city": Kind("platform.registries.declarations:City", (f"{_CITY}/city.yaml",)),
        "code_list": Kind("kernel.codes.code_list:CodeListDeclaration", ("src/huimin/kernel/codes/lists/*.yaml",)),
        "decision": Kind(
            "platform.catalogue.declarations.tables:DecisionTable", (f"{_DOMAIN}/services/*/decision.json",)
        ),
        "departments": Kind("platform.identity.declarations:DepartmentsFile", (f"{_CITY}/departments.yaml",)),
        "duties": Kind("platform.identity.declarations:DutiesFile", (f"{_PLATFORM}/identity/duties.yaml",)),
        "eligibility": Kind(
            "platform.catalogue.declarations.eligibility:Eligibility", (f"{_DOMAIN}/services/*/eligibility.yaml",)
        ),
        "form": Kind("platform.catalogue.declarations.forms:Form", (f"{_DOMAIN}/services/*/form.yaml",)),
        "grants": Kind("platform.identity.declarations:GrantsFile", (f"{_CITY}/grants.yaml",)),
        "grid": Kind("platform.registries.places.declarations:GridPolicy", (f"{_CITY}/grid.yaml",)),
        "hotline": Kind("platform.incidents.declarations.channels:HotlineFile", _incidents("hotline")),
        "licence": Kind("platform.catalogue.declarations.licences:LicenceType", (f"{_DOMAIN}/licences/*.yaml",)),
        "open311": Kind("platform.incidents.declarations.channels:Open311File", _incidents("open311")),
        "personas": Kind("platform.identity.declarations:PersonasFile", (f"{_CITY}/personas.yaml",)),
        "profile": Kind("platform.catalogue.declarations.profile:Profile", (f"{_PLATFORM}/catalogue/profile.yaml",)),
        "ratings": Kind(
            "platform.cases.declarations:RatingsFile", (f"{_CITY}/ratings.yaml", f"{_PLATFORM}/cases/ratings.yaml")
        ),
        "reporting": Kind("platform.incidents.declarations.channels:ReportingFile", _incidents("reporting")),
        "resource": Kind("platform.exchange.declarations:Resource", (f"{_DOMAIN}/resources/*.yaml",)),
        "scenarios": Kind(
            "platform.catalogue.declarations.scenarios:Scenarios", (f"{_DOMAIN}/services/*/scenarios.yaml",)
        ),
        "service": Kind("platform.catalogue.declarations.items:ServiceItem", (f"{_DOMAIN}/services/*/service.yaml",)),
        "source": Kind("platform.exchange.declarations:Source", (f"{_CITY}/sources/*.yaml",)),
        "statistics": Kind("platform.indicators.declarations:Statistics", (f"{_CITY}/statistics.yaml",)),
    }
)
"""Every kind of file that people write, by the name of its schema."""


def generated() -> Iterator[tuple[str, str]]:
    """Every generated file: its name and its text. The last one tells editors which schema is for which files."""
    for name, kind in KINDS.items():
        yield f"{name}.schema.json", _text(kind.schema())
    listed = [
        {
            "name": name,
            "description": name.replace("_", " "),
            "fileMatch": list(kind.files),
            "url": f"./{name}.schema.json",
        }
        for name, kind in KINDS.items()
    ]
    yield CATALOGUE, _text({"version": 1, "schemas": listed})


def write(folder: Path) -> int:
    """Make the folder's schemas what the models say; returns how many files changed."""
    folder.mkdir(exist_ok=True)
    changed = 0
    wanted = dict(generated())
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed += 1
    for stale in {path.name for path in folder.glob("*.json")} - wanted.keys():
        (folder / stale).unlink()
        changed += 1
    return changed


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"schemas: {write(Path(sys.argv[1]))} changed\n")
