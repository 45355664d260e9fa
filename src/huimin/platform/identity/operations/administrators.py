"""The three separated administrators, and the power that they borrow."""

from datetime import datetime, timedelta

from django.db import transaction

from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.identity.events import (
    AdministratorAppointed,
    AdministratorDismissed,
    PowerBorrowed,
    PowerReturned,
)
from huimin.platform.identity.models import Account, Administrator, BorrowedPower
from huimin.platform.identity.operations.accounts import close_account
from huimin.platform.identity.rules import borrowed_until
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest


class HasAnotherPart(Refusal):
    """One person holds at most one of the three parts, and no post in which business is done."""

    zh = "系统、审计、安全三类管理员须由不同的人担任，且不兼业务岗位。"
    en = "System, audit and security administrators must be different people, and hold no other post."


class NotToOneself(NotPermitted):
    """Rights come from somebody else."""

    zh = "不能给自己授权、任职或发登录码，请由另一位管理员办理。"
    en = "Nobody gives rights, posts or sign-in codes to himself; another administrator does it."


class NotAnAdministrator(NotPermitted):
    """Only an administrator borrows power."""

    zh = "只有管理员可以借用管理权限。"
    en = "Only an administrator can borrow administrator power."


class ReasonNeeded(BadInput):
    """Power is lent for a stated reason."""

    zh = "请写明借用管理权限的理由（至少六个字）。"
    en = "Please state why the power is needed (at least six characters)."


def refuse_oneself(account: Account, actor: Actor) -> None:
    """Raises `NotToOneself` where the actor is this account, or another account of the same person."""
    if actor.kind != "account":
        return
    own = Account.objects.filter(public_id=actor.ref).values_list("person_key", flat=True).first()
    if account.public_id == actor.ref or (own and own == account.person_key):
        raise NotToOneself()


@transaction.atomic
def appoint_administrator(*, account: Account, role: str, actor: Actor, at: datetime) -> Administrator:
    """Make an official one of the three administrators. Appointing to the same part again changes nothing.

    Raises `HasAnotherPart` when the account has another part or a post, is no official, or when another account of
    the same
    person is an administrator; `NotToOneself`.
    """
    refuse_oneself(account, actor)
    Account.objects.select_for_update().get(pk=account.pk)
    held = Administrator.objects.filter(account=account).first()
    if held and held.role == role:
        return held
    same_person = Administrator.objects.filter(account__person_key=account.person_key) if account.person_key else None
    if held or account.kind != Account.Kind.OFFICIAL or account.holdings.filter(until=None).exists():
        raise HasAnotherPart()
    if same_person is not None and same_person.exists():
        raise HasAnotherPart()
    administrator = Administrator.objects.create(account=account, role=role, appointed_at=at)
    publish(AdministratorAppointed(subject=account.reference, role=role), actor=actor, at=at)
    return administrator


@transaction.atomic
def dismiss_administrator(*, account: Account, actor: Actor, at: datetime) -> None:
    """End an appointment with its loans and close the account; one that is no administrator stays as it is."""
    if administrator := Administrator.objects.filter(account=account).first():
        role = administrator.role
        administrator.delete()
        close_account(account=account, actor=actor, at=at)
        publish(AdministratorDismissed(subject=account.reference, role=role), actor=actor, at=at)


@transaction.atomic
def borrow_power(*, account: Account, reason: str, wanted: timedelta, actor: Actor, at: datetime) -> BorrowedPower:
    """Lend an administrator his power for a reason and at most an hour; a loan that is still open is returned first.

    Raises `NotAnAdministrator`, `ReasonNeeded`.
    """
    reason = reason.strip()
    administrator = Administrator.objects.select_for_update().filter(account=account).first()
    if administrator is None:
        raise NotAnAdministrator()
    if len(reason) < 6:
        raise ReasonNeeded()
    administrator.loans.filter(returned_at=None).update(returned_at=at)
    loan = administrator.loans.create(reason=reason[:200], borrowed_at=at, until=borrowed_until(wanted, at))
    fact = PowerBorrowed(
        subject=account.reference,
        loan=f"loan:{loan.public_id}",
        reason_digest=digest(loan.reason),
        loan_until=loan.until,
    )
    publish(fact, actor=actor, at=at)
    return loan


@transaction.atomic
def return_power(*, account: Account, actor: Actor, at: datetime) -> None:
    """Give borrowed power back; without an open loan nothing changes."""
    for loan in BorrowedPower.objects.select_for_update().filter(administrator__account=account, returned_at=None):
        loan.returned_at = at
        loan.save(update_fields=["returned_at"])
        publish(PowerReturned(subject=account.reference, loan=f"loan:{loan.public_id}"), actor=actor, at=at)
