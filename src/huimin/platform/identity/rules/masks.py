"""Masking: the part of a value that may be shown when the whole may not."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

STAR: Final = "*"


class Mask(StrEnum):
    """How much of a value is hidden; in the order of declaration, the earlier shows more."""

    ADDRESS = "address"
    """A postal address down to its road or village, without number, building and room."""
    NAME = "name"
    """A name with its first and, from three characters on, its last character."""
    NUMBER = "number"
    """An identifier with its first six and last four characters (GB/T 35273 practice for citizen numbers)."""
    PHONE = "phone"
    """A telephone number with its first three and last four digits."""
    YEAR = "year"
    """A date with its year only."""
    HIDDEN = "hidden"
    """Nothing of the value; it may still be asked about with a yes/no question."""


_ROAD = re.compile(r"^.*?(?:街道|镇|乡)?.*?(?:路|大道|街|巷|弄|村)(?=\d|[一二三四五六七八九十]|[A-Za-z]|组|$)")
_AREA = re.compile(r"^.*?(?:区|县|市)(?=.)")


def masked_name(name: str) -> str:
    """王小明 → 王*明, 王明 → 王*, 欧阳小明 → 欧**明; an organisation's name is masked the same way."""
    if len(name) <= 2:
        return name[:1] + STAR * max(1, len(name) - 1)
    return name[0] + STAR * (len(name) - 2) + name[-1]


def masked_number(number: str) -> str:
    """340204198001019470 → 340204********9470; too short to keep ten characters: only the last two stay."""
    if len(number) <= 12:
        return STAR * max(4, len(number) - 2) + number[-2:] if len(number) > 4 else STAR * 4
    return number[:6] + STAR * (len(number) - 10) + number[-4:]


def masked_phone(phone: str) -> str:
    """13800001234 → 138****1234; anything shorter than eight digits keeps its last two only."""
    if len(phone) < 8:
        return STAR * 4 + phone[-2:] if len(phone) > 4 else STAR * 4
    return phone[:3] + STAR * (len(phone) - 7) + phone[-4:]


def masked_address(address: str) -> str:
    """Keep the address down to the road or village: 芜湖市弋江区黄山路12号3幢501室 → 芜湖市弋江区黄山路***."""
    found = _ROAD.match(address) or _AREA.match(address)
    return (found.group() if found else "") + STAR * 3


def year_only(date: str) -> str:
    """1980-01-01 → 1980-**-**."""
    return f"{date[:4]}-**-**" if date[:4].isdigit() else STAR * 4


def hidden(_value: str) -> str:
    """Nothing of it."""
    return STAR * 4


MASKS: Final[Mapping[Mask, Callable[[str], str]]] = {
    Mask.ADDRESS: masked_address,
    Mask.NAME: masked_name,
    Mask.NUMBER: masked_number,
    Mask.PHONE: masked_phone,
    Mask.YEAR: year_only,
    Mask.HIDDEN: hidden,
}


def mask_value(value: object, mask: Mask) -> str | None:
    """The part of a value that its mask leaves; None stays None, except that a hidden value does not say whether it
    exists."""
    if mask is Mask.HIDDEN:
        return hidden("")
    if value is None or value == "":
        return None
    return MASKS[mask](str(value))
