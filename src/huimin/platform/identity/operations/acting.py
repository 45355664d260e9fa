"""Beginning to act for somebody."""

from datetime import datetime

from django.db import transaction

from huimin.platform.identity.events import ActingBegan
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.operations.delegations import DelegationMoved
from huimin.platform.identity.operations.firms import hold_representation
from huimin.platform.identity.queries import delegations_to
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


def begin_acting(*, account: Account, delegation: Delegation, actor: Actor, at: datetime) -> Delegation:
    """Note that in this session the account begins to act for the principal.

    Raises `DelegationMoved` when it may not, `NoLongerRepresents` when the register names somebody else: that ends the power.
    """
    hold_representation(delegation=delegation, at=at)
    with transaction.atomic():
        if not delegations_to(account, at).filter(pk=delegation.pk).exists():
            raise DelegationMoved
        publish(ActingBegan(subject=delegation.principal, delegation=delegation.reference), actor=actor, at=at)
    return delegation
