"""Pages for whoever checks a licence: open to all, telling no more than the type of licence shows to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from huimin.platform.identity.permissions import public, who_of
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations, queries
from huimin.platform.licences.http import shown
from huimin.platform.licences.http.forms import CheckForm
from huimin.platform.licences.models import Licence


def checker(request: HttpRequest) -> Actor:
    """Who checks: whoever is signed in, or anybody."""
    return actor_of(request) if who_of(request).is_known else Actor(kind="system", ref=shown.ANYBODY)


@public
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Check a licence by the code under its QR code."""
    form = CheckForm(request.GET or None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"].strip().upper().replace(" ", "").replace("-", "")
        return redirect("licences:check_printed", public_id=queries.get_licence(number).public_id)
    return render(request, "licences/check.html", {"form": form})


def _answer(request: HttpRequest, licence: Licence, *, to_anybody: bool) -> HttpResponse:
    today = timezone.localdate(timezone.now())
    face = shown.face_of(licence, on=today, to_anybody=to_anybody)
    answer = render(request, "licences/checked.html", {"face": face, "presented": not to_anybody, "today": today})
    answer["Cache-Control"] = "no-store"
    return answer


@public
@require_GET
def check_printed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The standing of a licence by its printed code."""
    found = operations.check_printed(public_id, actor=checker(request), at=timezone.now())
    return _answer(request, found, to_anybody=True)


@public
@require_GET
def check_presented(request: HttpRequest, code: str) -> HttpResponse:
    """The licence that its holder shows now: all that it says."""
    found = operations.check_presented(code, actor=checker(request), at=timezone.now())
    return _answer(request, found, to_anybody=False)


@public
@require_GET
def check_copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whether an annotated copy still holds, and for what."""
    copy = queries.get_copy(public_id)
    today = timezone.localdate(timezone.now())
    face = shown.face_of(copy.licence, on=today, to_anybody=True)
    return render(request, "licences/checked_copy.html", {"face": face, "copy": copy, "holds": today < copy.until})
