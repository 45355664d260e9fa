"""The catalogue as people ask it: where a resource belongs, search by words, pinyin and initials, what versions change.

The fields are those of GB/T 21063 and of the 2017 compilation guide. The catalogue is small (hundreds of resources), so
it is searched in memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from huimin.kernel.refusals import NotFound
from huimin.platform.exchange.declarations import Resource, Source, resources, sources
from huimin.platform.exchange.models import ResourceVersion
from huimin.platform.identity.declarations import this_city
from huimin.platform.ui.search import Text, folded, score, sounded


class NoSuchResource(NotFound):
    """The catalogue has no resource of this code."""

    zh = "资源目录中没有 {code}。"
    en = "The catalogue has no resource {code}."


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A resource with what the city and the tree say of it: its domain's folder, its source, its department's names."""

    resource: Resource
    domain: str
    source: Source | None
    department: str
    department_zh: str
    department_en: str

    @property
    def classes(self) -> list[str]:
        """类, 项, 目 of its classification."""
        return self.resource.classification.split("/")

    def content(self) -> dict[str, Any]:
        """What a version of it holds: the declaration and the code of the department that provides it."""
        return {**self.resource.model_dump(mode="json", exclude_none=True), "department": self.department}


@cache
def entries() -> Mapping[str, Entry]:
    """Every resource of the catalogue by its code."""
    domains = {path.stem: path.parts[-3] for path in (Path(settings.PACKAGE) / "domains").glob("*/resources/*.yaml")}
    names = {department.code: department.names for department in this_city().departments.departments}
    found = {}
    for code, resource in resources().items():
        source = sources().get(code)
        department = source.department if source else ""
        known = names.get(department)
        found[code] = Entry(
            resource=resource,
            domain=domains[code],
            source=source,
            department=department,
            department_zh=known.zh if known else department,
            department_en=known.en if known else department,
        )
    return found


def get_entry(code: str) -> Entry:
    """The entry of a resource. Raises NoSuchResource."""
    if entry := entries().get(code):
        return entry
    raise NoSuchResource(code=code)


def browse(*, kind: str = "", domain: str = "", department: str = "", asked: str = "") -> list[Entry]:
    """The entries of a class (`类/项` or its beginning), a domain, a department; the best answers to `asked` first."""
    found = search(asked) if asked.strip() else list(entries().values())
    return [
        entry
        for entry in found
        if f"{entry.resource.classification}/".startswith(f"{kind}/" if kind else "")
        and domain in ("", entry.domain)
        and department in ("", entry.department)
    ]


# Search. ------------------------------------------------------------------------------------------------------------


def _texts(entry: Entry) -> Iterator[Text]:
    resource = entry.resource
    yield Text(10, resource.code)
    yield sounded(10, resource.names.zh)
    yield Text(10, folded(resource.names.en))
    yield sounded(4, entry.department_zh)
    yield Text(4, folded(entry.department_en))
    for part in entry.classes:
        yield sounded(3, part)
    for code, item in resource.items.items():
        yield Text(2, code)
        yield sounded(2, item.zh)
        yield Text(2, folded(item.en))
    yield Text(1, folded(resource.abstract.zh))
    yield Text(1, folded(resource.abstract.en))


@cache
def _index() -> tuple[tuple[Entry, tuple[Text, ...]], ...]:
    return tuple((entry, tuple(_texts(entry))) for entry in entries().values())


def search(asked: str) -> list[Entry]:
    """The entries in which every word of the question is found (as text, shortened, as pinyin or initials), best first."""
    words = [folded(word) for word in asked.split()]
    scored = [([score(texts, word) for word in words], entry) for entry, texts in _index()]
    found = [(sum(scores), entry) for scores, entry in scored if scores and all(scores)]
    return [entry for _total, entry in sorted(found, key=lambda pair: (-pair[0], pair[1].resource.code))]


# Versions. ----------------------------------------------------------------------------------------------------------


def latest_versions() -> dict[str, ResourceVersion]:
    """The newest registered version of each resource, by code."""
    return {version.code: version for version in ResourceVersion.objects.order_by("code", "number")}


def versions_of(code: str) -> list[ResourceVersion]:
    """The registered versions of a resource, newest first."""
    return list(ResourceVersion.objects.filter(code=code).order_by("-number"))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that a version changed: an item added or removed, or an attribute of the resource or of an item.

    `item` is the item's code (blank: the resource itself), `attribute` the path of what changed (`share`, `names.zh`).
    """

    kind: Literal["added", "removed", "changed"]
    item: str = ""
    attribute: str = ""
    before: str = ""
    after: str = ""


def _leaves(value: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, part in value.items():
        if isinstance(part, Mapping):
            found.update(_leaves(part, f"{prefix}{key}."))
        else:
            found[prefix + key] = str(part).lower() if isinstance(part, bool) else str(part)
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], item: str = "") -> Iterator[Difference]:
    old, new = _leaves(before), _leaves(after)
    for attribute in dict.fromkeys([*old, *new]):
        if old.get(attribute) != new.get(attribute):
            yield Difference(
                kind="changed",
                item=item,
                attribute=attribute,
                before=old.get(attribute, ""),
                after=new.get(attribute, ""),
            )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What became different between two contents of versions: the resource first, then its items in their order."""
    old_items, new_items = before.get("items", {}), after.get("items", {})
    found = list(
        _changed(
            {key: value for key, value in before.items() if key != "items"},
            {key: value for key, value in after.items() if key != "items"},
        )
    )
    for code in dict.fromkeys([*old_items, *new_items]):
        if code not in old_items:
            found.append(Difference(kind="added", item=code, after=new_items[code].get("zh", "")))
        elif code not in new_items:
            found.append(Difference(kind="removed", item=code, before=old_items[code].get("zh", "")))
        else:
            found += _changed(old_items[code], new_items[code], code)
    return found
