"""Periodic work of notifications: what is due goes out, what is old is forgotten."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.notifications.operations import forget_old, send_due


def _send() -> None:
    send_due(at=timezone.now())


def _forget() -> None:
    forget_old(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "send_messages": (2.0, _send),
    "forget_old": (3600.0, _forget),
}
