"""What somebody may do with an incident now, and what its page shows of who has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from huimin.platform.grid import queries as grid
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.models import Incident, IncidentQuerySet, Report
from huimin.platform.incidents.queries.incidents import commands, incidents_seen_by
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import live_steps_about, posts_reached

if TYPE_CHECKING:
    from huimin.platform.process.models import WorkItem


@dataclass(frozen=True, kw_only=True)
class Handling:
    """The steps that wait, those of them that the reader may do, and whether he serves in a command centre."""

    steps: Sequence["WorkItem"] = ()
    mine: Mapping[str, "WorkItem"] = field(default_factory=dict)
    commands: bool = False


def handling_of(incident: Incident, actor: Actor, *, at: datetime) -> Handling:
    """What the actor may do with an incident now, by the node of the drawing."""
    steps = list(live_steps_about([incident.reference]))
    reached = set(posts_reached(actor.ref, at))
    may = {
        item.node: item
        for item in steps
        if item.post and item.post.code in reached and (item.holder is None or item.holder.public_id == actor.ref)
    }
    return Handling(steps=steps, mine=may, commands=commands(actor, at=at))


def may_reach_reporter(incident: Incident, actor: Actor, *, at: datetime) -> bool:
    """Whether the actor needs to reach who reported it: the command centre, and the worker who has to verify or check it now."""
    doing = handling_of(incident, actor, at=at)
    return doing.commands or bool({"verify", "check"} & doing.mine.keys())


def reachable_reporters(incident: Incident) -> list[Report]:
    """The reports whose sender left a way to be reached, the first one first."""
    return [one for one in incident.reports.order_by("-is_first", "received_at", "pk") if one.has_contact]


def worker_tasks(actor: Actor, *, at: datetime) -> IncidentQuerySet:
    """What waits for a worker in the cells that he walks: incidents to be verified or checked, the most pressing first."""
    account = identity.get_account(actor.ref)
    cells = [cell.code for cell in grid.cells_of(account, on=timezone.localdate(at))]
    waiting = incidents_seen_by(actor, at=at).filter(cell__in=cells, state__in=[State.VERIFYING, State.CHECKING])
    return waiting.order_by("due_at", "pk")
