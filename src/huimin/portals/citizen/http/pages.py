"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huimin.platform.identity.permissions import public
from huimin.portals.citizen.queries import home_of


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here; searched by `q`."""
    return render(
        request, "citizen/home.html", {"home": home_of(request, words=request.GET.get("q", "")), "portal": "citizen"}
    )
