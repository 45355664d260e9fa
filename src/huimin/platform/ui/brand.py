"""A city's own face: its name, seal, colour and hotline, from `cities/<slug>/brand/`.

`brand.yaml` names the city; `tokens.css` may set `--brand` and `--brand-soft`, nothing else; `seal.svg` stands beside the
name. What a city leaves out falls back to the platform's own.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language
from pydantic import Field

from huimin.kernel.declarations import Declaration, load

OWN: Final = re.compile(r"--([a-z0-9-]+)\s*:\s*([^;}]+)")
MAY_SET: Final = frozenset({"brand", "brand-soft"})


class Named(Declaration):
    """A name in both languages."""

    zh: str = Field(min_length=1, description="the name in simplified Chinese")
    en: str = Field(min_length=1, description="the name in English")

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.en if (get_language() or "zh").startswith("en") else self.zh


class Brand(Declaration):
    """`brand.yaml`: who this city is."""

    city: Named = Field(description="the city's name, as short as people say it: 芜湖")
    platform: Named = Field(description="the platform's name in this city: 芜湖惠民")
    motto: Named = Field(description="one sentence under the name on the home page")
    hotline: str = Field(default="12345", pattern=r"^[0-9-]{3,20}$", description="whom to call")
    host: Named = Field(description="the body that answers for this site")


@cache
def brand() -> Brand:
    """The brand of the city that this installation serves. Raises as `declarations.load` does, naming file and line."""
    return load(Brand, folder() / "brand.yaml")


def folder() -> Path:
    """The city's brand folder."""
    return Path(settings.CITIES) / settings.CITY / "brand"


@cache
def seal_url() -> str:
    """The address of the city's seal, or of the platform's."""
    return static("brand/seal.svg" if (folder() / "seal.svg").exists() else "ui/seal.svg")


@cache
def tokens_url() -> str:
    """The address of the city's own tokens; empty where it has none."""
    return static("brand/tokens.css") if (folder() / "tokens.css").exists() else ""


def own_tokens() -> dict[str, str]:
    """The custom properties that the city's tokens.css sets, without dashes; what may be set is checked at start."""
    path = folder() / "tokens.css"
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S) if path.exists() else ""
    return {name: value.strip() for name, value in OWN.findall(css)}
