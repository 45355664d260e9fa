"""A firm's home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huimin.platform.cases.queries import service_of_draft
from huimin.platform.identity.permissions import ACT_FOR_OTHERS, needs
from huimin.platform.identity.queries import actor_of, firm_of
from huimin.platform.ui.languages import reader_language
from huimin.portals.enterprise.queries import firm_home


@needs(ACT_FOR_OTHERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is to do, how the cases go, what the firm holds."""
    power = firm_of(request)
    found = firm_home(actor_of(request), at=timezone.now())
    context = {
        "portal": "enterprise",
        "power": power,
        "home": found,
        "drafts": [
            {"draft": draft, "name": service_of_draft(draft).item.names.text(reader_language())}
            for draft in found.drafts
        ],
    }
    return render(request, "enterprise/home.html", context)
