"""Periodic work of the grid: what visits found goes back as the department's records; old patrol tracks are emptied; rounds are planned."""

from collections.abc import Callable

from django.utils import timezone

from huimin.platform.grid.operations.patrols import forget_old_tracks
from huimin.platform.grid.operations.rounds import escalate_missed, plan_rounds
from huimin.platform.grid.operations.visit_records import land_visits
from huimin.platform.journal.rules import Actor


def _land() -> None:
    land_visits(actor=Actor(kind="system", ref="visits"), at=timezone.now())


def _forget() -> None:
    forget_old_tracks(actor=Actor(kind="system", ref="patrols"), at=timezone.now())


def _plan() -> None:
    plan_rounds(actor=Actor(kind="system", ref="rounds"), at=timezone.now())


def _escalate() -> None:
    escalate_missed(actor=Actor(kind="system", ref="rounds"), at=timezone.now())


PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {
    "land_visits": (1.0, _land),
    "forget_patrol_tracks": (3600.0, _forget),
    "plan_rounds": (24 * 3600.0, _plan),
    "escalate_missed_rounds": (3600.0, _escalate),
}
