"""A firm's powers: its legal representative by the register of firms, and the agents to whom he gives and from whom he takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.kernel.refusals import NotPermitted, Refusal
from huimin.platform.identity.events import (
    DelegationOffered,
    RepresentationConfirmed,
    RepresentationEnded,
    SealUsed,
)
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.operations.delegations import (
    MayNotDelegate,
    NoAct,
    keep_delegation,
    move_delegation,
    revoke_delegation,
)
from huimin.platform.identity.ports import RegisteredFirm, firm_finder, firm_seals
from huimin.platform.identity.queries import ORGANISATION, may_act, powers_of
from huimin.platform.identity.rules import DelegationState
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

BY_REGISTER: Final = "register of firms"
OPEN: Final = (DelegationState.OFFERED, DelegationState.ACTIVE)
GIVEN: Final = tuple(act for act in Delegation.Act if act is not Delegation.Act.MANAGE)
"""What a representative may give to an agent: everything but the power to give."""


class RepresentsNoFirm(Refusal):
    """By the register of firms the account's person is nobody's legal representative."""

    zh = "登记部门的数据里，没有以您为法定代表人（经营者）的企业。刚变更的，登记数据更新后再试；代理人请让法定代表人给您授权。"
    en = (
        "By the register of firms you are no firm's legal representative. After a recent change try again once the register is up to date;"
        " an agent asks the representative for a power."
    )


class NoLongerRepresents(NotPermitted):
    """The register names somebody else as the firm's legal representative now."""

    zh = "按登记数据，您已不是这家企业的法定代表人（经营者），代表权已自动终止。"
    en = "By the register you are no longer this firm's legal representative; your power has ended."


class MayNotManage(NotPermitted):
    """Only the legal representative gives and takes away a firm's powers."""

    zh = "只有法定代表人（经营者）能授权或者收回授权。"
    en = "Only the legal representative gives and takes away powers."


def represent_firms(*, account: Account, actor: Actor, at: datetime) -> list[Delegation]:
    """Take up every firm of which the account's person is the legal representative by the register; gives those newly taken up.

    Each firm is a transaction of its own. Raises MayNotDelegate for who is not proven, RepresentsNoFirm.
    """
    if not account.is_proven:
        raise MayNotDelegate
    firms = firm_finder.get()([account.person_key]).get(account.person_key, ())
    if not firms:
        raise RepresentsNoFirm
    return [taken for firm in firms if (taken := _represent(account, firm, actor, at)) is not None]


@transaction.atomic
def _represent(account: Account, firm: RegisteredFirm, actor: Actor, at: datetime) -> Delegation | None:
    """None where he does already. A power that he had been given before is taken up in this one."""
    principal = f"{ORGANISATION}{firm.organisation_key}"
    for held in powers_of(principal).filter(agent=account, state__in=OPEN):
        if held.manages:
            return None
        move_delegation(held, DelegationState.REVOKED)
    delegation = Delegation(
        principal=principal,
        principal_name=firm.name,
        agent=account,
        relation=Delegation.Relation.FIRM,
        acts=[act.value for act in Delegation.Act],
        state=DelegationState.ACTIVE,
        basis=BY_REGISTER,
        offered_at=at,
    )
    keep_delegation(delegation)
    fact = RepresentationConfirmed(subject=principal, delegation=delegation.reference, agent=account.reference)
    publish(fact, actor=actor, at=at)
    return delegation


def hold_representation(*, delegation: Delegation, at: datetime) -> None:
    """End a representation that the register no longer bears out, and raise NoLongerRepresents; nothing for any other power."""
    if delegation.basis == BY_REGISTER and not _still_represents([delegation]):
        _end(delegation, at)
        raise NoLongerRepresents


def end_stale_representations(*, at: datetime) -> int:
    """End every representation that the register no longer bears out; returns how many. The agents whom the firm appointed stay."""
    held = list(Delegation.objects.current(at).filter(basis=BY_REGISTER).select_related("agent").order_by("pk"))
    still = _still_represents(held)
    stale = [delegation for delegation in held if delegation.pk not in still]
    for delegation in stale:
        _end(delegation, at)
    return len(stale)


def _still_represents(held: Sequence[Delegation]) -> set[int]:
    firms = firm_finder.get()({delegation.agent.person_key for delegation in held if delegation.agent.person_key})
    return {
        delegation.pk
        for delegation in held
        if any(
            delegation.principal == f"{ORGANISATION}{firm.organisation_key}"
            for firm in firms.get(delegation.agent.person_key, ())
        )
    }


@transaction.atomic
def _end(delegation: Delegation, at: datetime) -> None:
    move_delegation(delegation, DelegationState.REVOKED)
    fact = RepresentationEnded(subject=delegation.principal, delegation=delegation.reference)
    publish(fact, actor=Actor(kind="system", ref="register_of_firms"), at=at)


def give_power(
    *,
    representation: Delegation,
    agent: Account,
    acts: Sequence[str],
    services: Sequence[str],
    until: datetime | None,
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Offer an account to act for the firm: these acts, these services (none: every one), until then. The agent has to agree.

    Raises MayNotManage, NoLongerRepresents, MayNotDelegate, DelegatedAlready, NoAct (also without an end).
    """
    _hold_manager(representation, actor, at)
    if not agent.is_proven or agent.pk == representation.agent_id:
        raise MayNotDelegate
    if until is None or not set(acts) <= set(GIVEN):
        raise NoAct
    with transaction.atomic():
        delegation = Delegation(
            principal=representation.principal,
            principal_name=representation.principal_name,
            agent=agent,
            relation=Delegation.Relation.FIRM,
            acts=[act.value for act in GIVEN if act in acts],
            services=sorted(services),
            state=DelegationState.OFFERED,
            basis=f"power {representation.public_id}",
            offered_at=at,
            until=until,
        )
        keep_delegation(delegation)
        fact = DelegationOffered(subject=delegation.principal, delegation=delegation.reference, agent=agent.reference)
        publish(fact, actor=actor, at=at)
    return delegation


def take_power_away(*, representation: Delegation, power: Delegation, actor: Actor, at: datetime) -> None:
    """End an agent's power at once. Raises MayNotManage, NoLongerRepresents, DelegationMoved."""
    _hold_manager(representation, actor, at)
    revoke_delegation(delegation=power, actor=actor, at=at)


def _hold_manager(representation: Delegation, actor: Actor, at: datetime) -> None:
    if actor.on_behalf_of != representation.principal or not may_act(actor, Delegation.Act.MANAGE, at):
        raise MayNotManage
    hold_representation(delegation=representation, at=at)


def use_seal(*, principal: str, what: str, sealed: str, actor: Actor, at: datetime) -> str:
    """Put a firm's electronic seal on what somebody does in its name; gives the seal's mark.

    `what` refers to it (`case:…`), `sealed` is the digest of its content. Who may do it in the firm's name, the caller has made sure.
    """
    stamp = firm_seals.get()(principal=principal, sealed=sealed)
    with transaction.atomic():
        fact = SealUsed(subject=principal, what=what, sealed=sealed, mark=stamp.mark, simulated=stamp.simulated)
        publish(fact, actor=actor, at=at)
    return stamp.mark
