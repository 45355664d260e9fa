"""Pure readings of golden records: values with their standing, and questions answered without showing data."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

import orjson


class Claim(NamedTuple):
    """What one source says about a field: resource code, value, the source's day."""

    source: str
    value: str
    day: date | None


class GoldenValue(NamedTuple):
    """The believed value of a field, whose it is and of which day, who says the same, and who disputes it."""

    field: str
    value: str
    source: str
    day: date | None
    confirmed_by: tuple[Claim, ...]
    disputed_by: tuple[Claim, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether another source says otherwise within the field's window."""
        return bool(self.disputed_by)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _claims(stored: list[list[str]]) -> tuple[Claim, ...]:
    return tuple([Claim(source, value, _day(day)) for source, value, day in stored])


def golden_values(stored: str, names: Collection[str] | None = None) -> Mapping[str, GoldenValue]:
    """The stored JSON of an entity as golden values by field, in stored order; only those of `names` when given."""
    entries: dict[str, dict[str, Any]] = orjson.loads(stored)
    return {field: _golden(field, entry) for field, entry in entries.items() if names is None or field in names}


def _golden(field: str, entry: Mapping[str, Any]) -> GoldenValue:
    confirmed, disputed = _claims(entry.get("c") or []), _claims(entry.get("x") or [])
    return GoldenValue(field, entry["v"], entry["s"], _day(entry["d"]), confirmed, disputed)


def age_on(born: date, day: date) -> int:
    """Completed years of life on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def claim_of(golden: GoldenValue | None, source: str = "") -> Claim | None:
    """What one source says of a field, the source of the golden value when not named; None when it says nothing."""
    if golden is None:
        return None
    said = (Claim(source=golden.source, value=golden.value, day=golden.day), *golden.confirmed_by, *golden.disputed_by)
    return next((claim for claim in said if claim.source == (source or golden.source)), None)
