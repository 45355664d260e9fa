"""A passphrase over a stream: what is written through `Locked` can be read with it alone, and no piece can be changed, moved or cut.

Scrypt (RFC 7914) makes the key; AES-256-GCM seals pieces of one MiB under the STREAM construction (Hoang and others, 2015):
the nonce is a random prefix, the piece's number, and whether it is the last.
"""

import io
import os
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from huimin.kernel.refusals import BadInput, Refusal

MAGIC: Final = b"huimin-locked-1\n"
SALT: Final = 16
PREFIX: Final = 7
HEADER: Final = len(MAGIC) + SALT + PREFIX
PIECE: Final = 1 << 20
TAG: Final = 16
SHORTEST_PASSPHRASE: Final = 12


class PassphraseTooShort(BadInput):
    """A passphrase that could be guessed."""

    zh = "口令至少要 {least} 个字符。"
    en = "A passphrase has at least {least} characters."


class PassphraseWrong(Refusal):
    """The backup does not open: another passphrase, or a damaged file."""

    zh = "打不开备份：口令不对，或文件已损坏。"
    en = "The backup does not open: the passphrase is wrong, or the file is damaged."


class PassphraseNeeded(BadInput):
    """The backup is locked and no passphrase was given."""

    zh = "这个备份加了密，请用 --passphrase-file 给出口令。"
    en = "This backup is locked; give its passphrase with --passphrase-file."


def read_passphrase(path: Path) -> str:
    """The first line of a file. Raises PassphraseTooShort."""
    text = path.read_text(encoding="utf-8").splitlines()[0] if path.stat().st_size else ""
    if len(text) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(least=SHORTEST_PASSPHRASE)
    return text


def is_locked(path: Path) -> bool:
    """Whether the file begins like a locked one."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 17, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class Locked(io.RawIOBase):
    """A file to write into; `close` seals the last piece. Without `close` the file does not open."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file, self._buffer, self._number = file, bytearray(), 0
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._header = MAGIC + salt + self._prefix
        self._cipher = _cipher(passphrase, salt)
        file.write(self._header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; whole pieces are sealed at once."""
        view = memoryview(data)  # type: ignore[arg-type]
        self._buffer += view
        while len(self._buffer) > PIECE:
            self._seal(bytes(self._buffer[:PIECE]), is_last=False)
            del self._buffer[:PIECE]
        return view.nbytes

    def close(self) -> None:
        """Seal the last piece; the file below stays open."""
        if not self.closed:
            self._seal(bytes(self._buffer), is_last=True)
        super().close()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._number, is_last), piece, self._header))
        self._number += 1


class Unlocked(io.RawIOBase):
    """A locked file to read from. Raises PassphraseWrong at the first piece that was not sealed with this passphrase, in this place."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file, self._number, self._left, self._ended = file, 0, b"", False
        self._header = file.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            raise PassphraseWrong
        salt, self._prefix = self._header[len(MAGIC) : -PREFIX], self._header[-PREFIX:]
        self._cipher = _cipher(passphrase, salt)
        self._ahead = file.read(PIECE + TAG)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Give the next bytes; 0 at the end."""
        while not self._left and not self._ended:
            self._open_next()
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        taken = self._left[: view.nbytes]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _open_next(self) -> None:
        piece, self._ahead = self._ahead, self._file.read(PIECE + TAG)
        self._ended = not self._ahead
        try:
            self._left = self._cipher.decrypt(_nonce(self._prefix, self._number, self._ended), piece, self._header)
        except InvalidTag as error:
            raise PassphraseWrong from error
        self._number += 1
