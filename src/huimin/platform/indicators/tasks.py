"""What indicators does beside the requests: publishes the figures of a build of the registries that has none yet.

Counting takes seconds in a large city, so it is no reaction to a fact: a reaction runs inside the outbox's transaction, and
everything behind it would wait. That figures are due need not be remembered either: the build that stands says so.
"""

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from huimin.platform.indicators.operations import release_statistics
from huimin.platform.indicators.queries import find_unreleased_build
from huimin.platform.journal.rules import Actor, ActorKind

STATISTICIAN: Final = Actor(kind=ActorKind.SYSTEM, ref="indicators.release")


def release_due() -> None:
    """Publish the figures of the build that stands, if they are not yet; one that was overtaken meanwhile is passed over."""
    if (build := find_unreleased_build()) is not None:
        release_statistics(build=build, actor=STATISTICIAN, at=timezone.now())


PERIODIC: Final[dict[str, tuple[float, Callable[[], object]]]] = {"release_due": (3.0, release_due)}
