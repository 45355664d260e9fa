"""What bookings announce. Their subject is `booking:<public id>`."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class SlotBooked(Fact):
    """Somebody booked a slot of an office."""

    office: str
    service: str
    person: str

    zh = "预约窗口"
    en = "Slot booked"


@dataclass(frozen=True, kw_only=True)
class BookingMoved(Fact):
    """A booking was cancelled, or whoever booked arrived, was called, served, or did not come."""

    office: str
    state: str
    person: str

    zh = "预约状态：{state}"
    en = "Booking is {state}"
