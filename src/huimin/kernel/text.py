"""Text as people type it, brought to the form in which it can be compared."""

from typing import Final

_IGNORED: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NARROW: Final = (
    {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: ord(" "), 0x00A0: ord(" ")} | _IGNORED
)
_QUOTES: Final = "'\"`‘’“”＇＂"


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; characters without a width are dropped.

    Only signs that exist in both widths change: nothing is folded that somebody may have meant.
    """
    return text.translate(_NARROW)


def without_spaces(text: str) -> str:
    """The text in half width with all white space removed."""
    return "".join(half_width(text).split())


def as_typed_code(text: str) -> str:
    """A number or code as a form or a spreadsheet delivers it: no spaces, no leading quote, upper case."""
    return without_spaces(text).lstrip(_QUOTES).rstrip(_QUOTES).upper()
