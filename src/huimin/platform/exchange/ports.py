"""What others plug into exchange: apps above that can say what a delivery did to the things that they keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from huimin.kernel.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One line of what a delivery did: a sentence in the reader's language (更正 31 人) and where more of it is shown."""

    sentence: str
    url: str = ""


class EffectSource(Protocol):
    """Says what a delivery did to what its app keeps; it is asked while the page is shown, so it only looks up."""

    def __call__(self, delivery: int, /) -> Sequence[Effect]:
        """The lines for this delivery number; none while it is not known yet."""
        ...


effect_sources: Final[Registry[EffectSource]] = Registry("effects of deliveries")
"""`@effect_sources.registering("registries")` on an `EffectSource`; the delivery page shows what each says."""
