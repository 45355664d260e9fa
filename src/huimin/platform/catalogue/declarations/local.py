"""What a city says differently: `cities/<slug>/services/<code>.yaml`, `cities/<slug>/bodies.yaml`.

An overlay holds a `revision` and any of the item's keys that its schema marks local: mappings are merged key by key, everything else is
replaced whole. Every change of it needs the next revision, as every change of an item needs the next version.
"""

from typing import Any

from pydantic import BaseModel, Field, RootModel

from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.declarations.words import LOCAL


class Overlay(RootModel[dict[str, Any]]):
    """An overlay as written; `merged` says what may stand in it."""


class Revision(Declaration):
    """The part of an overlay that is its own."""

    revision: int = Field(ge=1)


class Bodies(RootModel[dict[str, str]]):
    """`bodies.yaml`: function (`market_regulation`) → code of the department that has it in this city.

    `@division` is the government of the district that the case belongs to.
    """


def _model_of(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def local_keys(model: type[BaseModel] = ServiceItem, prefix: str = "") -> frozenset[str]:
    """The paths of the keys that a city may set: `fee.lines`, `contacts`."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get(LOCAL):
            found.add(prefix + name)
        elif inner := _model_of(field.annotation):
            found |= local_keys(inner, f"{prefix}{name}.")
    return frozenset(found)


def foreign_keys(overlay: dict[str, Any], prefix: str = "") -> tuple[str, ...]:
    """The paths in an overlay that a city may not set."""
    allowed = local_keys()
    found: list[str] = []
    for key, value in overlay.items():
        path = prefix + key
        if path in allowed or (not prefix and key == "revision"):
            continue
        if isinstance(value, dict) and any(one.startswith(f"{path}.") for one in allowed):
            found += foreign_keys(value, f"{path}.")
        else:
            found.append(path)
    return tuple(found)


def merged(item: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """The item's content with what the city says: mappings key by key, everything else in place of the item's own."""
    result = dict(item)
    for key, value in overlay.items():
        own = result.get(key)
        result[key] = merged(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return result
