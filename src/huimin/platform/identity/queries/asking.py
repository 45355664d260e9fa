"""Who is asking: from the session, or from a bearer token."""

from datetime import datetime
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest

from huimin.platform.identity.models import Account, Administrator, ApiClient
from huimin.platform.identity.permissions import SignInNeeded, Who, who_of
from huimin.platform.identity.queries.reading import read_rows
from huimin.platform.identity.queries.registers import delegations_to, posts_of
from huimin.platform.journal.rules import Actor

POST_IN_SESSION: Final = "identity.post"
DELEGATION_IN_SESSION: Final = "identity.delegation"
METHODS_IN_SESSION: Final = "account_authentication_methods"
DEMO_IN_SESSION: Final = "identity.demonstration"
CLIENT: Final = "client"

# What a system's every call begins with, so read in one statement and without the ORM: whose token it is, while it holds.
_SYSTEM: Final = ("id", "public_id", "department_id", "name", "client_id", "duty")
_BEARER: Final = (
    f"SELECT {', '.join(f'c.{name}' for name in _SYSTEM)}"  # noqa: S608 - names of our own columns
    " FROM oauth2_provider_accesstoken t JOIN oauth2_provider_application a ON a.id = t.application_id"
    " JOIN identity_apiclient c ON c.client_id = a.client_id JOIN identity_department d ON d.id = c.department_id"
    " WHERE t.token_checksum = %s AND t.expires > %s AND c.closed_at IS NULL AND d.closed_at IS NULL"
)


def find_client_of(token: str, at: datetime) -> ApiClient | None:
    """The open system that drew this token, while the token holds; tokens are kept as SHA-256 only."""
    rows = read_rows(_BEARER, [sha256(token.encode()).hexdigest(), at])
    return ApiClient.from_db(DEFAULT_DB_ALIAS, _SYSTEM, rows[0]) if rows else None


def who_is_asking(request: HttpRequest, client: ApiClient | None, at: datetime) -> Who:
    """Everything about the asker that a request needs, in at most four reads. `client` comes from a bearer token."""
    if client is not None:
        return Who(at=at, client=client, duties=frozenset({CLIENT, client.duty}))
    if not isinstance(request.user, Account):
        return Who(at=at)
    account = request.user
    if account.kind == Account.Kind.CITIZEN:
        number = request.session.get(DELEGATION_IN_SESSION)
        acting = delegations_to(account, at).filter(public_id=number).first() if number else None
        return Who(at=at, account=account, acting=acting, duties=frozenset({"signed_in", account.kind}))
    posts = posts_of(account, at)
    post = next(
        (post for post in posts if post.code == request.session.get(POST_IN_SESSION)), posts[0] if posts else None
    )
    administrator = Administrator.objects.filter(account=account).first()
    loan = administrator.loans.filter(returned_at=None, until__gt=at).first() if administrator else None
    held = {"signed_in", account.kind, post.duty if post else "signed_in"}
    if administrator:
        held |= {"administrator", f"administrator.{administrator.role}"}
    methods = request.session.get(METHODS_IN_SESSION, [])
    return Who(
        at=at,
        account=account,
        post=post,
        posts=tuple(posts),
        administrator=administrator,
        loan=loan,
        second_factor=any(record.get("method") == "mfa" for record in methods) or _is_demonstrated(request),
        duties=frozenset(held),
    )


def _is_demonstrated(request: HttpRequest) -> bool:
    """Whether a persona's click stands in for the second factor: in a demonstration only."""
    return bool(settings.DEMO and request.session.get(DEMO_IN_SESSION))


def actor_of(request: HttpRequest) -> Actor:
    """The actor that operations and facts take. Raises `SignInNeeded` when nobody is signed in."""
    who = who_of(request)
    if who.client is not None:
        return Actor(kind="client", ref=who.client.public_id)
    if who.account is None:
        raise SignInNeeded()
    return Actor(
        kind="account",
        ref=who.account.public_id,
        post=who.post.code if who.post else "",
        on_behalf_of=who.acting.principal if who.acting else "",
    )
