"""Periodic work of identity: powers that the register of firms no longer bears out end by themselves."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.identity.operations import end_stale_representations
from huimin.platform.identity.ports import firm_finder


def _end_stale() -> None:
    if firm_finder.find() is not None:
        end_stale_representations(at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {"end_stale_representations": (3600.0, _end_stale)}
