"""How a class is read out of a few words: learned from incidents that people have classified, or by keywords before there are any.

Character n-grams (Chinese needs no words for this) weighted by TF-IDF, a linear model over them, and a temperature that makes its
confidence honest: of all that it says with 70 % some 70 % are right. scikit-learn learns; what was learned is arrays and names, kept as
`npz` without pickle, and read by a few lines of numpy. No Django, no clock.
"""

import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

LONGEST_GRAM: Final = 3
MOST_GRAMS: Final = 20_000
RAREST: Final = 3
"""In how many texts a run of characters has to stand before it is learned: what only one caller said, a name or a door, is not kept."""
LEAST_OF_A_CLASS: Final = 5
LEAST_TEXTS: Final = 100
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_DIGIT: Final = re.compile(r"\d+")
_TEMPERATURES: Final = tuple(round(0.1 * step, 1) for step in range(5, 31))

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class that a text may mean. `confidence` from 0 to 1; `is_learned` says that it is a measured one, not a share of keywords."""

    code: str
    confidence: float
    is_learned: bool

    @property
    def percent(self) -> int:
        """The confidence in whole percent."""
        return round(100 * self.confidence)


class NotLearned(ValueError):
    """The bytes are no model of ours, or not the ones that were written down."""


class TooLittle(ValueError):
    """There is too little to learn from."""


def grams_of(text: str) -> list[str]:
    """The runs of one to three characters of a text, without digits, white space and signs."""
    plain = _NOT_WORDS.sub(" ", _DIGIT.sub(" ", unicodedata.normalize("NFKC", text).lower()))
    parts = plain.split()
    return [
        part[at : at + length]
        for part in parts
        for length in range(1, LONGEST_GRAM + 1)
        for at in range(len(part) - length + 1)
    ]


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """What was learned: the classes, the runs of characters and their weights, a line for each class, and the temperature."""

    codes: tuple[str, ...]
    grams: Mapping[str, int]
    weights: Floats
    lines: Floats
    offsets: Floats
    temperature: float

    def best(self, text: str, *, most: int = 3) -> list[Suggestion]:
        """The classes that fit best, best first; none for a text that holds nothing ever learned."""
        chances = self.chances(text)
        if chances is None:
            return []
        order = np.argsort(-chances, kind="stable")[:most]
        return [Suggestion(self.codes[at], float(chances[at]), is_learned=True) for at in order]

    def chances(self, text: str) -> Floats | None:
        """The probability of every class, in the order of `codes`; None where no run of the text is known."""
        counted = Counter(at for gram in grams_of(text) if (at := self.grams.get(gram)) is not None)
        if not counted:
            return None
        held = np.fromiter(counted.keys(), dtype=np.int64)
        weight = (1 + np.log(np.fromiter(counted.values(), dtype=np.float32))) * self.weights[held]
        weight /= np.sqrt((weight**2).sum())
        return _softmax((self.lines[:, held] @ weight + self.offsets) / self.temperature)

    def to_bytes(self) -> bytes:
        """As a file: plain arrays and one JSON text, nothing that runs when it is read."""
        head = {"codes": self.codes, "grams": sorted(self.grams, key=self.grams.__getitem__)}
        file = io.BytesIO()
        np.savez_compressed(
            file,
            head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
            weights=self.weights,
            lines=self.lines.astype(np.float16),
            offsets=self.offsets,
            temperature=np.array([self.temperature], dtype=np.float32),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, *, digest: str) -> Self:
        """Read what `to_bytes` wrote. Raises NotLearned where it is not what was written down under this digest."""
        if digest_of(content) != digest:
            raise NotLearned
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as kept:
                head = json.loads(bytes(kept["head"]))
                return cls(
                    codes=tuple(head["codes"]),
                    grams={gram: at for at, gram in enumerate(head["grams"])},
                    weights=kept["weights"].astype(np.float32),
                    lines=kept["lines"].astype(np.float32),
                    offsets=kept["offsets"].astype(np.float32),
                    temperature=float(kept["temperature"][0]),
                )
        except (KeyError, ValueError, OSError) as problem:
            raise NotLearned from problem


def digest_of(content: bytes) -> str:
    """SHA-256 of a model's file: what is read must be what was written."""
    return hashlib.sha256(content).hexdigest()


