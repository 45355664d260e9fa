"""What readers do with their notices: read them, and say which they want by which way."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.core import signing
from django.db import transaction

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.declarations import channels
from huimin.platform.notifications.events import WishesChanged
from huimin.platform.notifications.models import Notice, Unwanted
from huimin.platform.notifications.queries import access_notice
from huimin.platform.notifications.rules import Channel

SALT: Final = "notifications.stop"


class BadLink(NotFound):
    """The link was not given by us, or names a topic that is no more."""

    zh = "这个退订链接已经失效。请登录后在“消息”的“通知方式”里更改。"
    en = "This link is no longer valid. Please sign in and change it under “Messages”, “How to be told”."


def mark_read(public_id: str, *, actor: Actor, at: datetime) -> Notice:
    """Note that the reader opened a notice. Raises NoSuchMessage. Nothing is announced: nobody else is concerned."""
    notice = access_notice(public_id, actor)
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk).update(read_at=at)
    return notice


def mark_all_read(*, actor: Actor, at: datetime) -> None:
    """Note that everything until now has been read."""
    Notice.objects.filter(account__public_id=actor.ref, read_at=None, told_at__lte=at).update(read_at=at)


@transaction.atomic
def wish(unwanted: Collection[tuple[str, str]], *, actor: Actor, at: datetime) -> None:
    """Choose what not to be told of, by which way (`pages`: not at all, unless it is official); all else is wanted."""
    account = get_account(actor.ref)
    Unwanted.objects.filter(account=account).delete()
    rows = [Unwanted(account=account, topic=topic, channel=way) for topic, way in set(unwanted)]
    Unwanted.objects.bulk_create(rows)
    said = tuple(sorted(f"{row.topic}/{row.channel}" for row in rows))
    publish(WishesChanged(subject=account.reference, unwanted=said), actor=actor, at=at)


def written_link(account: str, topic: str, channel: Channel) -> str:
    """The signed part of a link by which a message's reader stops its topic by its way without signing in."""
    return signing.dumps([account, topic, channel.value], salt=SALT, compress=True)


def read_link(token: str) -> tuple[str, str, Channel]:
    """Account, topic and way of a link. Raises BadLink."""
    try:
        account, topic, channel = signing.loads(token, salt=SALT)
    except signing.BadSignature as wrong:
        raise BadLink from wrong
    if topic not in channels().topics:
        raise BadLink
    return account, topic, Channel(channel)


@transaction.atomic
def stop_topic(token: str, *, at: datetime) -> None:
    """Stop a topic by a way, for whoever holds a message's link; stopping it again changes nothing. Raises BadLink."""
    public_id, topic, channel = read_link(token)
    account = get_account(public_id)
    if Unwanted.objects.get_or_create(account=account, topic=topic, channel=channel.value)[1]:
        said = sorted(
            f"{one}/{way}" for one, way in Unwanted.objects.filter(account=account).values_list("topic", "channel")
        )
        actor = Actor(kind="account", ref=account.public_id)
        publish(WishesChanged(subject=account.reference, unwanted=tuple(said)), actor=actor, at=at)
