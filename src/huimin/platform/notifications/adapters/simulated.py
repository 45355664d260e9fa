"""What a demonstration does instead of sending: it keeps the message in its data folder, and a page shows it as not sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from huimin.platform.notifications.ports import Mail
from huimin.platform.notifications.rules import Channel

SHOWN_AT_MOST: Final = 30
ENDINGS: Final = {Channel.EMAIL: ".eml", Channel.SMS: ".sms"}


def folder_of(account: str) -> Path:
    """Where what an account was not sent lies: in the part of the data folder that is never backed up."""
    return Path(settings.HOME) / "demo" / "not-sent" / account


def _keep(mail: Mail, channel: Channel, content: bytes) -> None:
    folder = folder_of(mail.account)
    folder.mkdir(parents=True, exist_ok=True)
    # Named by its key: a second attempt writes the same file.
    (folder / f"{mail.key}{ENDINGS[channel]}").write_bytes(content)


class KeptMail:
    """E-mails as files, as any mail program opens them."""

    simulated = True

    def __call__(self, mail: Mail) -> None:
        """Keep it."""
        letter = EmailMessage(subject=mail.subject, body=mail.text, to=[mail.to], headers=dict(mail.headers))
        _keep(mail, Channel.EMAIL, letter.message().as_bytes())


class KeptSms:
    """Text messages as files."""

    simulated = True

    def __call__(self, mail: Mail) -> None:
        """Keep it."""
        _keep(mail, Channel.SMS, f"{mail.to}\n{mail.text}".encode())


@dataclass(frozen=True, slots=True)
class NotSent:
    """A message that was kept: its way, the address it would have gone to, what it says."""

    channel: Channel
    to: str
    subject: str
    text: str
    at: datetime


def kept_for(account: str) -> list[NotSent]:
    """What was kept for an account, the newest first."""
    files = sorted(_files(account), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:SHOWN_AT_MOST]]


def _files(account: str) -> Iterator[Path]:
    folder = folder_of(account)
    if folder.is_dir():
        yield from (file for file in folder.iterdir() if file.suffix in ENDINGS.values())


def _read(file: Path) -> NotSent:
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if file.suffix == ENDINGS[Channel.SMS]:
        to, _, text = file.read_text(encoding="utf-8").partition("\n")
        return NotSent(Channel.SMS, to, "", text, at)
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = letter.get_body()
    text = body.get_content() if body else ""
    return NotSent(Channel.EMAIL, str(letter["To"]), str(letter["Subject"]), text, at)
