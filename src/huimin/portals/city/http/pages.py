"""The city's bulletin, and its open data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from huimin.platform.identity.permissions import public
from huimin.portals.city import handling as handled
from huimin.portals.city import incidents as streets
from huimin.portals.city import queries


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The figures of the city, each with its day and source."""
    bulletin = queries.bulletin(language=get_language() or "zh", today=timezone.localdate())
    return render(request, "city/home.html", {"bulletin": bulletin, "portal": "city"})


@public
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Every published table as files, and how the figures come about."""
    return render(
        request, "city/data.html", {"data": queries.open_data(language=get_language() or "zh"), "portal": "city"}
    )


@public
@require_safe
def handling(request: HttpRequest) -> HttpResponse:
    """How many cases were received and decided, how many in time, and how long it took: by service and month."""
    return render(request, "city/handling.html", {"page": handled.handling(language=get_language() or "zh")})


@public
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """What was reported in the streets in a finished month, and how it was dealt with: by district and class."""
    page = streets.reported(
        asked=request.GET.get("month", ""), today=timezone.localdate(), language=get_language() or "zh"
    )
    return render(request, "city/incidents.html", {"page": page})
