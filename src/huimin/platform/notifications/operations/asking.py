"""How somebody gives an address: a code goes there and comes back. The address is stored with the account only then."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.events import ContactAsked, ContactCodeRefused, ContactConfirmed, ContactRemoved
from huimin.platform.notifications.models import Asking, Contact
from huimin.platform.notifications.ports import Gate, Mail, TryLater, Undeliverable, email_gate, sms_gate
from huimin.platform.notifications.queries import access_asking
from huimin.platform.notifications.rules import CODE_TRIES, CODES_A_DAY, Channel


class CodeWrong(BadInput):
    """The code is not the one that was sent, or its time or tries are over."""

    zh = "验证码不正确或已失效，请核对，或重新获取。"
    en = "The code is wrong or no longer valid; check it, or ask for a new one."


class TooManyCodes(Refusal):
    """So many codes in a day are enough."""

    zh = "今天获取验证码的次数已用完，请明天再试。"
    en = "No more codes today; please try again tomorrow."
    status = 429


class AddressTaken(BadInput):
    """The mail server refused the address at once."""

    zh = "对方邮件服务器不接收这个地址，请核对后再填。"
    en = "The mail server does not accept this address; please check it."


class NotSent(Refusal):
    """The code could not be sent now."""

    zh = "验证码现在发不出去，请过几分钟再试。"
    en = "The code cannot be sent now; please try again in a few minutes."
    status = 503


def gate_of(channel: Channel) -> Gate:
    """What sends by this way. Raises `identity.ports.NotConnected`."""
    return {Channel.EMAIL: email_gate, Channel.SMS: sms_gate}[channel].get()


def _digest(asking: Asking, code: str) -> str:
    """What is kept of a code: bound to its asking, worthless anywhere else."""
    return salted_hmac(f"notifications.asking.{asking.public_id}", code, algorithm="sha256").hexdigest()


def ask_for_contact(*, channel: Channel, value: str, actor: Actor, at: datetime) -> Asking:
    """Send a code to an address, in the reader's language. Raises TooManyCodes, AddressTaken, NotSent, `NotConnected`.

    It goes out after the commit: no lock is held while a server far away answers.
    """
    gate = gate_of(channel)
    account = get_account(actor.ref)
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        recent = Asking.objects.filter(account=account, asked_at__gt=at - timedelta(days=1))
        if len(recent[:CODES_A_DAY]) == CODES_A_DAY:
            raise TooManyCodes
        asking = Asking(account=account, channel=channel.value, value=value, asked_at=at)
        asking.code_digest = _digest(asking, code)
        asking.save(force_insert=True)
        publish(ContactAsked(subject=account.reference, channel=channel.value), actor=actor, at=at)
    text = _("验证码 %(code)s，10 分钟内有效。不是您本人操作的话，不用理会。") % {"code": code}
    if channel is Channel.EMAIL:
        text = f"{text}\n\n{settings.SITE_URL}\n"
    mail = Mail(key=asking.public_id, account=account.public_id, to=value, subject=_("验证您的联系方式"), text=text)
    try:
        gate(mail)
    except Undeliverable as refused:
        raise AddressTaken(field="value") from refused
    except TryLater as failed:
        raise NotSent from failed
    return asking


def confirm_contact(*, public_id: str, code: str, actor: Actor, at: datetime) -> Contact:
    """Store the address with the account when the code is right. Raises CodeWrong (the try counts), NoSuchMessage."""
    with transaction.atomic():
        asking = Asking.objects.select_for_update().get(pk=access_asking(public_id, actor, at=at).pk)
        account, channel = asking.account, asking.channel
        right = not asking.over and constant_time_compare(asking.code_digest, _digest(asking, code))
        if right:
            contact, _made = Contact.objects.update_or_create(
                account=account,
                channel=channel,
                defaults={"value": asking.value, "confirmed_at": at, "problem": ""},
            )
            # The address stands in one row only, so that taking it back erases it.
            Asking.objects.filter(account=account, channel=channel).update(over=True, value="")
            publish(ContactConfirmed(subject=account.reference, channel=channel), actor=actor, at=at)
        else:
            tries = asking.tries + 1
            Asking.objects.filter(pk=asking.pk).update(tries=F("tries") + 1, over=tries >= CODE_TRIES)
            publish(ContactCodeRefused(subject=account.reference, channel=channel, tries=tries), actor=actor, at=at)
    # Outside the transaction: a refusal inside would roll the counted try back.
    if not right:
        raise CodeWrong(field="code")
    return contact


@transaction.atomic
def remove_contact(*, channel: Channel, actor: Actor, at: datetime) -> None:
    """Erase an address: nothing goes there any more, what waits is dropped when it is due. Removing none changes nothing."""
    account = get_account(actor.ref)
    Asking.objects.filter(account=account, channel=channel.value).update(over=True, value="")
    if Contact.objects.filter(account=account, channel=channel.value).delete()[0]:
        publish(ContactRemoved(subject=account.reference, channel=channel.value), actor=actor, at=at)
