"""The two shapes of a backup: a folder that shares unchanged files with the one before it, and one archive, locked or not.

Either is written under a name that begins with a dot, and gets its own name at the very end: what has such a name is whole.
"""

import fcntl
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping import manifest
from huimin.tooling.keeping.locking import Locked
from huimin.tooling.keeping.manifest import Kept, Manifest

UNFINISHED: Final = ".unfinished"
BLOCK: Final = 1 << 20
ARCHIVES: Final = frozenset({".tar"})


class TargetTaken(Refusal):
    """The archive exists already."""

    zh = "{path} 已存在，不会覆盖。请换一个文件名。"
    en = "{path} exists and will not be overwritten. Choose another name."


class AnotherAtWork(Refusal):
    """Two backups of one city, or into one place, at the same time."""

    zh = "另一个备份正在进行（{path}）。"
    en = "Another backup is at work ({path})."


class FileGone(Refusal):
    """A file of the city went away while it was being copied."""

    zh = "备份时文件被移走：{path}。请再运行一次。"
    en = "A file went away during the backup: {path}. Run it again."


class Target(Protocol):
    """Where a backup is being written."""

    def add(self, name: str, source: Path, *, length: int | None = None) -> Kept:
        """Take a file (its first `length` bytes) under a relative name; gives what the manifest says of it. Raises FileGone."""

    def finish(self, written: Manifest) -> None:
        """Write the manifest last."""


class Digesting(io.RawIOBase):
    """A file to read from, that counts and digests what was read of it, up to `length` bytes."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left, self._digest, self.size = file, length, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self.size += len(data)
        self._digest.update(data)
        return data

    def kept(self) -> Kept:
        """What was read."""
        return Kept(size=self.size, sha256=self._digest.hexdigest())


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file that `kill -9` lets go of. Raises AnotherAtWork."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherAtWork(path=str(path.parent)) from error
        yield


def sync(path: Path) -> None:
    """Put a file or a folder's names on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- a folder --------------------------------------------------------------------------------------------------------


def finished_backups(folder: Path) -> list[Path]:
    """The finished backups in a folder, oldest first."""
    return sorted(
        path for path in folder.glob("*Z") if not path.name.startswith(".") and (path / manifest.NAME).is_file()
    )


class FolderTarget:
    """A folder; a file that the previous backup holds unchanged is that very file (a hard link), so it costs no room and no time."""

    def __init__(self, work: Path, previous: Path | None) -> None:
        self._work, self._previous = work, previous
        self._known: dict[str, Kept] = {}
        if previous:
            text = (previous / manifest.NAME).read_bytes()
            self._known = Manifest.parsed(text, path=str(previous)).files

    def add(self, name: str, source: Path, *, length: int | None = None) -> Kept:
        """See `Target.add`."""
        target = self._work / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            if length is None and (known := self._linked(name, source, target)):
                return known
            with (
                source.open("rb") as file,
                os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy,
            ):
                reading = Digesting(file, source.stat().st_size if length is None else length)
                while block := reading.read(BLOCK):
                    copy.write(block)
                copy.flush()
                os.fsync(copy.fileno())
            shutil.copystat(source, target)
            target.chmod(0o600)
        except FileNotFoundError as error:
            raise FileGone(path=name) from error
        return reading.kept()

    def _linked(self, name: str, source: Path, target: Path) -> Kept | None:
        """Share the previous backup's file when size and time of change are the same, and a lake file bears its content's name anyway."""
        known = self._known.get(name)
        if known is None or self._previous is None:
            return None
        before = self._previous / name
        now, then = source.stat(), before.stat()
        if (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            return None
        try:
            os.link(before, target)
        except OSError:  # a file system without hard links
            return None
        return known

    def finish(self, written: Manifest) -> None:
        """See `Target.finish`."""
        path = self._work / manifest.NAME
        path.write_bytes(written.text())
        path.chmod(0o600)
        for at in (path, *(folder for folder in self._work.rglob("*") if folder.is_dir()), self._work):
            sync(at)


@contextmanager
def folder_target(out: Path, stamp: str) -> Iterator[FolderTarget]:
    """A new backup in the folder `out`, called by its time. Leftovers of interrupted ones go first. Raises AnotherAtWork."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(out / ".lock"):
        for leftover in out.glob(f".*{UNFINISHED}"):
            shutil.rmtree(leftover)
        work = out / f".{stamp}{UNFINISHED}"
        work.mkdir(mode=0o700)
        previous = finished_backups(out)
        yield FolderTarget(work, previous[-1] if previous else None)
        work.rename(out / stamp)
        sync(out)


# --- an archive ------------------------------------------------------------------------------------------------------


class ArchiveTarget:
    """A tar file (POSIX pax), written in one go."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, source: Path, *, length: int | None = None) -> Kept:
        """See `Target.add`."""
        try:
            with source.open("rb") as file:
                stat = source.stat()
                entry = _entry(name, stat.st_size if length is None else length)
                entry.mtime = int(stat.st_mtime)
                reading = Digesting(file, entry.size)
                self._tar.addfile(entry, _as_file(reading))
        except FileNotFoundError as error:
            raise FileGone(path=name) from error
        return reading.kept()

    def finish(self, written: Manifest) -> None:
        """See `Target.finish`."""
        text = written.text()
        self._tar.addfile(_entry(manifest.NAME, len(text)), io.BytesIO(text))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _as_file(stream: Any) -> Any:
    """What tarfile asks of a file is `read`."""
    return stream


@contextmanager
def archive_target(out: Path, passphrase: str | None) -> Iterator[ArchiveTarget]:
    """A new archive at `out`; an unfinished one of that name is written over. Raises TargetTaken, AnotherAtWork."""
    if out.exists():
        raise TargetTaken(path=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    work = out.with_name(f".{out.name}{UNFINISHED}")
    with os.fdopen(os.open(work, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherAtWork(path=str(out)) from error
        file.truncate(0)
        sink: Any = Locked(file, passphrase) if passphrase else file
        with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            yield ArchiveTarget(tar)
        if passphrase:
            sink.close()
        file.flush()
        os.fsync(file.fileno())
        work.rename(out)
    sync(out.parent)
