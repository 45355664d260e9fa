"""How an account becomes this very person, and how a person gets back into a lost account.

Two ways each: a code sent to the telephone that the registry knows for this number and name, or a clerk who saw the
document.
"""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.identity.events import AccessRestored, AccountProven, AccountUnbound, CodeRefused, CodeSent
from huimin.platform.identity.models import Account, Proof
from huimin.platform.identity.operations.accounts import PersonHasAccount
from huimin.platform.identity.ports import RegisteredPerson, SentCode, code_gateway, person_matcher
from huimin.platform.identity.rules import Assurance, ProofState
from huimin.platform.identity.rules.standing import PROOF_LASTS, PROOF_TRIES, PROOFS_A_DAY
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class NotFoundInRegistry(BadInput):
    """Number and name do not agree with one living person of the registry, or no telephone is registered for him."""

    zh = "姓名和身份号码与登记不一致，或没有登记手机号。请核对，或带身份证到办事窗口办理。"
    en = (
        "Name and number do not agree with the registry, or no mobile number is registered. "
        "Please check them, or bring your identity card to a service window."
    )


class CodeWrong(BadInput):
    """The code is not the one that was sent, or its time or tries are over."""

    zh = "验证码不正确或已失效，请重新获取。"
    en = "The code is wrong or no longer valid; please ask for a new one."


class TooManyCodes(Refusal):
    """So many codes in a day look like somebody guessing."""

    zh = "今天获取验证码的次数已用完，请明天再试，或到办事窗口办理。"
    en = "No more codes today; please try again tomorrow, or come to a service window."
    status = 429


class AlreadyProven(Refusal):
    """The account is bound to a person; another person cannot take it over."""

    zh = "此账号已经实名认证。"
    en = "This account is already proven."


class WindowNeeded(Refusal):
    """A protected account is restored only by a clerk who sees the document."""

    zh = "此账号启用了两步验证。手机丢失时请用恢复代码登录，或带身份证到办事窗口找回。"
    en = (
        "This account has two-step verification. If the phone is lost, sign in with a recovery code, "
        "or bring your identity card to a service window."
    )


def _digest(proof: Proof, code: str) -> str:
    """What is kept of a code: bound to its proof, worthless anywhere else."""
    return salted_hmac(f"identity.proof.{proof.public_id}", code, algorithm="sha256").hexdigest()


def _matched(citizen_id: str, name: str) -> RegisteredPerson:
    person = person_matcher.get()(citizen_id=citizen_id, name=name)
    if person is None:
        raise NotFoundInRegistry()
    return person


def _send(
    account: Account, person: RegisteredPerson, purpose: str, actor: Actor, at: datetime
) -> tuple[Proof, SentCode]:
    """Keep the proof and its fact; the code goes out last, when everything else is known to hold."""
    gateway = code_gateway.get()
    if not person.phone:
        raise NotFoundInRegistry()
    recent = Proof.objects.filter(person_key=person.person_key, sent_at__gt=at - timedelta(days=1))
    # A capped count: as many as matter.
    if len(recent[:PROOFS_A_DAY]) == PROOFS_A_DAY:
        raise TooManyCodes()
    code = f"{secrets.randbelow(10**6):06d}"
    proof = Proof(account=account, purpose=purpose, person_key=person.person_key, sent_at=at, until=at + PROOF_LASTS)
    proof.code_digest = _digest(proof, code)
    proof.save(force_insert=True)
    publish(CodeSent(subject=account.reference, purpose=purpose), actor=actor, at=at)
    return proof, gateway(phone=person.phone, code=code)


@transaction.atomic
def send_code(*, account: Account, citizen_id: str, name: str, actor: Actor, at: datetime) -> tuple[Proof, SentCode]:
    """Send a code to the telephone registered for this number and name, to prove that the account is this person.

    Raises `NotFoundInRegistry`, `TooManyCodes`, `AlreadyProven`, `NotConnected`.
    """
    if account.is_proven:
        raise AlreadyProven()
    return _send(account, _matched(citizen_id, name), Proof.Purpose.BIND, actor, at)


@transaction.atomic
def send_recovery_code(*, username: str, citizen_id: str, name: str, at: datetime) -> tuple[Proof, SentCode]:
    """Send a code to let a person back into his proven account; the three things he says must all agree.

    Raises `NotFoundInRegistry` in the same words whatever does not agree, `TooManyCodes`, `NotConnected`.
    """
    person = _matched(citizen_id, name)
    account = Account.objects.filter(username=username, person_key=person.person_key, is_active=True).first()
    if account is None:
        raise NotFoundInRegistry()
    return _send(account, person, Proof.Purpose.RECOVER, Actor(kind="system", ref="recovery"), at)


