"""Household visits: who is registered at the door, and what was found there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.identifiers import CitizenId
from huimin.kernel.refusals import BadInput
from huimin.platform.grid.events import HouseVisited
from huimin.platform.grid.models import Finding, Visit
from huimin.platform.grid.queries.visits import access_house_to_visit
from huimin.platform.grid.walking import walking
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import operations as registries
from huimin.platform.registries.fields import PEOPLE
from huimin.platform.registries.operations import House, Reason
from huimin.platform.registries.queries import NobodyAnswers
from huimin.platform.registries.queries.fitting import ValueNotFit
from huimin.platform.registries.queries.lookup import find_rows_of
from huimin.platform.registries.queries.places import relations_of
from huimin.platform.registries.rules import golden_values

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.registries.models import Place
    from huimin.platform.registries.queries.cards import Row

RESIDENCE: Final = "residence_address"
MOST_FINDINGS: Final = 40
What = Finding.What
SEEN_MOVED: Final = "入户走访：已不在这里居住。"
TOLD_OTHERWISE: Final = "入户走访：本人或同住的人说的与登记不同。"
"""Reasons as they stand in a ticket, beside those that people type."""
NO_TICKET: Final = (
    registries.AlreadySo,
    registries.AlreadyAsked,
    registries.NothingToCorrect,
    registries.OnlyAtTheWindow,
    NobodyAnswers,
)
"""Why a difference needs no ticket of its own: the registry says so already, or somebody is deciding it, or nobody here can."""


class NobodyOfThisHouse(BadInput):
    """A finding about somebody who does not belong to the house."""

    zh = "走访记录里有一人不属于这处房屋。请重新打开这户再填。"
    en = "The visit names somebody who does not belong to this house. Open the house again and fill it in."


class WhoWasFound(BadInput):
    """A new person without a name."""

    zh = "新发现的人请填写姓名。"
    en = "Give the name of the new person."


class NothingFound(BadInput):
    """A visit that says nothing of anybody, or of too many."""

    zh = "请至少记录一人，最多{most}人。"
    en = "Record at least one person, at most {most}."


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found of one person: `what` as `Finding.What`; `values` by registry field as told, `residence_address` where he moved to."""

    what: str
    person_key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def open_door(key: str, *, worker: "Account", actor: Actor, at: datetime) -> House:
    """Who is registered at a house of the worker's cells, as far as his grants show it; journalled before it is shown.

    Raises NotYourHouse, PurposeNotGranted.
    """
    access_house_to_visit(key, worker, actor=actor, at=at)
    reason = Reason(purpose=walking().visit.purpose, case_ref=f"入户走访 {timezone.localdate(at):%Y-%m-%d}")
    return registries.look_at_house(key, reason=reason, actor=actor, at=at)


def record_visit(
    *,
    worker: "Account",
    key: str,
    house: str,
    found: Sequence[Found],
    seen_at: datetime,
    actor: Actor,
    at: datetime,
) -> Visit:
    """Keep a visit: who lives there becomes the department's record, what is otherwise registered a correction ticket.

    The same key again gives the same visit. Raises NotYourHouse, NobodyOfThisHouse, WhoWasFound, NothingFound.
    """
    place = access_house_to_visit(house, worker, actor=actor, at=at)
    if not 0 < len(found) <= MOST_FINDINGS:
        raise NothingFound(most=MOST_FINDINGS)
    belonging = set(relations_of(place).values_list("subject", flat=True))
    named = [one.person_key for one in found if one.person_key]
    if not belonging.issuperset(named) or any(not one.person_key and one.what != What.NEW for one in found):
        raise NobodyOfThisHouse
    if any(one.what == What.NEW and not one.values.get("name", "").strip() for one in found):
        raise WhoWasFound(field="name")
    rows = find_rows_of(PEOPLE, named)
    with transaction.atomic():
        visit, is_new = Visit.objects.get_or_create(
            worker=worker,
            key=key,
            defaults={
                "place": place.key,
                "cell": place.cell,
                "seen_at": min(seen_at, at),
                "received_at": at,
            },
        )
        if not is_new:
            return visit
        for number, one in enumerate(found):
            row = rows.get(one.person_key)
            items = _record(one, row, place) if one.what != What.MOVED else {}
            Finding.objects.create(
                visit=visit,
                place=number,
                what=one.what,
                person_key=one.person_key,
                items=items,
                is_record=bool(items),
                correction=_ticket(one, row, visit, actor, at),
            )
        fact = HouseVisited(
            subject=f"house:{place.key}",
            visit=visit.number,
            here=_count(found, What.HERE),
            moved=_count(found, What.MOVED),
            changed=_count(found, What.CHANGED),
            new=_count(found, What.NEW),
        )
        publish(fact, actor=actor, at=at)
    return visit


def _count(found: Sequence[Found], what: str) -> int:
    return sum(one.what == what for one in found)


def _record(one: Found, row: "Row | None", place: "Place") -> dict[str, str]:
    """The items of the department's record: who he is by the registry, what was told at the door, where the door is."""
    told = {name: one.values.get(name, "").strip() for name in ("phone", "kinship", "age")}
    if row is not None:
        golden = golden_values(row.stored)
        known = {name: golden[name].value for name in ("name", "sex") if name in golden}
        # Who was confirmed at the door is this very person: said by his number, from server to server, so that the record cannot be
        # taken for somebody else's. The handset never has it.
        known["citizen_id"] = row.number
    else:
        known = {name: one.values.get(name, "").strip() for name in ("name", "sex")}
        number = one.values.get("citizen_id", "").strip().upper()
        known |= {"citizen_id": str(CitizenId.parse(number))} if number else {}
    said = {**known, **told, RESIDENCE: place.address, "grid_cell": place.cell}
    return {name: text for name, text in said.items() if text}


def _ticket(one: Found, row: "Row | None", visit: Visit, actor: Actor, at: datetime) -> str:
    """The number of the (first) correction that a difference became; blank where none did."""
    if row is None or one.what not in {What.MOVED, What.CHANGED}:
        return ""
    moved = one.what == What.MOVED
    wanted = [RESIDENCE] if moved else [name for name in walking().visit.fields if one.values.get(name, "").strip()]
    numbers = [_asked(name, one, row, visit, actor, at) for name in wanted]
    return next((number for number in numbers if number), "")


def _asked(name: str, one: Found, row: "Row", visit: Visit, actor: Actor, at: datetime) -> str:
    told = one.values.get(name, "").strip()
    reason = SEEN_MOVED if one.what == What.MOVED else TOLD_OTHERWISE
    evidence = f"{visit.reference} {timezone.localdate(visit.seen_at):%Y-%m-%d}"
    ask = partial(registries.ask_for_visited, person_key=row.key, field=name, evidence=evidence, actor=actor, at=at)
    try:
        try:
            return ask(proposed=told, reason=reason).number
        except ValueNotFit:
            # What was told is no whole address (or number): it goes on in words, and who decides settles the value.
            return ask(proposed="", reason=f"{reason} {told}").number
    except NO_TICKET:
        return ""
