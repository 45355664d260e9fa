"""Reading a backup, whatever its shape: its files laid out in a folder, each held against the manifest."""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping import manifest
from huimin.tooling.keeping.locking import PassphraseNeeded, Unlocked, is_locked
from huimin.tooling.keeping.manifest import FORMAT, Kept, Manifest, NotABackup
from huimin.tooling.keeping.places import SECRET_KEY
from huimin.tooling.keeping.writing import BLOCK, finished_backups

LONGEST_MANIFEST: Final = 1 << 28


class FileDamaged(Refusal):
    """A file of the backup is not what the manifest says, is missing, or is none of it."""

    zh = "备份中的文件与清单不符：{name}"
    en = "A file of the backup contradicts its manifest: {name}"


class NewerFormat(Refusal):
    """The backup was made by a later Huimin."""

    zh = "这个备份由更新版本的信息惠民制作，请先升级程序。"
    en = "This backup was made by a newer Huimin; install that version first."


def lay_out(source: Path, folder: Path, *, passphrase: str | None, keys: list[str]) -> Manifest:
    """Copy every file of a backup into an empty folder, compare all of it with the manifest, and give that.

    `source` is an archive, a backup's folder, or the folder that holds several (the newest is taken). `keys` may have sealed the manifest,
    or the key that lies in the backup. Raises NotABackup, PassphraseNeeded, PassphraseWrong, FileDamaged, ManifestChanged, NewerFormat.
    """
    if source.is_dir():
        source = source if (source / manifest.NAME).is_file() else _newest(source)
    elif not source.is_file():
        raise NotABackup(path=str(source))
    found: dict[str, Kept] = {}
    text = b""
    for name, file in _members(source, passphrase):
        if name == manifest.NAME:
            text = file.read(LONGEST_MANIFEST)
        else:
            found[name] = _copy(file, folder / name)
    written = Manifest.parsed(text, path=str(source))
    if written.format > FORMAT:
        raise NewerFormat
    for name in sorted(found.keys() | written.files.keys()):
        if found.get(name) != written.files.get(name):
            raise FileDamaged(name=name)
    own = folder / SECRET_KEY
    if not any(written.is_sealed_by(key) for key in [*keys, *([own.read_text()] if own.is_file() else [])]):
        raise manifest.ManifestChanged
    return written


def _newest(folder: Path) -> Path:
    finished = finished_backups(folder)
    if not finished:
        raise NotABackup(path=str(folder))
    return finished[-1]


def _members(source: Path, passphrase: str | None) -> Iterator[tuple[str, IO[bytes]]]:
    """Every file of the backup by its name, open for reading."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    yield path.relative_to(source).as_posix(), file
        return
    if is_locked(source) and passphrase is None:
        raise PassphraseNeeded(field="passphrase-file")
    with source.open("rb") as whole:
        stream: Any = Unlocked(whole, passphrase) if is_locked(source) and passphrase else whole
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for entry in tar:
                    member = tar.extractfile(entry)
                    if member is None or not _is_inside(entry.name):
                        raise FileDamaged(name=entry.name)
                    yield entry.name, member
        except tarfile.TarError as error:
            raise NotABackup(path=str(source)) from error
        # What stands behind the archive's end is read too: a locked file that was cut short shows only there.
        while stream.read(BLOCK):
            pass


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _copy(file: IO[bytes], target: Path) -> Kept:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    return Kept(size=size, sha256=digest.hexdigest())