def _spend(proof: Proof, code: str, actor: Actor, at: datetime) -> bool:
    """Use one try of a proof under its row lock; whether the code was right. A wrong try is kept and published."""
    held = Proof.objects.select_for_update().get(pk=proof.pk)
    if held.state != ProofState.SENT or at >= held.until:
        return False
    if constant_time_compare(held.code_digest, _digest(held, code)):
        _move(held, ProofState.PROVEN)
        return True
    Proof.objects.filter(pk=held.pk).update(tries=F("tries") + 1)
    if held.tries + 1 >= PROOF_TRIES:
        _move(held, ProofState.FAILED)
    publish(CodeRefused(subject=held.account.reference, tries=held.tries + 1), actor=actor, at=at)
    return False


def _move(proof: Proof, state: ProofState) -> None:
    if state not in Proof.MOVES[ProofState(proof.state)]:
        raise CodeWrong()
    proof.state = state
    proof.save(update_fields=["state"])


def _bind(account: Account, person_key: str, assurance: Assurance, actor: Actor, at: datetime) -> None:
    account.person_key, account.assurance = person_key, max(assurance, account.assurance)
    try:
        with transaction.atomic():
            account.save(update_fields=["person_key", "assurance"])
    except IntegrityError as clash:
        raise PersonHasAccount() from clash
    fact = AccountProven(subject=f"person:{person_key}", account=account.reference, assurance=account.assurance)
    publish(fact, actor=actor, at=at)


def prove_by_code(*, proof: Proof, code: str, actor: Actor, at: datetime) -> Account:
    """Bind the account to the person when the code is right. Raises `CodeWrong` (the try counts),
    `PersonHasAccount`."""
    with transaction.atomic():
        right = proof.purpose == Proof.Purpose.BIND and _spend(proof, code, actor, at)
        if right:
            _bind(proof.account, proof.person_key, Assurance.MATCHED, actor, at)
    # Outside the transaction: a refusal inside would roll the counted try back.
    if not right:
        raise CodeWrong()
    return proof.account


@transaction.atomic
def prove_at_window(*, account: Account, citizen_id: str, name: str, actor: Actor, at: datetime) -> Account:
    """Bind the account to the person whose document the clerk saw; also raises a matched account to the highest level.

    Raises `NotFoundInRegistry`, `PersonHasAccount`, `AlreadyProven` (as somebody else).
    """
    person = _matched(citizen_id, name)
    if account.is_proven and account.person_key != person.person_key:
        raise AlreadyProven()
    _bind(account, person.person_key, Assurance.SEEN, actor, at)
    return account


@transaction.atomic
def bind_persona(*, account: Account, person: RegisteredPerson, actor: Actor, at: datetime) -> None:
    """Make a demonstration's account this synthetic person, name included. Raises `PersonHasAccount`,
    `AlreadyProven`."""
    if account.is_proven:
        raise AlreadyProven()
    account.name = person.name
    account.save(update_fields=["name"])
    _bind(account, person.person_key, Assurance.SEEN, actor, at)


@transaction.atomic
def unbind_account(*, account: Account, actor: Actor, at: datetime) -> None:
    """Undo a wrong binding: the account sees this person's data no more. An unbound account stays as it is."""
    person_key = account.person_key
    if not person_key:
        return
    account.person_key, account.assurance = "", Assurance.CLAIMED
    account.save(update_fields=["person_key", "assurance"])
    publish(AccountUnbound(subject=f"person:{person_key}", account=account.reference), actor=actor, at=at)


def _restore(account: Account, password: str, by_code: bool, actor: Actor, at: datetime) -> None:
    account.set_password(password)
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["password", "failures", "locked_until"])
    # Whoever has the lost phone holds its sessions and its second factor: both end here.
    Authenticator.objects.filter(user=account).delete()
    for session in UserSession.objects.filter(user=account):
        session.end()
    publish(AccessRestored(subject=account.reference, by_code=by_code), actor=actor, at=at)


def restore_access_by_code(*, proof: Proof, code: str, password: str, at: datetime) -> Account:
    """Give the account a new password when the code is right; lost second factors and all sessions end.

    Only for accounts without a second factor: what two factors guard, one telephone does not open.
    Raises `CodeWrong` (the try counts), `WindowNeeded`.
    """
    actor = Actor(kind="account", ref=proof.account.public_id)
    if Authenticator.objects.filter(user=proof.account).exists():
        raise WindowNeeded()
    with transaction.atomic():
        right = proof.purpose == Proof.Purpose.RECOVER and _spend(proof, code, actor, at)
        if right:
            _restore(proof.account, password, True, actor, at)
    if not right:
        raise CodeWrong()
    return proof.account


@transaction.atomic
def restore_access_at_window(
    *, account: Account, citizen_id: str, name: str, password: str, actor: Actor, at: datetime
) -> Account:
    """Let a person whose document the clerk saw back into his own proven account, with a password that is to be
    changed.

    Raises `NotFoundInRegistry` when the account is not proven to be this person.
    """
    if not account.is_proven or _matched(citizen_id, name).person_key != account.person_key:
        raise NotFoundInRegistry()
    _restore(account, password, False, actor, at)
    return account
