"""Taking and leaving posts; granting and ending access."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.declarations import BY_HAND
from huimin.platform.identity.events import AccessEnded, AccessGranted, PostLeft, PostTaken
from huimin.platform.identity.models import Account, Administrator, ApiClient, Grant, Post, PostHolding
from huimin.platform.identity.models.keys import new_public_id
from huimin.platform.identity.operations.administrators import HasAnotherPart, refuse_oneself
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class NotAnOfficial(Refusal):
    """Posts are held by officials' accounts only."""

    zh = "只有工作人员账号可以任职。"
    en = "Only an official's account can hold a post."


class GrantCodeTaken(Refusal):
    """Another grant has this code."""

    zh = "授权编号已被使用。"
    en = "Another grant has this code."


@transaction.atomic
def assign_post(*, account: Account, post: Post, actor: Actor, at: datetime) -> PostHolding:
    """Let an official hold a post from now on; who holds it already goes on holding it.

    Raises `NotAnOfficial`, `HasAnotherPart` (an administrator does no business), `NotToOneself`.
    """
    refuse_oneself(account, actor)
    if account.kind != Account.Kind.OFFICIAL:
        raise NotAnOfficial()
    Account.objects.select_for_update().get(pk=account.pk)
    if Administrator.objects.filter(account=account).exists():
        raise HasAnotherPart()
    held = PostHolding.objects.filter(account=account, post=post, until=None).first()
    if held:
        return held
    holding = PostHolding.objects.create(account=account, post=post, starts_at=at)
    publish(PostTaken(subject=account.reference, post=post.code), actor=actor, at=at)
    return holding


@transaction.atomic
def leave_post(*, account: Account, post: Post, actor: Actor, at: datetime) -> None:
    """End a holding now; who does not hold the post stays as he is."""
    if PostHolding.objects.filter(account=account, post=post, until=None).update(until=at):
        publish(PostLeft(subject=account.reference, post=post.code), actor=actor, at=at)


@transaction.atomic
def grant_access(*, grant: Grant, actor: Actor, at: datetime) -> Grant:
    """Put a grant in force.

    Raises `GrantCodeTaken`, `NotToOneself` (the actor holds the post); the database refuses one without a legal basis or a holder.
    """
    if grant.post is not None:
        for holding in grant.post.holdings.current(at).select_related("account"):
            refuse_oneself(holding.account, actor)
    grant.granted_at = at
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as clash:
        if Grant.objects.filter(code=grant.code).exists():
            raise GrantCodeTaken() from clash
        raise
    subject = f"post:{grant.post.code}" if grant.post else f"client:{grant.client.public_id}" if grant.client else ""
    fact = AccessGranted(
        subject=subject, grant=f"grant:{grant.code}", resource=grant.resource, granted_until=grant.until
    )
    publish(fact, actor=actor, at=at)
    return grant


def give_access(
    *,
    post: Post | None = None,
    client: ApiClient | None = None,
    resource: str,
    plain: Sequence[str],
    masked: Mapping[str, str],
    rows: str,
    purposes: Sequence[str],
    legal_basis: str,
    until: datetime,
    actor: Actor,
    at: datetime,
) -> Grant:
    """Give a post or a system by hand what the city's declarations do not; it lasts until its end, whatever is declared.

    Raises as `grant_access`.
    """
    grant = Grant(
        code=f"{BY_HAND}{new_public_id().lower()}",
        post=post,
        client=client,
        resource=resource,
        plain=list(plain),
        masked=dict(masked),
        rows=rows,
        purposes=list(purposes),
        legal_basis=legal_basis,
        until=until,
    )
    return grant_access(grant=grant, actor=actor, at=at)


@transaction.atomic
def end_grant(*, grant: Grant, actor: Actor, at: datetime) -> None:
    """End a grant before its time; an ended one stays as it is."""
    if Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=at):
        publish(AccessEnded(subject=f"grant:{grant.code}", grant=f"grant:{grant.code}"), actor=actor, at=at)
