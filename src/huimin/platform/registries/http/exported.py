"""Golden values as JSON: the one form that the API answers in and that a person takes home."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from huimin.platform.registries.fields import fields_of, source_name
from huimin.platform.registries.queries import Own
from huimin.platform.registries.queries.cards import Card, CardValue
from huimin.platform.registries.rules import Claim


def claim_of(claim: Claim) -> dict[str, Any]:
    """What one source says: resource, department, value, day."""
    return {
        "source": claim.source,
        "department": source_name(claim.source, "zh"),
        "value": claim.value,
        "as_of": _iso(claim.day),
    }


def value_of(value: CardValue) -> dict[str, Any]:
    """A field: value (masked where `masked`), source, day, who agrees, who disputes."""
    return {
        "field": value.field,
        "value": value.value or None,
        "masked": value.mask is not None,
        "source": value.source or None,
        "department": source_name(value.source, "zh") if value.source else None,
        "as_of": _iso(value.day),
        "confirmed_by": [claim_of(claim) for claim in value.agreeing],
        "disputed_by": [claim_of(claim) for claim in value.disputes],
    }


def card(found: Card) -> dict[str, Any]:
    """A card as the API gives it."""
    return {
        "registry": found.registry,
        "reference": found.reference,
        "values": [value_of(value) for value in found.values],
    }


def own_data(own: Own, *, at: datetime) -> Mapping[str, Any]:
    """A person's own data as the file that he takes home: codes with their words."""
    words = fields_of(own.row.registry)
    values = [
        {**value_of(value), "label": words[value.field].names.zh, "text": words[value.field].text(value.value, "zh")}
        for value in own.card.values
        if value.value
    ]
    return {"made_at": at.isoformat(timespec="seconds"), "reference": own.row.reference, "values": values}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
