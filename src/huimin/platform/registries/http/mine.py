"""The citizen's pages: my data, a value and its trail, corrections, who looked, download."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.registries import operations, queries
from huimin.platform.registries.fields import ORGANISATIONS, source_name
from huimin.platform.registries.http import exported, placed, shown
from huimin.platform.registries.http.asking import ask
from huimin.platform.registries.http.forms import AppealForm, CorrectForm
from huimin.platform.registries.models import Correction
from huimin.platform.registries.permissions import CORRECT_MY_DATA, MY_DATA
from huimin.platform.ui import paper, toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Trail

PAGE: Final = 30
ENTRIES: Final = ("-at", "-id")


@needs(MY_DATA)
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Every field with value, source, date and standing."""
    own = operations.look_at_own(actor=actor_of(request), at=timezone.now())
    values = shown.own_values(own)
    disputed = sum(value.standing == "disputed" for value in values)
    context = {"values": values, "disputed": disputed, "is_firm": own.row.registry == ORGANISATIONS}
    return render(request, "registries/my_data.html", context)


@needs(MY_DATA)
@require_GET
def my_value(request: HttpRequest, field: str) -> HttpResponse:
    """One value: who says what, and what was done about it."""
    at = timezone.now()
    own = operations.look_at_own(actor=actor_of(request), at=at)
    value = shown.own_value(own.value(field), own.row.registry)
    context = {
        "value": value,
        "is_firm": own.row.registry == ORGANISATIONS,
        "claims": shown.claims(own.value(field), own.row.registry, correct_url=value.correct_url),
        "trail": shown.correction_trail(queries.trail_of_field(own, field, at=at)),
        "address": placed.own_address(own.value(field)),
    }
    return render(request, "registries/my_value.html", context)


@needs(CORRECT_MY_DATA)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, field: str) -> HttpResponse:
    """Ask for a value to be corrected."""
    actor, at = actor_of(request), timezone.now()
    own = queries.access_own(actor, at=at)
    value, source = own.correctable(field), request.GET.get("source", "")

    def act(form: CorrectForm) -> HttpResponse:
        opened = operations.ask_correction(field=field, resource=source, **form.cleaned_data, actor=actor, at=at)
        toasts.say(request, _("已提出更正，编号 %(number)s。") % {"number": opened.number})
        return redirect("registries:my_correction", number=opened.number)

    context = {
        "value": shown.value_piece(value, own.row.registry),
        "department": source_name(source or value.source, reader_language()),
    }
    return ask(
        request,
        CorrectForm(request.POST or None, field=field),
        template="registries/correct.html",
        act=act,
        context=context,
    )


@needs(MY_DATA)
@require_GET
def my_corrections(request: HttpRequest) -> HttpResponse:
    """My corrections, newest first."""
    own = queries.access_own(actor_of(request), at=timezone.now())
    page = keyset_page(
        queries.corrections_about(own), by=("-asked_at", "-id"), after=request.GET.get("after", ""), size=PAGE
    )
    rows = [{"correction": one, "label": shown.label_of(one.field)} for one in page.rows]
    more = f"?after={page.after}" if page.after else ""
    return render(request, "registries/my_corrections.html", {"rows": rows, "more": more})


@needs(MY_DATA)
@require_GET
def my_correction(request: HttpRequest, number: str) -> HttpResponse:
    """One correction: what was asked, who has it, its clock, the answer and its reason."""
    at = timezone.now()
    own = queries.access_own(actor_of(request), at=at)
    correction = queries.access_correction(own, number)
    progress = queries.progress_of(correction, at=at)
    trail = [one for one in queries.trail_of_field(own, correction.field, at=at) if one[2].correction == number]
    context = {
        "correction": correction,
        "label": shown.label_of(correction.field),
        "before": shown.text_of(correction.field, correction.before),
        "proposed": shown.text_of(correction.field, correction.proposed),
        "clock": shown.clock_of(correction, progress, timezone.localdate(at)),
        "holder": shown.holder_of(progress),
        "answer": progress.reason,
        "trail": shown.correction_trail(trail),
        "may_appeal": _may_appeal(correction),
    }
    return render(request, "registries/my_correction.html", context)


def _may_appeal(correction: Correction) -> bool:
    refused = correction.state == Correction.State.REFUSED and correction.cause == Correction.Cause.ASKED
    return refused and not hasattr(correction, "appeal")


@needs(CORRECT_MY_DATA)
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Appeal against a refusal."""
    actor, at = actor_of(request), timezone.now()
    correction = queries.access_correction(queries.access_own(actor, at=at), number)

    def act(form: AppealForm) -> HttpResponse:
        opened = operations.appeal_correction(number=number, reason=form.cleaned_data["reason"], actor=actor, at=at)
        toasts.say(request, _("已提出异议，由数据资源管理局重新核实，编号 %(number)s。") % {"number": opened.number})
        return redirect("registries:my_correction", number=opened.number)

    context = {"correction": correction, "label": shown.label_of(correction.field)}
    return ask(request, AppealForm(request.POST or None), template="registries/appeal.html", act=act, context=context)


@needs(MY_DATA)
@require_GET
def my_looks(request: HttpRequest) -> HttpResponse:
    """Who looked, when and why."""
    at = timezone.now()
    own = queries.access_own(actor_of(request), at=at)
    page = keyset_page(queries.looks_at(own, at=at), by=ENTRIES, after=request.GET.get("after", ""), size=PAGE)
    trail = Trail(entries=shown.look_entries(page.rows), label=_("谁看过我的信息"), open_count=PAGE)
    context = {
        "trail": trail,
        "is_firm": own.row.registry == ORGANISATIONS,
        "more": f"?after={page.after}" if page.after else "",
    }
    return render(request, "registries/my_looks.html", context)


@needs(MY_DATA)
@require_GET
def download(request: HttpRequest, form: str) -> HttpResponse:
    """My data as a file: JSON for programs, PDF for people."""
    actor, at = actor_of(request), timezone.now()
    own = operations.look_at_own(actor=actor, at=at)
    answer = FILES[form](request, own, timezone.localtime(at))
    operations.note_download(own=own, form=form, actor=actor, at=at)
    answer["Content-Disposition"] = f'attachment; filename="my-data.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _json(_request: HttpRequest, own: queries.Own, at: Any) -> HttpResponse:
    return JsonResponse(exported.own_data(own, at=at), json_dumps_params={"ensure_ascii": False, "indent": 2})


def _pdf(request: HttpRequest, own: queries.Own, at: Any) -> HttpResponse:
    values = [value for value in shown.own_values(own) if value.text]
    page = render_to_string(
        "registries/my_data_paper.html", {"values": values, "at": at, "font": paper.FONT_ADDRESS}, request=request
    )
    return HttpResponse(paper.printed(page), content_type="application/pdf")


FILES: Final = {"json": _json, "pdf": _pdf}
