"""Files of the lake: written aside, synced, then renamed to a name made of their content, so that a crash leaves a whole file or none."""

import hashlib
import os
import time
from collections.abc import Collection
from pathlib import Path

# A file younger than this may belong to a landing that has not yet committed; sweeping leaves it alone.
ORPHAN_AFTER_SECONDS = 3600


def content_name(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(aside: Path, folder: Path) -> str:
    """Sync a finished file and move it into `folder` under its content name, which is returned (with its suffix)."""
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    kept = f"{content_name(aside)}{aside.suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    aside.replace(folder / kept)
    sync_folder(folder)
    return kept


def sweep(lake: Path, existing: Collection[str], *, older_than: float = ORPHAN_AFTER_SECONDS) -> list[str]:
    """Delete what no delivery names (relative names `resource/file`), if older than `older_than` seconds; returns what went."""
    edge = time.time() - older_than
    gone = []
    for path in lake.glob("*/*.parquet"):
        relative = f"{path.parent.name}/{path.name}"
        if relative not in existing and path.stat().st_mtime < edge:
            path.unlink()
            gone.append(relative)
    return sorted(gone)
