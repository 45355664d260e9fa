"""Our OpenID client against a real provider (django-oauth-toolkit in a process of its own): who comes in, as whom, and who does not."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone
from openid_provider import PASSWORD, SECRET

from huimin.platform.identity.models import Account
from huimin.platform.identity.rules import Assurance
from huimin.platform.journal.queries import latest_entries

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CALLBACK = "http://testserver/account/oidc/city/login/callback/"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address, and the folder in which it can be misled."""
    folder = tmp_path_factory.mktemp("provider")
    program = Path(__file__).with_name("openid_provider.py")
    serving = subprocess.Popen([sys.executable, program, folder, CALLBACK], stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout is not None
        yield f"http://127.0.0.1:{int(serving.stdout.readline())}/o", folder
    finally:
        serving.kill()
        serving.communicate()


@pytest.fixture
def lies(provider: tuple[str, Path]) -> Iterator[Any]:
    """Makes the provider say otherwise than it should."""
    path = provider[1] / "mischief.json"
    yield lambda **claims: path.write_text(json.dumps(claims))
    path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def declared(provider: tuple[str, Path], settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = app(provider[0])
    settings.IDENTITY_OPENID_KIND = "official"


def app(server: str, **more: str) -> dict[str, Any]:
    declared = {"provider_id": "city", "name": "统一认证", "client_id": "huimin", "secret": SECRET}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [{**declared, "settings": {"server_url": server, **more}}],
        }
    }


class Person:
    """Somebody with a browser: our pages through Django's client, the provider's over HTTP."""

    def __init__(self, name: str = "zhang") -> None:
        self.here, self.there, self.name = Client(), requests.Session(), name

    def goes_there(self, process: str = "login") -> str:
        """Leaves for the provider and signs in there; gives the address to which the provider sends him back."""
        leaving = self.here.post(f"/account/oidc/city/login/?process={process}")
        assert leaving.status_code == 302, leaving.content.decode()
        page = self.there.get(leaving["Location"], allow_redirects=False)
        assert page.status_code == 302
        if "/login/" in page.headers["Location"]:
            entrance = requests.compat.urljoin(leaving["Location"], page.headers["Location"])
            said = self.there.post(entrance, {"username": self.name, "password": PASSWORD}, allow_redirects=False)
            page = self.there.get(requests.compat.urljoin(entrance, said.headers["Location"]), allow_redirects=False)
        assert page.headers["Location"].startswith(CALLBACK)
        return str(page.headers["Location"])

    def comes_back(self, address: str) -> Any:
        return self.here.get(address.removeprefix("http://testserver"))

    def signs_in(self) -> Any:
        return self.comes_back(self.goes_there())

    @property
    def account(self) -> Account | None:
        number = self.here.session.get("_auth_user_id")
        return Account.objects.get(pk=number) if number else None


def test_a_person_signs_in_and_finds_the_same_account_again() -> None:
    first, again = Person(), Person()
    assert first.signs_in().status_code == 302
    assert again.signs_in().status_code == 302
    assert first.account == again.account
    assert first.account is not None
    assert (first.account.name, first.account.username, first.account.kind) == ("张丽", "city.zhang", "official")
    assert first.account.assurance == Assurance.CONTACTED
    assert not first.account.has_usable_password()
    tied = SocialAccount.objects.get()
    assert (tied.provider, tied.uid) == ("city", "zhang")
    # Of what the provider says about a person nothing is hoarded, the second time neither.
    assert tied.extra_data == {"sub": "zhang"}
    assert [entry.kind for entry in latest_entries(20)].count("identity.SignedIn") == 2


def test_two_people_are_two_accounts() -> None:
    zhang, wang = Person(), Person("wang")
    zhang.signs_in()
    wang.signs_in()
    assert zhang.account != wang.account
    assert SocialAccount.objects.count() == 2


class TestTheDeclaredClaimSaysWhoseAccountThisIs:
    @pytest.fixture(autouse=True)
    def claim(self, provider: tuple[str, Path], settings: Any) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = app(provider[0], account_claim="huimin_account")

    def open(self, **fields: Any) -> Account:
        return Account.objects.create(
            **{"username": "zhang.li", "name": "张丽", "kind": "official", "opened_at": timezone.now()} | fields
        )

    def test_it_is_tied_once_and_for_all(self, provider: tuple[str, Path], settings: Any) -> None:
        account, zhang, again = self.open(), Person(), Person()
        zhang.signs_in()
        assert zhang.account == account
        settings.SOCIALACCOUNT_PROVIDERS = app(provider[0])
        again.signs_in()
        assert again.account == account

    def test_who_has_no_such_claim_gets_an_account_of_his_own(self) -> None:
        account, wang = self.open(), Person("wang")
        wang.signs_in()
        assert wang.account not in (None, account)

    @pytest.mark.parametrize("fields", [{"kind": "citizen"}, {"is_active": False}])
    def test_an_account_of_another_kind_or_a_closed_one_is_not_handed_out(self, fields: dict[str, Any]) -> None:
        account, zhang = self.open(**fields), Person()
        zhang.signs_in()
        assert zhang.account != account

    def test_a_second_subject_does_not_take_over_an_account(self, lies: Any) -> None:
        account, zhang, wang = self.open(), Person(), Person("wang")
        zhang.signs_in()
        lies(userinfo={"huimin_account": "zhang.li"})
        wang.signs_in()
        assert zhang.account == account
        assert wang.account != account


@pytest.mark.parametrize(
    "said",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"nonce": "of another attempt"},
        {"exp": int(time.time()) - 60},
        {"userinfo": {"sub": "wang"}},
        {"forged": True},
    ],
    ids=lambda said: next(iter(said)),
)
def test_a_token_that_is_not_of_this_attempt_lets_nobody_in(lies: Any, said: dict[str, Any]) -> None:
    zhang = Person()
    back = zhang.goes_there()
    lies(**said)
    answer = zhang.comes_back(back)
    assert answer.status_code == 401
    assert zhang.account is None
    assert not SocialAccount.objects.exists()


def test_a_provider_that_calls_itself_otherwise_is_not_asked(provider: tuple[str, Path], settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = app(provider[0].replace("127.0.0.1", "localhost"))
    answer = Client().post("/account/oidc/city/login/")
    assert (answer.status_code, "Location" in answer) == (401, False)


def test_a_provider_out_of_reach_is_said(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = app("http://127.0.0.1:9/o")
    assert Client().post("/account/oidc/city/login/").status_code == 401


def test_the_answer_to_one_browser_does_not_sign_in_another() -> None:
    zhang, thief = Person(), Client()
    back = zhang.goes_there()
    thief.get(back.removeprefix("http://testserver"))
    assert "_auth_user_id" not in thief.session


def test_an_undeclared_provider_is_not_there() -> None:
    assert Client().post("/account/oidc/other/login/").status_code == 404
    assert Client().get("/account/oidc/other/login/callback/").status_code == 404
