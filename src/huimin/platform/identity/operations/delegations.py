"""Acting for somebody else: offered by the principal's own account, or registered by a clerk who saw the papers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.identity.events import (
    DelegationAccepted,
    DelegationDeclined,
    DelegationOffered,
    DelegationRegistered,
    DelegationRevoked,
)
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.rules import DelegationState
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class MayNotDelegate(NotPermitted):
    """Only a proven person may let another act for him, and only another proven person."""

    zh = "委托人和代办人都须先完成实名认证，且不能委托自己。"
    en = "Both people must be proven first, and nobody acts for himself."


class DelegationMoved(Refusal):
    """The delegation is no longer in a state that allows this."""

    zh = "这项委托已经变更，请刷新后再看。"
    en = "This delegation has changed meanwhile; please look again."


class DelegatedAlready(Refusal):
    """There is an open delegation between the two."""

    zh = "两人之间已有生效或待接受的委托。"
    en = "There already is an open delegation between the two."


class NoAct(BadInput):
    """A delegation must allow something, and must end after it begins."""

    zh = "请至少选择一项可以代办的事，截止日须晚于今天。"
    en = "Please choose at least one thing that may be done, and an end after today."


def keep_delegation(delegation: Delegation) -> None:
    """Write a new delegation. Raises `NoAct`, `DelegatedAlready`."""
    if not delegation.acts or (delegation.until and delegation.until <= delegation.offered_at):
        raise NoAct()
    try:
        with transaction.atomic():
            delegation.save(force_insert=True)
    except IntegrityError as clash:
        raise DelegatedAlready() from clash


@transaction.atomic
def offer_delegation(
    *,
    principal: Account,
    agent: Account,
    relation: str,
    acts: Sequence[str],
    until: datetime | None,
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Ask another account to act for the principal; `relation` is who the principal is to the agent (`mother`).

    Raises `MayNotDelegate`, `DelegatedAlready`, `NoAct`.
    """
    if not (principal.is_proven and agent.is_proven) or principal.person_key == agent.person_key:
        raise MayNotDelegate()
    delegation = Delegation(
        principal=f"person:{principal.person_key}",
        principal_name=principal.name,
        agent=agent,
        relation=relation,
        acts=list(acts),
        state=DelegationState.OFFERED,
        basis="own account",
        offered_at=at,
        until=until,
    )
    keep_delegation(delegation)
    fact = DelegationOffered(subject=delegation.principal, delegation=delegation.reference, agent=agent.reference)
    publish(fact, actor=actor, at=at)
    return delegation


@transaction.atomic
def register_delegation(
    *,
    principal: str,
    principal_name: str,
    agent: Account,
    relation: str,
    acts: Sequence[str],
    basis: str,
    until: datetime | None,
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Enter a delegation whose papers (guardianship, power of attorney, the firm's letter) a clerk saw; it holds at
    once.

    `principal` is `person:<key>` or `organisation:<key>`. Raises `MayNotDelegate`, `DelegatedAlready`, `NoAct`.
    """
    if not agent.is_proven or principal == f"person:{agent.person_key}":
        raise MayNotDelegate()
    delegation = Delegation(
        principal=principal,
        principal_name=principal_name,
        agent=agent,
        relation=relation,
        acts=list(acts),
        state=DelegationState.ACTIVE,
        basis=basis,
        offered_at=at,
        until=until,
    )
    keep_delegation(delegation)
    fact = DelegationRegistered(subject=principal, delegation=delegation.reference, agent=agent.reference)
    publish(fact, actor=actor, at=at)
    return delegation


def move_delegation(delegation: Delegation, state: DelegationState) -> None:
    """The one change of state, under the row's lock. Raises `DelegationMoved`."""
    held = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if state not in Delegation.MOVES[DelegationState(held.state)]:
        raise DelegationMoved()
    held.state = delegation.state = state
    held.save(update_fields=["state"])


@transaction.atomic
def accept_delegation(*, delegation: Delegation, actor: Actor, at: datetime) -> None:
    """The agent agrees. Raises `DelegationMoved`, also when its time is over."""
    if delegation.until and at >= delegation.until:
        raise DelegationMoved()
    move_delegation(delegation, DelegationState.ACTIVE)
    publish(DelegationAccepted(subject=delegation.principal, delegation=delegation.reference), actor=actor, at=at)


@transaction.atomic
def decline_delegation(*, delegation: Delegation, actor: Actor, at: datetime) -> None:
    """The agent does not agree. Raises `DelegationMoved`."""
    move_delegation(delegation, DelegationState.DECLINED)
    publish(DelegationDeclined(subject=delegation.principal, delegation=delegation.reference), actor=actor, at=at)


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, actor: Actor, at: datetime) -> None:
    """Either side ends it; from now on the agent sees nothing of the principal. Raises `DelegationMoved`."""
    move_delegation(delegation, DelegationState.REVOKED)
    publish(DelegationRevoked(subject=delegation.principal, delegation=delegation.reference), actor=actor, at=at)
