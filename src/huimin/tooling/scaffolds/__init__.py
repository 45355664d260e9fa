"""New domains, resources and services from blanks: what a person then fills in already loads, and is a draft until he says otherwise.

`make new-domain NAME=…`, `make new-resource DOMAIN=… CODE=…`, `make new-service DOMAIN=… CODE=…`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from huimin.kernel.refusals import BadInput, Refusal

BLANKS: Final = Path(__file__).with_name("blanks")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESOURCE: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class BadName(BadInput):
    """A name that cannot name a folder or a file of the house."""

    zh = "“{name}”不能用作名称：用小写英文单词，词间用下划线；资源代码形如 police.population。"
    en = "{name} cannot be a name: lower-case English words with underscores; a resource is named like police.population."


class AlreadyThere(Refusal):
    """Nothing that somebody wrote is written over."""

    zh = "{path} 已经存在。"
    en = "{path} is already there."


class NoSuchDomain(BadInput):
    """There is no folder of this name among the domains."""

    zh = "没有 {domain} 这个领域；可用 make new-domain 新建。"
    en = "There is no domain {domain}; make new-domain makes one."


def new_domain(package: Path, name: str) -> list[Path]:
    """Make the folder of a domain in the package `huimin`; returns its files. Raises BadName, AlreadyThere."""
    _named(_NAME, name)
    return _written("domain", package / "domains" / name, {"name": name, "title": name.replace("_", " ").capitalize()})


def new_resource(package: Path, domain: str, code: str) -> list[Path]:
    """Declare a resource in a domain; returns its file. Raises BadName, NoSuchDomain, AlreadyThere."""
    folder = _domain(package, domain)
    _named(_RESOURCE, code)
    return _written("resource", folder / "resources", {"code": code})


def new_service(package: Path, domain: str, code: str) -> list[Path]:
    """Make the folder of a service in a domain, a draft; returns its files. Raises BadName, NoSuchDomain, AlreadyThere."""
    folder = _domain(package, domain)
    _named(_NAME, code)
    return _written("service", folder / "services" / code, {"code": code})


def _named(pattern: re.Pattern[str], name: str) -> None:
    if not pattern.fullmatch(name):
        raise BadName(name=name)


def _domain(package: Path, domain: str) -> Path:
    folder = package / "domains" / domain
    if not _NAME.fullmatch(domain) or not (folder / "__init__.py").exists():
        raise NoSuchDomain(domain=domain)
    return folder


def _written(kind: str, folder: Path, words: Mapping[str, str]) -> list[Path]:
    """Write a kind's blanks into a folder: `.txt` at the end of a name falls away, `CODE` in it is the code."""
    sources = sorted(path for path in (BLANKS / kind).rglob("*") if path.is_file())
    targets = {
        source: folder
        / str(source.relative_to(BLANKS / kind)).removesuffix(".txt").replace("CODE", words.get("code", ""))
        for source in sources
    }
    for target in targets.values():
        if target.exists():
            raise AlreadyThere(path=target.relative_to(folder.parents[1]).as_posix())
    for source, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
    return list(targets.values())
