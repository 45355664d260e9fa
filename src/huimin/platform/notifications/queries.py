"""Reads of notifications: one's own notices and addresses, what goes out next, what lies too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound, NotPermitted
from huimin.platform.identity.queries import accounts_of_person, delegations_to, powers_of
from huimin.platform.identity.rules import DelegationState
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.models import Asking, Contact, Message, Notice, Unwanted
from huimin.platform.notifications.rules import CODE_LASTS, Channel, Stand

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account, Delegation

COUNTED_AT_MOST: Final = 99
PERSON: Final = "person"
LOOKS: Final = "view"
STALE: Final = timedelta(minutes=30)
"""A message that is due for longer has nobody who sends it."""
REMEMBERED: Final = timedelta(days=1)


class NoSuchMessage(NotFound):
    """There is no such notice, or it is somebody else's."""

    zh = "没有找到这条消息。"
    en = "This message was not found."


class NoPower(NotPermitted):
    """The reader may no longer act for whom the notice concerns."""

    zh = "您现在不能代他（它）查看这件事，授权已经结束或被收回。"
    en = "You can no longer look at this for them: the power has ended or was taken back."


def unread_count(account: "Account") -> int:
    """How many notices an account has not read, none higher than COUNTED_AT_MOST + 1."""
    return Notice.objects.filter(account=account, read_at=None)[: COUNTED_AT_MOST + 1].count()


def notices_of_account(actor: Actor, *, topic: str = "", unread: bool = False) -> QuerySet[Notice]:
    """The reader's own notices; of one topic, or the unread ones only."""
    found = Notice.objects.filter(account__public_id=actor.ref)
    if topic:
        found = found.filter(topic=topic)
    return found.filter(read_at=None) if unread else found


def access_notice(public_id: str, actor: Actor) -> Notice:
    """One of the reader's own notices. Raises NoSuchMessage."""
    if notice := notices_of_account(actor).filter(public_id=public_id).first():
        return notice
    raise NoSuchMessage


def contacts_of(account: "Account") -> dict[Channel, Contact]:
    """The confirmed addresses of an account by their way."""
    return {Channel(one.channel): one for one in Contact.objects.filter(account=account)}


def unwanted_of(account: "Account") -> set[tuple[str, str]]:
    """What an account does not want: (topic, way)."""
    return set(Unwanted.objects.filter(account=account).values_list("topic", "channel"))


def access_asking(public_id: str, actor: Actor, *, at: datetime) -> Asking:
    """The code that the reader waits for, while it holds. Raises NoSuchMessage."""
    asked = Asking.objects.filter(account__public_id=actor.ref, over=False, asked_at__gt=at - CODE_LASTS)
    if found := asked.select_related("account").filter(public_id=public_id).first():
        return found
    raise NoSuchMessage


@dataclass(frozen=True, slots=True)
class Reader:
    """An account that is told, and the person or firm for whom it has to act to see what it is told of; blank: its own matter."""

    account: "Account"
    principal: str = ""


def readers(holder: str, *, service: str = "", began: str = "", at: datetime) -> list[Reader]:
    """Who is told of something that concerns a person or a firm (by reference).

    The person's own accounts, and of those who may look for him (or it) the one that began the matter (`began`, a public
    number); where the person has no account (a child) or is none (a firm), everybody who may look. A power for some services
    reaches those alone.
    """
    kind, _, key = holder.partition(":")
    own = [one for one in accounts_of_person(key) if _is_reader(one)] if kind == PERSON else []
    agents = [
        power.agent
        for power in powers_of(holder)
        if power.state == DelegationState.ACTIVE
        and (power.until is None or power.until > at)
        and LOOKS in power.acts
        and (not power.services or service in power.services)
        and _is_reader(power.agent)
        and (not own or power.agent.public_id == began)
    ]
    return [*map(Reader, own), *(Reader(agent, holder) for agent in agents)]


def _is_reader(account: "Account") -> bool:
    return account.is_active and account.kind == account.Kind.CITIZEN


def delegation_for(notice: Notice, *, at: datetime) -> "Delegation":
    """The power under which a notice's reader sees its page. Raises NoPower."""
    if found := delegations_to(notice.account, at).filter(principal=notice.principal).first():
        return found
    raise NoPower


def told_already(keys: Iterable[str]) -> set[str]:
    """Those of these keys of which somebody has been told."""
    return set(Notice.objects.filter(key__in=list(keys)).values_list("key", flat=True))


@dataclass(frozen=True, slots=True)
class Queue:
    """What has not gone: how many messages are due too long, since when the oldest; how many were given up in the last day."""

    overdue: int
    oldest_due_at: datetime | None
    given_up: int


def queue(at: datetime) -> Queue:
    """How the sending of messages stands at an instant: for the doctor."""
    late = Message.objects.waiting().filter(due_at__lt=at - STALE)
    oldest = late.order_by("due_at", "id").values_list("due_at", flat=True).first()
    lost = Message.objects.filter(Q(state=Stand.GIVEN_UP.value, over_at__gt=at - REMEMBERED))
    return Queue(late.count(), oldest, lost.count())
