"""Opening the accounts of a whole workforce at once, such as the grid workers of a city from their roster."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.events import AccountOpened, PostTaken
from huimin.platform.identity.models import Account, Administrator, Post, PostHolding
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor


class NotForAWorkforce(Refusal):
    """A sign-in name belongs to a citizen, a system or an administrator, or a post is none."""

    zh = "登录名“{username}”不是可以任此岗位的工作人员账号，或没有岗位“{post}”。"
    en = "“{username}” is no official's account that may hold the post, or there is no post “{post}”."


@dataclass(frozen=True, kw_only=True)
class Recruit:
    """Somebody of a roster: the name to sign in with, the name to be called by, the post to hold."""

    username: str
    name: str
    post: str


@transaction.atomic
def open_workforce(recruits: Collection[Recruit], *, actor: Actor, at: datetime) -> dict[str, Account]:
    """Open the accounts that are not there yet, without a password, and let each hold his post; gives all of them by sign-in name.

    The same roster again opens nothing. Every account and every post taken is a fact of its own. Raises NotForAWorkforce: then nothing is
    opened.
    """
    names = {one.username for one in recruits}
    posts = {post.code: post for post in Post.objects.filter(code__in={one.post for one in recruits}, closed_at=None)}
    known = {account.username: account for account in Account.objects.filter(username__in=names)}
    kept = set(Administrator.objects.filter(account__username__in=names).values_list("account__username", flat=True))
    for one in recruits:
        own = known.get(one.username)
        if one.post not in posts or one.username in kept or (own and own.kind != Account.Kind.OFFICIAL):
            raise NotForAWorkforce(username=one.username, post=one.post)
    calls = {one.username: one.name for one in recruits if one.username not in known}
    fresh = Account.objects.bulk_create(
        [
            Account(
                username=username, name=name, kind=Account.Kind.OFFICIAL, opened_at=at, password=make_password(None)
            )
            for username, name in calls.items()
        ],
        batch_size=500,
    )
    known |= {account.username: account for account in fresh}
    wanted = {(known[one.username].pk, one.post): one for one in recruits}
    held = PostHolding.objects.filter(account__username__in=names, until=None)
    for pair in held.values_list("account_id", "post__code"):
        wanted.pop(pair, None)
    PostHolding.objects.bulk_create(
        [PostHolding(account=known[one.username], post=posts[one.post], starts_at=at) for one in wanted.values()],
        batch_size=500,
    )
    opened = [AccountOpened(subject=account.reference, account_kind=account.kind) for account in fresh]
    taken = [PostTaken(subject=known[one.username].reference, post=one.post) for one in wanted.values()]
    publish_many([*opened, *taken], actor=actor, at=at)
    return known