def _softmax(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def learn(texts: Sequence[str], codes: Sequence[str]) -> Learned:
    """Learn from texts and the classes that people gave them. Raises TooLittle.

    A fifth of the texts, the latest ones given, only settles the temperature (Guo et al. 2017); then all of them are learned from.
    """
    often = Counter(codes)
    rows = [(text, code) for text, code in zip(texts, codes, strict=True) if often[code] >= LEAST_OF_A_CLASS]
    if len(rows) < LEAST_TEXTS or len({code for _, code in rows}) < 2:
        raise TooLittle
    cut = len(rows) * 4 // 5
    early = [code for _, code in rows[:cut]]
    known = set(early)
    late = [(text, code) for text, code in rows[cut:] if code in known]
    temperature = 1.0
    if late and len(known) > 1:
        first = _fitted(rows[:cut])
        temperature = _temperature(first, late)
    learned = _fitted(rows)
    return Learned(**{**vars(learned), "temperature": temperature})


def _fitted(rows: Sequence[tuple[str, str]]) -> Learned:
    # It takes a second and 100 MB to load, and only the job that learns needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    vectoriser: Any = TfidfVectorizer(
        analyzer=grams_of, min_df=RAREST, max_features=MOST_GRAMS, sublinear_tf=True, dtype=np.float32
    )
    table = vectoriser.fit_transform([text for text, _ in rows])
    model: Any = LogisticRegression(C=10.0, max_iter=300)
    model.fit(table, [code for _, code in rows])
    lines, offsets = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        lines, offsets = np.vstack([-lines / 2, lines / 2]), np.concatenate([-offsets / 2, offsets / 2])
    return Learned(
        codes=tuple(str(code) for code in model.classes_),
        grams={str(gram): int(at) for gram, at in vectoriser.vocabulary_.items()},
        weights=np.asarray(vectoriser.idf_, dtype=np.float32),
        lines=np.asarray(lines, dtype=np.float32),
        offsets=np.asarray(offsets, dtype=np.float32),
        temperature=1.0,
    )


def _temperature(model: Learned, rows: Sequence[tuple[str, str]]) -> float:
    """The temperature under which what came later was least of a surprise."""
    place = {code: at for at, code in enumerate(model.codes)}
    scored = [(np.log(chances), place[code]) for text, code in rows if (chances := model.chances(text)) is not None]
    if not scored:
        return 1.0
    scores, right = np.stack([one for one, _ in scored]), np.array([at for _, at in scored])

    def surprise(temperature: float) -> float:
        chances = _softmax((scores / temperature).astype(np.float32))
        return float(-np.log(np.maximum(chances[np.arange(len(right)), right], 1e-9)).mean())

    return min(_TEMPERATURES, key=surprise)


def by_keywords(text: str, words: Mapping[str, Sequence[str]], *, most: int = 3) -> list[Suggestion]:
    """The classes whose declared keywords stand in the text, longest words first: for a city that has nothing to learn from yet.

    `words`: class → its keywords. The confidence is a class's share of all characters found, and no more than that.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    found = {code: sum(len(word) for word in own if word and word.lower() in plain) for code, own in words.items()}
    total = sum(found.values())
    best = sorted((code for code in found if found[code]), key=lambda code: (-found[code], code))[:most]
    return [Suggestion(code, found[code] / total, is_learned=False) for code in best]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """How often a model was right on texts that it had not learned from: first of all, and among its three best."""

    texts: int
    first: int
    three: int

    @property
    def first_rate(self) -> float | None:
        """The share that it got right at once."""
        return self.first / self.texts if self.texts else None

    @property
    def three_rate(self) -> float | None:
        """The share where the right class stood among the three best."""
        return self.three / self.texts if self.texts else None


def measured(model: Learned, texts: Sequence[str], codes: Sequence[str]) -> Hits:
    """How a model does on these texts."""
    offered = [[one.code for one in model.best(text)] for text in texts]
    return Hits(
        texts=len(offered),
        first=sum(found[:1] == [code] for found, code in zip(offered, codes, strict=True)),
        three=sum(code in found for found, code in zip(offered, codes, strict=True)),
    )
