"""Contrast of colours: relative luminance and contrast ratio of WCAG 2.2 (1.4.3, 1.4.6)."""

import re
from typing import Final

TEXT: Final = 7.0
"""The least contrast of text with what it stands on."""


class NotAColour(ValueError):
    """Not a colour of the form #RRGGBB."""


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), of `#RRGGBB`. Raises `NotAColour`."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise NotAColour(colour)
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, the same in either order. Raises `NotAColour`."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
