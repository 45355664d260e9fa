"""Tell people: a notice in their pages, and a message beside it by the ways that they have given and not declined.

Receivers of facts call this, so it runs in the transaction that also marks the delivery of the fact as done.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.declarations import get_notice, notices_of
from huimin.platform.notifications.events import PeopleTold
from huimin.platform.notifications.models import Contact, Message, Notice, Unwanted
from huimin.platform.notifications.queries import Reader
from huimin.platform.notifications.rules import GATHERS, PAGES, Channel, Stand, fitting_sms

TELLER: Final = Actor(kind="system", ref="notices")
KEPT_FOR: Final = timedelta(days=365)
LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """To whom, what about, where it leads (a path), and what the words' placeholders say in each language.

    What an e-mail or a text message repeats leaves the house: values are names of services, numbers of cases, days; never people's.
    """

    to: Sequence[Reader]
    about: str
    page: str
    values: Mapping[str, Mapping[str, str]]


def tell_of(fact: Fact, told: Callable[[], Told], *, key: str, at: datetime) -> None:
    """Tell of a fact as the tables say; `told` is asked only where they say something."""
    if codes := notices_of(fact):
        found = told()
        for code in codes:
            tell(code, found, key=key, at=at)


@transaction.atomic
def tell(code: str, told: Told, *, key: str, at: datetime) -> list[Notice]:
    """Tell the readers what this row of a table says, each once for a key. Gives the notices that are new. Raises NoSuchNotice."""
    declared = get_notice(code)
    to = {one.account.pk: one for one in told.to}
    here = set(Notice.objects.filter(key=key, code=code, account__in=to).values_list("account_id", flat=True))
    unwanted = set(Unwanted.objects.filter(account__in=to, topic=declared.topic).values_list("account_id", "channel"))
    fresh = [
        reader for pk, reader in to.items() if pk not in here and (declared.official or (pk, PAGES) not in unwanted)
    ]
    if not fresh:
        return []
    zh, en = told.values["zh"], told.values["en"]
    made = [
        Notice(
            account=reader.account,
            principal=reader.principal,
            code=code,
            topic=declared.topic,
            about=told.about,
            page=told.page,
            subject_zh=declared.subject.filled("zh", zh)[:LONGEST_SUBJECT],
            subject_en=declared.subject.filled("en", en)[:LONGEST_SUBJECT],
            text_zh=declared.text.filled("zh", zh)[:LONGEST_TEXT],
            text_en=declared.text.filled("en", en)[:LONGEST_TEXT],
            sms_zh=fitting_sms(declared.sms.filled("zh", zh)) if declared.sms else "",
            sms_en=fitting_sms(declared.sms.filled("en", en)) if declared.sms else "",
            key=key,
            told_at=at,
        )
        for reader in fresh
    ]
    Notice.objects.bulk_create(made)
    ways = _ways([reader.account.pk for reader in fresh], unwanted, declared.ways)
    for notice in made:
        for channel in ways.get(notice.account_id, ()):
            _enclose(notice, channel, urgent=declared.urgent, at=at)
    used = sorted({channel.value for held in ways.values() for channel in held})
    accounts = tuple(reader.account.reference for reader in fresh)
    publish(PeopleTold(subject=told.about, notice=code, accounts=accounts, channels=tuple(used)), actor=TELLER, at=at)
    return made


def _ways(
    accounts: Sequence[int], unwanted: Collection[tuple[int, str]], ways: Sequence[Channel]
) -> dict[int, list[Channel]]:
    """By which of these ways each account is reached: it has confirmed an address and has not declined the topic."""
    found: dict[int, list[Channel]] = {}
    for account, channel in Contact.objects.filter(account__in=accounts, channel__in=ways).values_list(
        "account_id", "channel"
    ):
        if (account, channel) not in unwanted:
            found.setdefault(account, []).append(Channel(channel))
    return found


def _enclose(notice: Notice, channel: Channel, *, urgent: bool, at: datetime) -> None:
    """Put a notice into the message that gathers for its reader, or into a new one. An urgent one lets it go at once."""
    while True:
        message, is_new = Message.objects.get_or_create(
            account_id=notice.account_id,
            channel=channel.value,
            state=Stand.WAITING.value,
            attempts=0,
            defaults={"due_at": at if urgent else at + GATHERS, "written_at": at, "urgent": urgent},
        )
        # The sender may have begun with it in between: what has begun takes nothing in any more.
        held = Message.objects.select_for_update().filter(pk=message.pk, attempts=0, state=Stand.WAITING.value).first()
        if held is not None:
            break
    held.notices.add(notice)
    if urgent and not is_new:
        held.urgent, held.due_at = True, min(held.due_at, at)
        held.save(update_fields=["urgent", "due_at"])


@transaction.atomic
def forget_old(*, at: datetime, limit: int = 2000) -> int:
    """Erase notices and messages a year old, a slice at a time; gives how many notices. Nobody is told: what they told of stays."""
    before = at - KEPT_FOR
    Message.objects.filter(written_at__lt=before).exclude(state=Stand.WAITING.value).delete()
    old = list(Notice.objects.filter(told_at__lt=before).order_by("pk").values_list("pk", flat=True)[:limit])
    Notice.objects.filter(pk__in=old).delete()
    return len(old)
