"""What the registries know of a grid cell: how many houses and people, which organisations, as far as a scope shows them."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from huimin.platform.identity.rules import Scope
from huimin.platform.registries.fields import ORGANISATIONS
from huimin.platform.registries.models import Organisation, Place, PlaceRelation
from huimin.platform.registries.queries.cards import FIELD_MAP, Row
from huimin.platform.registries.queries.places import FIELD_MAP as OF_PLACES
from huimin.platform.ui.paging import keyset_page


@dataclass(frozen=True, kw_only=True)
class CellCounts:
    """Houses of a cell, those of them in which somebody lives, the people who live there, and the organisations at its doors."""

    houses: int
    inhabited: int
    residents: int
    organisations: int


def cell_counts(cell: str, scope: Scope) -> CellCounts:
    """What is counted in a cell, of the rows that the scope gives."""
    own = Place.objects.filter(scope.as_q(OF_PLACES, Q), cell=cell, address__gt="")
    sums = own.aggregate(
        houses=Count("key"),
        inhabited=Count("key", filter=Q(residents__gt=0)),
        people=Sum("residents", default=0),
        firms=Sum("organisations", default=0),
    )
    return CellCounts(
        houses=sums["houses"], inhabited=sums["inhabited"], residents=sums["people"], organisations=sums["firms"]
    )


def organisations_in(cell: str, scope: Scope, *, after: str = "", size: int = 30) -> tuple[list[Row], str]:
    """The organisations whose registered door lies in a cell, by key, of those that the scope gives; and the cursor of the next ones.

    Raises BadCursor.
    """
    doors = Place.objects.filter(cell=cell).values("key")
    there = PlaceRelation.objects.filter(place__in=doors, kind=PlaceRelation.Kind.LOCATED_AT).values("subject")
    rows = Organisation.objects.filter(scope.as_q(FIELD_MAP[ORGANISATIONS], Q), key__in=there, merged_into="")
    page = keyset_page(rows, by=("key",), after=after, size=size)
    found = [
        Row(registry=ORGANISATIONS, key=one.key, number=one.number, division=one.division, stored=one.values)
        for one in page.rows
    ]
    return found, page.after


def cell_of_organisation(key: str) -> str:
    """The cell in which an organisation's registered door lies; blank where it is not known."""
    door = PlaceRelation.objects.filter(subject=key, kind=PlaceRelation.Kind.LOCATED_AT).values("place")
    return Place.objects.filter(key__in=door).values_list("cell", flat=True).first() or ""
