"""The anchors' file: signed heads of every chain, one JSON line each, only ever appended to, synced before it counts.

A line holds its number, the instant, `heads` (shard → [seq, hash]), `previous` (the SM3 fingerprint of the line
before), the id of the signing key and an SM2 signature over the rest. So a signature vouches for every line before
it, and no line can be taken out. The file is plain text that another machine should copy as it grows: whoever owns
this machine owns its key.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from django.conf import settings

from huimin.platform.journal.adapters import keys
from huimin.platform.journal.keyfiles import sync_folder
from huimin.platform.journal.rules import canonical, fingerprint

Heads = Mapping[int, tuple[int, str]]
"""Shard → (seq, hash) of its last entry."""

_TAIL: Final = 1 << 16


@dataclass(frozen=True)
class Line:
    """One anchor as it stands in the file."""

    number: int
    at: str
    heads: Heads
    previous: str
    key: str
    signature: str

    def content(self) -> dict[str, Any]:
        """What is signed."""
        heads = {str(shard): list(place) for shard, place in self.heads.items()}
        return {"at": self.at, "heads": heads, "number": self.number, "previous": self.previous}

    def text(self) -> bytes:
        """The line without its end."""
        return canonical({**self.content(), "key": self.key, "signature": self.signature})

    def fingerprint(self) -> str:
        """What the next line remembers of this one."""
        return fingerprint("sm3", self.text())

    def is_signed(self) -> bool:
        """Whether one of this installation's keys made the signature."""
        return keys.is_signed(canonical(self.content()), key_id=self.key, signature=self.signature)

    @classmethod
    def signed(cls, *, number: int, at: str, heads: Heads, previous: str) -> Self:
        """A new line under the active key."""
        draft = cls(number, at, heads, previous, "", "")
        key, signature = keys.sign(canonical(draft.content()))
        return cls(number, at, heads, previous, key, signature)

    @classmethod
    def parsed(cls, text: bytes) -> Self | None:
        """The anchor of a line; None for what is none, such as a line that a power cut left unfinished."""
        try:
            kept = json.loads(text)
            heads = {int(shard): (int(seq), str(last)) for shard, (seq, last) in kept["heads"].items()}
            return cls(
                int(kept["number"]),
                str(kept["at"]),
                heads,
                str(kept["previous"]),
                str(kept["key"]),
                str(kept["signature"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def path() -> Path:
    """Where the anchors lie: `anchors/journal.jsonl` of the data folder."""
    return Path(settings.HOME) / "anchors" / "journal.jsonl"


def lines() -> Iterator[Line]:
    """Every anchor of the file, in its order; nothing when there is no file."""
    if path().exists():
        with path().open("rb") as file:
            yield from filter(None, map(Line.parsed, file))


def last_line() -> Line | None:
    """The last anchor of the file."""
    if not path().exists():
        return None
    with path().open("rb") as file:
        return _last_of(file)


def _last_of(file: BinaryIO) -> Line | None:
    end = file.seek(0, os.SEEK_END)
    for start in (max(0, end - _TAIL), 0):
        file.seek(start)
        found = [line for line in map(Line.parsed, file) if line]
        if found:
            return found[-1]
    return None


class Writer:
    """The file, held by this process alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def last(self) -> Line | None:
        """The anchor to follow."""
        return _last_of(self._file)

    def append(self, line: Line) -> None:
        """Write the line and return when it is on the disk; an unfinished line before it is closed first."""
        end = self._file.seek(0, os.SEEK_END)
        unfinished = False
        if end:
            self._file.seek(end - 1)
            unfinished = self._file.read(1) != b"\n"
        self._file.write((b"\n" if unfinished else b"") + line.text() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def writing() -> Iterator[Writer]:
    """Hold the file for appending; another process waits."""
    fresh = not path().exists()
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if fresh:
            sync_folder(path().parent)
        yield Writer(file)
