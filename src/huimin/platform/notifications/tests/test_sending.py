"""What goes out, to a real SMTP server: what it says, when it goes, and what becomes of it when something is broken."""

from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.utils import timezone

from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import MOST_ATTEMPTS
from huimin.platform.notifications import declarations, operations, ports, queries
from huimin.platform.notifications.adapters.simulated import KeptMail, KeptSms, kept_for
from huimin.platform.notifications.models import Contact, Message
from huimin.platform.notifications.operations.wishing import written_link
from huimin.platform.notifications.rules import Channel
from huimin.platform.notifications.tests.factories import TABLE, actor_of, tell_one

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def table(monkeypatch):
    monkeypatch.setattr(declarations, "notices", lambda: TABLE)


def day(hour):
    return timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.mark.covers("P01")
def test_an_e_mail_says_what_and_where_and_nothing_of_the_person(reached, sink, settings):
    settings.SITE_URL = "https://huimin.example.test"
    at = timezone.now()
    (notice,) = tell_one(reached, key="a", at=at)
    assert operations.send_due(at=at) == 0, "it gathers for a moment"
    assert operations.send_due(at=at + SOON) == 1
    (mail,) = sink.taken
    message = Message.objects.get()
    assert (mail["To"], mail["Subject"]) == ("jia@example.test", "餐饮开业有结果了"), "the subject crosses in UTF-8"
    assert mail["Message-ID"] == f"<{message.public_id.lower()}@huimin.example.test>"
    text = mail.get_content()
    assert f"https://huimin.example.test/my/messages/{notice.public_id}/" in text
    assert "办件 N1" in text
    assert reached.name not in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert written_link(reached.public_id, "cases", Channel.EMAIL).split(":")[0] in mail["List-Unsubscribe"]
    assert message.state == "sent"
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "example.test" not in bodies
    assert operations.send_due(at=at + timedelta(days=1)) == 0, "and once"


def test_the_reader_s_language_is_the_message_s(reached, sink):
    reached.language = "en"
    reached.save()
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    tell_one(reached, "reminder", key="b", at=at)
    operations.send_due(at=at + SOON)
    (mail,) = sink.taken
    assert mail["Subject"] == "You have 2 new messages"
    assert "Restaurant: a result" in mail.get_content()
    assert "A reminder" in mail.get_content()
    assert mail["List-Unsubscribe"] is None, "two topics have two links, in the text"
    assert mail.get_content().count("/notices/stop/") == 2


def test_a_server_that_is_down_is_tried_again_with_pauses_and_then_given_up_aloud(reached, sink, settings):
    at = timezone.now()
    sink.stops()
    tell_one(reached, key="a", at=at)
    tried = []
    for minutes in range(0, 24 * 60, 5):
        if operations.send_due(at=at + SOON + timedelta(minutes=minutes)):
            tried.append(minutes)
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == MOST_ATTEMPTS
    assert pauses == sorted(pauses)
    message = Message.objects.get()
    assert (message.state, message.problem) == ("given_up", "ConnectionRefusedError")
    assert Contact.objects.get().problem == "ConnectionRefusedError"
    assert Entry.objects.filter(kind="notifications.MessageGivenUp").count() == 1
    assert queries.queue(message.over_at + SOON).given_up == 1
    settings.SMTP_URL = sink.starts()
    tell_one(reached, key="b", at=message.over_at)
    operations.send_due(at=message.over_at + SOON)
    assert len(sink.taken) == 1
    assert Contact.objects.get().problem == "", "what arrives ends the complaint"


def test_a_recipient_refused_for_now_is_tried_again_and_one_refused_for_good_is_not(reached, sink):
    at = timezone.now()
    sink.answers = ["451 try later"]
    tell_one(reached, key="a", at=at)
    operations.send_due(at=at + SOON)
    assert (Message.objects.get().state, Message.objects.get().problem) == ("waiting", "recipient_451")
    operations.send_due(at=at + timedelta(minutes=5))
    assert len(sink.taken) == 1
    sink.answers = ["550 no such user"]
    tell_one(reached, key="b", at=at + timedelta(minutes=6))
    operations.send_due(at=at + timedelta(minutes=10))
    assert Contact.objects.get().problem == "recipient_550"
    assert operations.send_due(at=at + timedelta(days=1)) == 0


class Death(BaseException):
    """The process ends here."""


