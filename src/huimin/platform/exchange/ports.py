"""What others plug into exchange: apps above that can say what a delivery did to the things that they keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from huimin.kernel.registry import Registry
from huimin.platform.identity.ports import Port


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


class RecordSubjects(Protocol):
    """Says whom records are about, so that everybody can read who looked at his."""

    def __call__(self, resource: str, record_ids: Sequence[str], /) -> Mapping[str, str]:
        """Record number → `person:…` or `organisation:…`; records of nobody known are left out."""
        ...


record_subjects: Final[Port[RecordSubjects]] = Port()
"""`record_subjects.plug(…)`: the registries, which link records to people and organisations."""
