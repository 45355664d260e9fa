"""Looks at places: a search for an address, a house and who belongs to it; journalled first, then shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.platform.identity.queries import scope_of
from huimin.platform.identity.rules import Mask, Scope, mask_value
from huimin.platform.journal.operations import publish_alone, publish_many
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.registries.events import HouseSeen, LookedUp, PlacesSearched
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, PLACES, RESOURCE
from huimin.platform.registries.models import Organisation, Person, Place, PlaceRelation
from huimin.platform.registries.operations.looking import PurposeNotGranted, Reason, check_reason
from huimin.platform.registries.places.addresses import parse_all
from huimin.platform.registries.queries import places
from huimin.platform.registries.queries.cards import Card, Row, card_of
from huimin.platform.registries.rules import golden_values
from huimin.platform.ui.paging import keyset_page

ADDRESS: Final = "address"
"""The field of a place that one must be granted to search by."""
Kind = PlaceRelation.Kind
FIELD_OF: Final[Mapping[str, tuple[str, str]]] = {
    Kind.LIVES_AT: (PEOPLE, "residence_address"),
    Kind.REGISTERED_AT: (PEOPLE, "hukou_address"),
    Kind.LOCATED_AT: (ORGANISATIONS, "address"),
}
"""Which golden value of which registry makes each relation."""
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    PEOPLE: ("name", "sex", "birth_date", "citizen_id"),
    ORGANISATIONS: ("name", "uscc", "org_type", "status"),
}
"""What is shown of somebody at a house beside the address itself, as far as the grants show it."""
MEMBERS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who belongs to a house: how, and the card that the looker's grants show."""

    kind: str
    card: Card


@dataclass(frozen=True, kw_only=True)
class House:
    """A house as one reader sees it. `withheld` are the kinds of relation that the grants do not show; `after` leads to more members."""

    place: Place
    shown: Mapping[str, Mask | None]
    members: tuple[Member, ...]
    withheld: tuple[str, ...]
    after: str


def search_places(text: str, *, reason: Reason, actor: Actor, at: datetime) -> places.Found:
    """Find a house, or buildings, by an address or words of it. The search is on the disk before anything is shown.

    Raises PurposeNotGranted, CaseMissing, CaseNotFit, TooShort.
    """
    scope = places_scope(reason, actor, at)
    found = places.search_places(text, scope)
    _publish_search(text, found.count, reason, actor, at)
    return found


def _publish_search(asked: str, found: int, reason: Reason, actor: Actor, at: datetime) -> None:
    fact = PlacesSearched(
        subject="registry:places",
        case_ref=reason.case_ref,
        purpose=reason.purpose,
        asked=digest(asked.strip()),
        found=found,
    )
    publish_alone(fact, actor=actor, at=at)


def places_scope(reason: Reason, actor: Actor, at: datetime) -> Scope:
    """The grants that let addresses be searched for this reason. Raises PurposeNotGranted, CaseMissing, CaseNotFit."""
    check_reason(reason, at)
    scope = scope_of(actor, resource=RESOURCE[PLACES], purpose=reason.purpose, at=at).showing(ADDRESS)
    if not scope:
        raise PurposeNotGranted
    return scope


def look_at_house(key: str, *, reason: Reason, actor: Actor, at: datetime, after: str = "") -> House:
    """Show a house and who belongs to it, as far as the grants go: of people, those whose address they show plain.

    The look is on the disk before anything is shown; everybody who is shown can see it. Raises NoSuchHouse, PurposeNotGranted,
    CaseMissing, CaseNotFit, BadCursor.
    """
    scope = places_scope(reason, actor, at)
    try:
        place = places.access_house(key, scope)
    except places.NoSuchHouse:
        _publish_search(key, 0, reason, actor, at)
        raise
    kinds = {
        kind: scope_of(actor, resource=RESOURCE[registry], purpose=reason.purpose, at=at).showing(field)
        for kind, (registry, field) in FIELD_OF.items()
    }
    page = keyset_page(
        places.relations_of(place).filter(kind__in=[kind for kind, own in kinds.items() if own]),
        by=("key",),
        after=after,
        size=MEMBERS,
    )
    members = _members(place, page.rows, kinds)
    shown = scope.visible({"division": place.division}, ("address", "cell", "residents"), places.FIELD_MAP)
    _publish_looks(place, members, reason, actor, at)
    return House(
        place=place,
        shown=shown,
        members=tuple(members),
        withheld=tuple(kind for kind, own in kinds.items() if not own),
        after=page.after,
    )


