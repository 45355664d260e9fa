"""A text file as blocks of whole lines in UTF-8, whatever its encoding; bytes that are no text damage their own line only."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

BLOCK_BYTES: Final = 1 << 22
LONGEST_LINE_BYTES: Final = 1 << 26
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Block:
    """Some whole lines: UTF-8 text, the number (from 1) of its first line, the numbers of lines with undecodable bytes.

    Only the file's last line may lack its line end.
    """

    text: bytes
    first_line: int
    undecodable: frozenset[int]
    is_last: bool


def codec_of(path: Path, encoding: str) -> tuple[str, int]:
    """The codec to read with and the length of the byte order mark; a mark in the file outweighs the declaration."""
    with path.open("rb") as file:
        head = file.read(3)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec, len(mark)
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding), 0


def _after_last_newline(data: bytes, codec: str) -> int:
    """Where the last whole line of the data ends; 0 when there is none."""
    if not codec.startswith("utf-16"):
        return data.rfind(b"\n") + 1
    units = np.frombuffer(data[: len(data) & ~1], dtype="<u2" if codec == "utf-16-le" else ">u2")
    ends = np.flatnonzero(units == ord("\n"))
    return int(ends[-1]) * 2 + 2 if len(ends) else 0


def _raw_blocks(file: BinaryIO, codec: str) -> Iterator[tuple[bytes, bool]]:
    """The file's bytes in blocks of whole lines, each with whether it is the last."""
    pending = b""
    while True:
        read = file.read(BLOCK_BYTES)
        data = pending + read
        if not read:
            yield data, True
            return
        cut = _after_last_newline(data, codec)
        if not cut and len(data) >= LONGEST_LINE_BYTES:
            cut = len(data) & ~1
        pending = data[cut:]
        if cut:
            yield data[:cut], False


def _as_utf8(data: bytes, codec: str, first_line: int) -> tuple[bytes, frozenset[int]]:
    """The data in UTF-8 and the numbers of the lines that hold bytes which are no text."""
    try:
        text = str(data, codec)
        return (data if codec == "utf-8" else text.encode()), frozenset()
    except UnicodeDecodeError:
        pass
    damaged: set[int] = set()
    whole = str(data, codec, "replace").encode()
    lines = whole.split(b"\n")
    for at, line in enumerate(lines):
        if b"\xef\xbf\xbd" in line:
            damaged.add(first_line + at)
    return whole, frozenset(damaged)


def blocks(path: Path, encoding: str) -> Iterator[Block]:
    """The file in blocks of about 4 MB; a line longer than that makes its block longer, up to 64 MB.

    A last block is always given, empty if the file ends with a line end.
    """
    codec, mark = codec_of(path, encoding)
    line = 1
    with path.open("rb") as file:
        file.seek(mark)
        for data, is_last in _raw_blocks(file, codec):
            text, undecodable = _as_utf8(data, codec, line)
            yield Block(text, line, undecodable, is_last)
            line += text.count(b"\n")
