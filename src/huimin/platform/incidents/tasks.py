"""Periodic work of incidents' doors: neighbours are sent to and asked, classes are learned anew."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.utils import timezone

from huimin.platform.incidents.operations.commanding import pass_on_alarms
from huimin.platform.incidents.operations.open311 import send_and_ask
from huimin.platform.incidents.operations.suggesting import NothingToLearn, learn_classes
from huimin.platform.incidents.operations.tallying import tally_month_of_incidents
from huimin.platform.incidents.queries.evaluation import months_back, untallied_months
from huimin.platform.incidents.queries.suggesting import current_edition
from huimin.platform.journal.rules import Actor

LOOK: Final = 6 * 3600.0
AGE: Final = timedelta(days=7)
"""How old a model may grow before it is learned anew."""
STILL_COUNTED: Final = 4
"""The months whose incidents may still be worked on, the current one among them."""


def _speak_with_neighbours() -> None:
    send_and_ask(at=timezone.now())


def _learn() -> None:
    at, newest = timezone.now(), current_edition()
    if newest is not None and newest.learned_at > at - AGE:
        return
    # A young city has too little to learn from: keywords serve it.
    with suppress(NothingToLearn):
        learn_classes(actor=Actor(kind="system", ref="learning"), at=at)


def _pass_on_alarms() -> None:
    pass_on_alarms(actor=Actor(kind="system", ref="alarms"), at=timezone.now())


def _tally_this_month() -> None:
    at = timezone.now()
    tally_month_of_incidents(months_back(timezone.localdate(at), 1)[0], at=at)


def _tally_before() -> None:
    """The months before, in which work still goes on, and months that were never counted."""
    at = timezone.now()
    today = timezone.localdate(at)
    for month in {*months_back(today, STILL_COUNTED)[1:], *untallied_months(today)}:
        tally_month_of_incidents(month, at=at)


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "speak_with_neighbours": (15.0, _speak_with_neighbours),
    "learn_classes": (LOOK, _learn),
    "pass_on_alarms": (5.0, _pass_on_alarms),
    "tally_incidents": (60.0, _tally_this_month),
    "tally_incidents_before": (3600.0, _tally_before),
}
