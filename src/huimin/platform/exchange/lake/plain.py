"""Texts that are written as they are kept, told by their bytes: most are, and need no step of the engine's reading.

Each function looks at an Arrow array of texts as one run of UTF-8 bytes and gives, for each text, TRUE only where the engine's macros
would leave it as it is (`normalise.sql`); FALSE and NULL texts are read by them. The tests hold every TRUE to the macros.
"""

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET
from huimin.platform.exchange.lake.engine import simplified_pairs

_ASCII: Final = range(0x21, 0x7F)
_COMMON: Final = range(0x4E00, 0x9FA6)
_MARKUP: Final = b"<=>"
# Characters with which a way of addressing somebody ends or begins (hm_is_appellation): names that hold one there are not judged here.
_APPELLATION_ENDS: Final = "生士姐傅师爷妈姨叔奶某子女主户"
_BEFORE_THESE: Final = "先女小师老大阿叔奶爷某之长次业租住"
_APPELLATION_BEGINNINGS: Final = "老小"
_WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK: Final = np.frombuffer(b"10X98765432", np.uint8)
_CREDIT_WEIGHTS: Final = np.array([pow(3, place, 31) for place in range(17)])
_CODE_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_CODE_CHECK: Final = np.frombuffer(b"0X987654321", np.uint8)
_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Run:
    """The bytes of an array of texts, where each begins, and how long it is (0 for NULL)."""

    def __init__(self, texts: Any) -> None:
        ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
        buffer = texts.buffers()[2]
        self.bytes = np.frombuffer(buffer, np.uint8) if buffer is not None else np.zeros(0, np.uint8)
        self.starts = ends[:-1].astype(np.int64)
        self.lengths = np.diff(ends)
        if texts.null_count:
            self.lengths = np.where(np.asarray(texts.is_valid()), self.lengths, 0)

    def square(self, rows: Any, width: int) -> Any:
        """The bytes of these rows, each `width` long, as a table."""
        return sliding_window_view(self.bytes, width)[self.starts[rows]]

    def holding(self, allowed: Any) -> Any:
        """For each text whether it is not empty and all its bytes are `allowed` (a table of 256)."""
        found = self.lengths > 0
        places = np.flatnonzero(~allowed[self.bytes])
        if len(places):
            holders = np.searchsorted(self.starts, places, side="right") - 1
            inside = holders >= 0
            holders, places = holders[inside], places[inside]
            found[holders[places < self.starts[holders] + self.lengths[holders]]] = False
        return found


@cache
def _clean_bytes() -> Any:
    allowed = np.zeros(256, bool)
    allowed[list(_ASCII)] = True
    allowed[list(_MARKUP)] = False
    # Characters of three bytes from U+4000 to U+9FFF; in UTF-8 no other lead byte stands before these.
    allowed[0xE4:0xEA] = True
    allowed[0x80:0xC0] = True
    return allowed


def is_clean(texts: Any) -> Any:
    """No blank, control, full-width or markup sign: hm_half and hm_text leave it as it is."""
    return Run(texts).holding(_clean_bytes())


def is_citizen_id(texts: Any) -> Any:
    """Eighteen characters, the check character right and born on a day from 1800 to 2099: hm_id_valid and hm_token leave it as it is."""
    run = Run(texts)
    found = np.zeros(len(run.lengths), bool)
    rows = np.flatnonzero(run.lengths == 18)
    if not len(rows):
        return found
    signs = run.square(rows, 18)
    digits = signs[:, :17] - np.uint8(ord("0"))  # what is no digit wraps round and is greater than nine
    whole = (digits < 10).all(axis=1) & (digits[:, 0] > 0)
    places = digits.astype(np.int16)
    check = _CHECK[(places @ _WEIGHTS.astype(np.int16)) % 11]
    year = places[:, 6:10] @ np.array([1000, 100, 10, 1], np.int16)
    month = places[:, 10] * 10 + places[:, 11]
    day = places[:, 12] * 10 + places[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _DAYS[np.clip(month, 0, 12)] + (leap & (month == 2))
    born = (year >= 1800) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= days)
    found[rows] = whole & born & (signs[:, 17] == check)
    return found


