"""Who sits at the delivery desk in tests: officials in posts, systems with tokens; all synthetic."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.platform.identity.models import Account, Department, Post, PostHolding
from huimin.platform.identity.operations import register_client
from huimin.platform.identity.queries import METHODS_IN_SESSION
from huimin.platform.journal.rules import Actor

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SYSTEM = Actor(kind="system", ref="tests")
_serial = count(1)


def department(code: str) -> Department:
    found, _ = Department.objects.get_or_create(
        code=code, defaults={"name": f"{code}局", "name_en": code.title(), "kind": "government"}
    )
    return found


def official(code: str, duty: str = "data_officer") -> Account:
    number = next(_serial)
    account = Account.objects.create(
        username=f"desk{number}", name=f"合成人员{number}", kind="official", opened_at=LONG_AGO
    )
    post, _ = Post.objects.get_or_create(
        code=f"{code}.{duty}",
        defaults={"department": department(code), "title": "岗", "title_en": "Post", "duty": duty},
    )
    PostHolding.objects.create(account=account, post=post, starts_at=LONG_AGO)
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[METHODS_IN_SESSION] = [{"method": "password"}, {"method": "mfa"}]
    session.save()
    return client


def at_desk(code: str, duty: str = "data_officer") -> Client:
    return signed_in(official(code, duty))


def data_office() -> Client:
    return at_desk("sjj", "data_office")


def token(code: str, duty: str = "data_source") -> str:
    """A bearer token of a department's system, drawn as the system would draw it."""
    registered, secret = register_client(
        department=department(code),
        name=f"系统{next(_serial)}",
        duty=duty,
        actor=SYSTEM,
        at=timezone.now() - timedelta(days=1),
    )
    answer = Client().post(
        reverse("oauth_token"),
        {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": secret},
    )
    return str(answer.json()["access_token"])
