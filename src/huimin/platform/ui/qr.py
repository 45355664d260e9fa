"""QR codes (ISO/IEC 18004) for pages and paper."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(address: str) -> SafeString:
    """The address as SVG, dark on light in every theme, with the four modules of margin that the standard asks for."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#14212b", light="#ffffff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - the library draws it; the address stands in it only as dark and light
