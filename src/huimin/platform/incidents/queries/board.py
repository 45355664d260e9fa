"""What the command centre sees at a glance: how open incidents stand by district, what waits longest, alarms, who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Count, Q

from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.incidents.declarations.command import command
from huimin.platform.incidents.models import Disposal, Incident, IncidentQuerySet
from huimin.platform.incidents.models.command import Alarm, CheckIn, DutyTurn, RoomNote
from huimin.platform.incidents.permissions import COMMAND
from huimin.platform.incidents.queries.incidents import NoSuchIncident
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import ALL, supervised_by

WAITING: Final = (State.REPORTED, State.FILED)
"""States in which the command post itself has the next step: to file, to dispatch."""
MOST_URGENT_FIRST: Final = ("-urgent", "due_at", "id")


@dataclass(frozen=True, kw_only=True)
class Commanded:
    """Whose incidents one commands: those of `divisions`, or of the whole city where it is empty. `post` is the post one does it in."""

    post: str
    divisions: tuple[str, ...] = ()

    @property
    def is_city(self) -> bool:
        """Whether it is the whole city."""
        return not self.divisions

    def within(self, incidents: IncidentQuerySet) -> IncidentQuerySet:
        """Those of them that lie there."""
        return incidents.filter(division__in=self.divisions) if self.divisions else incidents


def commanded_by(actor: Actor, at: datetime) -> Commanded | None:
    """What the post that the actor acts in commands, or may watch as a supervisor of the city; None for anybody else."""
    if actor.kind != "account" or not actor.post or actor.post not in identity.post_codes_of(actor.ref, at):
        return None
    post = identity.get_post(actor.post)
    duty = duties().get(post.duty)
    if duty is not None and duty.allows(COMMAND):
        return Commanded(post=post.code, divisions=tuple(post.divisions))
    return Commanded(post=post.code) if supervised_by(actor, at) == ALL else None


class Standing(StrEnum):
    """How an open incident stands towards the end of the step in which it is."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    SHELVED = "shelved"


def _standings(at: datetime) -> dict[str, Q]:
    soon = at + command().due_soon
    shelved = Q(state=State.SHELVED)
    return {
        Standing.OVERDUE: ~shelved & Q(due_at__lt=at),
        Standing.DUE_SOON: ~shelved & Q(due_at__gte=at, due_at__lte=soon),
        Standing.RUNNING: ~shelved & (Q(due_at=None) | Q(due_at__gt=soon)),
        Standing.SHELVED: shelved,
    }


def standing_of(incident: Incident, at: datetime) -> Standing:
    """How one stands: the same as the counts say."""
    if incident.state == State.SHELVED:
        return Standing.SHELVED
    if incident.due_at is None or incident.due_at > at + command().due_soon:
        return Standing.RUNNING
    return Standing.OVERDUE if incident.due_at < at else Standing.DUE_SOON


@dataclass(frozen=True, kw_only=True)
class Row:
    """How the open incidents of a district (empty: place unknown) stand; `waiting` of them wait for the command post itself."""

    division: str
    open: int
    waiting: int
    urgent: int
    overdue: int
    due_soon: int
    shelved: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """The board at an instant: the open ones by district, and what today (from `since`) brought and closed."""

    rows: Sequence[Row]
    reported_today: int
    closed_today: int

    def all(self, name: str) -> int:
        """A count of all districts."""
        return sum(getattr(row, name) for row in self.rows)


def board(whose: Commanded, *, since: datetime, at: datetime) -> Board:
    """The board in three statements: over the open incidents, and over those of today."""
    says = _standings(at)
    rows = (
        whose.within(Incident.objects.open())
        .values("division")
        .annotate(
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state__in=WAITING)),
            urgent=Count("pk", filter=Q(urgent=True)),
            overdue=Count("pk", filter=says[Standing.OVERDUE]),
            due_soon=Count("pk", filter=says[Standing.DUE_SOON]),
            shelved=Count("pk", filter=says[Standing.SHELVED]),
        )
        .order_by("division")
    )
    everything = Incident.objects.all()
    reported = whose.within(everything).filter(reported_at__gte=since, reported_at__lte=at).count()
    closed = whose.within(everything).filter(closed_at__gte=since, closed_at__lte=at).count()
    return Board(rows=[Row(**row) for row in rows], reported_today=reported, closed_today=closed)


def waiting_list(whose: Commanded, standing: Standing | None, *, at: datetime) -> IncidentQuerySet:
    """Open incidents of a standing, or all; page them by MOST_URGENT_FIRST."""
    found = whose.within(Incident.objects.open())
    return found.filter(_standings(at)[standing]) if standing else found


def urgent_ones(whose: Commanded) -> list[str]:
    """The numbers of the open urgent incidents, the newest first."""
    found = whose.within(Incident.objects.open()).filter(urgent=True)
    return list(found.order_by("-reported_at", "-pk").values_list("number", flat=True))


def sounding_alarms(whose: Commanded) -> list[Alarm]:
    """The alarms that nobody has taken: of one's districts, and in the city's centre those passed on as well as its own (place unknown)."""
    found = Alarm.objects.filter(taken_at=None).select_related("incident").order_by("raised_at", "pk")
    heard = Q(division__in=whose.divisions) if whose.divisions else Q(passed_on_at__isnull=False) | Q(division="")
    return list(found.filter(heard)[:20])


def untaken_alarms(at: datetime) -> list[Alarm]:
    """The alarms that nobody took in time and that the city's centre does not hear yet."""
    return list(Alarm.objects.filter(taken_at=None, passed_on_at=None, take_by__lte=at).select_related("incident"))


def on_duty(*, at: datetime) -> list[DutyTurn]:
    """Who is on duty now, by post, the leader first."""
    found = DutyTurn.objects.filter(starts_at__lte=at, ends_at__gt=at).select_related("who")
    return list(found.order_by("post", "-leads", "pk"))


def turns_ahead(post: str, *, at: datetime, limit: int = 60) -> list[DutyTurn]:
    """The turns of a post that have not ended, the next first."""
    return list(DutyTurn.objects.filter(post=post, ends_at__gt=at).select_related("who").order_by("starts_at")[:limit])


def room_of(incident: Incident) -> tuple[list[CheckIn], list[RoomNote]]:
    """Who was called to an incident's joint room and came, and what was said in it."""
    called = list(incident.check_ins.select_related("came_by").order_by("called_at", "pk"))
    return called, list(incident.room_notes.select_related("said_by").order_by("pk"))


def may_enter_room(incident: Incident, actor: Actor, at: datetime) -> bool:
    """Whether the actor's post belongs to a department that was called to the room or takes part in the disposal, or commands it."""
    whose = commanded_by(actor, at)
    if whose is not None and (whose.is_city or incident.division in whose.divisions):
        return True
    if not actor.post or actor.post not in identity.post_codes_of(actor.ref, at):
        return False
    code = actor.post.partition(".")[0]
    if incident.check_ins.filter(department=code).exists():
        return True
    return Disposal.objects.filter(incident=incident, department__code=code, returned_at=None).exists()


def access_room(number: str, actor: Actor, *, at: datetime) -> Incident:
    """The incident whose joint room the actor may enter. Raises NoSuchIncident."""
    incident = Incident.objects.filter(number=number).first()
    if incident is None or not may_enter_room(incident, actor, at):
        raise NoSuchIncident
    return incident
