"""Finding: an index in memory over what things are called, that answers to words, parts of words, pinyin, initials, and slips.

Pure: it is given phrases and gives back the keys of what they belong to. It holds thousands of things and answers in milliseconds.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from huimin.kernel.text import half_width

EXACT, BEGINNING, INSIDE, SOUND, INITIALS, SLIP = 10, 8, 6, 4, 3, 2
SHORTEST_SLIP: Final = 4
LONGER_SLIP: Final = 8
LONGEST_SLIP: Final = 32
MOST_CANDIDATES: Final = 400
"""Phrases of one kind of answer that are looked at: the best come first."""
_SAID_BESIDE: Final = frozenset(
    {
        *"我要想的了办去吗在和有给请个",
        *("我要", "我想", "想要", "怎么", "怎么办", "如何", "办理", "申请", "一下", "请问", "哪里", "什么", "需要"),
        *("a", "an", "the", "to", "my", "i", "how", "do", "for", "of", "in", "get"),
    }
)
"""Words around what is meant."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text under which something may be found: the key of the thing, the text, and how much it counts."""

    key: str
    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its key, how well, and the phrase that answered best."""

    key: str
    score: int
    phrase: str


def folded(text: str) -> str:
    """Half width, small letters, single blanks."""
    return " ".join(half_width(text).lower().split())


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take a quarter of a second, and few processes search

    return tuple(part for part in lazy_pinyin(text) if part.isascii() and part.isalpha())


def _cut(text: str) -> list[str]:
    """The words of a Chinese text."""
    import rjieba  # noqa: PLC0415 - see `_syllables`

    return list(rjieba.cut(text))


def _shorter(word: str) -> Iterator[str]:
    """The word, and the word with one sign left out: two words that share one of these differ by a slip."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def distance(one: str, other: str, most: int) -> int:
    """How many signs were left out, added, changed or exchanged with their neighbour; `most + 1` when it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return last[-1]


class _Sorted:
    """Texts in order, each with the phrases it belongs to, for finding beginnings."""

    def __init__(self, entries: Mapping[str, list[int]]) -> None:
        self.texts: Final = sorted(entries)
        self.phrases: Final = [entries[text] for text in self.texts]

    def beginning(self, word: str) -> Iterator[tuple[str, list[int]]]:
        """The texts that begin so, the shortest of them first among equals, with their phrases."""
        at, left = bisect_left(self.texts, word), MOST_CANDIDATES
        while left > 0 and at < len(self.texts) and self.texts[at].startswith(word):
            numbers = self.phrases[at][:left]
            yield self.texts[at], numbers
            left -= len(numbers)
            at += 1


class Index:
    """An index over phrases. `search` gives the best hits first; equal ones in the order of their keys.

    Phrases are numbered by how much they count, the short before the long, so that the first of a long list are the best of it.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases: Final = tuple(sorted(phrases, key=lambda one: (-one.weight, len(one.text), one.key)))
        self._folded: Final = [folded(phrase.text) for phrase in self._phrases]
        self._pairs: Final[dict[str, list[int]]] = defaultdict(list)
        self._slips: Final[dict[str, list[tuple[str, int]]]] = defaultdict(list)
        sounds: dict[str, list[int]] = defaultdict(list)
        initials: dict[str, list[int]] = defaultdict(list)
        words: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._folded):
            for gram in {*text, *(left + right for left, right in pairwise(text))}:
                self._pairs[gram].append(number)
            if _is_chinese(text):
                syllables = _syllables(text)
                for at in range(len(syllables)):
                    sounds["".join(syllables[at:])].append(number)
                    initials["".join(part[0] for part in syllables[at:])].append(number)
                spelled = {"".join(syllables)} | {"".join(_syllables(word)) for word in _cut(text) if len(word) > 1}
            else:
                spelled = set(text.split())
                for word in spelled:
                    words[word].append(number)
            for word in spelled:
                self._note_slips(word, number)
        self._sounds, self._initials, self._words = _Sorted(sounds), _Sorted(initials), _Sorted(words)

    def _note_slips(self, word: str, number: int) -> None:
        if SHORTEST_SLIP <= len(word) <= LONGEST_SLIP:
            for shorter in set(_shorter(word)):
                self._slips[shorter].append((word, number))

    def search(self, asked: str, *, most: int = 50) -> tuple[Hit, ...]:
        """What answers to the question. First the question as one, then by its words, of which every meaningful one must answer."""
        whole = folded(asked)[:60]
        if not whole:
            return ()
        scores = self._asked(whole)
        if not scores or max(score for score, _ in scores.values()) < INSIDE * 5:
            by_words = self._by_words(whole)
            for key, found in by_words.items():
                if found > scores.get(key, (0, 0)):
                    scores[key] = found
        order = sorted(scores.items(), key=lambda pair: (-pair[1][0], pair[0]))
        return tuple(Hit(key, score, self._phrases[number].text) for key, (score, number) in order[:most])

    def _by_words(self, whole: str) -> dict[str, tuple[int, int]]:
        words = [word for part in whole.split() for word in (_cut(part) if _is_chinese(part) else [part])]
        meant = [word for word in words if word not in _SAID_BESIDE and (len(word) > 1 or _is_chinese(word))]
        if not meant or meant == [whole]:
            return {}
        found = [self._asked(word) for word in meant]
        keys = set[str]().union(*found)
        enough = max(1, len(meant) // 2)
        result: dict[str, tuple[int, int]] = {}
        for key in keys:
            answered = [each[key] for each in found if key in each]
            if len(answered) >= enough:
                total = sum(score for score, _ in answered) // len(meant)
                result[key] = (total, max(answered)[1])
        return result

    def _asked(self, word: str) -> dict[str, tuple[int, int]]:
        """The best score and phrase of each key for one word."""
        best: dict[str, tuple[int, int]] = {}
        for number, quality in self._answers(word).items():
            phrase = self._phrases[number]
            score = quality * phrase.weight
            if score > best.get(phrase.key, (0, 0))[0]:
                best[phrase.key] = (score, number)
        return best

    def _answers(self, word: str) -> dict[int, int]:
        """Phrase → how well it answers."""
        found: dict[int, int] = {}

        def note(numbers: Iterable[int], quality: int) -> None:
            for number in numbers:
                if quality > found.get(number, 0):
                    found[number] = quality

        # One Latin letter stands in everything and means nothing.
        for number in self._containing(word) if len(word) > 1 or _is_chinese(word) else ():
            text = self._folded[number]
            note([number], EXACT if text == word else BEGINNING if text.startswith(word) else INSIDE)
        if _is_chinese(word):
            # 工积金 sounds like 公积金.
            sound = "".join(_syllables(word))
            if len(word) > 1:
                for text, numbers in self._sounds.beginning(sound):
                    note(numbers, SOUND + (text == sound))
        elif word.isalpha() and len(word) > 1:
            for text, numbers in self._words.beginning(word):
                note(numbers, EXACT if text == word else BEGINNING)
            for text, numbers in self._sounds.beginning(word):
                note(numbers, SOUND + (text == word))
            for _, numbers in self._initials.beginning(word):
                note(numbers, INITIALS)
        if not found:
            note(self._slipped("".join(_syllables(word)) if _is_chinese(word) else word.replace(" ", "")), SLIP)
        return found

    def _containing(self, word: str) -> list[int]:
        """The best phrases that hold the word: those of its rarest pair of signs are looked at."""
        grams = [left + right for left, right in pairwise(word)] or [word]
        rarest = min((self._pairs.get(gram, []) for gram in grams), key=len)
        # "script" is not what "description" is asked by: Latin words are found from their beginning.
        sought = f" {word}" if word.isascii() else word
        holding = (number for number in rarest if sought in f" {self._folded[number]}")
        return list(islice(holding, MOST_CANDIDATES))

    def _slipped(self, word: str) -> Iterator[int]:
        if not SHORTEST_SLIP <= len(word) <= LONGEST_SLIP:
            return
        most = 1 if len(word) < LONGER_SLIP else 2
        near: dict[str, bool] = {}
        for shorter in set(_shorter(word)):
            for other, number in self._slips.get(shorter, ())[:MOST_CANDIDATES]:
                if other not in near:
                    near[other] = distance(word, other, most) <= most
                if near[other]:
                    yield number
