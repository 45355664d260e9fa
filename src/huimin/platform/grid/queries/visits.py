"""Houses of a worker's cells, and when they were last visited."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Max, QuerySet
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.grid.models import Visit
from huimin.platform.grid.queries.workers import cells_of
from huimin.platform.grid.walking import walking
from huimin.platform.identity.queries import scope_of
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import PLACES, RESOURCE
from huimin.platform.registries.queries.places import houses_in_cells

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.registries.models import Place

ADDRESS: Final = "address"
ORDER: Final = ("number", "key")


class NotYourHouse(NotFound):
    """The house lies in none of the worker's cells, or is none that his grants show."""

    zh = "这处房屋不在您的网格里。"
    en = "This house is not in your cells."


def houses_to_visit(
    worker: "Account", *, actor: Actor, at: datetime, cell: str = "", words: str = ""
) -> "QuerySet[Place]":
    """The houses of the worker's cells (or of one of them) that his grants for visits show, in ORDER; page it by keyset.

    `words` narrows it to addresses with them; a cell has some hundreds of houses, so that is a short scan of an index range.
    """
    scope = scope_of(actor, resource=RESOURCE[PLACES], purpose=walking().visit.purpose, at=at).showing(ADDRESS)
    codes = [one.code for one in cells_of(worker, on=timezone.localdate(at)) if cell in {"", one.code}]
    if not scope:
        codes = []
    rows = houses_in_cells(codes, scope)
    return (rows.filter(address__contains=words) if words else rows).order_by(*ORDER)


def access_house_to_visit(key: str, worker: "Account", *, actor: Actor, at: datetime) -> "Place":
    """One of them. Raises NotYourHouse."""
    if found := houses_to_visit(worker, actor=actor, at=at).filter(pk=key).first():
        return found
    raise NotYourHouse


def last_visits(places: Sequence[str]) -> dict[str, datetime]:
    """When each of these houses was last visited, in one read."""
    rows = Visit.objects.filter(place__in=list(places)).values("place").annotate(last=Max("seen_at"))
    return dict(rows.values_list("place", "last"))
