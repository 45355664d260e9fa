"""What a data folder holds: which of it is the city, and which only the machine's scratch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

SCRATCH: Final = frozenset({"log", "spill", "static", "backups", "demo", "bench.json", "backup.json", ".restoring"})
"""Names in a data folder that no backup takes along: they are made again, or belong to this machine."""

SQLITE: Final = "huimin.sqlite3"
"""The embedded store, in the data folder and in a backup of it."""

DUMP: Final = "database.dump"
"""PostgreSQL's dump in a backup."""

ANCHORS: Final = "anchors/journal.jsonl"
"""The journal's anchors: they grow while a backup is made, and are taken up to the length that fits the store."""

SECRET_KEY: Final = "secret.key"  # noqa: S105 - the name of a file
OLDER_SECRET_KEYS: Final = "secret-older.key"  # noqa: S105 - the name of a file

SECRETS: Final = ("secret*.key", "keys/*.json")
"""Patterns of the files that hold secrets: readable by their owner only."""

LEFT_ALONE: Final = frozenset({SECRET_KEY, *SCRATCH})
"""What may lie in a data folder without a city: reading the settings makes the secret key."""


def files_beside_store(home: Path) -> Iterator[Path]:
    """Every file of the city but the store and the anchors, relative to `home`; what is still being written (`.name`) is left out.

    The rule leaves out what is known to be scratch and takes the rest, so that an app's new folder is kept though nobody thought of it.
    """
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        hidden = any(part.startswith(".") for part in relative.parts)
        scratch = relative.parts[0] in SCRATCH or relative.parts[0].startswith(SQLITE)
        if not hidden and not scratch and relative.as_posix() != ANCHORS and path.is_file() and not path.is_symlink():
            yield relative


def holds_a_city(home: Path) -> bool:
    """Whether anything lies in the folder that a restore would overwrite."""
    return home.exists() and any(path.name not in LEFT_ALONE for path in home.iterdir())
