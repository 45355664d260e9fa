"""Periodic work of cases: decisions go back to the departments' records; benefits are offered to who qualifies."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from django.utils import timezone

from huimin.platform.cases.operations import inspect_waiting, land_outcomes, offer_benefits, scanned_services
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.exports import NotBuilt


def _land() -> None:
    land_outcomes(actor=Actor(kind="system", ref="outcomes"), at=timezone.now())


A_ROUND: Final = 2_000
"""How many offers of a service a round makes at most: what the districts' examiners can confirm in some days."""


def _offer() -> None:
    for code in scanned_services():
        # Before the registries are built for the first time there is nobody to offer anything to.
        with suppress(NotBuilt):
            offer_benefits(code, limit=A_ROUND, actor=Actor(kind="system", ref="benefits"), at=timezone.now())


def _inspect() -> None:
    inspect_waiting(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "land_outcomes": (0.5, _land),
    "inspect_waiting": (300.0, _inspect),
    "offer_benefits": (6 * 3600.0, _offer),
}
