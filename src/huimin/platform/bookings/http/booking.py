"""Booking a slot: the office, the day, the time; and what one has booked."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huimin.platform.bookings import declarations, operations, queries
from huimin.platform.bookings.permissions import BOOK
from huimin.platform.bookings.rules import State
from huimin.platform.catalogue.library import services
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language


def service_name(code: str) -> str:
    """What a service is called; blank for none or one that the city no longer has."""
    declared = services().get(code)
    return declared.item.names.text(reader_language()) if declared else ""


def _asked(request: HttpRequest) -> str:
    """The service for which one books, where it can be booked."""
    code = request.GET.get("service", "") or request.POST.get("service", "")
    return code if code in services() else ""


@needs(BOOK)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I have booked."""
    at = timezone.now()
    rows = [
        {
            "booking": booking,
            "office": declarations.get_office(booking.office).names.text(reader_language()),
            "service": service_name(booking.service),
            "before": queries.waiting_before(booking) if booking.state == State.ARRIVED else None,
        }
        for booking in queries.own_bookings(actor_of(request), on=timezone.localdate(at))[: queries.SHOWN_AT_MOST]
    ]
    return render(request, "bookings/mine.html", {"rows": rows})


@needs(BOOK)
@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    """Choose an office."""
    shown = [
        {"code": code, "name": office.names.text(reader_language()), "address": office.address.text(reader_language())}
        for code, office in declarations.offices().items()
    ]
    service = _asked(request)
    return render(
        request, "bookings/offices.html", {"offices": shown, "service": service, "name": service_name(service)}
    )


@needs(BOOK)
@require_GET
def for_service(request: HttpRequest, service: str) -> HttpResponse:
    """Choose an office for a service."""
    return redirect(f"{reverse('bookings:offices')}?{urlencode({'service': service})}")


@needs(BOOK)
@require_GET
def days(request: HttpRequest, office: str) -> HttpResponse:
    """Choose a day."""
    declared = declarations.get_office(office)
    context = {
        "office": office,
        "name": declared.names.text(reader_language()),
        "days": queries.days_with_slots(office, at=timezone.now()),
        "service": _asked(request),
    }
    return render(request, "bookings/days.html", context)


@needs(BOOK)
@require_GET
def slots(request: HttpRequest, office: str, day: str) -> HttpResponse:
    """Choose a time."""
    declared = declarations.get_office(office)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise queries.NoSuchSlot from None
    context = {
        "office": office,
        "name": declared.names.text(reader_language()),
        "day": on,
        "slots": list(queries.free_slots(office, at=timezone.now(), day=on)),
        "service": _asked(request),
    }
    return render(request, "bookings/slots.html", context)


@needs(BOOK)
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Book the time that was chosen."""
    booked = operations.book_slot(number, service=_asked(request), actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已约好，到时报预约码 %(code)s。") % {"code": booked.public_id})
    return redirect("bookings:mine")


@needs(BOOK)
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give the place back."""
    operations.cancel_booking(public_id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已取消预约。"))
    return redirect("bookings:mine")
