"""Tables of bookings: slots with what is taken of them, and bookings with their tickets."""

from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import Refusal
from huimin.platform.bookings.rules import State, may_move, ticket

REFERENCE_LENGTH: Final = 200


class BookingOver(Refusal):
    """The booking stands in a way that this act cannot follow."""

    zh = "这个预约现在是“{state}”，不能这样办理。"
    en = "This booking is “{state}” now; this cannot be done with it."


def new_public_id() -> str:
    """Eight characters of base 32: read out at the counter, and not to be guessed in a day's bookings."""
    return random_number(8)


class Slot(models.Model):
    """A stretch of time at an office and how many it takes. `taken` never exceeds `capacity`: the database itself refuses."""

    office = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Slot"]] = models.Manager()

    class Meta:
        verbose_name = _("时段")
        constraints = [
            models.UniqueConstraint(fields=["office", "starts_at"], name="one_slot_at_a_time"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="a_slot_is_never_oversold"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_slot_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.starts_at}"

    @property
    def left(self) -> int:
        """How many it still takes."""
        return self.capacity - self.taken

    @property
    def label(self) -> str:
        """`7月9日 09:30`, as refusals say it."""
        begins: datetime = timezone.localtime(self.starts_at)
        return f"{begins.month}月{begins.day}日 {begins:%H:%M}"


class Booking(models.Model):
    """One person's place in a slot, or in the queue without one. `number` is the ticket's of the day, once he has come."""

    class States(models.TextChoices):
        """The states in words."""

        BOOKED = State.BOOKED.value, _("已预约")
        ARRIVED = State.ARRIVED.value, _("已取号，等候中")
        CALLED = State.CALLED.value, _("请到窗口")
        SERVED = State.SERVED.value, _("已办理")
        MISSED = State.MISSED.value, _("过号")
        CANCELLED = State.CANCELLED.value, _("已取消")

    public_id = models.CharField(max_length=8, unique=True, default=new_public_id)
    office = models.CharField(max_length=32)
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="bookings"
    )
    person = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    service = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, choices=States, default=State.BOOKED.value)
    day = models.DateField()
    number = models.PositiveIntegerField(null=True, blank=True)
    window = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Booking"]] = models.Manager()

    class Meta:
        verbose_name = _("预约")
        indexes = [
            models.Index(fields=["account", "day"], name="booking_by_account"),
            models.Index(fields=["office", "day", "state"], name="booking_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["office", "day", "number"], name="a_ticket_is_given_once_a_day"),
            models.UniqueConstraint(
                fields=["account", "person", "service", "day"],
                condition=Q(state="booked"),
                name="one_booking_a_day_for_a_service",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts speak of it."""
        return f"booking:{self.public_id}"

    @property
    def ticket(self) -> str:
        """What is called out; blank until he has come."""
        return ticket(self.number, booked=self.slot_id is not None) if self.number else ""

    def move(self, state: State) -> None:
        """Go to another state, if that is a legal move; raises BookingOver. Does not save."""
        if not may_move(State(self.state), state):
            raise BookingOver(state=self.get_state_display())
        self.state = state.value
