"""What may happen to a delivery and to a returned row after landing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange.events import (
    DeliveryWithdrawn,
    HeldDeliveryAccepted,
    QuarantinedRowDismissed,
    QuarantinedRowResubmitted,
)
from huimin.platform.exchange.lake import files
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.operations.landing import land_rows
from huimin.platform.exchange.queries import lake, lake_files
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class ReasonMissing(BadInput):
    """A withdrawal without a reason."""

    zh = "请写明撤回的原因。"
    en = "Give the reason for the withdrawal."


class NotWithdrawable(Refusal):
    """The delivery is in a state from which this move does not lead."""

    zh = "这次交付的状态是「{state}」，不能这样处理。"
    en = "This delivery is {state}; that cannot be done with it."


def _move(number: int, to: Delivery.State) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(number=number)
    if to not in Delivery.MOVES[Delivery.State(delivery.state)]:
        raise NotWithdrawable(state=delivery.get_state_display())
    delivery.state = to
    return delivery


def withdraw_delivery(*, number: int, reason: str, actor: Actor, at: datetime) -> Delivery:
    """Withdraw a delivery: its records no longer count, what it replaced counts again. Raises ReasonMissing, NotWithdrawable."""
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        delivery = _move(number, Delivery.State.WITHDRAWN)
        delivery.reason = reason.strip()
        delivery.save(update_fields=["state", "reason"])
        publish(DeliveryWithdrawn(subject=f"delivery:{number}", resource=delivery.resource), actor=actor, at=at)
    return delivery


def accept_held_delivery(*, number: int, actor: Actor, at: datetime) -> Delivery:
    """Let a held full delivery replace the resource's current set. Raises NotWithdrawable when it is not held."""
    with transaction.atomic():
        delivery = _move(number, Delivery.State.STANDING)
        delivery.save(update_fields=["state"])
        publish(HeldDeliveryAccepted(subject=f"delivery:{number}", resource=delivery.resource), actor=actor, at=at)
    return delivery


def resubmit_quarantined_row(*, row: int, columns: Mapping[str, str], actor: Actor, at: datetime) -> Delivery:
    """Land a returned row again with corrected columns, as a delivery of its own (it may be returned again, with a new reason)."""
    with transaction.atomic():
        returned = QuarantinedRow.objects.select_for_update().select_related("delivery").get(id=row)
        if returned.state != QuarantinedRow.State.WAITING:
            raise NotWithdrawable(state=returned.get_state_display())
        before = returned.delivery
        delivery = land_rows(
            before.resource,
            [dict(columns)],
            actor=actor,
            at=at,
            reference_on=before.reference_on,
            name=f"quarantine:{returned.id}",
        )
        returned.state = QuarantinedRow.State.RESUBMITTED
        returned.resubmitted_as = delivery
        returned.save(update_fields=["state", "resubmitted_as"])
        fact = QuarantinedRowResubmitted(
            subject=f"delivery:{before.number}",
            resource=before.resource,
            rule=returned.rule,
            delivery=f"delivery:{delivery.number}",
        )
        publish(fact, actor=actor, at=at)
    return delivery


def dismiss_quarantined_row(*, row: int, actor: Actor, at: datetime) -> None:
    """Let a returned row go."""
    with transaction.atomic():
        returned = QuarantinedRow.objects.select_for_update().select_related("delivery").get(id=row)
        if returned.state != QuarantinedRow.State.WAITING:
            raise NotWithdrawable(state=returned.get_state_display())
        returned.state = QuarantinedRow.State.DISMISSED
        returned.save(update_fields=["state"])
        fact = QuarantinedRowDismissed(
            subject=f"delivery:{returned.delivery_id}", resource=returned.delivery.resource, rule=returned.rule
        )
        publish(fact, actor=actor, at=at)


def sweep_lake(*, older_than: float = files.ORPHAN_AFTER_SECONDS) -> list[str]:
    """Delete lake files that no delivery names (the leftovers of crashes); returns their names."""
    return files.sweep(lake(), lake_files(), older_than=older_than)
