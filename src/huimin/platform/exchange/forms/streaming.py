"""A text file as a window that slides over it: what the document forms (JSON, XML, SQL) search through in bounded memory."""

from collections.abc import Iterator
from pathlib import Path

from huimin.platform.exchange.forms.decoding import blocks


class TextWindow:
    """The part of a text file that is in memory: `text`, and the line (from 1) on which it begins.

    `more()` adds the next block at the end; `forget(at)` drops what lies before a place.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self._blocks: Iterator[tuple[str, frozenset[int], bool]] = (
            (block.text.decode(), block.undecodable, block.is_last) for block in blocks(path, encoding)
        )
        self.text = ""
        self.line = 1
        self.undecodable: set[int] = set()
        self.is_complete = False
        self._counted = (0, 1)

    def more(self) -> bool:
        """Read the next block; False when the file has been read to its end."""
        if self.is_complete:
            return False
        text, undecodable, self.is_complete = next(self._blocks)
        self.text += text
        self.undecodable |= undecodable
        return True

    def forget(self, at: int) -> None:
        """Drop the text before this place."""
        self.line = self.line_at(at)
        self.text = self.text[at:]
        self._counted = (0, self.line)

    def line_at(self, at: int) -> int:
        """The line on which this place lies; cheap when asked from front to back."""
        if at < self._counted[0]:
            self._counted = (0, self.line)
        place, line = self._counted
        self._counted = (at, line + self.text.count("\n", place, at))
        return self._counted[1]

    def has_undecodable(self, first: int, last: int) -> bool:
        """True when one of these lines held bytes that are no text of the encoding."""
        return bool(self.undecodable) and any(first <= line <= last for line in self.undecodable)
