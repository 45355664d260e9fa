"""How things get written down wrong: misheard names, mistyped numbers, phones with decoration. Rates were measured on real-shaped files.

Each function takes a clean column and gives it back with some rows spoiled; what is spoiled keeps its row, so truth is never lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.tooling.synth.draws import Draw, Ints, Text, Truths, day, put, take
from huimin.tooling.synth.identifiers import fifteen, landlines
from huimin.tooling.synth.vocabulary import Names

_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_LONG_NUMBERS_SINCE: Final = tuple(day(f"{year}-01-01") for year in (1999, 2001, 2006, 2014))
"""Eighteen digits came in 1999 and reached the desks over the years."""

MARKUP: Final = (
    "<script>alert('{}')</script>",
    "<b>{}</b>",
    "{}<img src=x onerror=alert(1)>",
    "=cmd|'/C calc'!A0",
    "@SUM(A1:A9)",
    "+1+1",
    '=HYPERLINK("http://x.invalid","点此")',
)


@dataclass(frozen=True)
class NumberHabits:
    """Shares of rows in which an office writes an identity number badly."""

    missing: float = 0.0
    decorated: float = 0.02
    """spaces, a leading quote, full-width digits"""
    wrong: float = 0.006
    """a digit mistyped, two exchanged, one lost: the check fails"""
    another: float = 0.0015
    """somebody else's number"""
    former: float = 0.1
    """of those whose number was corrected: the old one still stands"""
    fifteen: float = 1.0
    """how faithfully first-generation numbers were kept, 0 for never"""


@dataclass(frozen=True)
class NameHabits:
    """Shares of rows in which an office writes a name in its own way."""

    misheard: float = 0.004
    traditional: float = 0.003
    markup: float = 0.0009
    rare_lost: float = 0.5
    """of names with a rare character"""
    spaced: float = 0.02
    """of names of two characters"""


def swap_in(
    column: Text, draw: Draw, share: float, spoil: Callable[[str, int], str], among: Truths | None = None
) -> Text:
    """Change a share of the rows one by one: `spoil` gets the text and a random whole number."""
    rows = draw.few(len(column), share, among)
    if not len(rows):
        return column
    dice = draw.whole(0, 1 << 40, len(rows)).tolist()
    old = take(column, rows).to_pylist()
    return put(column, rows, [text if not text else spoil(text, die) for text, die in zip(old, dice, strict=True)])


def spoil_numbers(
    draw: Draw,
    clean: Text,
    habits: NumberHabits,
    *,
    written_on: Ints,
    born_before_2000: Truths,
    former: Text,
    others: Text,
) -> Text:
    """Identity numbers as an office holds them; `former` is null where a number was never corrected, `others` are other people's."""
    count = len(clean)
    column = clean
    if habits.former:
        stale = np.asarray(pc.is_valid(former)) & draw.chance(count, habits.former)
        column = pc.if_else(pa.array(stale), former, column)
    column = put(column, rows := draw.few(count, habits.another), take(others, rows))
    if habits.fifteen:
        share = np.interp(written_on, _LONG_NUMBERS_SINCE, [0.95, 0.25, 0.06, 0.01]) * np.where(
            written_on > _LONG_NUMBERS_SINCE[3], 0.2, 1.0
        )
        old = born_before_2000 & draw.chance(count, share * habits.fifteen)
        column = pc.if_else(pa.array(old), fifteen(column), column)
    column = swap_in(column, draw, habits.wrong, mistyped)
    column = swap_in(column, draw, 0.14, lambda text, _: text.lower(), np.asarray(pc.ends_with(column, "X")))
    return swap_in(column, draw, habits.decorated, decorated_number)


def mistyped(text: str, die: int) -> str:
    """One slip of the fingers that the check character shows."""
    kind, place = die % 10, die // 10 % (len(text) - 1)
    if kind < 3:
        for at in (*range(place, len(text) - 1), *range(place)):
            if text[at] != text[at + 1]:
                return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 6:
        return text[:place] + text[place + 1 :]
    if kind < 7:
        return text[:place] + "?" + text[place + 1 :]
    return text[:place] + str((int(text[place]) + 1 + die // 200 % 9) % 10) + text[place + 1 :]


def decorated_number(text: str, die: int) -> str:
    """Spaces around it, a quote before it, or digits of double width."""
    match die % 20:
        case 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8:
            return f" {text} "
        case 9 | 10 | 11 | 12 | 13 | 14:
            return f"'{text}"
        case _:
            return text.translate(_FULL_WIDTH)


def spoil_names(
    draw: Draw, clean: Text, names: Names, habits: NameHabits, *, rare: Ints, short: Truths, dotted: Truths
) -> Text:
    """Names as an office holds them."""

    def misheard(text: str, die: int) -> str:
        places = [at for at, character in enumerate(text) if character in names.sounds_like]
        if not places:
            return text
        at = places[die % len(places)]
        like = names.sounds_like[text[at]]
        return text[:at] + like[die // 64 % len(like)] + text[at + 1 :]

    def unprintable(text: str, die: int) -> str:
        last = text[-1]
        pinyin = names.rare_pinyin[names.rare.index(last)] if last in names.rare else "?"
        return text[:-1] + ("?", "？", "*", pinyin)[die % 4]

    def in_old_script(text: str, _: int) -> str:
        return "".join(names.traditional.get(character, character) for character in text)

    column = swap_in(clean, draw, habits.rare_lost, unprintable, rare >= 0)
    column = swap_in(column, draw, 0.6, lambda text, die: text.replace("·", names.dots[die % len(names.dots)]), dotted)
    column = swap_in(column, draw, habits.misheard, misheard, rare < 0)
    column = swap_in(column, draw, habits.traditional, in_old_script)
    column = swap_in(
        column, draw, habits.spaced, lambda text, die: text[:1] + (" ", "　", "  ")[die % 3] + text[1:], short
    )
    return swap_in(column, draw, habits.markup, lambda text, die: MARKUP[die % len(MARKUP)].format(text))


def spoil_phones(draw: Draw, clean: Text, share: float = 0.035) -> Text:
    """Mobile numbers with spaces, dashes, a country code or double width; a few landlines, stumps and 无."""

    def spoiled(text: str, die: int) -> str:
        kind = die % 100
        if kind < 32:
            return f"{text[:3]} {text[3:7]} {text[7:]}"
        if kind < 51:
            return text.translate(_FULL_WIDTH)
        if kind < 68:
            return f"{text[:3]}-{text[3:7]}-{text[7:]}"
        if kind < 84:
            return f"+86{text}"
        if kind < 91:
            return text[: 5 + die // 100 % 6]
        return "无" if kind < 96 else landlines_[die // 100 % len(landlines_)]

    landlines_ = landlines(draw, 64)
    return swap_in(clean, draw, share, spoiled)


def full_width(draw: Draw, column: Text, share: float) -> Text:
    """Digits of double width in a share of the rows."""
    return swap_in(column, draw, share, lambda text, _: text.translate(_FULL_WIDTH))
