"""What the journal does beside the requests; each job is one run, the serving process repeats it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from huimin.platform.journal import operations

DONE_KEPT: Final = timedelta(days=7)


def deliver() -> None:
    """Deliver until nothing is due."""
    while operations.deliver_due(limit=100, at=timezone.now()):
        pass


def anchor_every_minute() -> None:
    """Write an anchor when anything was published since the last one."""
    operations.anchor(at=timezone.now())


def forget_done() -> None:
    """Erase deliveries that were done a week ago."""
    while operations.forget_done(before=timezone.now() - DONE_KEPT):
        pass


def write_back() -> None:
    """Keep the embedded store's log short."""
    operations.write_back()


PERIODIC: Final[dict[str, tuple[float, Callable[[], object]]]] = {
    "deliver": (0.15, deliver),
    "write_back": (0.5, write_back),
    "anchor_every_minute": (60.0, anchor_every_minute),
    "forget_done": (3600.0, forget_done),
}
