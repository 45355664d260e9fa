"""Identity numbers (GB 11643), credit codes (GB 32100) and phone numbers for whole columns at once; always valid, never twice."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.tooling.synth.draws import Draw, Ints, Text, calendar, join, padded, spread, take, text, words

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
SEQUENCES: Final = 500
"""Order codes a day, division and sex: three digits, odd for men, even for women."""

_CODE_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_NO_SUCH_PREFIXES: Final = frozenset((53, 54, 70, 71, 72, 74, 75, 79, 90, 92, 94, 96, 97))
_PHONE_PREFIXES: Final = tuple(
    f"1{rest}" for rest in range(34, 100) if rest // 10 != 4 and rest // 10 != 6 and rest not in _NO_SUCH_PREFIXES
)


class NumbersExhausted(Exception):
    """More people were born in one division on one day than there are order codes in a block's share."""


def ymd(days: Ints) -> Ints:
    """Days as whole numbers YYYYMMDD."""
    year, month, of_month = calendar(days)
    return year * 10000 + month * 100 + of_month


def citizen_numbers(prefix: Ints, birth: Ints, sex: Ints, *, share: int, shares: int) -> Text:
    """Identity numbers, different from each other and from those of every other share.

    `sex` is 1 for men and 2 for women; `share` of `shares` is the block's part of each day's order codes.

    Raises: NumbersExhausted.
    """
    own = SEQUENCES // shares
    key = (prefix * 100_000_000 + ymd(birth)) * 2 + sex % 2
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - np.maximum.accumulate(np.where(starts, np.arange(len(key)), 0))
    if len(rank) and rank.max() >= own:
        raise NumbersExhausted
    place = ((share * own + rank) * 211 + key % 9973) % SEQUENCES
    return with_check(prefix * 100_000_000_000 + ymd(birth) * 1000 + place * 2 + (sex == 1))


def with_check(body: Ints) -> Text:
    """Seventeen digits completed by their check character (ISO 7064 MOD 11-2)."""
    total = np.zeros(len(body), dtype=np.int64)
    for place, weight in enumerate(WEIGHTS):
        total += body // 10 ** (16 - place) % 10 * weight
    return join(text(body), take(words(list(CHECKS)), total % 11))


def fifteen(number: Text) -> Text:
    """The first-generation form: no century, no check character."""
    return join(pc.utf8_slice_codeunits(number, 0, 6), pc.utf8_slice_codeunits(number, 8, 17))


def masked(number: Text) -> Text:
    """First six and last four characters."""
    return join(pc.utf8_slice_codeunits(number, 0, 6), "********", pc.utf8_slice_codeunits(number, 14, 18))


def credit_codes(kind: Ints, division: Ints, *, start: int, seed: int) -> Text:
    """Unified social credit codes.

    `kind` holds the first two characters as a number (91 firms, 92 self-employed, 93 cooperatives, 11 offices, 12 institutions),
    `start` the city-wide place of the first one, so that no two organisations share a code.
    """
    count = len(kind)
    body = np.empty((count, 18), dtype=np.int64)
    body[:, 0], body[:, 1] = kind // 10, kind % 10
    for place in range(6):
        body[:, 2 + place] = division // 10 ** (5 - place) % 10
    number = spread(np.arange(start, start + count), 10_000_000, seed)
    inner = np.empty((count, 8), dtype=np.int64)
    for place in range(8):
        inner[:, place] = (number + 20_000_000) // 10 ** (7 - place) % 10
    market = (number % 5 > 1) & (kind > 90)  # registered since 2015: MA and what follows
    inner[market, 0], inner[market, 1] = 22, 10
    # Seven digits become six behind MA: the lost digit returns as a letter (no I), so that two numbers stay two.
    lost = 10 + number[market] // 1_000_000 % 10
    inner[market, 2] = lost + (lost >= 18)
    body[:, 8:16] = _in_code_alphabet(inner)
    total = (inner * np.asarray(_ORGANISATION_WEIGHTS)).sum(axis=1)
    check = (11 - total % 11) % 11
    body[:, 16] = _in_code_alphabet(np.where(check == 10, 33, check))
    body[:, 17] = (31 - (body[:, :17] * np.asarray(_CODE_WEIGHTS)).sum(axis=1) % 31) % 31
    letters = np.frombuffer(_CODE_CHARACTERS.encode(), dtype=np.uint8)[body]
    return pa.array(letters.view("S18").ravel().astype("U18"), pa.string())


def _in_code_alphabet(values: Ints) -> Ints:
    """Values of the organisation code's alphabet (A=10 … Z=35) as places in the credit code's, which has no I, O, S, V and Z."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    table = np.asarray([_CODE_CHARACTERS.find(character) for character in alphabet], dtype=np.int64)
    return np.asarray(table[values], dtype=np.int64)


def phones(start: int, count: int, seed: int) -> Text:
    """Mobile numbers, each given out once in the city; `start` is the city-wide place of the first."""
    number = spread(np.arange(start, start + count), len(_PHONE_PREFIXES) * 100_000_000, seed)
    return join(take(words(_PHONE_PREFIXES), number // 100_000_000), padded(number % 100_000_000, 8))


def landlines(draw: Draw, count: int) -> list[str]:
    """Fixed-line numbers of the city, to be written where a mobile number belongs."""
    return [f"0553-{number}" for number in draw.whole(2_000_000, 9_000_000, count).tolist()]
