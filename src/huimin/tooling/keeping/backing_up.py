"""`huimin backup`: a consistent copy of a city that goes on living meanwhile."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from django.conf import settings
from django.db import connection, transaction

from huimin.kernel.refusals import BadInput
from huimin.platform.exchange.queries import lake_files
from huimin.platform.journal.events import BackupMade
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, instant
from huimin.tooling.keeping.manifest import FORMAT, Kept, Manifest
from huimin.tooling.keeping.places import ANCHORS, files_beside_store
from huimin.tooling.keeping.proof import migrations_behind, testimony
from huimin.tooling.keeping.stores import copy_store, kept_name, snapshot
from huimin.tooling.keeping.writing import ARCHIVES, Target, alone, archive_target, folder_target, sync

NOTE: Final = "backup.json"
"""In the data folder: when the last backup was finished, for the doctor."""


class FolderNotLocked(BadInput):
    """A passphrase with a folder, whose files are shared between backups."""

    zh = "加密只用于单个备份文件：请把 --out 写成 ….tar。"
    en = "A passphrase locks one file: let --out end in .tar."


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished backup: where, its manifest, and how many bytes were new."""

    at: Path
    manifest: Manifest


def back_up(
    out: Path, *, at: datetime, passphrase: str | None = None, told: Callable[[str], None] = lambda _: None
) -> Made:
    """Make a backup: the folder `out` gets a new one beside those that it has, a name that ends in .tar becomes one file.

    `told` hears the name of every file. Raises the refusals of `writing` and `stores`, FolderNotLocked.
    """
    home = Path(settings.HOME)
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    is_archive = out.suffix in ARCHIVES
    if passphrase and not is_archive:
        raise FolderNotLocked(field="out")
    out = out.resolve()
    with alone(home / "spill" / ".backup.lock"):
        target = archive_target(out, passphrase) if is_archive else folder_target(out, stamp)
        with target as writing, _scratch(home) as scratch:
            written = _write(writing, home=home, out=out, scratch=scratch, at=at, told=told)
            writing.finish(written)
    made = Made(at=out if is_archive else out / stamp, manifest=written)
    _note(home, made)
    if not migrations_behind():  # before its upgrade, a city's journal may not be of the form that this program writes
        _announce(made.manifest, at=at)
    return made


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """A folder as well guarded as the city itself, for the copy of the store; what a killed backup left there goes first."""
    for leftover in (home / "spill").glob("backup-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=home / "spill") as folder:
        yield Path(folder)


def _write(
    writing: Target, *, home: Path, out: Path, scratch: Path, at: datetime, told: Callable[[str], None]
) -> Manifest:
    files: dict[str, Kept] = {}
    with snapshot() as (name, anchored):
        told(kept_name())
        copy_store(scratch / kept_name(), snapshot_name=name)
        evidence, named = testimony(), lake_files()
    files[kept_name()] = writing.add(kept_name(), scratch / kept_name())
    (scratch / kept_name()).unlink()
    if anchored:
        files[ANCHORS] = writing.add(ANCHORS, home / ANCHORS, length=anchored)
    # Files are made before the row that names them and never changed: those that are there now are all that the snapshot knows, and more.
    for relative in files_beside_store(home):
        if not (home / relative).is_relative_to(out):
            told(relative.as_posix())
            files[relative.as_posix()] = writing.add(relative.as_posix(), home / relative)
    missing = sorted(file for file in named if f"lake/{file}" not in files)
    manifest = Manifest(
        format=FORMAT,
        made_at=instant(at),
        city=settings.CITY,
        store=connection.vendor,
        files=files,
        evidence=evidence,
        missing=missing,
    )
    return manifest.sealed(settings.SECRET_KEY)


def _announce(manifest: Manifest, *, at: datetime) -> None:
    """Say in the city's journal that there is this backup: who finds one elsewhere can ask the city whether it made it."""
    fact = BackupMade(
        subject=f"city:{manifest.city}",
        fingerprint=manifest.fingerprint(),
        files=len(manifest.files),
        size=sum(kept.size for kept in manifest.files.values()),
        lost=len(manifest.missing),
    )
    with transaction.atomic():
        publish(fact, actor=Actor("system", "command"), at=at)


def _note(home: Path, made: Made) -> None:
    """Remember the last backup."""
    draft = home / f".{NOTE}"
    draft.write_bytes(orjson.dumps({"made_at": made.manifest.made_at, "fingerprint": made.manifest.fingerprint()}))
    draft.chmod(0o600)
    draft.replace(home / NOTE)
    sync(home)
