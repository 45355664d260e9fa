"""Administrative division codes 行政区划代码 (GB/T 2260) and the divisions that bear them, with their times."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.periods import Period
from huimin.kernel.refusals import BadInput, NotFound

_FILE: Final = Path(__file__).with_name("divisions.yaml")
_SHAPE: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)

Edge = Annotated[int, Field(ge=1949, le=2099)] | date


class NotADivisionCode(BadInput):
    """The text is not a division code."""

    zh = "行政区划代码应为 6 位数字，前两位是省级代码。"
    en = "A division code has 6 digits, of which the first two name a province."


class UnknownDivision(NotFound):
    """The tables hold no division of that code, or none at that time."""

    zh = "没有代码为 {code} 的行政区划。"
    en = "There is no administrative division with the code {code}."


class ProvinceName(Declaration):
    """The names of a province."""

    zh: str
    en: str


class Division(Declaration):
    """A division while it bore a code. One code may have had several, one after the other.

    `since` and `until` are days where certain and years where only the year is. `successors` are the codes
    that the territory went to; `partial` says that it was divided, or that they are not certain or not all.
    """

    code: str
    zh: str
    en: str
    since: Edge | None = None
    until: Edge | None = None
    successors: tuple[str, ...] = ()
    partial: bool = False

    @property
    def period(self) -> Period[date]:
        """The longest time for which the code may have been in force: whole years where only the year is known."""
        start = date(self.since, 1, 1) if isinstance(self.since, int) else self.since
        until = date(self.until + 1, 1, 1) if isinstance(self.until, int) else self.until
        return Period(start or date.min, until)

    @property
    def approximate(self) -> bool:
        """Whether the day of the beginning or of the end is not certain."""
        return isinstance(self.since, int) or isinstance(self.until, int)

    @property
    def in_force(self) -> bool:
        """Whether nothing says that the code has ended."""
        return self.until is None

    def name(self, language: str = "zh") -> str:
        """The name in Chinese, or in English."""
        return self.en if language.startswith("en") else self.zh


class DivisionTable(Declaration):
    """The data file: provinces by their two digits, and divisions."""

    standard_ref: str
    provinces: Mapping[str, ProvinceName]
    divisions: tuple[Division, ...]


@cache
def _table() -> DivisionTable:
    return load(DivisionTable, _FILE)


@cache
def _tenures() -> Mapping[str, tuple[Division, ...]]:
    """The divisions by code, the oldest first."""
    found: defaultdict[str, list[Division]] = defaultdict(list)
    for digits, name in _table().provinces.items():
        found[f"{digits}0000"].append(Division(code=f"{digits}0000", zh=name.zh, en=name.en))
    for division in _table().divisions:
        found[division.code].append(division)
    return {code: tuple(sorted(each, key=lambda division: division.period.start)) for code, each in found.items()}


def is_division_code(text: str) -> bool:
    """Whether the text is six digits of a known province; the division itself need not be in the tables."""
    return _SHAPE.fullmatch(text) is not None and text[:2] in _table().provinces


class DivisionCode(Identifier):
    """A division code of six digits: province 2, prefecture 2, county 2 (GB/T 2260).

    The province must exist; the rest is not held to the tables, which know the cities of the sources
    only, while people come from everywhere. `division_of` finds what the tables know.
    """

    __slots__ = ()

    example = "340202"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotADivisionCode`."""
        if not is_division_code(text):
            raise NotADivisionCode

    @property
    def province(self) -> "DivisionCode":
        """The code of the province."""
        return DivisionCode(f"{self[:2]}0000")

    @property
    def prefecture(self) -> "DivisionCode":
        """The code of the prefecture or city; the province's own for a province."""
        return DivisionCode(f"{self[:4]}00")

    def is_within(self, other: "DivisionCode") -> bool:
        """Whether this is the other or lies in it by the order of the codes, today's boundaries or not."""
        width = 2 if other.endswith("0000") else 4 if other.endswith("00") else 6
        return self[:width] == other[:width]


def find_division(code: str, *, on: date | None = None) -> Division | None:
    """The division that bore the code on the day, or last; None if the tables know none.

    In a year of change, known by the year alone, the younger is taken.
    """
    tenures = _tenures().get(code, ())
    borne = [division for division in tenures if on is None or division.period.contains(on)]
    return borne[-1] if borne else None


def division_of(code: str, *, on: date | None = None) -> Division:
    """As `find_division`, but raises `UnknownDivision`."""
    division = find_division(code, on=on)
    if division is None:
        raise UnknownDivision(code=code)
    return division


def divisions_within(code: str, *, on: date | None = None) -> tuple[Division, ...]:
    """The divisions that the tables know inside this one, in the order of their codes.

    Those in force when `on` is None; else all that may have been on the day.
    """
    outer = DivisionCode(code)
    return tuple(
        division
        for inner, tenures in sorted(_tenures().items())
        if inner != outer and DivisionCode(inner).is_within(outer)
        for division in tenures
        if (division.in_force if on is None else division.period.contains(on))
    )


def present_codes(code: str) -> frozenset[str]:
    """The codes in force that a code's territory has come to: itself if it is in force.

    Empty if the tables do not know. Of a divided territory these are the known parts.
    """
    last = find_division(code)
    if last is None:
        return frozenset()
    if last.in_force:
        return frozenset({code})
    return frozenset().union(*(present_codes(successor) for successor in last.successors))


def full_name(code: str, *, on: date | None = None, language: str = "zh") -> str:
    """The name with province and city before it: 安徽省芜湖市镜湖区; in English the other way round.

    Raises `UnknownDivision`. A level that the tables do not know is left out.
    """
    own = division_of(code, on=on)
    inner = DivisionCode(code)
    outer = [
        find_division(level, on=on) for level in dict.fromkeys((inner.province, inner.prefecture)) if level != code
    ]
    names = [division.name(language) for division in (*outer, own) if division is not None]
    return ", ".join(reversed(names)) if language.startswith("en") else "".join(names)
