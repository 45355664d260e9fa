from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity import operations
from huimin.platform.identity.models import Account, Administrator, BorrowedPower, Grant, Proof
from huimin.platform.identity.operations.administrators import ReasonNeeded
from huimin.platform.identity.operations.posts import GrantCodeTaken, NotAnOfficial
from huimin.platform.identity.operations.proofs import AlreadyProven, WindowNeeded
from huimin.platform.identity.rules import Assurance
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import AT, NUMBER, PASSWORD, SYSTEM, Registry
from huimin.platform.journal import queries as journal

pytestmark = pytest.mark.django_db


def kinds(subject: str) -> list[str]:
    return [entry.kind for entry in journal.entries_about([subject])]


def prove(account: Account, registry: Registry) -> None:
    proof, _ = operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)
    operations.prove_by_code(proof=proof, code=registry.codes[-1], actor=SYSTEM, at=AT)


def test_an_account_becomes_this_very_person(registry: Registry) -> None:
    account = factories.account()
    prove(account, registry)
    account.refresh_from_db()
    assert (account.person_key, account.level) == ("P1", Assurance.MATCHED)
    assert kinds("person:P1") == ["identity.AccountProven"]
    operations.prove_at_window(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)
    assert account.level is Assurance.SEEN
    with pytest.raises(AlreadyProven):
        operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)


def test_number_and_name_must_agree(registry: Registry) -> None:
    account = factories.account()
    with pytest.raises(operations.NotFoundInRegistry):
        operations.send_code(account=account, citizen_id=NUMBER, name="王大明", actor=SYSTEM, at=AT)
    assert not registry.codes


def test_a_code_dies_of_wrong_tries_and_of_age(registry: Registry) -> None:
    account = factories.account()
    proof, _ = operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)
    wrong = f"{(int(registry.codes[-1]) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(operations.CodeWrong):
            operations.prove_by_code(proof=proof, code=wrong, actor=SYSTEM, at=AT)
    with pytest.raises(operations.CodeWrong):
        operations.prove_by_code(proof=proof, code=registry.codes[-1], actor=SYSTEM, at=AT)
    late, _ = operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)
    with pytest.raises(operations.CodeWrong):
        operations.prove_by_code(proof=late, code=registry.codes[-1], actor=SYSTEM, at=AT + timedelta(minutes=10))
    assert not Account.objects.get(pk=account.pk).is_proven
    assert kinds(account.reference).count("identity.CodeRefused") == 5


def test_codes_are_few_a_day_and_are_not_kept(registry: Registry) -> None:
    account = factories.account()
    for _ in range(5):
        proof, _sent = operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)
        assert registry.codes[-1] not in Proof.objects.get(pk=proof.pk).code_digest
    with pytest.raises(operations.TooManyCodes):
        operations.send_code(account=account, citizen_id=NUMBER, name="王小明", actor=SYSTEM, at=AT)


