"""What the engine does beside the requests; each job is one run, the serving process repeats it."""

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from huimin.platform.process import operations


def fire_due_timers() -> None:
    """Move on what has run out."""
    operations.fire_due_timers(at=timezone.now())


def raise_due_cards() -> None:
    """Raise the cards that have fallen due, slice after slice."""
    while operations.raise_due_cards(at=timezone.now()):
        pass


PERIODIC: Final[dict[str, tuple[float, Callable[[], object]]]] = {
    "fire_due_timers": (5.0, fire_due_timers),
    "raise_due_cards": (30.0, raise_due_cards),
}
