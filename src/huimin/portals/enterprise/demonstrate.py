"""A demonstration's owner of a restaurant: his firm, an agent beside him, a licence that soon ends; synthetic people only."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from huimin.platform.cases.queries import facts_of
from huimin.platform.catalogue.library import department_of
from huimin.platform.identity.operations import RepresentsNoFirm, accept_delegation, give_power, represent_firms
from huimin.platform.identity.queries import find_account_named
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.operations import Grant, grant_licence

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account, Delegation

OWNER: Final = "demo.owner"
AGENT: Final = "demo.citizen"
POWER: Final = timedelta(days=180)
LICENCE: Final = "food_business_licence"
FUNCTION: Final = "market_regulation"
YEARS: Final = timedelta(days=5 * 365 - 60)
"""How long ago the licence of five years was granted."""
ENDS: Final = timedelta(days=60)


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Take up the owner's firms; gives how many. Repeated, it changes nothing."""
    owner = find_account_named(OWNER)
    if owner is None or not owner.is_proven:
        return 0
    try:
        taken = represent_firms(account=owner, actor=Actor(kind="account", ref=owner.public_id), at=at)
    except RepresentsNoFirm:
        return 0
    for representation in taken[:1]:
        _give_power(owner, representation, at)
        _grant_licence(representation, actor, at)
    return len(taken)


def _give_power(owner: "Account", representation: "Delegation", at: datetime) -> None:
    agent = find_account_named(AGENT)
    if agent is None:
        return
    power = give_power(
        representation=representation,
        agent=agent,
        acts=("view", "apply", "receive"),
        services=("restaurant_opening", "food_licence_renewal"),
        until=at + POWER,
        actor=Actor(kind="account", ref=owner.public_id, on_behalf_of=representation.principal),
        at=at,
    )
    accept_delegation(delegation=power, actor=Actor(kind="account", ref=agent.public_id), at=at)


def _grant_licence(representation: "Delegation", actor: Actor, at: datetime) -> None:
    """The stock of the department: a licence that was granted years ago and ends soon, so that its renewal begins by itself."""
    on = timezone.localdate(at)
    firm = facts_of(representation.principal, on=on)
    fields = {
        "name": firm.name,
        "legal_representative": firm.undisputed.get("legal_representative", representation.agent.name),
        "premises": firm.undisputed.get("address", ""),
        "kind": "餐饮服务经营者",
        "items": "热食类、冷食类",
    }
    grant = Grant(
        type=LICENCE,
        holder=representation.principal,
        holder_name=firm.name,
        holder_number=firm.number,
        department=department_of(FUNCTION, firm.division),
        fields=fields,
        valid_from=on - YEARS,
        valid_until=on + ENDS,
    )
    grant_licence(grant, actor=actor, at=at)