def _members(place: Place, relations: list[PlaceRelation], kinds: Mapping[str, Scope]) -> list[Member]:
    rows = _rows(relations)
    said = {
        one.key: golden_values(rows[one.subject].stored).get(FIELD_OF[one.kind][1])
        for one in relations
        if one.subject in rows
    }
    houses = parse_all({value.value for value in said.values() if value})
    members = []
    for one in relations:
        row, value = rows.get(one.subject), said.get(one.key)
        # Somebody may have moved since the houses were settled: what the registry says today decides.
        if row is None or value is None or houses[value.value].house not in {place.number, ""}:
            continue
        registry, field = FIELD_OF[one.kind]
        scope = kinds[one.kind]
        if row.is_in(scope):
            shown = row.shown_in(scope, (*SHOWN[registry], field))
            members.append(Member(kind=one.kind, card=card_of(row, shown, scope.bases)))
    return members


def _rows(relations: list[PlaceRelation]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for registry, entity in ((PEOPLE, Person), (ORGANISATIONS, Organisation)):
        subjects = [one.subject for one in relations if FIELD_OF[one.kind][0] == registry]
        if not subjects:
            continue
        stored = entity._default_manager.filter(pk__in=subjects, merged_into="")
        for key, number, division, values in stored.values_list("key", "number", "division", "values"):
            found[key] = Row(registry=registry, key=key, number=number, division=division, stored=values)
    return found


def _publish_looks(place: Place, members: list[Member], reason: Reason, actor: Actor, at: datetime) -> None:
    fields: dict[str, dict[str, None]] = {}
    bases: dict[str, tuple[str, ...]] = {}
    for member in members:
        own = fields.setdefault(member.card.reference, {})
        own.update(dict.fromkeys(value.field for value in member.card.values))
        bases[member.card.reference] = tuple(sorted({*bases.get(member.card.reference, ()), *member.card.bases}))
    looks = [
        LookedUp(
            subject=reference,
            restricted_until=reason.restricted_until,
            case_ref=reason.case_ref,
            purpose=reason.purpose,
            basis=bases[reference],
            fields=tuple(seen),
            by="house",
        )
        for reference, seen in fields.items()
    ]
    people = sum(look.subject.startswith("person:") for look in looks)
    seen = HouseSeen(
        subject=f"house:{place.key}",
        case_ref=reason.case_ref,
        purpose=reason.purpose,
        people=people,
        organisations=len(looks) - people,
    )
    with transaction.atomic(durable=True):
        publish_many([seen, *looks], actor=actor, at=at)


def houses_of(card: Card, *, reason: Reason, actor: Actor, at: datetime) -> list[tuple[str, Place]]:
    """The houses to which the plain addresses of a card lead, by field, as far as the grants for places go; none where they do not."""
    plain = {value.field for value in card.values if value.value and value.mask is None}
    kinds = {
        kind: field for kind, (registry, field) in FIELD_OF.items() if registry == card.registry and field in plain
    }
    scope = scope_of(actor, resource=RESOURCE[PLACES], purpose=reason.purpose, at=at).showing(ADDRESS)
    if not kinds or not scope:
        return []
    return [(kinds[kind], place) for kind, place in places.houses_of(card.key, scope) if kind in kinds]


QUALITY: Final = "data_quality"
"""The purpose for which the data office sees addresses that name no house."""


def unplaced_addresses(
    reason: str, *, actor: Actor, at: datetime, after: str = "", size: int = 50
) -> tuple[list[places.Unplaced], str]:
    """Addresses that name no house for this reason, their text as far as a grant for data quality shows it; and the cursor of the next.

    Raises PurposeNotGranted, BadCursor.
    """
    scope = scope_of(actor, resource=RESOURCE[PLACES], purpose=QUALITY, at=at)
    if not scope.rows.everything:  # an address that names no house lies in no district that a grant could be limited to
        raise PurposeNotGranted
    mask = scope.visible({}, (ADDRESS,), places.FIELD_MAP).get(ADDRESS, Mask.HIDDEN)
    rows, more = places.unplaced(reason, after=after, size=size)
    return [replace(row, text=row.text if mask is None else mask_value(row.text, mask) or "") for row in rows], more