def test_a_process_that_dies_after_the_server_took_it_doubles_it_once_under_the_same_id(reached, sink, monkeypatch):
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    real = ports.email_gate.get()

    def dies(mail):
        real(mail)
        raise Death

    ports.email_gate.unplug()
    ports.email_gate.plug(dies)
    with pytest.raises(Death):
        operations.send_due(at=at + SOON)
    ports.email_gate.unplug()
    ports.email_gate.plug(real)
    tell_one(reached, "reminder", key="b", at=at + SOON)
    for minutes in range(2, 60):
        operations.send_due(at=at + timedelta(minutes=minutes))
    identities = [mail["Message-ID"] for mail in sink.taken]
    assert len(identities) == 3
    assert len(set(identities)) == 2, "the doubled one is known by its id; what came later went in another"
    assert Message.objects.filter(state="sent").count() == 2


def test_what_kills_every_process_is_given_up(reached):
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    ports.email_gate.unplug()
    ports.email_gate.plug(SimpleNamespace(simulated=False))
    Message.objects.update(attempts=MOST_ATTEMPTS)
    operations.send_due(at=at + SOON)
    assert (Message.objects.get().state, Message.objects.get().problem) == ("given_up", "process_died")
    ports.email_gate.unplug()


def test_beyond_the_rate_messages_wait_and_come_in_one(reached, sink):
    at = timezone.now()
    for number in range(20):
        tell_one(reached, key=f"k{number}", at=at + number * SOON)
        operations.send_due(at=at + number * SOON + timedelta(seconds=40))
    assert len(sink.taken) == 12
    operations.send_due(at=at + timedelta(minutes=59))
    assert len(sink.taken) == 12
    operations.send_due(at=at + timedelta(minutes=62))
    assert len(sink.taken) == 13
    assert sink.taken[-1]["Subject"] == "您有 8 条新消息"
    assert Message.objects.filter(state="waiting").count() == 0


@pytest.fixture
def phone(reader, settings, tmp_path):
    settings.HOME = tmp_path
    Contact.objects.create(account=reader, channel="sms", value="13800001234", confirmed_at=timezone.now())
    ports.sms_gate.unplug()
    ports.sms_gate.plug(KeptSms())
    yield reader
    ports.sms_gate.unplug()


def test_no_telephone_rings_at_night_but_for_what_is_urgent(phone):
    night = day(23)
    tell_one(phone, key="a", at=night)
    operations.send_due(at=night + SOON)
    assert kept_for(phone.public_id) == []
    morning = day(8) + timedelta(days=1)
    operations.send_due(at=morning - SOON)
    assert kept_for(phone.public_id) == []
    operations.send_due(at=morning)
    assert [one.text for one in kept_for(phone.public_id)] == ["【惠民】餐饮开业有结果了"]
    tell_one(phone, "alarm", key="b", at=morning + timedelta(hours=16))
    operations.send_due(at=morning + timedelta(hours=16))
    assert len(kept_for(phone.public_id)) == 2
    assert set(Message.objects.values_list("state", flat=True)) == {"kept"}, (
        "what was not sent does not say that it was"
    )


def test_without_a_mail_server_a_demonstration_keeps_what_it_would_send(reached, settings, tmp_path):
    settings.HOME = tmp_path
    ports.email_gate.unplug()
    ports.email_gate.plug(KeptMail())
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    operations.send_due(at=at + SOON)
    (kept,) = kept_for(reached.public_id)
    assert (kept.to, kept.subject) == ("jia@example.test", "餐饮开业有结果了")
    assert "办件 N1" in kept.text
    assert Message.objects.get().state == "kept"
    assert Entry.objects.get(kind="notifications.MessageSent").fact.simulated is True
    ports.email_gate.unplug()


def test_an_address_taken_back_gets_nothing_more(reached, sink):
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    operations.remove_contact(channel=Channel.EMAIL, actor=actor_of(reached), at=at)
    operations.send_due(at=at + SOON)
    assert sink.taken == []
    assert Message.objects.get().state == "dropped"


def test_an_idle_queue_costs_one_read(reached, django_assert_num_queries):
    with django_assert_num_queries(1):
        operations.send_due(at=timezone.now())


def test_a_queue_that_nobody_works_off_is_seen(reached):
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    assert queries.queue(at + SOON).overdue == 0
    assert queries.queue(at + timedelta(hours=1)).overdue == 1
