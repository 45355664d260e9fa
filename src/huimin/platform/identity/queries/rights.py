"""What an actor may see and do at this instant.

Rights are read afresh for every request, in one statement, so that a right that ends ends at once; only what follows from a row,
and from nothing else, is kept: the ground that a grant compiles to, under the very text of the grant.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet

from huimin.platform.identity.models import Account, Delegation, Grant
from huimin.platform.identity.ports import ground_sources
from huimin.platform.identity.queries.reading import read_rows
from huimin.platform.identity.queries.registers import ORGANISATION, PERSON
from huimin.platform.identity.rules import EVERY_FIELD, OWN, Ground, Mask, Rows, Scope
from huimin.platform.journal.rules import Actor

CLIENT: Final = "client"
ACCOUNT: Final = "account"

_GRANT: Final = "g.code, g.plain, g.masked, g.purposes, g.rows, g.until"
_IN_FORCE: Final = "g.resource = %s AND g.ended_at IS NULL AND g.until > %s"
_GRANTED_TO_SYSTEM: Final = (
    f"SELECT {_GRANT}, NULL FROM identity_grant g JOIN identity_apiclient c ON c.id = g.client_id"  # noqa: S608 - our own columns
    f" WHERE c.public_id = %s AND c.closed_at IS NULL AND {_IN_FORCE}"
)
_ACCOUNT_AND_GRANTED_TO_POST: Final = (
    f"SELECT a.kind, a.person_key, {_GRANT}, g.divisions FROM identity_account a LEFT JOIN"  # noqa: S608 - our own columns
    f" (SELECT h.account_id, {_GRANT}, p.divisions FROM identity_grant g JOIN identity_post p ON p.id = g.post_id"
    " JOIN identity_postholding h ON h.post_id = p.id"
    " WHERE p.code = %s AND p.closed_at IS NULL AND h.starts_at <= %s AND (h.until IS NULL OR h.until > %s)"
    f" AND {_IN_FORCE}) g ON g.account_id = a.id"
    " WHERE a.public_id = %s AND a.is_active"
)
_KIND, _PERSON_KEY, _GROUND = 0, 1, 2
"""Where the columns of `_ACCOUNT_AND_GRANTED_TO_POST` begin: a ground's are NULL where the post has no grant."""


def _rows_of_reference(reference: str) -> Rows:
    """The rows of one person or organisation, by its reference."""
    if reference.startswith(PERSON):
        return Rows(persons=frozenset({reference.removeprefix(PERSON)}))
    return Rows(organisations=frozenset({reference.removeprefix(ORGANISATION)}))


def _own_ground(person_key: str) -> Ground:
    rows = Rows(persons=frozenset({person_key}))
    return Ground("own", rows, plain=frozenset({EVERY_FIELD}), purposes=frozenset({OWN}))


def _delegated_grounds(actor: Actor, at: datetime) -> Iterator[Ground]:
    held = Delegation.objects.current(at).filter(agent__public_id=actor.ref, agent__is_active=True)
    for delegation in held.filter(principal=actor.on_behalf_of):
        if Delegation.Act.VIEW in delegation.acts:
            yield Ground(
                f"delegation:{delegation.public_id}",
                _rows_of_reference(actor.on_behalf_of),
                plain=frozenset({EVERY_FIELD}),
                purposes=frozenset({OWN}),
                until=delegation.until,
            )


@lru_cache(maxsize=4096)
def _granted_ground(
    code: str, plain: str, masked: str, purposes: str, rows: str, until: datetime, divisions: str | None
) -> Ground:
    """The ground that these columns of a grant compile to, and nothing else decides: `divisions` are its post's, None for a system's."""
    reached = json.loads(divisions) if divisions is not None else []
    everything = rows == Grant.Rows.EVERYTHING or (divisions is not None and not reached)
    return Ground(
        f"grant:{code}",
        Rows(everything=True) if everything else Rows(divisions=frozenset(reached)),
        plain=frozenset(json.loads(plain)),
        masked=frozenset((name, Mask(mask)) for name, mask in json.loads(masked).items()),
        purposes=frozenset(json.loads(purposes)),
        until=until
        if until.tzinfo
        else until.replace(tzinfo=UTC),  # the embedded store keeps instants without zone, in UTC
    )


def _grounds(actor: Actor, resource: str, purpose: str, at: datetime) -> Iterator[Ground]:
    if actor.kind == CLIENT:
        for row in read_rows(_GRANTED_TO_SYSTEM, [actor.ref, resource, at]):
            yield _granted_ground(*row)
    elif actor.kind == ACCOUNT and actor.on_behalf_of:
        # Who acts for somebody sees what that person sees, not what he himself may see besides.
        yield from _delegated_grounds(actor, at)
        return
    elif actor.kind == ACCOUNT:
        found = read_rows(_ACCOUNT_AND_GRANTED_TO_POST, [actor.post, at, at, resource, at, actor.ref])
        if not found:
            return
        if found[0][_KIND] == Account.Kind.CITIZEN and found[0][_PERSON_KEY]:
            yield _own_ground(found[0][_PERSON_KEY])
        for row in found:
            if row[_GROUND] is not None:
                yield _granted_ground(*row[_GROUND:])
    for source in ground_sources:
        yield from source(actor, resource=resource, purpose=purpose, at=at)


def scope_of(actor: Actor, *, resource: str, purpose: str, at: datetime) -> Scope:
    """What this actor may see of the resource for this purpose at this instant; `Scope()` (nothing) when no ground
    gives any.

    Grounds: grants to the post acted in, one's own data (only by a proven account, purpose `self`), a delegation
    (then only
    it), and what other apps registered in `ports.ground_sources` (taking part in a case, supervising).
    """
    return Scope.of(_grounds(actor, resource, purpose, at), purpose=purpose, at=at)


def may_act(actor: Actor, act: str, at: datetime, *, service: str = "") -> bool:
    """Whether the actor may do this act for whom he acts: always for himself, for others if the delegation says so.

    `service`: also whether it reaches this service; without one it is asked only whether he may do it at all.
    """
    if not actor.on_behalf_of:
        return True
    return any(
        act in held.acts and (not service or not held.services or service in held.services)
        for held in _held_for(actor, at)
    )


def services_open_to(actor: Actor, at: datetime) -> frozenset[str] | None:
    """The services whose cases this actor may see of whom he acts for; None for every one."""
    if not actor.on_behalf_of:
        return None
    held = [delegation.services for delegation in _held_for(actor, at)]
    return frozenset(code for services in held for code in services) if held and all(held) else None


def _held_for(actor: Actor, at: datetime) -> QuerySet[Delegation]:
    return Delegation.objects.current(at).filter(agent__public_id=actor.ref, principal=actor.on_behalf_of)