def test_one_proven_account_of_a_kind_per_person(registry: Registry) -> None:
    prove(factories.account(), registry)
    with pytest.raises(operations.PersonHasAccount):
        prove(factories.account(), registry)
    prove(factories.account("official"), registry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(kind="official").update(person_key="")


def test_a_lost_account_comes_back(registry: Registry) -> None:
    account = factories.account(person_key="P1")
    proof, _ = operations.send_recovery_code(username=account.username, citizen_id=NUMBER, name="王小明", at=AT)
    operations.restore_access_by_code(proof=proof, code=registry.codes[-1], password="another good one 8", at=AT)
    account.refresh_from_db()
    assert account.check_password("another good one 8")
    with pytest.raises(operations.CodeWrong):
        operations.restore_access_by_code(proof=proof, code=registry.codes[-1], password=PASSWORD, at=AT)
    with pytest.raises(operations.NotFoundInRegistry):
        operations.send_recovery_code(username="nobody", citizen_id=NUMBER, name="王小明", at=AT)


def test_two_factors_are_not_opened_by_one_telephone(registry: Registry) -> None:
    from allauth.mfa.models import Authenticator

    account = factories.account(person_key="P1")
    Authenticator.objects.create(user=account, type="totp", data={})
    proof, _ = operations.send_recovery_code(username=account.username, citizen_id=NUMBER, name="王小明", at=AT)
    with pytest.raises(WindowNeeded):
        operations.restore_access_by_code(proof=proof, code=registry.codes[-1], password=PASSWORD, at=AT)
    operations.restore_access_at_window(
        account=account, citizen_id=NUMBER, name="王小明", password="another good one 8", actor=SYSTEM, at=AT
    )
    assert not Authenticator.objects.filter(user=account).exists()


def test_a_window_restores_only_the_account_of_this_person(registry: Registry) -> None:
    other = factories.account(person_key="P2")
    with pytest.raises(operations.NotFoundInRegistry):
        operations.restore_access_at_window(
            account=other, citizen_id=NUMBER, name="王小明", password=PASSWORD, actor=SYSTEM, at=AT
        )


def test_failures_lock_and_a_sign_in_forgives() -> None:
    account = factories.account()
    for _ in range(5):
        operations.note_failed_sign_in(account=account, at=AT)
    account.refresh_from_db()
    assert account.locked_until == AT + timedelta(minutes=15)
    operations.note_sign_in(account=account, methods=["password"], at=AT)
    account.refresh_from_db()
    assert (account.failures, account.locked_until) == (0, None)


def test_nobody_is_two_administrators() -> None:
    account = factories.account("official", person_key="P1")
    operations.appoint_administrator(account=account, role="system", actor=SYSTEM, at=AT)
    operations.appoint_administrator(account=account, role="system", actor=SYSTEM, at=AT)
    with pytest.raises(operations.HasAnotherPart):
        operations.appoint_administrator(account=account, role="audit", actor=SYSTEM, at=AT)
    with pytest.raises(operations.HasAnotherPart):
        operations.assign_post(account=account, post=factories.post(), actor=SYSTEM, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Administrator.objects.create(account=account, role="audit", appointed_at=AT)
    holder, _post = factories.official()
    with pytest.raises(operations.HasAnotherPart):
        operations.appoint_administrator(account=holder, role="audit", actor=SYSTEM, at=AT)
    assert kinds(account.reference).count("identity.AdministratorAppointed") == 1


def test_power_is_lent_for_a_reason_and_one_loan_at_a_time() -> None:
    account, citizen = factories.account("official"), factories.account()
    operations.appoint_administrator(account=account, role="security", actor=SYSTEM, at=AT)
    given = {"account": account, "wanted": timedelta(days=3), "actor": SYSTEM, "at": AT}
    with pytest.raises(ReasonNeeded):
        operations.borrow_power(reason=" 看看 ", **given)
    first = operations.borrow_power(reason="核对六月到期的授权", **given)
    assert first.until == AT + timedelta(hours=1)
    operations.borrow_power(reason="核对六月到期的授权", **given)
    assert BorrowedPower.objects.filter(returned_at=None).count() == 1
    operations.return_power(account=account, actor=SYSTEM, at=AT)
    assert not BorrowedPower.objects.filter(returned_at=None).exists()
    with pytest.raises(operations.NotAnAdministrator):
        operations.borrow_power(reason="核对六月到期的授权", **(given | {"account": citizen}))


def test_delegations_move_by_their_table() -> None:
    agent, principal = factories.account(person_key="P1"), factories.account(person_key="P2")
    given = {"relation": "other", "acts": ["view"], "until": None, "actor": SYSTEM, "at": AT}
    with pytest.raises(operations.MayNotDelegate):
        operations.offer_delegation(principal=factories.account(), agent=agent, **given)
    offered = operations.offer_delegation(principal=principal, agent=agent, **given)
    with pytest.raises(Refusal):
        operations.offer_delegation(principal=principal, agent=agent, **given)
    operations.decline_delegation(delegation=offered, actor=SYSTEM, at=AT)
    with pytest.raises(operations.DelegationMoved):
        operations.accept_delegation(delegation=offered, actor=SYSTEM, at=AT)
    with pytest.raises(operations.DelegationMoved):
        operations.begin_acting(account=agent, delegation=offered, actor=SYSTEM, at=AT)
    papers = given | {"principal": "person:P3", "principal_name": "王小丫", "basis": "birth certificate"}
    registered = operations.register_delegation(agent=agent, **papers)
    operations.begin_acting(account=agent, delegation=registered, actor=SYSTEM, at=AT)
    assert kinds("person:P3")[-1] in {"identity.ActingBegan", "identity.DelegationRegistered"}


def test_posts_are_for_officials_and_grants_have_a_law() -> None:
    with pytest.raises(NotAnOfficial):
        operations.assign_post(account=factories.account(), post=factories.post(), actor=SYSTEM, at=AT)
    grant = factories.grant(factories.post())
    with pytest.raises(GrantCodeTaken):
        factories.grant(factories.post(), code=grant.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(legal_basis="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(post=None)
