"""Accounts, posts, departments, systems, grants, delegations and proofs as they stand."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Final

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.models import (
    Account,
    Administrator,
    ApiClient,
    Delegation,
    Department,
    Grant,
    Post,
    PostHolding,
    Proof,
)
from huimin.platform.identity.models.rights import GrantQuerySet
from huimin.platform.identity.queries.reading import Kept, slot
from huimin.platform.journal.rules import Actor

PERSON: Final = "person:"
ORGANISATION: Final = "organisation:"


class NoSuchAccount(NotFound):
    """No account has this public number or sign-in name."""

    zh = "没有这个账号。"
    en = "There is no such account."


def get_account(public_id: str) -> Account:
    """The account of this public number. Raises `NoSuchAccount`."""
    if account := Account.objects.filter(public_id=public_id).first():
        return account
    raise NoSuchAccount()


def find_account_named(username: str) -> Account | None:
    """The account that signs in with this name."""
    return Account.objects.filter(username=username).first()


def posts_of(account: Account, at: datetime) -> list[Post]:
    """The posts that this account holds at this instant, in the order in which they were taken."""
    holdings = PostHolding.objects.current(at).filter(account=account).select_related("post__department")
    return [holding.post for holding in holdings.order_by("starts_at", "pk")]


def holders_of(post_code: str, at: datetime) -> QuerySet[Account]:
    """The accounts that hold this post at this instant."""
    held = PostHolding.objects.current(at).filter(post__code=post_code)
    return Account.objects.filter(pk__in=held.values("account")).order_by("pk")


def posts_with_duty(duty: str) -> list[Post]:
    """The open posts of this duty, by code."""
    return list(Post.objects.select_related("department").filter(duty=duty, closed_at=None).order_by("code"))


def accounts_in(post_codes: Collection[str], at: datetime) -> QuerySet[Account]:
    """The accounts that hold any of these posts at this instant, by sign-in name."""
    held = PostHolding.objects.current(at).filter(post__code__in=post_codes)
    return Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("username")


def find_holder(post_code: str, public_id: str, at: datetime) -> Account | None:
    """The account of this public number, if it holds this post at this instant."""
    return _HOLDER.first(post=post_code, account=public_id, at=at)


_HOLDER: Final = Kept(lambda: holders_of(slot("post"), slot("at")).filter(public_id=slot("account")))


def post_codes_of(public_id: str, at: datetime) -> list[str]:
    """The codes of the posts that the account of this public number holds: for inboxes."""
    held = PostHolding.objects.current(at).filter(account__public_id=public_id)
    return list(held.order_by("starts_at", "pk").values_list("post__code", flat=True))


def get_post(code: str) -> Post:
    """The post `<department>.<post>`. Raises `NotFound`."""
    if post := Post.objects.select_related("department").filter(code=code, closed_at=None).first():
        return post
    raise NotFound()


def posts_coded(codes: Collection[str]) -> dict[str, Post]:
    """The open posts of these codes, by code, in one read."""
    names = [f"code_{number}" for number in range(len(codes))]
    return {post.code: post for post in _coded(len(codes))(**dict(zip(names, codes, strict=True)))} if codes else {}


@cache
def _coded(count: int) -> Kept[Post]:
    codes = [slot(f"code_{number}") for number in range(count)]
    return Kept(lambda: Post.objects.filter(code__in=codes, closed_at=None))


def delegations_to(account: Account, at: datetime) -> QuerySet[Delegation]:
    """Those on whose behalf this account may act at this instant."""
    return Delegation.objects.current(at).filter(agent=account).order_by("offered_at", "pk")


def names_of_accounts(public_ids: list[str]) -> dict[str, str]:
    """The shown names of these accounts, by public number: for trails, in one read."""
    return dict(Account.objects.filter(public_id__in=public_ids).values_list("public_id", "name"))


def names_of_officials(public_ids: list[str]) -> dict[str, str]:
    """As `names_of_accounts`, of officials only: who applied is not told to whoever may merely see that something was asked."""
    officials = Account.objects.filter(public_id__in=public_ids, kind=Account.Kind.OFFICIAL)
    return dict(officials.values_list("public_id", "name"))


def accounts_of_person(person_key: str) -> QuerySet[Account]:
    """The accounts proven to be this person."""
    return Account.objects.filter(~Q(person_key=""), person_key=person_key)


def proven_citizens(*, after: int, size: int) -> list[Account]:
    """A slice of the citizens' accounts that are proven to be somebody, in the order of their making, from the one after this key."""
    found = Account.objects.filter(~Q(person_key=""), kind=Account.Kind.CITIZEN, is_active=True, pk__gt=after)
    return list(found.order_by("pk")[:size])


