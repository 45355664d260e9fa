"""Every page, as each kind of reader, over HTTP."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.views import View

from huimin.platform.identity import operations, queries
from huimin.platform.identity.checks import permissions_are_held, views
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.http.entrance import MfaAdapter
from huimin.platform.identity.models import Account, ApiClient, Delegation, Grant
from huimin.platform.identity.permissions import PUBLIC, MayNot, NoSuchThing, SignInNeeded, Who, needs, public
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import NUMBER, PASSWORD, SYSTEM, Registry
from huimin.platform.journal import queries as journal

pytestmark = pytest.mark.django_db


def sign_in(account: Account, *, two_steps: bool = False) -> Client:
    client = Client()
    client.force_login(account)
    session = client.session
    session[queries.METHODS_IN_SESSION] = [{"method": "password"}] + ([{"method": "mfa", "type": "totp"}] * two_steps)
    session.save()
    return client


def administrator(role: str, *, borrowed: bool = True) -> Client:
    account = factories.account("official")
    operations.appoint_administrator(account=account, role=role, actor=SYSTEM, at=timezone.now())
    if borrowed:
        operations.borrow_power(
            account=account, reason="测试需要用一下", wanted=timedelta(minutes=30), actor=SYSTEM, at=timezone.now()
        )
    return sign_in(account, two_steps=True)


def kinds(subject: str) -> list[str]:
    return [entry.kind for entry in journal.entries_about([subject])]


@pytest.mark.once
def test_every_address_of_identity_names_its_permission() -> None:
    mine = [
        (route, view) for route, view in views(get_resolver().url_patterns) if "account" in route or "oauth" in route
    ]
    assert len(mine) > 30
    assert [route for route, view in mine if not getattr(view, "permission", "")] == []
    assert not [warning for warning in permissions_are_held(None) if "identity." in warning.msg]


def test_sign_up_sign_in_sign_out_leave_facts() -> None:
    client = Client()
    answers = {"username": "Somebody", "name": "王某", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_signup"), answers).status_code == 302
    account = Account.objects.get(username="somebody")
    assert (account.kind, account.is_proven, account.name) == ("citizen", False, "王某")
    assert identify_hasher(account.password).__class__.__name__ == "PasswordHasher"
    assert account.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1")
    client.post(reverse("account_logout"))
    assert client.post(reverse("account_login"), {"login": "somebody", "password": PASSWORD}).status_code == 302
    assert client.get(reverse("identity:account")).status_code == 200
    said = kinds(account.reference)
    assert said.count("identity.SignedIn") == 2
    assert {"identity.AccountOpened", "identity.SignedOut"} <= set(said)


def test_nobody_signs_up_as_a_persona() -> None:
    answers = {"username": "demo.citizen", "name": "x", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), answers)
    assert not Account.objects.exists()


def test_five_wrong_passwords_close_the_door_even_for_the_right_one() -> None:
    account, client = factories.account(), Client()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": account.username, "password": "wrong"})
        from django.core.cache import cache

        cache.clear()  # the lock of the database holds without the rate limit of the process
    account.refresh_from_db()
    assert account.failures == 5
    right = {"login": account.username, "password": PASSWORD}
    assert client.post(reverse("account_login"), right).status_code == 200
    assert "_auth_user_id" not in client.session
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.post(reverse("account_login"), right).status_code == 302


def test_a_second_factor_is_asked_for_and_its_secret_is_not_readable() -> None:
    account, client = factories.account(), Client()
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(account, secret)
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert MfaAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret
    response = client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("identity:account")).status_code == 302
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get(reverse("identity:account")).status_code == 200


def test_who_is_not_signed_in_is_led_to_sign_in_and_back() -> None:
    response = Client().get(reverse("identity:preferences"))
    assert response["Location"] == f"{reverse('account_login')}?next={reverse('identity:preferences')}"


def test_a_bearer_token_that_is_worthless_does_not_fall_back_to_the_session() -> None:
    client = sign_in(factories.account())
    assert client.get(reverse("identity:account")).status_code == 200
    assert client.get(reverse("identity:account"), headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_a_citizen_opens_no_desk_page_and_an_official_no_citizens_page() -> None:
    citizen, (officer, _post) = factories.account(), factories.official()
    desk = ["identity:window", "identity:window_delegation", "identity:power", "identity:clients", "identity:grants"]
    assert {sign_in(citizen).get(reverse(name)).status_code for name in desk} == {403}
    assert sign_in(officer).get(reverse("identity:delegations")).status_code == 403


def test_proving_who_one_is_over_two_pages(registry: Registry) -> None:
    account = factories.account()
    client = sign_in(account)
    wrong = client.post(reverse("identity:prove"), {"name": "王小明", "citizen_id": "34020219800101001"})
    assert wrong.status_code == 400
    person = {"name": "王小明", "citizen_id": NUMBER[:-1] + "x"}
    assert client.post(reverse("identity:prove"), person).status_code == 302
    page = client.get(reverse("identity:prove_code")).content.decode()
    assert "演示环境没有真的发短信" in page
    assert registry.codes[-1] in page
    assert client.post(reverse("identity:prove_code"), {"code": registry.codes[-1]}).status_code == 302
    assert "已用登记手机号核验" in client.get(reverse("identity:account")).content.decode()


def test_recovery_over_two_pages(registry: Registry) -> None:
    account, client = factories.account(person_key="P1"), Client()
    person = {"username": account.username, "name": "王小明", "citizen_id": NUMBER}
    assert client.post(reverse("account_reset_password"), person).status_code == 302
    answers = {"code": registry.codes[-1], "password": "another good one 8"}
    assert client.post(reverse("identity:recover_code"), answers)["Location"] == reverse("account_login")
    right = {"login": account.username, "password": "another good one 8"}
    assert client.post(reverse("account_login"), right).status_code == 302


def test_acting_for_a_mother_shows_in_the_frame() -> None:
    agent, mother = factories.account(person_key="P1"), factories.account(person_key="P2")
    mothers = sign_in(mother)
    offer = {"agent": agent.username, "relation": "mother", "acts": ["view", "apply"], "until": ""}
    assert mothers.post(reverse("identity:delegations"), offer).status_code == 302
    delegation, client = Delegation.objects.get(), sign_in(agent)
    stranger = sign_in(factories.account(person_key="P3"))
    accept = reverse("identity:answer_delegation", args=[delegation.public_id, "accept"])
    assert stranger.post(accept).status_code == mothers.post(accept).status_code == 404
    assert client.post(accept).status_code == 302
    client.post(reverse("identity:act_for", args=[delegation.public_id]))
    page = client.get(reverse("identity:delegations")).content.decode()
    assert f"代 {mother.name}（母亲）" in page
    mothers.post(reverse("identity:answer_delegation", args=[delegation.public_id, "revoke"]))
    assert f"您正在代 {mother.name}" not in client.get(reverse("identity:delegations")).content.decode()
    assert client.post(reverse("identity:act_for_myself")).status_code == 302


def test_a_clerk_proves_restores_and_registers(registry: Registry) -> None:
    clerk, _post = factories.official("window_clerk")
    client, account, agent = sign_in(clerk), factories.account(), factories.account(person_key="P5")
    found = client.post(reverse("identity:window"), {"username": account.username})
    assert client.post(found["Location"], {"name": "王小明", "citizen_id": NUMBER}).status_code == 400
    assert client.post(found["Location"], {"name": "王小明", "citizen_id": NUMBER, "seen": "on"}).status_code == 302
    account.refresh_from_db()
    assert account.assurance == 3
    restored = {"name": "王小明", "citizen_id": NUMBER, "seen": "on", "password": "another good one 8"}
    assert client.post(reverse("identity:window_restore", args=[account.public_id]), restored).status_code == 302
    papers = {"name": "王小明", "citizen_id": NUMBER, "agent": agent.username, "relation": "father", "acts": ["view"]}
    papers |= {"basis": "household register", "until": ""}
    assert client.post(reverse("identity:window_delegation"), papers).status_code == 302
    assert Delegation.objects.get().state == "active"
    assert client.post(reverse("identity:window"), {"username": "nobody"}).status_code == 404


def test_an_administrator_borrows_before_he_may() -> None:
    client = administrator("system", borrowed=False)
    assert client.get(reverse("identity:clients"))["Location"] == reverse("identity:power")
    assert client.post(reverse("identity:power"), {"reason": "登记公安系统接口", "minutes": "15"}).status_code == 302
    assert client.get(reverse("identity:clients")).status_code == 200
    assert client.get(reverse("identity:grants")).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(reverse("identity:clients")).status_code == 302
    client.post(reverse("identity:give_back"))
    assert client.get(reverse("identity:clients")).status_code == 302


def test_an_administrator_without_a_second_factor_is_told_to_set_it_up() -> None:
    account = factories.account("official")
    operations.appoint_administrator(account=account, role="audit", actor=SYSTEM, at=timezone.now())
    client = sign_in(account)
    response = client.get(reverse("identity:power"))
    assert response["Location"] == reverse("identity:second_factor")
    assert client.get(response["Location"]).status_code == 403


def test_two_administrators_make_an_official() -> None:
    system, security, post = administrator("system"), administrator("security"), factories.post()
    answers = {"username": "Li.Ming", "name": "李明"}
    opened = system.post(reverse("identity:officials"), answers)
    assert (opened.status_code, opened["Cache-Control"]) == (200, "no-store")
    assert system.post(reverse("identity:officials"), answers).status_code == 409
    assert system.get(reverse("identity:holdings")).status_code == 403
    assert security.get(reverse("identity:officials")).status_code == 403
    assert security.post(reverse("identity:holdings"), {"username": "li.ming", "post": post.code}).status_code == 302
    account = Account.objects.get(username="li.ming")
    assert queries.post_codes_of(account.public_id, timezone.now()) == [post.code]
    security.post(reverse("identity:end_holding", args=[account.public_id, post.code]))
    assert queries.post_codes_of(account.public_id, timezone.now()) == []
    system.post(reverse("identity:close_official", args=[account.public_id]))
    client = Client()
    client.post(reverse("account_login"), {"login": "li.ming", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_wrong_second_factors_lock_like_wrong_passwords() -> None:
    account, client = factories.account(), Client()
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    account.refresh_from_db()
    assert account.locked_until is not None
    assert client.get(reverse("mfa_authenticate")).status_code == 302
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    assert client.get(reverse("identity:account")).status_code == 302


def test_the_security_administrator_ends_a_grant() -> None:
    grant = factories.grant(factories.post(), until=timezone.now() + timedelta(days=9))
    client = administrator("security")
    assert grant.legal_basis in client.get(reverse("identity:grants")).content.decode()
    client.post(reverse("identity:end_grant", args=[grant.code]))
    assert Grant.objects.get().ended_at is not None


def test_a_departments_system_draws_a_token_and_is_a_client() -> None:
    client = administrator("system")
    department = factories.department("gaj2")
    answers = {"department": department.code, "name": "户籍系统", "duty": "data_source"}
    page = client.post(reverse("identity:clients"), answers)
    assert page["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([^<]+)</code>", page.content.decode())
    client_id, secret = codes[-2], codes[-1]
    assert get_hasher("hmac_sm3").verify(secret, _kept(client_id))
    drawn = _token(client_id, secret)
    assert drawn.status_code == 200
    who = _who(drawn.json()["access_token"])
    assert who.client is not None
    assert who.client.department == department
    assert who.duties == {"client", "data_source"}
    assert _token(client_id, "wrong").status_code == 401
    registered = ApiClient.objects.get()
    new = operations.replace_client_secret(client=registered, actor=SYSTEM, at=timezone.now())
    assert _token(client_id, secret).status_code == 401
    assert not _who(drawn.json()["access_token"]).is_known
    again = _token(client_id, new).json()["access_token"]
    operations.close_client(client=registered, actor=SYSTEM, at=timezone.now())
    assert not _who(again).is_known


def _kept(client_id: str) -> str:
    from oauth2_provider.models import Application

    kept = Application.objects.get(client_id=client_id).client_secret
    assert kept.startswith("hmac_sm3$")
    return kept


def _token(client_id: str, secret: str) -> HttpResponse:
    answers = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return Client().post(reverse("oauth_token"), answers)


def _who(token: str) -> Who:
    from huimin.platform.identity.http.middleware import WhoIsAsking

    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    WhoIsAsking(lambda request: HttpResponse())(request)
    return request.who


def test_personas_exist_in_demonstrations_only(settings: object) -> None:
    settings.DEMO = False
    operations.load_city(city=this_city(), actor=SYSTEM, at=timezone.now())
    operations.load_personas(city=this_city(), actor=SYSTEM, at=timezone.now())
    client = Client()
    assert client.get(reverse("identity:personas")).status_code == 404
    assert client.post(reverse("identity:become", args=["police_query"])).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_persona_signs_in_with_a_click(settings: object) -> None:
    settings.DEMO = True
    operations.load_city(city=this_city(), actor=SYSTEM, at=timezone.now())
    client = Client()
    page = client.get(reverse("identity:personas")).content.decode()
    assert "合成" in page
    assert page.count("<h1>") == 1
    assert client.post(reverse("identity:become", args=["police_query"])).status_code == 302
    assert client.session[queries.DEMO_IN_SESSION] is True
    assert "公安局实名核查员" in client.get(reverse("identity:account")).content.decode()
    # The demonstration stands in for a second factor, so that administrators can be tried out.
    client.post(reverse("identity:become", args=["audit_admin"]))
    assert client.get(reverse("identity:power")).status_code == 200
    assert client.post(reverse("identity:become", args=["nobody"])).status_code == 404


@pytest.mark.once
def test_needs_guards_functions_classes_and_hides() -> None:
    @needs("tests.nothing")
    class Shown(View):
        def get(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse()

    @public
    class Open(View):
        def get(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse()

    @needs("tests.nothing", hidden=True)
    def concealed(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert (Shown.as_view().permission, Open.as_view().permission) == ("tests.nothing", PUBLIC)
    request = HttpRequest()
    request.method, request.path = "GET", "/x/"
    request.who = Who(at=timezone.now(), account=Account(), duties=frozenset({"signed_in"}))
    with pytest.raises(MayNot):
        Shown.as_view()(request)
    with pytest.raises(NoSuchThing):
        concealed(request)
    assert Open.as_view()(request).status_code == 200
    request.who, request.path = Who(at=timezone.now()), "/api/x"
    with pytest.raises(SignInNeeded):
        concealed(request)
    del request.who
    with pytest.raises(AttributeError):
        concealed(request)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_has_one_heading_a_title_and_labelled_questions(language: str) -> None:
    citizen, (clerk, _) = factories.account(person_key="P1"), factories.official("window_clerk")
    TOTP.activate(citizen, "JBSWY3DPEHPK3PXP")
    readers = {
        Client(): ["account_login", "account_signup", "account_reset_password", "account_inactive"],
        sign_in(citizen): [
            "identity:account", "identity:preferences", "identity:prove", "identity:prove_code", "identity:delegations",
            "identity:second_factor", "account_logout", "usersessions_list", "mfa_index", "mfa_list_webauthn",
            "socialaccount_connections",
        ],
        sign_in(clerk): ["identity:window", "identity:window_delegation"],
        administrator("system"): ["identity:power", "identity:clients", "identity:officials"],
        administrator("security"): ["identity:grants", "identity:holdings"],
    }  # fmt: skip
    for client, names in readers.items():
        client.cookies["django_language"] = language
        for name in names:
            page = client.get(reverse(name), headers={"accept-language": language}).content.decode()
            assert page.count("<h1>") == 1, name
            assert re.search(r"<title>\s*\S", page), name
            labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
            asked = re.findall(r'<(?:input(?! type="hidden")|select|textarea)[^>]* id="([^"]+)"', page)
            assert [field for field in asked if field not in labelled and "mfa_credential" not in field] == [], name
            main = re.search(r"<main.*?</main>", page, re.S).group()
            if language == "en":
                text = re.sub(r"<[^>]+>", "", main).replace("简体中文", "")
                text = re.sub(r"测试\d+|部门\w+|岗位|测试依据|测试需要用一下|王某", "", text)
                assert re.findall(r"[一-鿿]+", text) == [], name
