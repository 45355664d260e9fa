"""Writes of bookings: open slots, book, cancel, come, call the next.

What guards a slot is one conditional update (`taken < capacity`), counted by the database itself; a check constraint stands behind it.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.kernel.workdays import WorkCalendar
from huimin.platform.bookings.declarations import Office, get_office, offices
from huimin.platform.bookings.events import BookingMoved, SlotBooked
from huimin.platform.bookings.models import Booking, Slot
from huimin.platform.bookings.queries import (
    NoSuchBooking,
    access_own_booking,
    expected_on,
    find_expected,
    get_slot,
    next_in_queue,
)
from huimin.platform.bookings.rules import State, slots_between
from huimin.platform.catalogue.library import services
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.operations import Told, tell
from huimin.platform.notifications.queries import Reader, told_already

TRIES: Final = 20
FIRST_HOUR: Final = 9
"""The hour of the day before from which on people are reminded."""
ANYTHING: Final = {"zh": "事项", "en": "your matter"}


class SlotTaken(Refusal):
    """Somebody else took the last place of the slot."""

    zh = "{starts} 的时段刚被约满，请另选一个。"
    en = "The slot at {starts} has just been filled. Please choose another."


class SlotPast(Refusal):
    """The slot has begun."""

    zh = "{starts} 的时段已经开始，请另选一个。"
    en = "The slot at {starts} has begun. Please choose another."


class BookedAlready(Refusal):
    """The same person has booked the same service on that day."""

    zh = "这一天已经约过同一件事。要改时间，请先取消原来的预约。"
    en = "The same thing is booked on that day already. To change the time, cancel that booking first."


class NobodyWaits(Refusal):
    """The queue is empty."""

    zh = "现在没有人等候。"
    en = "Nobody is waiting now."


def open_slots(*, calendar: WorkCalendar, at: datetime) -> int:
    """Make the slots of every office as far ahead as it can be booked, on working days; gives how many are new.

    What is there stays as it is: a slot that somebody has booked keeps its capacity.
    """
    today = timezone.localdate(at)
    made = 0
    for code, office in offices().items():
        for ahead in range(office.days_ahead + 1):
            day = today + timedelta(days=ahead)
            if calendar.is_working(day):
                made += _open_day(code, office, day)
    return made


def _open_day(code: str, office: Office, day: date) -> int:
    zone = timezone.get_default_timezone()
    there = set(Slot.objects.filter(office=code, starts_at__date=day).values_list("starts_at", flat=True))
    wanted = [
        Slot(
            office=code,
            starts_at=datetime.combine(day, begins, zone),
            ends_at=datetime.combine(day, ends, zone),
            capacity=office.capacity,
        )
        for hours in office.hours
        for begins, ends in slots_between(hours.opens, hours.closes, office.slot_minutes)
    ]
    missing = [slot for slot in wanted if slot.starts_at not in there]
    Slot.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def book_slot(number: int, *, service: str = "", actor: Actor, at: datetime) -> Booking:
    """Book a place in a slot. Raises NoSuchSlot, SlotPast, SlotTaken, BookedAlready."""
    slot = get_slot(number)
    account = get_account(actor.ref)
    person = actor.on_behalf_of or (f"person:{account.person_key}" if account.person_key else "")
    if slot.starts_at <= at:
        raise SlotPast(starts=slot.label)
    try:
        with transaction.atomic():
            _take_place(slot)
            booking = Booking.objects.create(
                office=slot.office,
                slot=slot,
                account=account,
                person=person,
                service=service,
                day=timezone.localdate(slot.starts_at),
                made_at=at,
            )
            fact = SlotBooked(subject=booking.reference, office=slot.office, service=service, person=person)
            publish(fact, actor=actor, at=at)
    except IntegrityError:
        raise BookedAlready from None
    return booking


def _take_place(slot: Slot) -> None:
    """One conditional update: of a hundred at once, as many get a place as there are."""
    if not Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1):
        raise SlotTaken(starts=slot.label)


def cancel_booking(public_id: str, *, actor: Actor, at: datetime) -> Booking:
    """Give the place back. Raises NoSuchBooking, BookingOver."""
    access_own_booking(public_id, actor)
    with transaction.atomic():
        booking = _held(public_id)
        booking.move(State.CANCELLED)
        booking.save(update_fields=["state"])
        Slot.objects.filter(bookings=booking).update(taken=F("taken") - 1)
        _publish(booking, actor, at)
    return booking


def _held(public_id: str) -> Booking:
    if booking := Booking.objects.select_for_update().filter(public_id=public_id).first():
        return booking
    raise NoSuchBooking


def _publish(booking: Booking, actor: Actor, at: datetime) -> None:
    fact = BookingMoved(subject=booking.reference, office=booking.office, state=booking.state, person=booking.person)
    publish(fact, actor=actor, at=at)


def check_in(office: str, code: str, *, actor: Actor, at: datetime) -> Booking:
    """Whoever booked has come: he gets his ticket. Raises NoSuchOffice, NoSuchBooking."""
    get_office(office)
    found = find_expected(office, code, on=timezone.localdate(at))
    if found is None:
        raise NoSuchBooking
    return _ticketed(found, actor, at)


def take_ticket(office: str, *, service: str = "", actor: Actor, at: datetime) -> Booking:
    """Whoever comes without a booking gets a ticket. Raises NoSuchOffice."""
    get_office(office)
    booking = Booking(office=office, service=service, day=timezone.localdate(at), made_at=at)
    return _ticketed(booking, actor, at)


def _ticketed(booking: Booking, actor: Actor, at: datetime) -> Booking:
    """The next number of the day. Two at once collide at the unique constraint, and the later one draws again."""
    for _ in range(TRIES):
        last = Booking.objects.filter(office=booking.office, day=booking.day).aggregate(Max("number"))["number__max"]
        try:
            with transaction.atomic():
                found = _held(booking.public_id) if booking.pk else booking
                found.move(State.ARRIVED)
                found.number, found.arrived_at = (last or 0) + 1, at
                found.save()
                _publish(found, actor, at)
        except IntegrityError:
            continue
        return found
    raise NobodyWaits


def call_next(office: str, *, window: str, actor: Actor, at: datetime) -> Booking:
    """Call the next in the queue to a window. Raises NoSuchOffice, NobodyWaits."""
    get_office(office)
    for _ in range(TRIES):
        found = next_in_queue(office, on=timezone.localdate(at), at=at)
        if found is None:
            raise NobodyWaits
        with transaction.atomic():
            # Two windows at once: the one that is late finds him called already and asks again.
            called = Booking.objects.filter(pk=found.pk, state=State.ARRIVED).update(
                state=State.CALLED, called_at=at, window=window
            )
            if called:
                found.refresh_from_db()
                _publish(found, actor, at)
                return found
    raise NobodyWaits


def finish_called(public_id: str, *, came: bool, actor: Actor, at: datetime) -> Booking:
    """Whoever was called has been served, or did not come to the window. Raises NoSuchBooking, BookingOver."""
    with transaction.atomic():
        booking = _held(public_id)
        booking.move(State.SERVED if came else State.MISSED)
        booking.save(update_fields=["state"])
        _publish(booking, actor, at)
    return booking


def remind_tomorrows(*, at: datetime) -> int:
    """Remind everybody who has booked for tomorrow, once, from FIRST_HOUR today on; gives how many are new."""
    now = timezone.localtime(at)
    if now.hour < FIRST_HOUR:
        return 0
    tomorrow = now.date() + timedelta(days=1)
    told = 0
    for code, office in offices().items():
        booked = list(expected_on(code, tomorrow))
        before = told_already(_reminder(booking) for booking in booked)
        for booking in booked:
            if _reminder(booking) not in before:
                told += _remind(booking, office, at)
    return told


def _reminder(booking: Booking) -> str:
    """The key under which a booking's reminder is told once."""
    return f"{booking.reference}/tomorrow"


def _remind(booking: Booking, office: Office, at: datetime) -> int:
    service = services().get(booking.service)
    values = {
        language: {
            "time": f"{timezone.localtime(booking.slot.starts_at):%H:%M}" if booking.slot else "",
            "office": office.names.text(language),
            "service": service.item.names.text(language) if service else ANYTHING[language],
            "number": booking.public_id,
        }
        for language in ANYTHING
    }
    assert booking.account is not None  # `expected_on` gives those that an account made
    to = Told(to=[Reader(booking.account)], about=booking.reference, page=reverse("bookings:mine"), values=values)
    return len(tell("booking_tomorrow", to, key=_reminder(booking), at=at))
