"""The registries' periodic work: small deliveries at once, everything else by and by."""

import time
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import (
    land_granted_corrections,
    notice_awaited_corrections,
    refresh_awaited,
    settle,
    settle_places,
    tell_of_looks,
)


def _refresh() -> None:
    refresh_awaited(actor=Actor(kind="system", ref="refresh"), at=timezone.now())


class _Paced:
    """Rebuilding everything takes at most one part in `IDLE` of the time: looks and small deliveries go on on the same machine."""

    IDLE: Final = 10

    def __init__(self) -> None:
        self._not_before = 0.0

    def __call__(self) -> None:
        """Settle, unless the last time is too near for what it took."""
        began = time.monotonic()
        if began < self._not_before:
            return
        if settle(actor=Actor(kind="system", ref="settle"), at=timezone.now()) is not None:
            ended = time.monotonic()
            self._not_before = ended + self.IDLE * (ended - began)


def _settle_places() -> None:
    settle_places(actor=Actor(kind="system", ref="settle"), at=timezone.now())


def _land_corrections() -> None:
    land_granted_corrections(actor=Actor(kind="system", ref="corrections"), clock=timezone.now)


def _notice_corrections() -> None:
    notice_awaited_corrections(actor=Actor(kind="system", ref="corrections"), clock=timezone.now)


def _tell_of_looks() -> None:
    tell_of_looks(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "refresh": (0.15, _refresh),
    "settle": (60.0, _Paced()),
    "settle_places": (60.0, _settle_places),
    "land_corrections": (0.5, _land_corrections),
    "notice_corrections": (60.0, _notice_corrections),
    "tell_of_looks": (1800.0, _tell_of_looks),
}