class NoSuchDelegation(NotFound):
    """There is no such delegation, or it is none of the reader's business."""

    zh = "没有这项委托。"
    en = "There is no such delegation."


def delegations_about(account: Account) -> QuerySet[Delegation]:
    """Every delegation in which the account is the agent or its person the principal, newest first."""
    mine = Q(agent=account)
    if account.is_proven:
        mine |= Q(principal=f"{PERSON}{account.person_key}")
    return Delegation.objects.filter(mine).select_related("agent").order_by("-offered_at", "-pk")


def access_delegation(account: Account, public_id: str, *, as_agent: bool) -> Delegation:
    """A delegation that concerns the account; with `as_agent` only one in which it is the agent. Raises
    `NoSuchDelegation`."""
    found = delegations_about(account).filter(public_id=public_id)
    if delegation := (found.filter(agent=account) if as_agent else found).first():
        return delegation
    raise NoSuchDelegation()


def get_proof(public_id: str, purpose: str) -> Proof:
    """The attempt that this session began. Raises `NotFound`."""
    if proof := Proof.objects.select_related("account").filter(public_id=public_id, purpose=purpose).first():
        return proof
    raise NotFound()


def get_client(public_id: str) -> ApiClient:
    """A department's system. Raises `NotFound`."""
    if client := ApiClient.objects.select_related("department").filter(public_id=public_id).first():
        return client
    raise NotFound()


def open_clients() -> QuerySet[ApiClient]:
    """The systems that may call, by department and name."""
    return ApiClient.objects.filter(closed_at=None).select_related("department").order_by("department", "name")


def get_department(code: str) -> Department:
    """The open department of this code. Raises `NotFound`."""
    if department := Department.objects.filter(code=code, closed_at=None).first():
        return department
    raise NotFound()


def departments() -> QuerySet[Department]:
    """The open departments, by kind and code."""
    return Department.objects.filter(closed_at=None).order_by("kind", "code")


def get_grant(code: str) -> Grant:
    """The grant of this code. Raises `NotFound`."""
    if grant := Grant.objects.select_related("post", "client").filter(code=code).first():
        return grant
    raise NotFound()


def grants_in_force(at: datetime) -> GrantQuerySet:
    """Every grant in force, by code."""
    return Grant.objects.current(at).select_related("post__department", "client__department").order_by("code")


def grants_to(actor: Actor, at: datetime) -> GrantQuerySet:
    """Every grant in force to the post that the actor acts in, or to the calling system, by code."""
    own = Q(client__public_id=actor.ref) if actor.kind == "client" else Q(post__code=actor.post, client=None)
    return grants_in_force(at).filter(own)


def accounts_named(usernames: list[str]) -> dict[str, Account]:
    """The accounts with these sign-in names, by name, in one read."""
    return {account.username: account for account in Account.objects.filter(username__in=usernames)}


PAGE: Final = 50


def get_account_named(username: str) -> Account:
    """The account that signs in with this name. Raises `NoSuchAccount`."""
    if account := find_account_named(username):
        return account
    raise NoSuchAccount()


def officials(*, after: str = "") -> QuerySet[Account]:
    """A page of the officials who may sign in, by sign-in name, from the one after this name."""
    found = Account.objects.filter(kind=Account.Kind.OFFICIAL, is_active=True, username__gt=after)
    return found.order_by("username")[:PAGE]


def holdings(at: datetime, *, after: str = "") -> QuerySet[PostHolding]:
    """A page of who holds which post, by post code, from the one after this code."""
    found = PostHolding.objects.current(at).filter(post__code__gt=after).select_related("account", "post__department")
    return found.order_by("post__code", "account__username")[:PAGE]


def administrators() -> QuerySet[Administrator]:
    """The administrators who may sign in, with their accounts; there are few."""
    return Administrator.objects.filter(account__is_active=True).select_related("account").order_by("role", "pk")


def get_administrator(username: str) -> Administrator:
    """The administrator who signs in with this name. Raises `NoSuchAccount`."""
    if administrator := administrators().filter(account__username=username.lower()).first():
        return administrator
    raise NoSuchAccount()
