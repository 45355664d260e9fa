"""Opening, closing and entering accounts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.events import (
    AccountClosed,
    AccountOpened,
    PreferencesChanged,
    SecondFactorChanged,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from huimin.platform.identity.models import Account
from huimin.platform.identity.rules import locked_until
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class NameTaken(Refusal):
    """Another account signs in with this name."""

    zh = "这个登录名已有人使用，请另选一个。"
    en = "This sign-in name is taken; please choose another."


class PersonHasAccount(Refusal):
    """The person already has an account of this kind, proven."""

    zh = "此人已有实名账号，请用原账号登录，或到窗口找回。"
    en = "This person already has a proven account: sign in to that one, or recover it at a window."


@transaction.atomic
def open_account(*, account: Account, password: str | None, actor: Actor | None, at: datetime) -> Account:
    """Store a new account with this password (None: it cannot sign in by password); nobody is proven yet.

    Without an actor the account opens itself. Raises `NameTaken`.
    """
    account.opened_at = at
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as clash:
        if Account.objects.filter(username=account.username).exists():
            raise NameTaken() from clash
        raise
    publish(
        AccountOpened(subject=account.reference, account_kind=account.kind),
        actor=actor or Actor(kind="account", ref=account.public_id),
        at=at,
    )
    return account


@transaction.atomic
def close_account(*, account: Account, actor: Actor, at: datetime) -> None:
    """Let nobody sign in to it any more; closing a closed one changes nothing."""
    if Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        publish(AccountClosed(subject=account.reference), actor=actor, at=at)


@transaction.atomic
def change_preferences(*, account: Account, language: str, elder_mode: bool, actor: Actor, at: datetime) -> None:
    """Remember how this reader likes to read: language code (blank: as the device asks) and elder mode."""
    account.language, account.elder_mode = language, elder_mode
    account.save(update_fields=["language", "elder_mode"])
    publish(PreferencesChanged(subject=account.reference), actor=actor, at=at)


@transaction.atomic
def note_sign_in(*, account: Account, methods: Sequence[str], at: datetime) -> None:
    """Record a sign-in and forget the failures before it."""
    Account.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
    actor = Actor(kind="account", ref=account.public_id)
    publish(SignedIn(subject=account.reference, methods="+".join(methods) or "unknown"), actor=actor, at=at)


@transaction.atomic
def note_failed_sign_in(*, account: Account, at: datetime) -> None:
    """Count a failure; too many in a row close sign-in for a while, longer each time."""
    # Counted by the database: two guesses at once are two failures.
    Account.objects.filter(pk=account.pk).update(failures=F("failures") + 1)
    account.refresh_from_db(fields=["failures"])
    until = locked_until(account.failures, at)
    if until is not None:
        Account.objects.filter(pk=account.pk).update(locked_until=until)
    publish(
        SignInFailed(subject=account.reference, failures=account.failures, locked_until=until),
        actor=Actor(kind="system", ref="sign-in"),
        at=at,
    )


@transaction.atomic
def note_sign_out(*, account: Account, at: datetime) -> None:
    """Record that the holder ended a session."""
    publish(SignedOut(subject=account.reference), actor=Actor(kind="account", ref=account.public_id), at=at)


@transaction.atomic
def note_second_factor(*, account: Account, factor: str, change: str, at: datetime) -> None:
    """Record that an authenticator was added, removed or replaced."""
    publish(
        SecondFactorChanged(subject=account.reference, factor=factor, change=change),
        actor=Actor(kind="account", ref=account.public_id),
        at=at,
    )
