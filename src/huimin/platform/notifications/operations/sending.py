"""Send what is due: at least once, each attempt under the same identity.

A run of a message has three parts. The first transaction counts the attempt and lets the message rest; then the gate is asked,
outside of any transaction; the second transaction writes down what became of it. A process killed between the gate's yes and that note
leaves a message that comes due again after its rest and goes out once more, with the same Message-ID: one duplicate a kill at most,
which mail programs fold into one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import MOST_ATTEMPTS, wait_before_retry
from huimin.platform.notifications.declarations import channels
from huimin.platform.notifications.events import MessageGivenUp, MessageSent
from huimin.platform.notifications.models import Contact, Message, Notice
from huimin.platform.notifications.operations.asking import gate_of
from huimin.platform.notifications.operations.telling import TELLER
from huimin.platform.notifications.operations.wishing import written_link
from huimin.platform.notifications.ports import Mail, TryLater, Undeliverable
from huimin.platform.notifications.rules import Channel, Stand, fitting_sms
from huimin.platform.ui.languages import reader_language

DEAD_EVERY_TIME: Final = "process_died"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one attempt."""

    stand: Stand
    problem: str = ""


def send_due(*, at: datetime, limit: int = 100) -> int:
    """Try up to `limit` messages that are due; gives how many were tried. Give it outside a transaction; safe beside other senders."""
    tried = 0
    # A plain read first: an idle queue never takes the embedded store's write lock.
    while tried < limit and Message.objects.waiting().filter(due_at__lte=at).exists():
        message = _begin(at)
        if message is None:
            break
        tried += 1
        if message.attempts:
            _note(message, _attempt(message), at)
    return tried


@transaction.atomic
def _begin(at: datetime) -> Message | None:
    """Take the message that has been due longest and count an attempt; one that must wait (night, rate) is put off and comes uncounted."""
    due = Message.objects.waiting().filter(due_at__lte=at).order_by("due_at", "id")
    message = due.select_related("account").locked().first()
    if message is None:
        return None
    later = _may_go_from(message, at)
    if message.attempts == 0 and later > at:
        message.due_at = later
        message.save(update_fields=["due_at"])
        return message
    message.attempts += 1
    message.due_at = at + wait_before_retry(message.attempts)
    message.save(update_fields=["attempts", "due_at"])
    return message


def _may_go_from(message: Message, at: datetime) -> datetime:
    """From when a message may go: after the night (text messages that are not urgent), and when there is room in the rate."""
    declared, channel = channels(), Channel(message.channel)
    rate = declared.rate(channel)
    sent = (
        Message.objects.filter(account_id=message.account_id, channel=message.channel, over_at__gt=at - rate.within)
        .order_by("-over_at")
        .values_list("over_at", flat=True)[: rate.most]
    )
    free = rate.free_from([moment for moment in sent if moment], at)
    if channel is Channel.SMS and not message.urgent:
        return max(free, declared.quiet_hours.over_after(timezone.localtime(free)))
    return free


def _attempt(message: Message) -> _Outcome:
    """Ask the gate, without any lock held."""
    if message.attempts > MOST_ATTEMPTS:  # no attempt came back to say why it failed: each took its process down
        return _Outcome(Stand.GIVEN_UP, message.problem or DEAD_EVERY_TIME)
    channel = Channel(message.channel)
    contact = Contact.objects.filter(account=message.account, channel=message.channel).first()
    if contact is None:
        return _Outcome(Stand.DROPPED)
    gate = gate_of(channel)
    try:
        with translation.override(message.account.language or settings.LANGUAGE_CODE):
            gate(_written(message, contact))
    except Undeliverable as refused:
        return _Outcome(Stand.GIVEN_UP, refused.code)
    except TryLater as failed:
        return _Outcome(Stand.GIVEN_UP if message.attempts == MOST_ATTEMPTS else Stand.WAITING, failed.code)
    return _Outcome(Stand.KEPT if gate.simulated else Stand.SENT)


@transaction.atomic
def _note(message: Message, outcome: _Outcome, at: datetime) -> None:
    """Write down what became of an attempt, unless another sender has taken the message over since."""
    held = Message.objects.waiting().select_for_update().filter(pk=message.pk, attempts=message.attempts).first()
    if held is None:
        return
    held.problem = outcome.problem
    if outcome.stand is Stand.WAITING:
        held.save(update_fields=["problem"])
        return
    held.move(outcome.stand)
    held.over_at = at
    held.save(update_fields=["state", "over_at", "problem"])
    contact = Contact.objects.filter(account=message.account, channel=message.channel)
    reference, channel = message.account.reference, message.channel
    match outcome.stand:
        case Stand.GIVEN_UP:
            contact.update(problem=outcome.problem)
            publish(
                MessageGivenUp(subject=held.reference, account=reference, channel=channel, problem=outcome.problem),
                actor=TELLER,
                at=at,
            )
        case Stand.SENT | Stand.KEPT:
            contact.exclude(problem="").update(problem="")
            sent = MessageSent(
                subject=held.reference,
                account=reference,
                channel=channel,
                notices=held.notices.count(),
                simulated=outcome.stand is Stand.KEPT,
            )
            publish(sent, actor=TELLER, at=at)


# --- what a message says --------------------------------------------------------------------------------------------------


def _written(message: Message, contact: Contact) -> Mail:
    """The message in the language in force, its reader's: what happened and where to read it, and nothing about himself."""
    told = list(message.notices.order_by("told_at", "id"))
    language = reader_language()
    headers: Mapping[str, str] = {}
    if message.channel == Channel.SMS:
        subject, text = "", _sms(told, language)
    else:
        subject = told[0].subject(language) if len(told) == 1 else _how_many(told)
        text, headers = _letter(message, told, language)
    return Mail(
        key=message.public_id,
        account=message.account.public_id,
        to=contact.value,
        subject=subject,
        text=text,
        headers={"Message-ID": f"<{message.public_id.lower()}@{_host()}>", **headers},
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _how_many(told: Sequence[Notice]) -> str:
    return ngettext("您有 %(count)s 条新消息", "您有 %(count)s 条新消息", len(told)) % {"count": len(told)}


def _sms(told: Sequence[Notice], language: str) -> str:
    if len(told) == 1:
        return told[0].sms(language)
    return fitting_sms(_("%(many)s，请登录惠民平台查看。") % {"many": _how_many(told)})


def _letter(message: Message, told: Sequence[Notice], language: str) -> tuple[str, Mapping[str, str]]:
    """The text of an e-mail and the headers by which mail programs offer to stop it (RFC 8058)."""
    topics = {
        code: channels().topics[code] for code in dict.fromkeys(one.topic for one in told) if code in channels().topics
    }
    stops = [
        {"name": topic.names.text(language), "url": _link("notifications:stop", _stop(message, code))}
        for code, topic in topics.items()
    ]
    lines = [
        {
            "subject": one.subject(language),
            "text": one.text(language),
            "url": _link("notifications:open", one.public_id),
        }
        for one in told
    ]
    context = {"lines": lines, "stops": stops, "ways": _link("notifications:ways")}
    text = render_to_string("notifications/mail.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    if len(stops) == 1:
        headers |= {"List-Unsubscribe": f"<{stops[0]['url']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return text, headers


def _stop(message: Message, topic: str) -> str:
    return written_link(message.account.public_id, topic, Channel.EMAIL)


def _link(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
