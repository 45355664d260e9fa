"""What is known, with its source: a value, a figure, the trail of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise
"""A sentence, translated or not."""
WHAT_HAPPENED: Final = gettext_lazy("办理经过")


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """Another source that says otherwise: who, what it says, as of when."""

    source: Text
    text: str
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value with its source (`{% value v %}`).

    `text` as shown, already masked where the scope says so; empty means nothing is recorded · `source` who says it · `agreeing`
    how many other sources say the same · `disputes` who says otherwise · `unmask_by` who may see it plain (makes it a masked
    value) · `trail_url` where the badge leads · `correct_url` where the reader can have it corrected · `tabular` for numbers.
    """

    text: str
    label: Text = ""
    source: Text = ""
    as_of: date | None = None
    agreeing: int = 0
    disputes: Sequence[Dispute] = ()
    unmask_by: Text = ""
    trail_url: str = ""
    correct_url: str = ""
    tabular: bool = False

    @property
    def standing(self) -> str:
        """`disputed`, `confirmed`, `single` or `absent`."""
        ladder = (("absent", not self.text), ("disputed", bool(self.disputes)), ("confirmed", self.agreeing > 0))
        return next((name for name, holds in ladder if holds), "single")

    @property
    def badge(self) -> str:
        """`公安局 · 2026-05-25 · 另有2家一致`."""
        parts = [str(self.source), self.as_of.isoformat() if self.as_of else ""]
        if self.agreeing:
            parts.append(ngettext("另有%(n)d家一致", "另有%(n)d家一致", self.agreeing) % {"n": self.agreeing})
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class TrailEntry:
    """One fact in words: when, who (office and person), what was done, and why or with what result."""

    at: datetime
    who: Text
    act: Text
    why: Text = ""
    withheld_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Facts in order (`{% trail t %}`); the first `open_count` are shown, the rest folded; on paper all of them."""

    entries: Sequence[TrailEntry]
    label: Text = WHAT_HAPPENED
    open_count: int = 5

    @property
    def shown(self) -> Sequence[TrailEntry]:
        """What is not folded."""
        return self.entries[: self.open_count]

    @property
    def folded(self) -> Sequence[TrailEntry]:
        """The rest."""
        return self.entries[self.open_count :]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that stands alone (`{% figure f %}`): unit, as-of time, compared with what, and where it comes from."""

    label: Text
    number: str
    unit: Text = ""
    as_of: date | datetime | None = None
    compared: Text = ""
    source: Text = ""
    source_url: str = ""
