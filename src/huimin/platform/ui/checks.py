"""Start-up checks: the city's brand can be read by everybody, and every menu entry leads to a page."""

from typing import Any, Final

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch

from huimin.platform.ui import brand, menu
from huimin.platform.ui.rules import TEXT, NotAColour, contrast

PAPER: Final = "#FFFFFF"
BRAND: Final = "#0A5A66"
BRAND_SOFT: Final = "#E3EFF0"
INK: Final = "#14212B"


@register()
def brand_is_legible(**kwargs: Any) -> list[CheckMessage]:
    """The city sets only what it may, and text on and in its colour keeps 7:1."""
    own = brand.own_tokens()
    path = brand.folder() / "tokens.css"
    foreign = sorted(own.keys() - brand.MAY_SET)
    found: list[CheckMessage] = [Error(f"{path}: a city may not set --{name}", id="ui.E001") for name in foreign]
    colour, soft = own.get("brand", BRAND), own.get("brand-soft", BRAND_SOFT)
    pairs = (("--brand on paper", colour, PAPER), ("ink on --brand-soft", INK, soft))
    for what, one, other in pairs:
        try:
            ratio = contrast(one, other)
        except NotAColour as problem:
            found.append(Error(f"{path}: {problem} is not a colour of the form #RRGGBB", id="ui.E002"))
            continue
        if ratio < TEXT:
            found.append(
                Error(f"{path}: {what} has a contrast of {ratio:.1f}:1, at least {TEXT}:1 is needed", id="ui.E003")
            )
    return found


@register()
def menu_leads_somewhere(**kwargs: Any) -> list[CheckMessage]:
    """Every registered entry has a page behind it."""
    found: list[CheckMessage] = []
    for entry in menu.entries():
        try:
            entry.url  # noqa: B018
        except NoReverseMatch:
            found.append(Error(f"menu: {entry.portal} lists {entry.url_name}, and no URL has that name", id="ui.E004"))
    return found
