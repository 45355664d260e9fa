"""Whose value is believed: the city's authority policy (`cities/<slug>/authority.yaml`, 一数一源), and the pinned linkage model."""

from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from pydantic import Field

from huimin.kernel.declarations import Declaration, load
from huimin.platform.exchange.declarations import City as City
from huimin.platform.exchange.declarations import city as city
from huimin.platform.exchange.declarations import resources


class FieldPolicy(Declaration):
    """How one registry field's golden value is chosen and when it counts as disputed."""

    authority: list[str]
    window_days: int | None = None
    compare: Literal["whole", "first_digit"] = "whole"
    believed: str | None = Field(default=None, description="only this value can be golden; others only dispute")
    absent: str | None = None
    disputes: Literal["window", "later"] = Field(
        default="window", description="later: only values dated after the golden one"
    )


class Authority(Declaration):
    """The policy of every field of both registries, in the order in which the registries show them."""

    people: dict[str, FieldPolicy]
    organisations: dict[str, FieldPolicy]


class LinkageModel(Declaration):
    """Weights of evidence in bits, and what is enough."""

    version: str
    passes: int = Field(ge=1, le=10)
    accept: float
    sure: float
    lead: float
    rarity_cap: float
    crowd: int
    crowd_of_a_name: int
    people: dict[str, float]


@cache
def authority() -> Authority:
    """This city's authority policy; every source it names is a declared resource."""
    path = Path(settings.CITIES) / settings.CITY / "authority.yaml"
    policy = load(Authority, path)
    named = {
        code
        for fields in (policy.people, policy.organisations)
        for field in fields.values()
        for code in field.authority
    }
    if unknown := named - set(resources()):
        raise ValueError(f"{path}: no such resource: {', '.join(sorted(unknown))}")
    return policy


@cache
def linkage_model() -> LinkageModel:
    """The pinned linkage model."""
    return load(LinkageModel, Path(__file__).parent / "linkage" / "model.yaml")
