"""The first three administrators of a fresh installation."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from huimin.cli import main
from huimin.platform.identity.models import Account
from huimin.platform.identity.tests.test_pages import kinds, sign_in

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    return main(["admin", *words])


def test_the_first_three_administrators_of_a_fresh_installation(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "en")
    for role in ("system", "audit", "security"):
        assert run("open", role, f"{role}.one", "某人") == 0
    codes = re.findall(r"first sign-in code (\S+)", capsys.readouterr().out)
    assert len(set(codes)) == 3
    assert run("open", "audit", "audit.two", "某人") == 1
    assert "audit.one" in capsys.readouterr().err

    answers = {"username": "security.one", "code": codes[2], "password": "correct horse battery 7"}
    assert Client().post(reverse("identity:first_sign_in"), answers).status_code == 302
    account = Account.objects.get(username="security.one")
    assert {"identity.AccountOpened", "identity.AdministratorAppointed", "identity.FirstPasswordSet"} == set(
        kinds(account.reference)
    )
    assert sign_in(account, two_steps=True).get(reverse("identity:power")).status_code == 200

    assert run("list") == 0
    assert "security.one" in capsys.readouterr().out


def test_who_leaves_is_dismissed_before_another_comes(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "en")
    assert run("open", "audit", "audit.one", "某人") == 0
    assert run("dismiss", "audit.one") == 0
    assert run("open", "audit", "audit.two", "某人") == 0
    assert not Account.objects.get(username="audit.one").is_active
    first = re.findall(r"first sign-in code (\S+)", capsys.readouterr().out)[-1]
    assert run("code", "audit.two") == 0
    second = re.findall(r"first sign-in code (\S+)", capsys.readouterr().out)[-1]
    answers = {"username": "audit.two", "code": second, "password": "correct horse battery 7"}
    assert Client().post(reverse("identity:first_sign_in"), answers | {"code": first}).status_code == 400
    assert Client().post(reverse("identity:first_sign_in"), answers).status_code == 302
    assert run("code", "nobody") == 1
