"""Places: search an address, open a house, see who belongs to it; and how far the city's addresses were read.

No address and no key of a house stands in any link: what is asked for comes in the body of a form.
"""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries import operations, queries
from huimin.platform.registries.fields import PLACES, purpose_name
from huimin.platform.registries.http import placed
from huimin.platform.registries.http.asking import ask
from huimin.platform.registries.http.forms import ReasonForm
from huimin.platform.registries.http.lookups import KEPT
from huimin.platform.registries.permissions import FIND_PLACES, PLACES_COVERAGE
from huimin.platform.registries.queries import places
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

HOUSES: Final = 50


class AddressForm(ReasonForm):
    """By address: the whole, or words of it."""

    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=200,
        help_text=gettext_lazy("整个地址，或其中几个词，用空格隔开，例如：长江中路112号 5幢。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ChosenForm(ReasonForm):
    """One of the places that a search found; `after` leads to more of a long list."""

    place = forms.CharField(max_length=200, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


def _purposes(request: HttpRequest) -> list[str]:
    return queries.purposes_of(actor_of(request), PLACES, timezone.now())


def _context(form: ReasonForm) -> dict[str, Any]:
    """Why one looks: in words, and as the hidden fields of what can be opened from here."""
    reason = form.reason
    words = purpose_name(reason.purpose, reader_language())
    return {"portal": "desk", "kept": placed.kept(reason), "reason": reason, "reason_words": words}


@needs(FIND_PLACES)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Why first, then an address or words of it; the answer is a house, or buildings to choose from."""

    def act(form: AddressForm) -> HttpResponse:
        reason, at = form.reason, timezone.now()
        request.session[KEPT] = {"purpose": reason.purpose, "case_ref": reason.case_ref}
        text = form.cleaned_data["address"]
        found = operations.search_places(text, reason=reason, actor=actor_of(request), at=at)
        context = {
            "found": found,
            "depth": placed.DEPTHS[found.address.depth],
            "parts": placed.parts(found.address.parts),
            "asked": text,
            "at": at,
            **_context(form),
        }
        return render(request, "registries/places_found.html", context)

    form = AddressForm(request.POST or None, purposes=_purposes(request), initial=request.session.get(KEPT, {}))
    return ask(request, form, template="registries/places.html", act=act)


@needs(FIND_PLACES)
@require_http_methods(["GET", "POST"])
def building(request: HttpRequest) -> HttpResponse:
    """The houses of a building or village group, a page at a time."""

    def act(form: ChosenForm) -> HttpResponse:
        number, at = form.cleaned_data["place"], timezone.now()
        scope = operations.places_scope(form.reason, actor_of(request), at)
        page = keyset_page(places.houses_in(number, scope), by=("key",), after=form.cleaned_data["after"], size=HOUSES)
        context = {"houses": page.rows, "after": page.after, "number": number, **_context(form)}
        return render(request, "registries/building.html", context)

    return _chosen(request, act)


@needs(FIND_PLACES)
@require_http_methods(["GET", "POST"])
def house(request: HttpRequest) -> HttpResponse:
    """A house: its parts, its cell and by whose word, and who belongs to it as far as the grants go."""

    def act(form: ChosenForm) -> HttpResponse:
        at = timezone.now()
        seen = operations.look_at_house(
            form.cleaned_data["place"],
            reason=form.reason,
            actor=actor_of(request),
            at=at,
            after=form.cleaned_data["after"],
        )
        context = {**placed.house(seen), "house": seen, "at": at, **_context(form)}
        return render(request, "registries/house.html", context)

    return _chosen(request, act)


def _chosen(request: HttpRequest, act: Any) -> HttpResponse:
    """Open what was chosen in a list; whoever comes without a choice, or with a form that is not right, begins with the search."""
    if request.method == "GET":
        return redirect("registries:places")
    form = ChosenForm(request.POST, purposes=_purposes(request))
    return ask(request, form, template="registries/places.html", act=act)


@needs(PLACES_COVERAGE)
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """How many addresses name a house, how far the others reach, how many houses lie in a known cell; no person is shown."""
    context = placed.coverage(places.coverage(), places.latest_places(), places.latest_grid())
    return render(request, "registries/places_coverage.html", context)


@needs(PLACES_COVERAGE)
@require_GET
def unplaced(request: HttpRequest, reason: str) -> HttpResponse:
    """The addresses that name no house for one reason: whose record, and the text as far as the grant shows it."""
    at = timezone.now()
    rows, after = operations.unplaced_addresses(
        reason, actor=actor_of(request), at=at, after=request.GET.get("after", "")
    )
    context = {
        "reason": placed.DEPTHS.get(reason, reason),
        "rows": [placed.unplaced_row(row) for row in rows],
        "more": f"{reverse('registries:unplaced', args=[reason])}?after={after}" if after else "",
        "title": _("没有落到房屋的地址"),
        "portal": "desk",
    }
    return render(request, "registries/unplaced.html", context)
