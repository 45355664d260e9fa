import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from huimin.platform.identity.models import Account
from huimin.platform.notifications import ports
from huimin.platform.notifications.adapters.smtp import SmtpGate
from huimin.platform.notifications.models import Contact


class Sink:
    """A real SMTP server in a thread, which keeps what it takes; `answers` is what it says to the next recipients, in turn."""

    def __init__(self):
        self.taken, self.answers, self.controller = [], [], None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the library's name
        answer = self.answers.pop(0) if self.answers else ""
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def starts(self):
        """Listen at a port of the machine's choice; gives the address for the settings."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()
        return f"smtp://127.0.0.1:{port}?timeout=5"

    def stops(self):
        if self.controller is not None:
            self.controller.stop()
        self.controller = None


@pytest.fixture
def sink(settings):
    made = Sink()
    settings.SMTP_URL = made.starts()
    ports.email_gate.unplug()
    ports.email_gate.plug(SmtpGate())
    yield made
    ports.email_gate.unplug()
    made.stops()


@pytest.fixture
def reader(db):
    return Account.objects.create(username="reader", name="合成甲", kind="citizen", opened_at=timezone.now())


@pytest.fixture
def reached(reader):
    """A reader with a confirmed e-mail address."""
    Contact.objects.create(account=reader, channel="email", value="jia@example.test", confirmed_at=timezone.now())
    return reader
