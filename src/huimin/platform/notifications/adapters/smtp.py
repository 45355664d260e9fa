"""A mail server, spoken to in SMTP (RFC 5321) by Django's own backend; what it answers becomes a code without address or text."""

import smtplib
from email.utils import formataddr
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from huimin.platform.notifications.ports import Mail, TryLater, Undeliverable
from huimin.platform.ui.brand import brand

SECONDS: Final = 20
PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
PERMANENT: Final = 500


def connection_of(url: str) -> EmailBackend:
    """The way to a server: `smtp://user:password@host:port`, `smtp+tls://` or `smtps://`. Raises ValueError for another scheme."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("HUIMIN_SMTP_URL is smtp://, smtp+tls:// or smtps:// with a host")
    seconds = parse_qs(parts.query).get("timeout", [str(SECONDS)])[0]
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        timeout=int(seconds),
    )


class SmtpGate:
    """Sends by the server of the settings, a connection for each message."""

    simulated = False

    def __call__(self, mail: Mail) -> None:
        """Hand it over. Raises Undeliverable for a recipient refused for good (5xx), TryLater for all else."""
        sender = formataddr((str(brand().platform), settings.DEFAULT_FROM_EMAIL))
        letter = EmailMessage(
            subject=mail.subject, body=mail.text, from_email=sender, to=[mail.to], headers=dict(mail.headers)
        )
        try:
            connection_of(settings.SMTP_URL).send_messages([letter])
        except smtplib.SMTPRecipientsRefused as refused:
            _judge(max(code for code, _ in refused.recipients.values()))
        except smtplib.SMTPResponseException as failed:
            # The server refuses us or the message, not this recipient: whoever keeps the machine has to look.
            raise TryLater(f"smtp_{failed.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as failed:
            raise TryLater(_short(failed)) from None


def _judge(code: int) -> None:
    kind = Undeliverable if code >= PERMANENT else TryLater
    raise kind(f"recipient_{code}") from None


def _short(failed: Exception) -> str:
    """The kind of failure alone: what the exception says may quote the address."""
    return type(failed).__name__[:40]
