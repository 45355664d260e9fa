"""Periodic work of licences: announce what comes to its end, forget codes that ended."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.journal.rules import Actor
from huimin.platform.licences.operations import announce_expiring, forget_presentations


def _announce() -> None:
    announce_expiring(actor=Actor(kind="system", ref="licences"), at=timezone.now())


def _forget() -> None:
    forget_presentations(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "announce_expiring": (3600.0, _announce),
    "forget_presentations": (3600.0, _forget),
}
