"""Visits of planned rounds: what a worker has to make in his cells, who is due, and how it stands street by street."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import shapely
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.grid.models import RoundMember, RoundVisit
from huimin.platform.grid.queries.reach import reach_of, within
from huimin.platform.grid.queries.workers import cells_of
from huimin.platform.grid.rounds import Round, rounds
from huimin.platform.identity.queries import scope_of
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import PLACES, RESOURCE
from huimin.platform.registries.queries.places import grid_cells, houses_in_cells
from huimin.platform.registries.queries.residents import Resident, residents_born_until, residents_keyed

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.registries.models import Place

ADDRESS: Final = "address"
ORDER: Final = ("until_on", "number")
LOOKED_BACK: Final = timedelta(days=30)
STREET: Final = 9


class NoSuchRoundVisit(NotFound):
    """There is no such visit, or none in the worker's cells that his grants show."""

    zh = "没有这次探访，或不在您的网格里。"
    en = "There is no such visit, or it is not in your cells."


def _houses(worker: "Account", actor: Actor, at: datetime) -> "QuerySet[Place]":
    """The houses of the worker's cells whose address his grants for rounds show."""
    scope = scope_of(actor, resource=RESOURCE[PLACES], purpose=rounds().purpose, at=at).showing(ADDRESS)
    codes = [one.code for one in cells_of(worker, on=timezone.localdate(at))] if scope else []
    return houses_in_cells(codes, scope)


def visits_to_make(worker: "Account", *, actor: Actor, at: datetime) -> QuerySet[RoundVisit]:
    """The open visits in a worker's cells, as far as his grants show the houses; page them in ORDER."""
    codes = [one.code for one in cells_of(worker, on=timezone.localdate(at))]
    own = _houses(worker, actor, at).values("key")
    return RoundVisit.objects.filter(cell__in=codes, place__in=own, done_at=None)


def access_round_visit(number: str, worker: "Account", *, actor: Actor, at: datetime) -> tuple[RoundVisit, "Place"]:
    """A visit in the worker's cells, open or done, and its house. Raises NoSuchRoundVisit."""
    visit = RoundVisit.objects.filter(number=number).first()
    place = _houses(worker, actor, at).filter(key=visit.place, cell=visit.cell).first() if visit else None
    if visit is None or place is None:
        raise NoSuchRoundVisit
    return visit, place


def addresses_of(visits: list[RoundVisit], worker: "Account", *, actor: Actor, at: datetime) -> Mapping[str, str]:
    """The addresses of these visits' houses, by house key, as far as the worker's grants show them."""
    own = _houses(worker, actor, at).filter(key__in=[one.place for one in visits])
    return dict(own.values_list("key", "address"))


def find_round_visit(number: str) -> RoundVisit | None:
    """The visit of this number, for other apps' receivers."""
    return RoundVisit.objects.filter(number=number).first()


def lists_with(person: str) -> set[str]:
    """The rounds on whose lists by name somebody is."""
    return set(RoundMember.objects.filter(person=person).values_list("round", flat=True))


def due_residents(code: str, declared: Round, *, on: date) -> dict[str, Resident]:
    """Whom a round looks after on this day, by person key; one house each."""
    if declared.who.named:
        found = residents_keyed(set(RoundMember.objects.filter(round=code).values_list("person", flat=True)))
    else:
        found = residents_born_until(declared.who.born_until(on), alone=declared.who.alone)
    return {one.person: one for one in found}


@dataclass(frozen=True, kw_only=True)
class StreetRounds:
    """A street's visits: open ones, those of them that were missed, and, of those planned in the last thirty days, the done ones."""

    street: str
    planned: int
    missed: int
    done: int
    needing_help: int


def rounds_by_street(actor: Actor, *, on: date) -> list[StreetRounds]:
    """How the visits stand in the streets that the actor's post answers for; counts only."""
    own = RoundVisit.objects.filter(within(reach_of(actor), "cell"))
    recent = Q(done_at__isnull=False, planned_on__gt=on - LOOKED_BACK) & ~Q(outcome=RoundVisit.Outcome.NOT_DUE)
    rows = (
        own.filter(Q(done_at=None) | recent)
        .values(street=Substr("cell", 1, STREET))
        .annotate(
            planned=Count("pk", filter=Q(done_at=None)),
            missed=Count("pk", filter=Q(done_at=None, missed_at__isnull=False)),
            done=Count("pk", filter=recent),
            needing_help=Count("pk", filter=recent & Q(outcome=RoundVisit.Outcome.NEEDS_HELP)),
        )
        .order_by("street")
    )
    return [StreetRounds(**row) for row in rows]


def middle_of(cell: str) -> tuple[float, float] | None:
    """A point in the middle of a cell (longitude and latitude in degrees); None of one that is no cell any more."""
    outline = grid_cells().filter(code=cell).values_list("outline", flat=True).first()
    if outline is None:
        return None
    point = shapely.from_geojson(outline).representative_point()
    return float(point.x), float(point.y)
