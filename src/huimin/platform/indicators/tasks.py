"""What indicators does beside the requests: publishes the figures of a build of the registries that has none yet, tallies months.

Counting takes seconds in a large city, so it is no reaction to a fact: a reaction runs inside the outbox's transaction, and
everything behind it would wait. That figures are due need not be remembered either: the build that stands says so.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from huimin.platform.indicators.operations import release_case_statistics, release_statistics, tally_month
from huimin.platform.indicators.queries import are_cases_released, find_unreleased_build, month_of, untallied_months
from huimin.platform.journal.rules import Actor, ActorKind

STATISTICIAN: Final = Actor(kind=ActorKind.SYSTEM, ref="indicators.release")


def release_due() -> None:
    """Publish the figures of the build that stands, if they are not yet; one that was overtaken meanwhile is passed over."""
    if (build := find_unreleased_build()) is not None:
        release_statistics(build=build, actor=STATISTICIAN, at=timezone.now())


def tally_this_month() -> None:
    """Count the current month of cases, so that supervision reads it in place of the cases."""
    tally_month(month_of(timezone.localdate()))


def tally_before() -> None:
    """Count last month again, to which answers and ratings still come, and months that were never counted."""
    today = timezone.localdate()
    last = month_of(month_of(today) - timedelta(days=1))
    for month in {last, *untallied_months(today)}:
        tally_month(month)


def release_cases() -> None:
    """Publish the day's figures of the cases, if they are not yet."""
    if not are_cases_released(timezone.localdate()):
        release_case_statistics(actor=STATISTICIAN, at=timezone.now())


PERIODIC: Final[dict[str, tuple[float, Callable[[], object]]]] = {
    "release_due": (3.0, release_due),
    "release_cases": (60.0, release_cases),
    "tally_this_month": (30.0, tally_this_month),
    "tally_before": (3600.0, tally_before),
}
