"""Code lists: what a standard's codes mean, in Chinese and English."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from pydantic import model_validator

from huimin.kernel.declarations import Declaration
from huimin.kernel.refusals import BadInput, NotFound
from huimin.kernel.text import without_spaces

_HEDGE: Final = {"zh": "（待核）", "en": " (unconfirmed)"}


class Certainty(StrEnum):
    """How sure we are that a list says what the standard says."""

    CONFIRMED = "confirmed"
    """Read in a public source that implements or quotes the standard."""
    KNOWN = "known"
    """General knowledge, not compared with a source."""
    UNCERTAIN = "uncertain"
    """Not to be shown to anybody as fact: labels say so themselves."""


class NotInCodeList(BadInput):
    """The text is no code, label or synonym of the list."""

    zh = "“{text}”不在“{codes.zh}”代码表（{codes.standard_ref}）内。"
    en = "“{text}” is not in the code list “{codes.en}” ({codes.standard_ref})."


class UnknownCodeList(NotFound):
    """There is no code list of that name, or not in that version."""

    zh = "没有名为 {name} 的代码表。"
    en = "There is no code list named {name}."


class Code(Declaration):
    """One code of a list. `parent` is a code of the same list that includes it; `certainty` where it differs."""

    code: str
    zh: str
    en: str
    parent: str | None = None
    synonyms: tuple[str, ...] = ()
    certainty: Certainty | None = None


class CodeListDeclaration(Declaration):
    """The file of a code list."""

    name: str
    standard_ref: str
    zh: str
    en: str
    certainty: Certainty
    superseded_by: str | None = None
    note: str = ""
    codes: tuple[Code, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        """No code twice, parents that come first, and no word that could mean two codes."""
        seen: set[str] = set()
        meanings: dict[str, str] = {}
        for each in self.codes:
            if each.code in seen:
                raise ValueError(f"the code {each.code} stands twice")
            if each.parent is not None and each.parent not in seen:
                raise ValueError(f"{each.code}: there is no code {each.parent} above it to be its parent")
            seen.add(each.code)
            for word in _words(each):
                # A parent with an only child often lends it its name; the word then means the parent.
                if meanings.setdefault(word, each.code) not in (each.code, each.parent):
                    raise ValueError(f"{word!r} would mean both {meanings[word]} and {each.code}")
        return self


def _key(text: str) -> str:
    """The form in which words are compared: half width, no spaces, one case."""
    return without_spaces(text).casefold()


def _words(code: Code) -> frozenset[str]:
    return frozenset(map(_key, (code.code, code.zh, code.en, *code.synonyms)))


class CodeList:
    """An immutable code list. `in` asks for a code; iterating gives the codes in the standard's order."""

    def __init__(self, declaration: CodeListDeclaration) -> None:
        self.name: Final = declaration.name
        self.standard_ref: Final = declaration.standard_ref
        self.zh: Final = declaration.zh
        self.en: Final = declaration.en
        self.certainty: Final = declaration.certainty
        self.superseded_by: Final = declaration.superseded_by
        self._codes: Final[Mapping[str, Code]] = {each.code: each for each in declaration.codes}
        meanings: dict[str, str] = {}
        for each in declaration.codes:
            for word in _words(each):
                meanings.setdefault(word, each.code)
        self._meanings: Final = meanings

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def __repr__(self) -> str:
        return f"CodeList({self.name!r}, {self.standard_ref!r})"

    def entry(self, code: str) -> Code:
        """All that the list says of the code; raises `NotInCodeList`."""
        try:
            return self._codes[code]
        except KeyError:
            raise NotInCodeList(text=code, codes=self) from None

    def is_certain(self, code: str) -> bool:
        """Whether the meaning may be stated as a fact; raises `NotInCodeList`."""
        return (self.entry(code).certainty or self.certainty) is not Certainty.UNCERTAIN

    def label(self, code: str, language: str = "zh") -> str:
        """What the reader sees for the code; raises `NotInCodeList`.

        The label of an uncertain code says that it is: nobody can forget to.
        """
        spoken = "en" if language.startswith("en") else "zh"
        label = self.entry(code).en if spoken == "en" else self.entry(code).zh
        return label if self.is_certain(code) else label + _HEDGE[spoken]

    def title(self, language: str = "zh") -> str:
        """The name of the list."""
        return self.en if language.startswith("en") else self.zh

    def choices(self, language: str = "zh") -> tuple[tuple[str, str], ...]:
        """Codes with their labels, as a form offers them."""
        return tuple((code, self.label(code, language)) for code in self)

    def children(self, code: str) -> tuple[str, ...]:
        """The codes directly below; raises `NotInCodeList`."""
        parent = self.entry(code).code
        return tuple(each.code for each in self._codes.values() if each.parent == parent)

    def top(self, code: str) -> str:
        """The topmost code that includes this one, itself if none does; raises `NotInCodeList`."""
        entry = self.entry(code)
        return entry.code if entry.parent is None else self.top(entry.parent)

    def spellings(self) -> Mapping[str, str]:
        """Every word that means a code (half width, no spaces, case folded) with that code: to translate in bulk."""
        return MappingProxyType(self._meanings)

    def find(self, text: str) -> str | None:
        """The code that a code, label or synonym means, whatever its width, case and spaces; None if none."""
        return self._meanings.get(_key(text))

    def parse(self, text: str) -> str:
        """As `find`, but raises `NotInCodeList`."""
        code = self.find(text)
        if code is None:
            raise NotInCodeList(text=text, codes=self)
        return code
