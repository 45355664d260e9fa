"""How a person reads what the departments wrote: each kind of value recovered, or found to be none. Used for labels only.

Written apart from the platform's own normalisation, so that labels are a second opinion and not an echo.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from huimin.tooling.synth.identifiers import CHECKS, WEIGHTS
from huimin.tooling.synth.vocabulary import names

_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•.‧．・ 　]{2,}")
_CALLED: Final = re.compile(r"(?:女士|先生|大爷|大妈|某|之子|之女)$")
_DOTS: Final = re.compile(r"[·•.‧．・]")
_HOUSE: Final = re.compile(
    r"^(?P<head>.*?)(?P<road>[^社区街道镇县市]+路)(?P<number>\d+)号(?P<estate>\D*?)(?P<building>\d+)(?:幢|栋|号楼|#)"
    r"(?:(?P<unit>\d+)(?:单元|-)(?P<room>\d+)室?|-?(?P<lone>\d+)室?)$"
)
_VILLAGE: Final = re.compile(r"^(?P<head>.*?)(?P<village>[^镇县区市道]+村)(?P<group>\d+)(?:村民)?组(?P<number>\d+)号$")
_TOWN: Final = re.compile(r"[^县区市省]+(?:镇|街道)$")
_DATE: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_DIVISIONS: Final = (
    ("A", 5), ("B", 12), ("C", 43), ("D", 46), ("E", 50), ("F", 52), ("G", 60), ("H", 62), ("I", 65), ("J", 69), ("K", 70), ("L", 72),
    ("M", 75), ("N", 79), ("O", 82), ("P", 83), ("Q", 85), ("R", 90), ("S", 96), ("T", 97),
)  # fmt: skip
_EDUCATIONS: Final = frozenset(("10", "20", "30", "40", "60", "70", "80"))
_MARITALS: Final = {"未婚": "10", "已婚": "20", "丧偶": "30", "离婚": "40"}
_PEOPLES: Final = {
    "汉": "01", "蒙古": "02", "回": "03", "藏": "04", "维吾尔": "05", "苗": "06", "彝": "07",
    "壮": "08", "满": "11", "土家": "15", "畲": "18",
}  # fmt: skip


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def citizen_number(text: str) -> str | None:
    """An identity number of eighteen characters that checks, recovered from spaces, quotes, width, case and the old form."""
    number = _plain(text).strip("'").replace(" ", "").upper()
    if re.fullmatch(r"\d{15}", number):
        body = f"{number[:6]}19{number[6:]}"
        return body + _check(body)
    return number if re.fullmatch(r"\d{17}[\dX]", number) and _check(number) == number[17] else None


def _check(body: str) -> str:
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body[:17], WEIGHTS, strict=True)) % 11]


def name(text: str) -> str | None:
    """A name as written, if it is one."""
    return text if _NAME.fullmatch(text.strip()) and not _CALLED.search(text.strip()) else None


@cache
def _to_simplified() -> dict[int, str]:
    return {ord(old): new for new, old in names().traditional.items()}


def same_name(text: str) -> str:
    """What two spellings of one name have in common: simplified script, one dot, no spaces."""
    return _DOTS.sub("·", re.sub(r"\s", "", text).translate(_to_simplified()))


def address(text: str) -> str | None:
    """An address as written, if it goes down to a room or a house number."""
    return text if same_address(text) != text else None


def same_address(text: str) -> str:
    """Road, number, building, stair and room, or town, village, group and number; the text itself where it has no such parts."""
    plain = _plain(text).replace(" ", "")
    if found := _HOUSE.match(plain):
        return "/".join(
            (found["road"], found["number"], found["building"], found["unit"] or "", found["room"] or found["lone"])
        )
    if found := _VILLAGE.match(plain):
        town = _TOWN.search(found["head"])
        return "/".join((town[0] if town else "", found["village"], found["group"], found["number"]))
    return text


def phone(text: str) -> str | None:
    """A mobile number of eleven digits."""
    digits = re.sub(r"\D", "", _plain(text))
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    return digits if re.fullmatch(r"1[3-9]\d{9}", digits) else None


def date(text: str) -> str | None:
    """An ISO date since 1900; a spreadsheet's serial number is read too."""
    if re.fullmatch(r"\d{5}", text):
        return _iso_of_serial(int(text))
    found = _DATE.match(text)
    if not found:
        return None
    iso = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    return iso if iso >= "1900-01-01" else None


def _iso_of_serial(serial: int) -> str:
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=serial)).isoformat()


def _listed(codes: frozenset[str], words: Mapping[str, str] = MappingProxyType({})) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        code = words.get(text, text)
        return code if code in codes else None

    return read


sex = _listed(frozenset("12"), {"男": "1", "女": "2"})
marital_status = _listed(frozenset(_MARITALS.values()), _MARITALS)
education = _listed(_EDUCATIONS)
ethnicity = _listed(frozenset(_PEOPLES.values()), _PEOPLES | {f"{word}族": code for word, code in _PEOPLES.items()})
level = _listed(frozenset("1234"))


def credit_code(text: str) -> str | None:
    """A unified social credit code."""
    code = _plain(text).upper()
    return code if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}", code) else None


def words(text: str) -> str | None:
    """Any text that is not empty."""
    return text.strip() or None


def industry(text: str) -> str | None:
    """Section letter and division of GB/T 4754."""
    if re.fullmatch(r"[A-T]\d{2}", text):
        return text
    if not re.fullmatch(r"\d{4}", text):
        return None
    division = int(text[:2])
    letter = next((letter for letter, last in _DIVISIONS if division <= last), None)
    return f"{letter}{text[:2]}" if letter else None


def amount(text: str) -> str | None:
    """A number, as a float writes it."""
    try:
        return str(float(text))
    except ValueError:
        return None
