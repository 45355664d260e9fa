"""Businesses of a cell: looking at them, and recording what was found on the spot."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from huimin.kernel.refusals import BadInput, NotFound
from huimin.platform.grid import queries
from huimin.platform.grid.events import BusinessInspected, CellLookedInto
from huimin.platform.grid.models import Inspection
from huimin.platform.identity.queries import get_account, scope_of
from huimin.platform.identity.rules import Scope
from huimin.platform.journal.operations import publish, publish_alone
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import latest_licences
from huimin.platform.registries.fields import ORGANISATIONS, PLACES, RESOURCE
from huimin.platform.registries.queries.cards import Card, card_of
from huimin.platform.registries.queries.cells import CellCounts, cell_counts, cell_of_organisation, organisations_in

if TYPE_CHECKING:
    from huimin.platform.licences.models import Licence
    from huimin.platform.registries.models import GridCell

VISITING: Final = "household_check"
SUPERVISING: Final = "market_supervision"
"""The purposes for which a cell is opened: of its houses, and of its businesses."""
SHOWN: Final = ("name", "uscc", "status", "industry", "address")
PAGE: Final = 30


class NotInThisCell(NotFound):
    """No business of this key has its door in the cell, or none that the actor may see."""

    zh = "这个网格里没有这家单位，或不在您的授权范围内。"
    en = "This business is not in the cell, or none that you may see."


class OutcomeUnknown(BadInput):
    """An inspection finds one of three things."""

    zh = "请选择检查结果。"
    en = "Choose what was found."


@dataclass(frozen=True, kw_only=True)
class Business:
    """A business as the reader may see it, with its licences and the last inspection."""

    card: Card
    licences: tuple["Licence", ...]
    inspection: Inspection | None


@dataclass(frozen=True, kw_only=True)
class CellSeen:
    """A cell as one reader sees it. `counts` is None, and `businesses` empty with `withheld`, where no grant shows them."""

    cell: "GridCell"
    counts: CellCounts | None
    businesses: tuple[Business, ...]
    withheld: bool
    after: str


def look_into_cell(code: str, *, actor: Actor, at: datetime, after: str = "") -> CellSeen:
    """A cell with the counts of its houses and its businesses, as far as the actor's grants go; journalled before it is shown.

    Raises NoSuchCell, BadCursor.
    """
    cell = queries.access_cell(code, actor)
    of_places = scope_of(actor, resource=RESOURCE[PLACES], purpose=VISITING, at=at).showing("cell", "residents")
    of_firms = scope_of(actor, resource=RESOURCE[ORGANISATIONS], purpose=SUPERVISING, at=at).showing("name", "address")
    rows, more = organisations_in(cell.code, of_firms, after=after, size=PAGE) if of_firms else ([], "")
    cards = [card_of(row, row.shown_in(of_firms, SHOWN), of_firms.bases) for row in rows]
    publish_alone(CellLookedInto(subject=f"cell:{cell.code}", businesses=len(cards)), actor=actor, at=at)
    return CellSeen(
        cell=cell,
        counts=cell_counts(cell.code, of_places) if of_places else None,
        businesses=_with_states(cards),
        withheld=not of_firms,
        after=more,
    )


def _with_states(cards: list[Card]) -> tuple[Business, ...]:
    licences: dict[str, list[Licence]] = {}
    for licence in latest_licences([card.reference for card in cards]):
        licences.setdefault(licence.holder, []).append(licence)
    last = queries.last_inspections([card.key for card in cards])
    return tuple(
        Business(card=card, licences=tuple(licences.get(card.reference, ())), inspection=last.get(card.key))
        for card in cards
    )


@transaction.atomic
def inspect_business(
    *, cell: str, organisation: str, outcome: str, note: str = "", actor: Actor, at: datetime
) -> Inspection:
    """Record what was found at a business of a cell. Raises NoSuchCell, NotInThisCell, OutcomeUnknown."""
    place = queries.access_cell(cell, actor)
    if cell_of_organisation(organisation) != place.code or not _may_see(actor, at):
        raise NotInThisCell
    if outcome not in Inspection.Outcome.values:
        raise OutcomeUnknown(field="outcome")
    made = Inspection.objects.create(
        organisation=organisation,
        cell=place.code,
        outcome=outcome,
        note=note.strip()[:200],
        inspector=get_account(actor.ref),
        inspected_at=at,
    )
    fact = BusinessInspected(subject=f"organisation:{organisation}", outcome=outcome, cell=place.code)
    publish(fact, actor=actor, at=at)
    return made


def _may_see(actor: Actor, at: datetime) -> Scope:
    return scope_of(actor, resource=RESOURCE[ORGANISATIONS], purpose=SUPERVISING, at=at)
