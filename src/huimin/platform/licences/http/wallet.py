"""The holder's pages: my licences, one of them, showing it, its paper, its copies."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.licences import operations, queries
from huimin.platform.licences.http import paper, shown
from huimin.platform.licences.http.forms import CopyForm
from huimin.platform.licences.models import Licence
from huimin.platform.licences.permissions import MY_LICENCES
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.qr import qr

PAGE: Final = 30
USES: Final = 20


@needs(MY_LICENCES)
@require_GET
def wallet(request: HttpRequest) -> HttpResponse:
    """My licences, those in force first on the page by their date of issue."""
    at = timezone.now()
    own = queries.own_licences(actor_of(request), at=at)
    page = keyset_page(own, by=("-issued_at", "-id"), after=request.GET.get("after", ""), size=PAGE)
    faces = [shown.face_of(licence, on=timezone.localdate(at)) for licence in page.rows]
    more = f"?after={page.after}" if page.after else ""
    return render(request, "licences/wallet.html", {"faces": faces, "more": more})


@needs(MY_LICENCES)
@require_GET
def licence(request: HttpRequest, public_id: str) -> HttpResponse:
    """One licence: what it says, how it stands, who used it."""
    at = timezone.now()
    found = queries.access_own_licence(public_id, actor_of(request), at=at)
    return _page(request, found, CopyForm())


def _page(request: HttpRequest, found: Licence, form: CopyForm, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = {
        "face": shown.face_of(found, on=timezone.localdate(at)),
        "changes": shown.changes(found),
        "trail": shown.uses(queries.uses_of(found, at=at)[:USES]),
        "form": form,
    }
    return render(request, "licences/licence.html", context, status=status)


@needs(MY_LICENCES)
@require_POST
def present(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the licence: a code for three minutes. The code stands on this answer alone and cannot be asked for again."""
    at = timezone.now()
    made, code = operations.present_licence(public_id, actor=actor_of(request), at=at)
    address = request.build_absolute_uri(reverse("licences:check_presented", args=[code]))
    context = {
        "face": shown.face_of(made.licence, on=timezone.localdate(at)),
        "qr": qr(address),
        "address": address,
        "ends_at": made.ends_at,
    }
    answer = render(request, "licences/presented.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def check_url(request: HttpRequest, public_id: str) -> str:
    """Where the code on a licence's paper leads."""
    return request.build_absolute_uri(reverse("licences:check_printed", args=[public_id]))


@needs(MY_LICENCES)
@require_GET
def download(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sealed paper."""
    found = queries.access_own_licence(public_id, actor_of(request), at=timezone.now())
    return as_pdf(paper.sealed_paper(found, check_url=check_url(request, public_id)), f"licence-{public_id}")


@needs(MY_LICENCES)
@require_http_methods(["POST"])
def make_copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make an annotated copy."""
    actor, at = actor_of(request), timezone.now()
    form = CopyForm(request.POST)
    if form.is_valid():
        try:
            made = operations.annotate_copy(public_id, **form.cleaned_data, actor=actor, at=at)
        except Refusal as refusal:
            form.add_error("until", refusal.sentence(reader_language()))
        else:
            toasts.say(request, _("复印件已做好，可以下载。"))
            return redirect("licences:copy", public_id=made.public_id)
    found = queries.access_own_licence(public_id, actor, at=at)
    return _page(request, found, form, status=400)


@needs(MY_LICENCES)
@require_GET
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """An annotated copy, to download."""
    at = timezone.now()
    found = queries.access_copy(public_id, actor_of(request), at=at)
    face = shown.face_of(found.licence, on=timezone.localdate(at))
    return render(request, "licences/copy.html", {"copy": found, "face": face})


@needs(MY_LICENCES)
@require_GET
def download_copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """The paper of an annotated copy."""
    found = queries.access_copy(public_id, actor_of(request), at=timezone.now())
    address = request.build_absolute_uri(reverse("licences:check_copy", args=[public_id]))
    return as_pdf(paper.copy_paper(found, check_url=address), f"copy-{public_id}")
