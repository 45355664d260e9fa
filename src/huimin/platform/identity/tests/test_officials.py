"""Officials come in by a code that is used once; administrators give rights to others and to nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.platform.identity import operations, queries
from huimin.platform.identity.declarations import CityDeclaration, GrantsFile, this_city
from huimin.platform.identity.models import Account, Administrator, Grant
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import PASSWORD, SYSTEM
from huimin.platform.identity.tests.test_pages import administrator, kinds
from huimin.platform.journal.rules import Actor

pytestmark = pytest.mark.django_db


def code_on(page: str) -> str:
    return re.findall(r"<code>([^<]+)</code>", page)[1]


def first(username: str, code: str, password: str = PASSWORD, *, client: Client | None = None):
    answers = {"username": username, "code": code, "password": password}
    return (client or Client()).post(reverse("identity:first_sign_in"), answers)


def opened(username: str = "li.ming") -> tuple[Account, str]:
    return operations.open_official(username=username, name="李明", actor=SYSTEM, at=timezone.now())


def may_sign_in(username: str, password: str = PASSWORD) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return "_auth_user_id" in client.session


def test_the_code_is_used_once_and_the_password_is_the_officials_own():
    system = administrator("system")
    page = system.post(reverse("identity:officials"), {"username": "Li.Ming", "name": "李明"}).content.decode()
    code = code_on(page)
    assert "还没有" in system.get(reverse("identity:officials")).content.decode()
    assert not may_sign_in("li.ming", code)
    assert first("li.ming", code, "short").status_code == 400
    assert first("LI.MING", f" {code} ").status_code == 302
    assert first("li.ming", code, "another good one 9").status_code == 400
    assert may_sign_in("li.ming")
    said = kinds(Account.objects.get(username="li.ming").reference)
    assert sorted(said) == [
        "identity.AccountOpened",
        "identity.FirstPasswordSet",
        "identity.SignInFailed",
        "identity.SignedIn",
    ]


def test_a_wrong_old_or_foreign_code_is_refused_in_the_same_words():
    _, code = opened()
    _, other = opened("wang.fang")
    citizen = factories.account()
    words = set()
    for name, given in (("li.ming", other), ("li.ming", "x"), ("nobody", code), (citizen.username, code)):
        answer = first(name, given)
        assert answer.status_code == 400
        words.add("登录名和首次登录码不符" in answer.content.decode())
    assert words == {True}
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=5)):
        assert first("li.ming", code).status_code == 400
    assert first("li.ming", code).status_code == 302


def test_a_new_code_ends_password_sessions_and_second_factors():
    account, code = opened()
    first("li.ming", code)
    inside = Client()
    inside.post(reverse("account_login"), {"login": "li.ming", "password": PASSWORD})
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    system = administrator("system")
    page = system.post(reverse("identity:first_code", args=[account.public_id]))
    assert page["Cache-Control"] == "no-store"
    assert not Authenticator.objects.filter(user=account).exists()
    assert inside.get(reverse("identity:account")).status_code == 302
    assert not may_sign_in("li.ming")
    assert first("li.ming", code_on(page.content.decode())).status_code == 302
    assert "identity.FirstCodeIssued" in kinds(account.reference)


def test_no_code_for_who_is_in_office_for_a_citizen_or_for_who_was_closed():
    holder, post = factories.official()
    with pytest.raises(operations.HoldsPosts):
        operations.issue_first_code(account=holder, actor=SYSTEM, at=timezone.now())
    operations.leave_post(account=holder, post=post, actor=SYSTEM, at=timezone.now())
    assert operations.issue_first_code(account=holder, actor=SYSTEM, at=timezone.now())
    system = administrator("system")
    for account in (factories.account(), opened()[0]):
        operations.close_account(account=account, actor=SYSTEM, at=timezone.now())
        assert system.post(reverse("identity:first_code", args=[account.public_id])).status_code == 409


def actor(account: Account) -> Actor:
    return Actor(kind="account", ref=account.public_id)


def test_nobody_gives_anything_to_himself_nor_to_himself_under_another_name():
    me, post = factories.account("official", person_key="P7"), factories.post()
    again = factories.account("official")
    now = timezone.now()
    with pytest.raises(operations.NotToOneself):
        operations.assign_post(account=me, post=post, actor=actor(me), at=now)
    with pytest.raises(operations.NotToOneself):
        operations.appoint_administrator(account=me, role="security", actor=actor(me), at=now)
    with pytest.raises(operations.NotToOneself):
        operations.issue_first_code(account=me, actor=actor(me), at=now)
    with pytest.raises(operations.NotToOneself):
        operations.close_official(account=me, actor=actor(me), at=now)
    mine_as_a_citizen = factories.account("citizen", person_key="P7")
    with pytest.raises(operations.NotToOneself):
        operations.assign_post(account=me, post=post, actor=actor(mine_as_a_citizen), at=now)
    operations.assign_post(account=me, post=post, actor=actor(again), at=now)
    with pytest.raises(operations.NotToOneself):
        give(post, actor(me))
    assert give(post, actor(again)).post == post


def give(post, by: Actor) -> Grant:
    return operations.give_access(
        post=post,
        resource="registries.people",
        plain=["name"],
        masked={"phone": "phone"},
        rows="everything",
        purposes=["case_handling"],
        legal_basis="测试依据",
        until=timezone.now() + timedelta(days=5),
        actor=by,
        at=timezone.now(),
    )


def test_one_administrator_has_no_hold_on_another():
    system, security = administrator("system"), administrator("security")
    theirs = Administrator.objects.get(role="security").account
    for name in ("identity:first_code", "identity:close_official"):
        assert system.post(reverse(name, args=[theirs.public_id])).status_code == 409
    assert security.get(reverse("identity:grants")).status_code == 200


def answers(post, **changed):
    return {
        "post": post.code,
        "resource": "registries.people",
        "plain": "name, sex",
        "masked": "phone:phone",
        "rows": "everything",
        "purposes": ["case_handling"],
        "legal_basis": "测试依据第一条",
        "until": (timezone.localdate() + timedelta(days=3)).isoformat(),
    } | changed


def test_the_security_administrator_gives_a_grant_that_holds_and_is_journalled():
    security, (holder, post) = administrator("security"), factories.official()
    assert security.post(reverse("identity:grants"), answers(post)).status_code == 302
    grant = Grant.objects.get()
    assert (grant.plain, grant.masked, grant.purposes) == (["name", "sex"], {"phone": "phone"}, ["case_handling"])
    held = Actor(kind="account", ref=holder.public_id, post=post.code)
    scope = queries.scope_of(held, resource="registries.people", purpose="case_handling", at=timezone.now())
    assert scope.showing("name")
    assert kinds(f"post:{post.code}") == ["identity.AccessGranted"]
    assert administrator("system").get(reverse("identity:grants")).status_code == 403
    page = security.get(reverse("identity:grants")).content.decode()
    assert "测试依据第一条" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"plain": "", "masked": ""}, "至少写一个字段"),
        ({"plain": "name blood_type"}, "没有这样的字段：blood_type"),
        ({"masked": "name:name"}, "不能既明示又掩码：name"),
        ({"masked": "phone:rot13"}, "没有这样的掩码方式：rot13"),
        ({"until": "2020-01-01"}, "最后一天须在今天或以后"),
        ({"purposes": []}, "必填"),
        ({"purposes": ["curiosity"]}, "curiosity"),
    ],
)
def test_a_grant_that_cannot_be_is_said_beside_its_question(changed, words):
    security, post = administrator("security"), factories.post()
    answer = security.post(reverse("identity:grants"), answers(post, **changed))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Grant.objects.exists()


def test_a_grant_given_by_hand_survives_the_next_start_and_cannot_be_declared():
    city = this_city()
    operations.load_city(city=city, actor=SYSTEM, at=timezone.now())
    given = give(queries.get_post("gaj.query"), SYSTEM)
    fewer = city.model_copy(update={"grants": city.grants.model_copy(update={"grants": city.grants.grants[1:]})})
    assert isinstance(fewer, CityDeclaration)
    operations.load_city(city=fewer, actor=SYSTEM, at=timezone.now())
    assert Grant.objects.get(pk=given.pk).ended_at is None
    assert Grant.objects.get(code=city.grants.grants[0].code).ended_at is not None
    by_hand = city.grants.grants[0].model_copy(update={"code": given.code})
    with pytest.raises(ValueError, match="given by hand"):
        GrantsFile.model_validate({"purposes": city.grants.purposes, "grants": [by_hand.model_dump()]})
