"""What notifications announce. No address, no text: who was told of what, and by which way."""

from dataclasses import dataclass
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class PeopleTold(Fact):
    """Notices of one kind (`notice`, its code in a table) lie in their readers' pages; the subject is what they are about.

    `channels` are the ways by which somebody is told beside the pages.
    """

    notice: str
    accounts: tuple[str, ...]
    channels: tuple[str, ...] = ()

    zh: ClassVar[str] = "已通知当事人"
    en: ClassVar[str] = "The people concerned were told"


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """A message (`message:<id>`) was taken over by the mail server or the gateway; `simulated`: it was only kept."""

    account: str
    channel: str
    notices: int
    simulated: bool

    zh: ClassVar[str] = "消息已发出（{channel}）"
    en: ClassVar[str] = "Message sent ({channel})"


@dataclass(frozen=True, kw_only=True)
class MessageGivenUp(Fact):
    """A message (`message:<id>`) could not be sent and is tried no more; `problem` is a code."""

    account: str
    channel: str
    problem: str

    zh: ClassVar[str] = "消息未能送达（{channel}：{problem}）"
    en: ClassVar[str] = "Message could not be sent ({channel}: {problem})"


@dataclass(frozen=True, kw_only=True)
class ContactFact(Fact):
    """Something happened to an address of an account (the subject). Published only as one of its subclasses."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class ContactAsked(ContactFact):
    """A code was sent to an address that somebody wants to be reached at."""

    zh: ClassVar[str] = "向新的联系方式发送验证码"
    en: ClassVar[str] = "A code went to a new address"


@dataclass(frozen=True, kw_only=True)
class ContactConfirmed(ContactFact):
    """The code came back: the address belongs to the account."""

    zh: ClassVar[str] = "联系方式验证通过"
    en: ClassVar[str] = "The address is confirmed"


@dataclass(frozen=True, kw_only=True)
class ContactCodeRefused(ContactFact):
    """A wrong code, counted."""

    tries: int

    zh: ClassVar[str] = "联系方式验证码不符（第 {tries} 次）"
    en: ClassVar[str] = "Wrong code for an address (try {tries})"


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(ContactFact):
    """An account is not to be reached that way any more; the address was erased."""

    zh: ClassVar[str] = "删除联系方式"
    en: ClassVar[str] = "An address was removed"


@dataclass(frozen=True, kw_only=True)
class WishesChanged(Fact):
    """Somebody chose how to be told of what; the subject is his account. `unwanted` are pairs `topic/way`."""

    unwanted: tuple[str, ...]

    zh: ClassVar[str] = "更改通知方式"
    en: ClassVar[str] = "Changed how to be told"
