"""Reads of bookings: what is free, one's own, and the queue of an office."""

from collections import Counter
from datetime import date, datetime
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.bookings.declarations import offices
from huimin.platform.bookings.models import Booking, Slot
from huimin.platform.bookings.rules import State
from huimin.platform.journal.rules import Actor

SHOWN_AT_MOST: Final = 100


class NoSuchBooking(NotFound):
    """There is no such booking, or it is somebody else's."""

    zh = "没有找到这个预约。"
    en = "This booking was not found."


class NoSuchSlot(NotFound):
    """There is no such slot."""

    zh = "没有这个时段。"
    en = "There is no such slot."


def free_slots(office: str, *, at: datetime, day: date | None = None) -> QuerySet[Slot]:
    """The slots of an office that still take somebody and have not begun, in order; of one day when it is named."""
    slots = Slot.objects.filter(office=office, starts_at__gt=at, taken__lt=F("capacity")).order_by("starts_at")
    return slots.filter(starts_at__date=day) if day else slots


def days_with_slots(office: str, *, at: datetime) -> list[tuple[date, int]]:
    """The days on which an office still takes somebody, and how many places are left on each."""
    left: Counter[date] = Counter()
    for slot in free_slots(office, at=at):
        left[timezone.localdate(slot.starts_at)] += slot.left
    return sorted(left.items())


def get_slot(number: int) -> Slot:
    """The slot of this number. Raises NoSuchSlot."""
    if slot := Slot.objects.filter(pk=number).first():
        return slot
    raise NoSuchSlot


def own_bookings(actor: Actor, *, on: date) -> QuerySet[Booking]:
    """What an account has booked from a day on, the next first."""
    return (
        Booking.objects.filter(account__public_id=actor.ref, day__gte=on)
        .exclude(state=State.CANCELLED)
        .select_related("slot")
        .order_by("day", "slot__starts_at", "pk")
    )


def access_own_booking(public_id: str, actor: Actor) -> Booking:
    """One of an account's own bookings. Raises NoSuchBooking."""
    found = Booking.objects.filter(account__public_id=actor.ref, public_id=public_id).select_related("slot").first()
    if found is None:
        raise NoSuchBooking
    return found


def offices_of(actor: Actor) -> list[str]:
    """The offices at whose windows an official works: those of his department."""
    department = actor.post.partition(".")[0]
    return [code for code, office in offices().items() if office.department == department]


def queue_of(office: str, *, on: date) -> QuerySet[Booking]:
    """Who waits at an office: those called first, then who had booked by his time, then the others in the order of their coming."""
    waiting = Booking.objects.filter(office=office, day=on, state__in=[State.ARRIVED, State.CALLED])
    return waiting.select_related("slot").order_by(
        F("called_at").asc(nulls_last=True), F("slot__starts_at").asc(nulls_last=True), "number"
    )[:SHOWN_AT_MOST]


def next_in_queue(office: str, *, on: date, at: datetime) -> Booking | None:
    """Whom to call next: who had booked and whose time has come, then the others in the order of their coming."""
    waiting = Booking.objects.filter(office=office, day=on, state=State.ARRIVED)
    due = waiting.filter(slot__starts_at__lte=at).order_by("slot__starts_at", "number").first()
    return due or waiting.filter(slot=None).order_by("number").first() or waiting.order_by("slot__starts_at").first()


def find_expected(office: str, public_id: str, *, on: date) -> Booking | None:
    """The booking of this code that is expected at an office on a day."""
    code = public_id.strip().upper()
    return Booking.objects.filter(office=office, day=on, public_id=code, state=State.BOOKED).first()


def waiting_before(booking: Booking) -> int:
    """How many are called before this one, at most SHOWN_AT_MOST."""
    ahead = list(queue_of(booking.office, on=booking.day).values_list("pk", flat=True))
    return ahead.index(booking.pk) if booking.pk in ahead else 0


def expected_on(office: str, day: date) -> QuerySet[Booking]:
    """Who has booked at an office for a day by an account of his own and is still to come, with slot and account."""
    booked = Booking.objects.filter(office=office, day=day, state=State.BOOKED.value, account__isnull=False)
    return booked.select_related("slot", "account").order_by("pk")
