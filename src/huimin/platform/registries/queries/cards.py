"""Cards: the part of a golden record that one scope shows, masked where it says so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from huimin.platform.identity.rules import Mask, Scope, mask_value
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, fields_of
from huimin.platform.registries.rules import Claim, GoldenValue, golden_values

FIELD_MAP: Final[Mapping[str, Mapping[str, str]]] = {
    PEOPLE: {"person": "key", "division": "division"},
    ORGANISATIONS: {"organisation": "key", "division": "division"},
}
"""Where a serving row keeps what a scope speaks of (`identity.rules.Scope`)."""
REFERENCE: Final[Mapping[str, str]] = {PEOPLE: "person", ORGANISATIONS: "organisation"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A serving row as read raw: key, number, district code, golden values as stored."""

    registry: str
    key: str
    number: str
    division: str
    stored: str

    @property
    def reference(self) -> str:
        """How facts speak of it: `person:P…`, `organisation:E…`."""
        return f"{REFERENCE[self.registry]}:{self.key}"

    @property
    def places(self) -> Mapping[str, object]:
        """What a scope asks of a row."""
        return {"key": self.key, "division": self.division}

    def is_in(self, scope: Scope) -> bool:
        """Whether the scope gives this row at all."""
        return scope.rows.holds(self.places, FIELD_MAP[self.registry])

    def shown_in(self, scope: Scope, names: Iterable[str] = ()) -> dict[str, Mask | None]:
        """The fields of this row that the scope shows, in their order, with their masks; hidden ones are not shown."""
        wanted = names or fields_of(self.registry)
        seen = scope.visible(self.places, wanted, FIELD_MAP[self.registry])
        return {name: mask for name, mask in seen.items() if mask is not Mask.HIDDEN}


class CardValue(NamedTuple):
    """A field as one reader sees it: an empty value where nothing is recorded; claims masked like the value."""

    field: str
    value: str
    mask: Mask | None
    source: str
    day: date | None
    agreeing: tuple[Claim, ...]
    disputes: tuple[Claim, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether another source says otherwise."""
        return bool(self.disputes)


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a look shows of one person or organisation. `bases` are the reasons for which it may be seen."""

    registry: str
    reference: str
    values: tuple[CardValue, ...]
    bases: tuple[str, ...]

    @property
    def key(self) -> str:
        """The person's or organisation's key."""
        return self.reference.partition(":")[2]

    def value(self, field: str) -> CardValue | None:
        """The value of a field, or None when the card does not show the field."""
        return next((value for value in self.values if value.field == field), None)


def card_of(row: Row, shown: Mapping[str, Mask | None], bases: Collection[str]) -> Card:
    """The card with exactly these fields; `shown` comes from the scope (`Row.shown_in`)."""
    values = golden_values(row.stored, shown)
    return Card(
        registry=row.registry,
        reference=row.reference,
        values=tuple(_card_value(field, values.get(field), mask) for field, mask in shown.items()),
        bases=tuple(bases),
    )


def _card_value(field: str, golden: GoldenValue | None, mask: Mask | None) -> CardValue:
    if golden is None:
        return CardValue(field=field, value="", mask=mask, source="", day=None, agreeing=(), disputes=())
    return CardValue(
        field=field,
        value=_shown(golden.value, mask),
        mask=mask,
        source=golden.source,
        day=golden.day,
        agreeing=_claims(golden.confirmed_by, mask),
        disputes=_claims(golden.disputed_by, mask),
    )


def _claims(claims: tuple[Claim, ...], mask: Mask | None) -> tuple[Claim, ...]:
    if mask is None:
        return claims
    return tuple([Claim(claim.source, _shown(claim.value, mask), claim.day) for claim in claims])


def _shown(value: str, mask: Mask | None) -> str:
    return value if mask is None else mask_value(value, mask) or ""
