"""Cases as supervision sees them: whose cases one oversees, how the open ones stand, the list of them, and what a month came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db.models import Count, OuterRef, Q

from huimin.kernel.identifiers import divisions_within
from huimin.platform.cases.models import Case, CaseQuerySet, Channel, Rating
from huimin.platform.cases.permissions import OVERSEE, OVERSEE_CITY
from huimin.platform.cases.queries.files import NoSuchCase
from huimin.platform.cases.rules import BAD, State
from huimin.platform.catalogue.library import NoSuchService
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries.supervision import due_on_of, standing_of
from huimin.platform.process.rules.clocks import Standing
from huimin.platform.registries.declarations import city

ALL: Final = ""
"""Every department of the city, where a department's code is asked for."""
AT_A_COUNTER: Final = (Channel.WINDOW, Channel.AGENT)
"""Channels in which somebody had to go somewhere."""


def overseen_by(actor: Actor, at: datetime) -> str | None:
    """The code of the department whose cases the post that the actor acts in oversees; ALL for the city's, None for nobody's."""
    if actor.kind != "account" or actor.post not in identity.post_codes_of(actor.ref, at):
        return None
    duty = duties().get(identity.get_post(actor.post).duty)
    if duty is None or not duty.allows(OVERSEE):
        return None
    return ALL if duty.allows(OVERSEE_CITY) else actor.post.partition(".")[0]


def overseen_cases(actor: Actor, *, at: datetime) -> CaseQuerySet:
    """The cases that the actor oversees, which may be none."""
    department = overseen_by(actor, at)
    if department is None:
        return Case.objects.none()
    return Case.objects.all() if department == ALL else Case.objects.filter(department=department)


def access_overseen_case(number: str, actor: Actor, *, at: datetime) -> Case:
    """A case that the actor oversees. Raises NoSuchCase."""
    if case := overseen_cases(actor, at=at).filter(number=number).first():
        return case
    raise NoSuchCase


def _open(cases: CaseQuerySet) -> CaseQuerySet:
    """Those that are not over, in the words of the index of open cases: nothing that was decided or stopped is open."""
    return cases.filter(decided_at=None, stopped_at=None).open()


class Shown(StrEnum):
    """Which cases the list of supervision shows."""

    OPEN = "open"
    LATE = "late"
    DUE = "due"
    STOPPED = "stopped"
    ALL = "all"


_BY_CLOCK: Final = {Shown.LATE: Standing.LATE, Shown.DUE: Standing.DUE, Shown.STOPPED: Standing.STOPPED}


def listed(
    actor: Actor, *, shown: Shown, department: str = "", service: str = "", division: str = "", on: date, at: datetime
) -> CaseQuerySet:
    """The overseen cases of a view, each with `standing`; page them by `NEWEST_FIRST`."""
    found = overseen_cases(actor, at=at).counted()
    given = {"department": department, "service": service, "division": division}
    found = found.filter(**{name: value for name, value in given.items() if value})
    if shown is not Shown.ALL:
        found = _open(found)
    told = found.annotate(standing=standing_of(OuterRef("process"), on))
    return told.filter(standing=_BY_CLOCK[shown].value) if shown in _BY_CLOCK else told


