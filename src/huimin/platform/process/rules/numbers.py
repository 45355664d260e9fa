"""Public numbers: `HM-2026-0000123` and a check character (ISO 7064 MOD 37,36); a work item adds its own count:
`HM-2026-0000123K-02`.
"""

import re
from typing import Final

from huimin.kernel.identifiers.check_digits import mod_37_36

_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE: Final = re.compile(r"HM-?(\d{4})-?(\d{7,})-?([0-9A-Z])(?:-?(\d{2,}))?")


def process_number(year: int, serial: int) -> str:
    """The number of a process: year, serial with at least seven digits, check character."""
    return f"HM-{year:04d}-{serial:07d}{mod_37_36(f'HM{year:04d}{serial:07d}')}"


def item_number(process: str, count: int) -> str:
    """The number of the so-manyeth work item of a process."""
    return f"{process}-{count:02d}"


def find_number(text: str) -> str | None:
    """The number that somebody typed, in its proper form; None when it is none or its check character is wrong.

    Spaces, small letters and full-width letters are forgiven.
    """
    bare = "".join(text.split()).translate(_TO_HALF_WIDTH).upper()
    match = _SHAPE.fullmatch(bare)
    if match is None or mod_37_36(f"HM{match[1]}{match[2]}") != match[3]:
        return None
    process = f"HM-{match[1]}-{match[2]}{match[3]}"
    return f"{process}-{match[4]}" if match[4] else process


def process_of(number: str) -> str:
    """The number of the process in the number of a work item, or the number itself."""
    return "-".join(number.split("-")[:3])


_TO_HALF_WIDTH: Final = {ord(letter) + 0xFEE0: letter for letter in (*_SIGNS, *_SIGNS.lower(), "-")}
