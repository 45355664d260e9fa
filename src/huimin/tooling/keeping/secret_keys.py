"""The installation's secret key: replaced, with the older ones kept to read what they made; and all keys listed without their secrets.

The key signs sessions, encrypts second factors and hashes clients' secrets. `secret-older.key` holds its predecessors, one a line, the
latest first; the settings give them to Django as SECRET_KEY_FALLBACKS.
"""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.queries import keys_listed
from huimin.tooling.keeping.places import OLDER_SECRET_KEYS, SECRET_KEY
from huimin.tooling.keeping.writing import alone, sync

CHARACTERS: Final = 48
SESSION: Final = "session"


class KeyElsewhere(Refusal):
    """The environment gives the key; there is none in the data folder to replace."""

    zh = "密钥由环境变量 HUIMIN_SECRET_KEY 给出，请在那里更换，并把旧值放入 HUIMIN_SECRET_KEY_FALLBACKS。"
    en = "HUIMIN_SECRET_KEY gives the key: replace it there, and put the old one into HUIMIN_SECRET_KEY_FALLBACKS."


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """A key as it may be shown: its purpose, its id, whether it is in use, since when."""

    purpose: str
    key_id: str
    in_use: bool
    since: datetime | None


def rotate_session_key(home: Path) -> None:
    """Put a new secret key into use. The old one is written down first: a crash in between leaves it in both places, which does no harm.

    Raises KeyElsewhere. Running processes keep the old key until they are started again.
    """
    if os.environ.get("HUIMIN_SECRET_KEY"):
        raise KeyElsewhere
    with alone(home / "spill" / ".secret-key.lock"):
        current, older = home / SECRET_KEY, home / OLDER_SECRET_KEYS
        known = older.read_text().split() if older.exists() else []
        retiring = current.read_text().strip()
        _replace(older, "".join(f"{key}\n" for key in [retiring, *(key for key in known if key != retiring)]))
        _replace(current, secrets.token_urlsafe(CHARACTERS))


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def listed_keys(home: Path) -> Iterator[ListedKey]:
    """Every key of the installation, without its secret."""
    current, older = home / SECRET_KEY, home / OLDER_SECRET_KEYS
    if os.environ.get("HUIMIN_SECRET_KEY"):
        yield ListedKey(purpose=SESSION, key_id="HUIMIN_SECRET_KEY", in_use=True, since=None)
    elif current.exists():
        yield ListedKey(purpose=SESSION, key_id=SECRET_KEY, in_use=True, since=_changed(current))
    if older.exists():
        for number, _ in enumerate(older.read_text().split(), 1):
            yield ListedKey(purpose=SESSION, key_id=f"{OLDER_SECRET_KEYS}:{number}", in_use=False, since=None)
    for key in keys_listed():
        yield ListedKey(purpose=f"journal {key.purpose}", key_id=key.key_id, in_use=key.in_use, since=key.since)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