NEWEST_FIRST: Final = ("-lodged_at", "-id")
LONGEST_FIRST: Final = ("lodged_at", "id")
"""The order of open ones: what has waited longest comes first."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """Open cases of a department, a service and a district whose clock says the same."""

    department: str
    service: str
    division: str
    standing: str
    number: int


def live(*, department: str = ALL, on: date) -> list[Live]:
    """How the open cases stand: one statement over the open ones only, however many have ended."""
    found = _open(Case.objects.counted())
    if department != ALL:
        found = found.filter(department=department)
    by = ("department", "service", "division", "standing")
    told = found.annotate(standing=standing_of(OuterRef("process"), on))
    counted = told.values(*by).annotate(number=Count("pk")).order_by()
    return [Live(**row) for row in counted]


def lodged_between(since: datetime, until: datetime, *, department: str = ALL) -> int:
    """How many cases were lodged between two instants, `until` exclusive: for a span of a day."""
    found = Case.objects.counted().filter(lodged_at__gte=since, lodged_at__lt=until)
    return (found if department == ALL else found.filter(department=department)).count()


def ended_between(since: datetime, until: datetime, *, department: str = ALL) -> int:
    """How many cases were decided between two instants, `until` exclusive: for a span of a day."""
    found = Case.objects.counted().filter(decided_at__gte=since, decided_at__lt=until)
    return (found if department == ALL else found.filter(department=department)).count()


@dataclass(frozen=True, kw_only=True)
class Lodged:
    """Cases lodged in a time: how many, how many without going anywhere, how many taken in and not taken in since."""

    department: str
    service: str
    division: str
    received: int
    online: int
    accepted: int
    not_accepted: int


def lodged_in(since: datetime, until: datetime) -> list[Lodged]:
    """The cases lodged between two instants (`until` exclusive), counted by department, service and district."""
    taken = Q(accepted_at__isnull=False) | Q(state__in=[State.GRANTED, State.REFUSED, State.STOPPED])
    counted = (
        Case.objects.counted()
        .filter(lodged_at__gte=since, lodged_at__lt=until)
        .values("department", "service", "division")
        .annotate(
            received=Count("pk"),
            online=Count("pk", filter=~Q(channel__in=AT_A_COUNTER)),
            accepted=Count("pk", filter=taken),
            not_accepted=Count("pk", filter=Q(state=State.NOT_ACCEPTED)),
        )
        .order_by()
    )
    return [Lodged(**row) for row in counted]


def received_in(since: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
    """The service of each application lodged between two instants (`until` exclusive), and when it was lodged; read in portions."""
    found = (
        Case.objects.applied_for()
        .filter(lodged_at__gte=since, lodged_at__lt=until)
        .values_list("service", "lodged_at")
        .order_by()
    )
    rows: Iterator[tuple[str, datetime]] = found.iterator(chunk_size=2000)
    return rows


class Finished(NamedTuple):
    """A case that was decided: when it was lodged and decided, and the last day that it had (None without a clock of the whole)."""

    department: str
    service: str
    division: str
    lodged_at: datetime
    decided_at: datetime
    due_on: date | None


FINISHED: Final = (State.GRANTED, State.REFUSED, State.STOPPED)
"""What counts as finished (办结): a decision on the matter; what was stopped later had been granted."""


def finished_in(since: datetime, until: datetime) -> Iterator[Finished]:
    """The cases that were decided between two instants, `until` exclusive; read in portions."""
    return _finished_of(Case.objects.counted(), since, until)


def applications_finished_in(since: datetime, until: datetime) -> Iterator[Finished]:
    """The same of what people applied for: a life event once, as the whole that it is to them."""
    return _finished_of(Case.objects.applied_for(), since, until)


def _finished_of(cases: CaseQuerySet, since: datetime, until: datetime) -> Iterator[Finished]:
    decided = cases.filter(decided_at__gte=since, decided_at__lt=until, state__in=FINISHED)
    found = decided.annotate(due_on=due_on_of(OuterRef("process")))
    rows: Iterator[tuple[Any, ...]] = found.values_list(*Finished._fields).order_by().iterator(chunk_size=2000)
    return map(Finished._make, rows)


@dataclass(frozen=True, kw_only=True)
class Rated:
    """Ratings given in a time: how many, and how many of them were not bad (GB/T 39735: levels 1 to 3)."""

    department: str
    service: str
    division: str
    rated: int
    satisfied: int


def rated_in(since: datetime, until: datetime) -> list[Rated]:
    """The ratings given between two instants (`until` exclusive), counted by department, service and district."""
    counted = (
        Rating.objects.filter(rated_at__gte=since, rated_at__lt=until)
        .values_list("department", "service", "case__division")
        .annotate(rated=Count("pk"), satisfied=Count("pk", filter=Q(level__lt=BAD)))
        .order_by()
    )
    return [
        Rated(department=department, service=service, division=division, rated=rated, satisfied=satisfied)
        for department, service, division, rated, satisfied in counted
    ]


def first_lodged_at() -> datetime | None:
    """When the first case of the city was lodged; None before there is any."""
    return Case.objects.order_by("lodged_at").values_list("lodged_at", flat=True).first()


def service_named(code: str, language: str) -> str:
    """What a service is called; its code where the city offers it no more."""
    try:
        return get_service(code).item.names.text(language)
    except NoSuchService:
        return code


def division_named(code: str, language: str) -> str:
    """What a district is called; its code where it is none of the city's, a dash where it is not known."""
    names = {one.code: one.en if language.startswith("en") else one.zh for one in divisions_within(city().division)}
    return names.get(code, code) or "—"
