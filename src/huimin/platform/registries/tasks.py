"""The registries' periodic work: small deliveries at once, everything else by and by."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import (
    land_granted_corrections,
    notice_awaited_corrections,
    refresh_awaited,
    settle,
    settle_places,
)


def _refresh() -> None:
    refresh_awaited(actor=Actor(kind="system", ref="refresh"), at=timezone.now())


def _settle() -> None:
    settle(actor=Actor(kind="system", ref="settle"), at=timezone.now())


def _settle_places() -> None:
    settle_places(actor=Actor(kind="system", ref="settle"), at=timezone.now())


def _land_corrections() -> None:
    land_granted_corrections(actor=Actor(kind="system", ref="corrections"), clock=timezone.now)


def _notice_corrections() -> None:
    notice_awaited_corrections(actor=Actor(kind="system", ref="corrections"), clock=timezone.now)


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "refresh": (0.3, _refresh),
    "settle": (60.0, _settle),
    "settle_places": (60.0, _settle_places),
    "land_corrections": (0.5, _land_corrections),
    "notice_corrections": (60.0, _notice_corrections),
}