@cache
def _places(alphabet: str) -> Any:
    """The place of each byte in an alphabet; -1 where it is not in it."""
    found = np.full(256, -1, np.int64)
    found[list(alphabet.encode())] = np.arange(len(alphabet))
    return found


def is_credit_code(texts: Any) -> Any:
    """Eighteen characters whose two check characters are right: hm_uscc_valid and hm_token leave it as it is."""
    run = Run(texts)
    found = np.zeros(len(run.lengths), bool)
    rows = np.flatnonzero(run.lengths == 18)
    if len(rows):
        signs = run.square(rows, 18)
        credit, code = _places(CREDIT_ALPHABET)[signs], _places(_CODE_ALPHABET)[signs]
        digits = (signs[:, 2:8] - np.uint8(ord("0")) < 10).all(axis=1)
        whole = (credit >= 0).all(axis=1) & digits
        credit_check = -(credit[:, :17] @ _CREDIT_WEIGHTS) % 31
        code_check = _CODE_CHECK[code[:, 8:16] @ _CODE_WEIGHTS % 11]
        found[rows] = whole & (credit[:, 17] == credit_check) & (signs[:, 16] == code_check)
    return found


def is_phone(texts: Any) -> Any:
    """Eleven digits of a mobile number: hm_phone leaves it as it is."""
    run = Run(texts)
    found = np.zeros(len(run.lengths), bool)
    rows = np.flatnonzero(run.lengths == 11)
    if len(rows):
        digits = run.square(rows, 11) - np.uint8(ord("0"))
        found[rows] = (digits < 10).all(axis=1) & (digits[:, 0] == 1) & (digits[:, 1] > 2)
    return found


@cache
def _plain_characters() -> tuple[Any, Any, Any, Any]:
    """For every code point of the first plane: is it a common character and no traditional form; does an appellation end with it, have it
    before its end, or begin with it?
    """
    plain, ends, before, begins = (np.zeros(1 << 16, bool) for _ in range(4))
    plain[_COMMON.start : _COMMON.stop] = True
    plain[[ord(sign) for sign in simplified_pairs()[0]]] = False
    ends[[ord(sign) for sign in _APPELLATION_ENDS]] = True
    before[[ord(sign) for sign in _BEFORE_THESE]] = True
    begins[[ord(sign) for sign in _APPELLATION_BEGINNINGS]] = True
    return plain, ends, before, begins


def is_name(texts: Any, *, longest: int = 30) -> Any:
    """Two to `longest` common simplified characters that address nobody: hm_name_key and hm_person_name leave it as it is."""
    run = Run(texts)
    found = np.zeros(len(run.lengths), bool)
    plain, ends, before, begins = _plain_characters()
    for length in np.unique(run.lengths):
        if length % 3 or not 2 <= length // 3 <= longest:
            continue
        rows = np.flatnonzero(run.lengths == length)
        signs = run.square(rows, int(length)).reshape(len(rows), -1, 3).astype(np.int32)
        three = ((signs[:, :, 0] & 0xF0) == 0xE0).all(axis=1)
        points = ((signs[:, :, 0] & 0xF) << 12) | ((signs[:, :, 1] & 0x3F) << 6) | (signs[:, :, 2] & 0x3F)
        addresses = ends[points[:, -1]] & (before[points[:, -2]] | (points[:, -1] == ord("某")))
        found[rows] = three & plain[points].all(axis=1) & ~addresses & ~(begins[points[:, 0]] & (length == 6))
    return found


def is_short_name(texts: Any) -> Any:
    """As `is_name`, too short for an organisation's (hm_names_an_organisation)."""
    return is_name(texts, longest=4)
