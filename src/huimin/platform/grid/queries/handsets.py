"""Handsets: whose a token is, and the list of those that a command post answers for."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.grid.models import Handset
from huimin.platform.grid.permissions import WORK
from huimin.platform.grid.queries.reach import reach_of, within
from huimin.platform.identity.declarations import duties
from huimin.platform.identity.permissions import SignInNeeded, Who
from huimin.platform.identity.queries import posts_of
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account, Post

NEWEST_FIRST: Final = ("-enrolled_at", "-id")


class HandsetGone(Refusal):
    """The handset was revoked: whatever speaks with its token holds nothing that is worth keeping."""

    zh = "这台终端已停用，里面的内容将被清空。请到指挥中心重新绑定。"
    en = "This handset has been revoked and will be emptied. Ask the command post for a new code."
    status = 410


class NoSuchHandset(NotFound):
    """There is no such handset, or it is another post's to see."""

    zh = "没有这台终端。"
    en = "There is no such handset."


def digest_of(token: str) -> str:
    """How a token or a code is kept."""
    return sha256(token.encode()).hexdigest()


def handset_of(token: str) -> Handset:
    """The handset that holds this token. Raises SignInNeeded for a token of nobody's, HandsetGone for a revoked one."""
    found = Handset.objects.select_related("worker").filter(token_digest=digest_of(token)).first() if token else None
    if found is None:
        raise SignInNeeded
    if found.revoked_at is not None:
        raise HandsetGone
    return found


def find_gone(token: str) -> Handset | None:
    """The revoked handset that still holds this token."""
    found = Handset.objects.select_related("worker").filter(token_digest=digest_of(token), revoked_at__isnull=False)
    return found.first() if token else None


def grid_post(posts: "list[Post]") -> "Post | None":
    """The first of these posts whose duty is that of a grid worker."""
    table = duties()
    return next((one for one in posts if one.duty in table and table[one.duty].allows(WORK)), None)


def who_carries(handset: Handset, *, at: datetime) -> Who:
    """The worker of a handset in his post of the grid, as the pages know who is asking; without duties once he holds none."""
    account: Account = handset.worker
    posts = posts_of(account, at) if account.is_active else []
    post = grid_post(posts)
    held = frozenset({"signed_in", account.kind, post.duty}) if post else frozenset[str]()
    return Who(at=at, account=account, post=post, posts=tuple(posts), duties=held)


def handsets_seen_by(actor: Actor) -> QuerySet[Handset]:
    """The handsets of the divisions that the actor's post answers for; a post of the whole city answers for all."""
    inside = within(reach_of(actor), "division")
    return Handset.objects.select_related("worker").filter(inside).order_by(*NEWEST_FIRST)


def access_handset(number: str, actor: Actor) -> Handset:
    """One of them. Raises NoSuchHandset."""
    if found := handsets_seen_by(actor).filter(number=number).first():
        return found
    raise NoSuchHandset
