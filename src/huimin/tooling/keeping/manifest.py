"""What a backup holds, written down: every file with its size and SHA-256, what the city answered then, and a keyed seal over all of it."""

import hashlib
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final, Self

import orjson
from django.utils.crypto import salted_hmac
from pydantic import BaseModel, ConfigDict, ValidationError

from huimin.kernel.refusals import Refusal

NAME: Final = "manifest.json"
FORMAT: Final = 1
_SEAL: Final = "huimin.tooling.keeping.manifest"


class NotABackup(Refusal):
    """Where a backup should be, there is none, or an unfinished one."""

    zh = "这不是完整的备份：{path}"
    en = "This is not a finished backup: {path}"


class ManifestChanged(Refusal):
    """The manifest does not bear the seal of the city's key."""

    zh = "备份清单与其封印不符：清单被改动过，或当时的 HUIMIN_SECRET_KEY 不在。请勿使用，除非已另行核实。"
    en = (
        "The backup's manifest contradicts its seal: it was changed, or the HUIMIN_SECRET_KEY of that time is not here. "
        "Do not use it unless you have made sure of it otherwise."
    )


class Kept(BaseModel):
    """A file of a backup: bytes and SHA-256 (hexadecimal)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: str


class Evidence(BaseModel):
    """What a city says of itself, to be compared before and after: see `proof.testimony`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    migrations: list[str]
    tables: dict[str, tuple[int, str]]
    answers: dict[str, tuple[int, str]]


class Manifest(BaseModel):
    """The manifest. `missing` names lake files that the city itself had lost when the backup was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    made_at: str
    city: str
    store: str
    files: dict[str, Kept]
    evidence: Evidence
    missing: list[str]
    seal: str = ""

    def content(self) -> bytes:
        """What is sealed: canonical JSON without the seal."""
        return orjson.dumps(self.model_dump(exclude={"seal"}), option=orjson.OPT_SORT_KEYS)

    def sealed(self, key: str) -> Self:
        """The same under the seal of the city's secret key."""
        return self.model_copy(update={"seal": _seal(self.content(), key)})

    def is_sealed_by(self, key: str) -> bool:
        """Whether this key made the seal."""
        return compare_digest(self.seal, _seal(self.content(), key))

    def text(self) -> bytes:
        """The manifest as it is written."""
        return orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)

    def fingerprint(self) -> str:
        """SHA-256 of the content: noted away from the backup, it shows that this is the one that was made."""
        return f"sha256:{hashlib.sha256(self.content()).hexdigest()}"

    @classmethod
    def parsed(cls, text: bytes, *, path: str) -> Self:
        """Raises NotABackup."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise NotABackup(path=path) from error


def _seal(content: bytes, key: str) -> str:
    return salted_hmac(_SEAL, content, secret=key, algorithm="sha256").hexdigest()


def differences(before: Evidence, after: Evidence, *, one_store: bool = True) -> list[str]:
    """Which tables and answers are not the same, by name; those that only one side has too.

    The digests of tables are those of one kind of store: where `one_store` is false, tables are held to their numbers of rows.
    """
    tables = [before.tables, after.tables]
    if not one_store:
        tables = [{name: (rows, "") for name, (rows, _) in side.items()} for side in tables]
    found = []
    for what, then, now in (("table", tables[0], tables[1]), ("answer", before.answers, after.answers)):
        found += [
            f"{what} {name}: {_told(then, name)} → {_told(now, name)}"
            for name in sorted(then.keys() | now.keys())
            if then.get(name) != now.get(name)
        ]
    return found


def _told(side: Mapping[str, Any], name: str) -> str:
    return f"{side[name][0]} ({side[name][1][:8]})" if name in side else "-"
