"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huimin.platform.identity.permissions import public
from huimin.platform.identity.queries import start_page
from huimin.portals.citizen.queries import home_of


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here; searched by `q`. Who acts for a firm begins on the firm's own page."""
    if start := start_page(request):
        return redirect(start)
    found = home_of(request, words=request.GET.get("q", ""), at=timezone.now())
    return render(request, "citizen/home.html", {"home": found, "portal": "citizen"})
