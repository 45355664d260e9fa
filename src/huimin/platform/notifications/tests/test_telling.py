"""Who is told of what, by which way, and how often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal.models import Entry
from huimin.platform.notifications import declarations, operations, ports, queries
from huimin.platform.notifications.adapters.simulated import KeptSms, kept_for
from huimin.platform.notifications.models import Asking, Contact, Message, Notice
from huimin.platform.notifications.operations import asking
from huimin.platform.notifications.rules import PAGES, Channel
from huimin.platform.notifications.tests.factories import CASE, TABLE, actor_of, tell_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(monkeypatch):
    declarations.notices.cache_clear()
    monkeypatch.setattr(declarations, "notices", lambda: TABLE)


def test_the_same_thing_is_told_once(reached):
    at = timezone.now()
    assert len(tell_one(reached, key="a", at=at)) == 1
    assert tell_one(reached, key="a", at=at) == []
    assert Notice.objects.count() == 1
    fact = Entry.objects.get(kind="notifications.PeopleTold").fact
    assert (fact.subject, fact.notice, fact.channels) == (CASE, "result", ("email",))


def test_who_has_given_no_address_is_told_in_the_pages_alone(reader):
    tell_one(reader, key="a", at=timezone.now())
    assert queries.unread_count(reader) == 1
    assert not Message.objects.exists()


def test_what_somebody_does_not_want_he_is_not_told_and_letters_lie_in_the_pages_in_any_case(reached):
    at, actor = timezone.now(), actor_of(reached)
    operations.wish([("bookings", PAGES), ("cases", PAGES), ("cases", "email")], actor=actor, at=at)
    assert tell_one(reached, "reminder", key="a", at=at) == []
    (letter,) = tell_one(reached, key="b", at=at)
    assert not letter.messages.exists()
    operations.wish([], actor=actor, at=at)
    (letter,) = tell_one(reached, key="c", at=at)
    assert letter.messages.count() == 1


def test_what_happens_at_once_comes_in_one_message_and_an_urgent_one_lets_it_go(reached):
    at = timezone.now()
    tell_one(reached, key="a", at=at)
    tell_one(reached, "reminder", key="b", at=at + timedelta(seconds=5))
    message = Message.objects.get()
    assert message.notices.count() == 2
    assert message.due_at > at
    tell_one(reached, "alarm", key="c", at=at + timedelta(seconds=6))
    message.refresh_from_db()
    assert (message.notices.count(), message.urgent, message.due_at) == (3, True, at + timedelta(seconds=6)) or (
        message.due_at <= at + timedelta(seconds=30) and message.urgent
    )


def test_reading_is_one_s_own(reached):
    at = timezone.now()
    (notice,) = tell_one(reached, key="a", at=at)
    stranger = Account.objects.create(username="other", name="合成乙", kind="citizen", opened_at=at)
    with pytest.raises(queries.NoSuchMessage):
        operations.mark_read(notice.public_id, actor=actor_of(stranger), at=at)
    operations.mark_read(notice.public_id, actor=actor_of(reached), at=at)
    assert queries.unread_count(reached) == 0


def test_the_readers_of_a_matter(reader):
    at = timezone.now()
    Account.objects.filter(pk=reader.pk).update(person_key="P1", assurance=2)
    agents = [Account.objects.create(username=f"a{n}", name="合成", kind="citizen", opened_at=at) for n in range(4)]

    def power(principal, agent, **more):
        given = {"relation": "other", "acts": ["view", "apply"], "state": "active", "basis": "papers", "offered_at": at}
        Delegation.objects.create(principal=principal, principal_name="合成", agent=agent, **{**given, **more})

    power("person:P1", agents[0])
    power("organisation:E1", agents[0])
    power("organisation:E1", agents[1], services=["restaurant_opening"])
    power("organisation:E1", agents[2], until=at - timedelta(days=1))
    power("organisation:E1", agents[3], acts=["sign"])

    def told(holder, **more):
        return [(one.account.username, one.principal) for one in queries.readers(holder, at=at, **more)]

    assert told("person:P1") == [("reader", "")]
    assert told("person:P1", began=agents[0].public_id) == [("reader", ""), ("a0", "person:P1")]
    assert told("organisation:E1", service="birth") == [("a0", "organisation:E1")]
    assert {name for name, _ in told("organisation:E1", service="restaurant_opening")} == {"a0", "a1"}
    assert told("person:unknown") == []


# --- addresses -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sms(settings, tmp_path):
    settings.HOME = tmp_path
    ports.sms_gate.unplug()
    ports.sms_gate.plug(KeptSms())
    yield
    ports.sms_gate.unplug()


def code_shown(account):
    text = kept_for(account.public_id)[0].text
    return next(word for word in text.replace("，", " ").split() if word.isdigit() and len(word) == 6)


@pytest.mark.covers("C03")
def test_a_telephone_is_confirmed_by_the_code_that_came_there_and_erased_when_he_says_so(reader, sms):
    at, actor = timezone.now(), actor_of(reader)
    asked = operations.ask_for_contact(channel=Channel.SMS, value="13800001234", actor=actor, at=at)
    code = code_shown(reader)
    assert not Contact.objects.exists(), "an address that nobody has confirmed is nobody's"
    operations.confirm_contact(public_id=asked.public_id, code=code, actor=actor, at=at)
    assert Contact.objects.get().value == "13800001234"
    operations.remove_contact(channel=Channel.SMS, actor=actor, at=at)
    assert not Contact.objects.exists()
    assert not Asking.objects.exclude(value="").exists(), "nothing of the address stays"
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "13800001234" not in bodies


def test_wrong_codes_are_counted_and_end_it(reader, sms):
    at, actor = timezone.now(), actor_of(reader)
    asked = operations.ask_for_contact(channel=Channel.SMS, value="13800001234", actor=actor, at=at)
    right = code_shown(reader)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(operations.CodeWrong):
            operations.confirm_contact(public_id=asked.public_id, code=wrong, actor=actor, at=at)
    with pytest.raises(queries.NoSuchMessage):
        operations.confirm_contact(public_id=asked.public_id, code=right, actor=actor, at=at)
    late = operations.ask_for_contact(channel=Channel.SMS, value="13800001234", actor=actor, at=at)
    with pytest.raises(queries.NoSuchMessage):
        operations.confirm_contact(public_id=late.public_id, code="123456", actor=actor, at=at + timedelta(minutes=11))


def test_codes_a_day_are_limited(reader, sms):
    at, actor = timezone.now(), actor_of(reader)
    for _ in range(asking.CODES_A_DAY):
        operations.ask_for_contact(channel=Channel.SMS, value="13800001234", actor=actor, at=at)
    with pytest.raises(operations.TooManyCodes):
        operations.ask_for_contact(channel=Channel.SMS, value="13800001234", actor=actor, at=at)


def test_what_is_old_is_forgotten(reached):
    at = timezone.now()
    tell_one(reached, key="old", at=at - timedelta(days=400))
    Message.objects.update(state="sent", over_at=at)
    tell_one(reached, key="new", at=at)
    assert operations.forget_old(at=at) == 1
    assert list(Notice.objects.values_list("key", flat=True)) == ["new"]
    assert Message.objects.count() == 1
