"""The table of the laws: the name of each, which is also the name of its broken sample, and what checks it."""

from collections.abc import Callable
from pathlib import Path

from tests.architecture import imports, pages, sources, tables, texts, words

RULES: dict[str, Callable[[Path], list[str]]] = {
    "layers": imports.contract("layers"),
    "platform-stack": imports.contract("platform-stack"),
    "domains-independent": imports.contract("domains-independent"),
    "portals-independent": imports.contract("portals-independent"),
    "rooms-stacked": imports.contract("rooms-stacked"),
    "rules-pure": imports.contract("rules-pure"),
    "kernel-pure": imports.contract("kernel-pure"),
    "private-rooms": imports.contract("private-rooms"),
    "local-imports": imports.local_imports,
    "foreign-keys": tables.foreign_keys,
    "permissions": pages.permissions,
    "facts": sources.facts,
    "clocks": sources.clocks,
    "length": sources.length,
    "names": sources.names,
    "catalogues": words.catalogues,
    "templates": pages.templates,
    "texts": texts.texts,
}
