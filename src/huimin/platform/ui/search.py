"""Search as people ask it, over a few hundred texts held in memory: words, parts of words, pinyin and initials.

For: menus, catalogues, guides. Not for: people or records; those are searched by the registries, within a scope.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

SHORTEST_PINYIN: Final = 2


@dataclass(frozen=True)
class Text:
    """A searchable text: how much it counts, its folded form, its syllables where it may be asked by sound."""

    weight: int
    folded: str
    syllables: tuple[str, ...] = ()

    def score(self, word: str) -> int:
        """How well this folded word is found in it; 0 where it is not."""
        if word == self.folded:
            return 4 * self.weight
        if word in self.folded:
            return 3 * self.weight
        if not self.syllables:
            return 0
        if not word.isascii():
            # 社保 is how everybody says 社会保险.
            return self.weight if re.search(".{0,2}".join(map(re.escape, word)), self.folded) else 0
        if len(word) < SHORTEST_PINYIN or not word.isalpha():
            return 0
        # From any syllable on, so that shebao does not answer to "heb".
        if any("".join(self.syllables[at:]).startswith(word) for at in range(len(self.syllables))):
            return 2 * self.weight
        return self.weight if word in "".join(syllable[0] for syllable in self.syllables) else 0


def folded(text: str) -> str:
    """The text without white space, in lower case."""
    return "".join(text.lower().split())


@cache
def sounded(weight: int, text: str) -> Text:
    """A text that may also be asked by its pinyin or its initials; its syllables are worked out once."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take a quarter of a second, and few processes search

    syllables = tuple(part for part in lazy_pinyin(text) if part.isascii() and part.isalpha())
    return Text(weight, folded(text), syllables)


def score(texts: Iterable[Text], word: str) -> int:
    """How well a folded word is found in the best of these texts; a word of several parts also by one of them."""
    searched = list(texts)
    whole = max((text.score(word) for text in searched), default=0)
    if whole or word.isascii():
        return whole
    import rjieba  # noqa: PLC0415 - see `sounded`

    # 低保人员 stands nowhere as one word, 低保 does.
    parts = [part for part in rjieba.cut_for_search(word) if len(part) > 1 and part != word]
    return max((text.score(part) for text in searched for part in parts), default=0) // 2


def holds(texts: Iterable[Text], asked: str) -> bool:
    """Whether every word of a question is found in these texts; a question without words is found everywhere."""
    searched = list(texts)
    return all(score(searched, folded(word)) for word in asked.split())
