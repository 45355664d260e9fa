"""Officials' first way in: a code that is used once, so that nobody ever knows another's password."""

from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.identity.events import FirstCodeIssued, FirstPasswordSet
from huimin.platform.identity.models import Account, Administrator
from huimin.platform.identity.operations.accounts import close_account, open_account
from huimin.platform.identity.operations.administrators import appoint_administrator, refuse_oneself
from huimin.platform.identity.operations.posts import NotAnOfficial
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class FirstCodeWrong(BadInput):
    """Name and code do not fit, or the code was used, replaced or is three days old: the same words for all of them."""

    zh = "登录名和首次登录码不符，或登录码已用过、已过期。请向系统管理员重新领取。"
    en = "Name and first sign-in code do not fit, or the code was used or has run out. Ask the system administrator for a new one."


class HoldsPosts(Refusal):
    """A code for an account in office would put the office into the hands of whoever issues it."""

    zh = "此账号还在任职。请先由安全管理员办理离岗，再发首次登录码。"
    en = (
        "This account still holds a post. The security administrator ends the holding first; then a code can be issued."
    )


class IsAdministrator(Refusal):
    """One administrator has no hold on another's account."""

    zh = "这是三员之一的账号，由管理机器的人用 huimin admin 办理。"
    en = "This is the account of one of the three administrators; whoever keeps the machine sees to it with huimin admin."


class PartTaken(Refusal):
    """The command line appoints where nobody is; who is there is dismissed first."""

    zh = "这一员已由 {username} 担任。如需更换，请先运行 huimin admin dismiss。"
    en = "{username} has this part. To replace him run huimin admin dismiss first."


class _Codes(PasswordResetTokenGenerator):
    """Codes bound to the account, its password and its last sign-in: they end with their first use. Valid for three days."""

    key_salt = "identity.first-sign-in"

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def _now(self) -> datetime:
        return self.at.astimezone(UTC).replace(tzinfo=None)


@transaction.atomic
def open_official(*, username: str, name: str, actor: Actor, at: datetime) -> tuple[Account, str]:
    """Open an official's account that holds no post, and the code of its first sign-in, which is shown once. Raises `NameTaken`."""
    account = Account(username=username.lower(), name=name, kind=Account.Kind.OFFICIAL)
    open_account(account=account, password=None, actor=actor, at=at)
    return account, _Codes(at).make_token(account)


@transaction.atomic
def issue_first_code(*, account: Account, actor: Actor, at: datetime) -> str:
    """A new code for an official who lost it or his password: the old ones, second factors and all sessions end.

    Raises `NotAnOfficial` (also of a closed account), `NotToOneself`, `IsAdministrator` (to other administrators), `HoldsPosts`.
    """
    held = Account.objects.select_for_update().get(pk=account.pk)
    if held.kind != Account.Kind.OFFICIAL or not held.is_active:
        raise NotAnOfficial()
    _refuse_administrators(held, actor)
    if held.holdings.filter(until=None).exists():
        raise HoldsPosts()
    held.set_password(None)
    held.failures, held.locked_until = 0, None
    held.save(update_fields=["password", "failures", "locked_until"])
    Authenticator.objects.filter(user=held).delete()
    for session in UserSession.objects.filter(user=held):
        session.end()
    publish(FirstCodeIssued(subject=held.reference), actor=actor, at=at)
    return _Codes(at).make_token(held)


@transaction.atomic
def set_first_password(*, username: str, code: str, password: str, at: datetime) -> Account:
    """The official chooses his password; the code is used up. Raises `FirstCodeWrong`."""
    account = (
        Account.objects.select_for_update()
        .filter(username=username.strip().lower(), kind=Account.Kind.OFFICIAL, is_active=True)
        .first()
    )
    if account is None or account.has_usable_password() or not _Codes(at).check_token(account, code.strip()):
        raise FirstCodeWrong()
    account.set_password(password)
    account.save(update_fields=["password"])
    publish(FirstPasswordSet(subject=account.reference), actor=Actor(kind="account", ref=account.public_id), at=at)
    return account


@transaction.atomic
def close_official(*, account: Account, actor: Actor, at: datetime) -> None:
    """Let an official sign in no more. Raises `NotToOneself`, `IsAdministrator` (to other administrators)."""
    _refuse_administrators(account, actor)
    close_account(account=account, actor=actor, at=at)


def _refuse_administrators(account: Account, actor: Actor) -> None:
    refuse_oneself(account, actor)
    if actor.kind == "account" and Administrator.objects.filter(account=account).exists():
        raise IsAdministrator()


@transaction.atomic
def open_administrator(*, role: str, username: str, name: str, actor: Actor, at: datetime) -> tuple[Account, str]:
    """Open the account of the one who takes a part that nobody has, and the code of his first sign-in.

    For a fresh installation, and where one left: whoever keeps the machine appoints, and it is in the journal that he did.
    Raises `PartTaken`, `NameTaken`.
    """
    taken = Administrator.objects.select_related("account").filter(role=role, account__is_active=True).first()
    if taken is not None:
        raise PartTaken(username=taken.account.username)
    account, code = open_official(username=username, name=name, actor=actor, at=at)
    appoint_administrator(account=account, role=role, actor=actor, at=at)
    return account, code
