"""A demonstration's command centre: who is on duty today and tomorrow, and the theme of the week; by the operations that everybody uses."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries import find_account_named
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.operations.tallying import tally_month_of_incidents
from huimin.platform.incidents.queries.board import commanded_by, on_duty, urgent_ones
from huimin.platform.incidents.queries.evaluation import untallied_months
from huimin.platform.incidents.queries.hotspots import WEEK, monday_of, spots_of_week
from huimin.platform.journal.rules import Actor
from huimin.platform.process.rules.clocks import day_of

TURN: Final = timedelta(hours=8)
TURNS: Final = 4
GOAL: Final = "两周内摸清成因，同类上报减少一半"


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Write turns of duty for the demonstration's command posts and choose a theme; gives how many turns. Done once a city."""
    for month in untallied_months(day_of(at)):
        tally_month_of_incidents(month, at=at)
    if on_duty(at=at):
        return 0
    posts = _commanders()
    begins = at - timedelta(hours=2)
    for commander in posts:
        for place in range(TURNS):
            commanding.write_turn(
                post=commander.post,
                who=commander.ref,
                starts_at=begins + place * TURN,
                ends_at=begins + (place + 1) * TURN,
                leads=place % 2 == 0,
                telephone="0553-12319",
                actor=commander,
                at=at,
            )
    for commander in posts[:1]:
        _choose_theme(commander, at)
        _take_alarms(commander, at)
    return TURNS * len(posts)


def _commanders() -> list[Actor]:
    found = []
    for persona in this_city().personas.personas:
        account = find_account_named(f"demo.{persona.code}") if persona.post.endswith(".command") else None
        if account is not None:
            found.append(Actor(kind="account", ref=account.public_id, post=persona.post))
    return found


def _take_alarms(commander: Actor, at: datetime) -> None:
    """All alarms but the newest have been taken."""
    whose = commanded_by(commander, at)
    urgent = [] if whose is None else list(urgent_ones(whose))
    for number in urgent[1:]:
        commanding.raise_alarm(number, actor=commander, at=at)
        commanding.take_alarm(number, actor=commander, at=at)


def _choose_theme(commander: Actor, at: datetime) -> None:
    """The hottest spot of this week or of one of the weeks before, as its command post would take it up."""
    whose = commanded_by(commander, at)
    if whose is None:
        return
    spots = (spot for back in range(4) for spot in spots_of_week(monday_of(day_of(at)) - back * WEEK, "street", whose))
    if (spot := next(spots, None)) is not None:
        with suppress(Refusal):
            commanding.choose_theme(
                place=spot.spot.place, topic=spot.spot.topic, goal=GOAL, department="cgj", actor=commander, at=at
            )
