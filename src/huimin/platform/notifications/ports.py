"""What stands behind the outside world: the mail server and the gateway for text messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.ports import Port


class NoWayOut(Refusal):
    """Nothing is plugged in that could send this."""

    zh = "本市还没有接通这种通知方式，请在“消息”里查看。"
    en = "The city cannot send by this way yet; please read your messages here."
    status = 503


class TryLater(Exception):
    """It was not taken over now and may be later; `code` is a short name or SMTP code, never an address or a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undeliverable(TryLater):
    """It will never be taken over: the recipient is refused."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as a gate takes it: `key` is the same at every attempt, `account` the public number of its reader."""

    key: str
    account: str
    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Gate(Protocol):
    """Sends, or keeps and says so. It must not log what it is given."""

    simulated: bool

    def __call__(self, mail: Mail) -> None:
        """Hand the message over. Raises TryLater, Undeliverable."""
        ...


email_gate: Final[Port[Gate]] = Port()
sms_gate: Final[Port[Gate]] = Port()
