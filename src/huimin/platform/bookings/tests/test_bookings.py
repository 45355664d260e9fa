from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from huimin.platform.bookings import operations, queries
from huimin.platform.bookings.declarations import offices
from huimin.platform.bookings.models import Booking, Slot
from huimin.platform.bookings.rules import State
from huimin.platform.identity.models import Account
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.notifications.queries import notices_of_account
from huimin.platform.process.queries.calendar import work_calendar
from huimin.platform.registries.tests.factories import SYSTEM, citizen, official, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 6, 0, 30, tzinfo=UTC)
"""Monday, half past eight in the morning in Wuhu."""
OFFICE = "city_centre"


@pytest.fixture
def slots(db) -> list[Slot]:
    operations.open_slots(calendar=work_calendar(), at=NOW)
    return list(queries.free_slots(OFFICE, at=NOW))


@pytest.fixture
def resident(db):
    person()
    return citizen()


@pytest.mark.covers("P15")
def test_slots_are_opened_on_working_days_and_only_once(slots) -> None:
    days = {slot.starts_at.date() for slot in slots}
    assert all(day.weekday() < 5 for day in days)
    assert operations.open_slots(calendar=work_calendar(), at=NOW) == 0
    assert {slot.capacity for slot in slots} == {offices()[OFFICE].capacity}


@pytest.mark.covers("P15")
def test_a_place_is_booked_once_and_given_back(slots, resident) -> None:
    slot = slots[0]
    booked = operations.book_slot(slot.pk, service="x", actor=resident, at=NOW)
    assert Slot.objects.get(pk=slot.pk).taken == 1
    with pytest.raises(operations.BookedAlready):
        operations.book_slot(slots[1].pk, service="x", actor=resident, at=NOW)
    assert Slot.objects.get(pk=slots[1].pk).taken == 0, "a refused booking takes no place"
    operations.cancel_booking(booked.public_id, actor=resident, at=NOW)
    assert Slot.objects.get(pk=slot.pk).taken == 0
    assert not queries.own_bookings(resident, on=NOW.date()).exists()


def test_a_full_slot_and_one_that_has_begun_are_refused(slots, resident) -> None:
    Slot.objects.filter(pk=slots[0].pk).update(taken=slots[0].capacity)
    with pytest.raises(operations.SlotTaken):
        operations.book_slot(slots[0].pk, actor=resident, at=NOW)
    with pytest.raises(operations.SlotPast):
        operations.book_slot(slots[1].pk, actor=resident, at=slots[1].starts_at)
    assert slots[0] not in queries.free_slots(OFFICE, at=NOW)


def test_nobody_cancels_for_another(slots, resident) -> None:
    booked = operations.book_slot(slots[0].pk, actor=resident, at=NOW)
    with pytest.raises(queries.NoSuchBooking):
        operations.cancel_booking(booked.public_id, actor=citizen("", "别人"), at=NOW)


def test_the_queue_calls_who_booked_when_his_time_has_come_and_the_others_in_order(slots, resident) -> None:
    booked = operations.book_slot(slots[0].pk, actor=resident, at=NOW)
    early = slots[0].starts_at - timedelta(minutes=10)
    first = operations.take_ticket(OFFICE, actor=SYSTEM, at=early)
    arrived = operations.check_in(OFFICE, booked.public_id.lower(), actor=SYSTEM, at=early)
    second = operations.take_ticket(OFFICE, actor=SYSTEM, at=early)
    assert [first.number, arrived.number, second.number] == [1, 2, 3]
    assert arrived.ticket.startswith("Y")
    due = slots[0].starts_at
    called = [operations.call_next(OFFICE, window="3", actor=SYSTEM, at=due).pk for _ in range(3)]
    assert called == [booked.pk, first.pk, second.pk]
    with pytest.raises(operations.NobodyWaits):
        operations.call_next(OFFICE, window="3", actor=SYSTEM, at=due)
    operations.finish_called(first.public_id, came=False, actor=SYSTEM, at=due)
    assert Booking.objects.get(pk=first.pk).state == State.MISSED


def test_pages_lead_from_office_to_booking_and_to_the_window(resident, settings, monkeypatch) -> None:
    settings.DEMO = True
    from django.utils import timezone

    operations.open_slots(calendar=work_calendar(), at=timezone.now())
    client = Client()
    client.force_login(
        Account.objects.get(public_id=resident.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert "演示" in client.get("/my/bookings/new/").content.decode()
    day, _left = queries.days_with_slots(OFFICE, at=timezone.now())[0]
    page = client.get(f"/my/bookings/new/{OFFICE}/").content.decode()
    assert day.isoformat() in page
    assert page.count(f"{day.month}月{day.day}日") == 1, "a day is told once"
    slot = queries.free_slots(OFFICE, at=timezone.now(), day=day).first()
    assert f"/my/bookings/take/{slot.pk}/" in client.get(f"/my/bookings/new/{OFFICE}/{day}/").content.decode()
    client.post(f"/my/bookings/take/{slot.pk}/")
    booked = Booking.objects.get()
    assert booked.public_id in client.get("/my/bookings/").content.decode()
    assert client.get(f"/my/bookings/new/{OFFICE}/nonsense/").status_code == 404

    clerk = official("xzfw.window", "window_clerk")
    desk = Client()
    desk.force_login(
        Account.objects.get(public_id=clerk.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = desk.session
    session[DEMO_IN_SESSION] = True
    session.save()
    Booking.objects.update(day=timezone.localdate())
    desk.post(f"/desk/queue/{OFFICE}/check-in/", {f"{OFFICE}-code": booked.public_id})
    assert "Y001" in desk.get("/desk/queue/").content.decode()
    desk.post(f"/desk/queue/{OFFICE}/call/", {f"{OFFICE}-window": "5"})
    assert "5 号窗口" in client.get("/my/bookings/").content.decode()
    assert client.get("/desk/queue/").status_code == 403


@pytest.mark.covers("P15")
def test_who_comes_tomorrow_is_reminded_once_and_not_before_nine(slots, resident) -> None:
    tomorrow = [slot for slot in slots if slot.starts_at.date() == (NOW + timedelta(days=1)).date()]
    booked = operations.book_slot(tomorrow[0].pk, service="identity_card_replacement", actor=resident, at=NOW)
    gone = operations.book_slot(tomorrow[1].pk, service="birth", actor=resident, at=NOW)
    operations.cancel_booking(gone.public_id, actor=resident, at=NOW)
    assert operations.remind_tomorrows(at=NOW) == 0, "half past eight in the morning"
    nine = NOW + timedelta(minutes=30)
    assert operations.remind_tomorrows(at=nine) == 1
    assert operations.remind_tomorrows(at=nine + timedelta(hours=1)) == 0
    (told,) = notices_of_account(resident)
    assert booked.public_id in told.text_zh
    assert "居民身份证换领、补领" in told.text_zh
    assert told.page == "/my/bookings/"
