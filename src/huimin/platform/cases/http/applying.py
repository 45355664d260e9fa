"""Applying: one section a page, then the materials, then check your answers. A draft is kept at every step."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.forms import FileForm, SectionForm, shown_value
from huimin.platform.cases.http.parties import others_shown
from huimin.platform.cases.models import Draft
from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries.drafts import Met, Readiness
from huimin.platform.catalogue.declarations.forms import Question, Section
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer

LISTS: Final = "list"


def _draft(request: HttpRequest, public_id: str) -> tuple[Draft, Readiness]:
    at = timezone.now()
    draft = queries.access_draft(public_id, actor_of(request), at=at)
    return draft, queries.readiness(draft, on=timezone.localdate(at))


@needs(APPLY)
@require_POST
def begin(request: HttpRequest, service: str) -> HttpResponse:
    """Begin an application, or go on with the open one."""
    draft = operations.start_draft(service, actor=actor_of(request), at=timezone.now())
    return redirect(_next_of(draft, ""))


def sections_of(ready: Readiness) -> list[tuple[Section, list[Question]]]:
    """The sections that have anything to ask now."""
    put = {
        question.code
        for question in ready.questions
        if (question.ask == "always" or question.code not in ready.known) and question.code not in ready.withheld
    }
    asked = [
        (section, [question for question in section.questions if question.code in put])
        for section in ready.service.form.sections
    ]
    return [(section, questions) for section, questions in asked if questions]


def _next_of(draft: Draft, after: str) -> str:
    """Where one goes after a section: the next one that asks anything, then who else takes part, the materials, the check."""
    ready = queries.readiness(draft, on=timezone.localdate(draft.touched_at))
    codes = [section.code for section, _questions in sections_of(ready)]
    later = codes[codes.index(after) + 1 :] if after in codes else (codes if not after else [])
    if later:
        return reverse("cases:section", args=[draft.public_id, later[0]])
    following = "cases:materials" if ready.materials else "cases:check"
    return reverse("cases:parties" if ready.others else following, args=[draft.public_id])


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, public_id: str, section: str) -> HttpResponse:
    """One section of the form."""
    draft, ready = _draft(request, public_id)
    language = reader_language()
    found = next(((one, questions) for one, questions in sections_of(ready) if one.code == section), None)
    if found is None:
        return redirect(_next_of(draft, ""))
    declared, questions = found
    plain = [question for question in questions if question.type != LISTS]
    initial = {question.code: shown_value(question, draft.answers.get(question.code)) for question in plain}
    form = SectionForm(request.POST or None, questions=plain, language=language, initial=initial)
    status = 200
    if form.is_bound:
        form.is_valid()
        values: dict[str, Any] = {code: form.cleaned_data.get(code, form.data.get(code)) for code in form.fields}
        values |= {question.code: rows_of(request, question) for question in questions if question.type == LISTS}
        wrong = operations.answer_questions(public_id, values, actor=actor_of(request), at=timezone.now())
        draft, ready = _draft(request, public_id)
        form.complain({code: refusal for code, refusal in wrong.items() if code not in form.errors}, language)
        if not form.errors:
            return redirect(_next_of(draft, section))
        status = 400
    sections = [one for one, _questions in sections_of(ready)]
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(language),
        "title": declared.names.text(language),
        "help": declared.help.text(language) if declared.help else "",
        "form": form,
        "lists": [
            list_piece(question, draft.answers.get(question.code) or [])
            for question in questions
            if question.type == LISTS
        ],
        "known": shown.known_values(ready, [question.code for question in declared.questions]),
        "place": [one.code for one in sections].index(section) + 1 if declared in sections else 1,
        "places": len(sections) + 2,
    }
    return render(request, "cases/section.html", context, status=status)


SPARE_ROWS: Final = 3


def list_piece(question: Question, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A list as lines of a table, with a few empty ones."""
    language = reader_language()
    filled = [*rows, *({} for _ in range(SPARE_ROWS))]
    lines = [
        SectionForm(
            prefix=f"{question.code}-{number}",
            questions=question.questions,
            language=language,
            initial={column.code: shown_value(column, row.get(column.code)) for column in question.questions},
        )
        for number, row in enumerate(filled)
    ]
    return {"label": question.names.text(language), "lines": lines}


def rows_of(request: HttpRequest, question: Question) -> list[dict[str, Any]]:
    """The lines of a list that were filled in; empty lines are left out."""
    rows = []
    number = 0
    while any(f"{question.code}-{number}-{column.code}" in request.POST for column in question.questions):
        row = {
            column.code: text
            for column in question.questions
            if (text := request.POST.get(f"{question.code}-{number}-{column.code}", "").strip())
        }
        if row:
            rows.append(row)
        number += 1
    return rows


@needs(APPLY)
@require_GET
def materials(request: HttpRequest, public_id: str) -> HttpResponse:
    """The materials: what the city brings itself, and what is left to give."""
    draft, ready = _draft(request, public_id)
    return _show_materials(request, draft, ready)


def _show_materials(
    request: HttpRequest, draft: Draft, ready: Readiness, *, wrong: dict[str, FileForm] | None = None, status: int = 200
) -> HttpResponse:
    language = reader_language()
    bring = [_bring(met, draft, (wrong or {}).get(met.need.material.code)) for met in ready.materials if _is_left(met)]
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(language),
        "done": [shown.met_row(met) for met in ready.materials if not _is_left(met)],
        "bring": bring,
        "places": len(sections_of(ready)) + 2,
    }
    return render(request, "cases/materials.html", context, status=status)


def _is_left(met: Met) -> bool:
    """Whether the applicant has anything to do with it: what the city brings itself is shown, not asked."""
    return met.way is None or met.way.how in ("upload", "promise")


def _bring(met: Met, draft: Draft, form: FileForm | None) -> dict[str, Any]:
    language = reader_language()
    material = met.need.material
    ways = {way.how for way in material.met_by}
    promised = material.code in draft.promises
    return {
        "code": material.code,
        "row": shown.met_row(met),
        "note": material.note.text(language) if material.note else "",
        "form": (form or FileForm(prefix=material.code, auto_id=f"id_{material.code}_%s"))
        if "upload" in ways
        else None,
        "given": met.upload,
        "promise": "promise" in ways,
        "promised": promised,
        "original": "original" in ways and "upload" not in ways,
    }


@needs(APPLY)
@require_POST
def give(request: HttpRequest, public_id: str, material: str) -> HttpResponse:
    """Give a file."""
    form = FileForm(request.POST, request.FILES, prefix=material, auto_id=f"id_{material}_%s")
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            operations.give_file(
                public_id, material, name=file.name, content=file.read(), actor=actor_of(request), at=timezone.now()
            )
        except operations.BadFile as refusal:
            form.add_error("file", refusal.sentence(reader_language()))
    if form.errors:
        draft, ready = _draft(request, public_id)
        return _show_materials(request, draft, ready, wrong={material: form}, status=400)
    return redirect("cases:materials", public_id=public_id)


@needs(APPLY)
@require_POST
def take_back(request: HttpRequest, public_id: str, material: str) -> HttpResponse:
    """Take a file back."""
    operations.take_back_file(public_id, material, actor=actor_of(request), at=timezone.now())
    return redirect("cases:materials", public_id=public_id)


@needs(APPLY)
@require_POST
def promise(request: HttpRequest, public_id: str, material: str) -> HttpResponse:
    """Promise in place of a material, or take the promise back."""
    signed = request.POST.get("signed") == "yes"
    operations.sign_promise(public_id, material, signed=signed, actor=actor_of(request), at=timezone.now())
    return redirect("cases:materials", public_id=public_id)


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Check your answers, then lodge."""
    refused: Refusal | None = None
    if request.method == "POST":
        another = request.POST.get("another") == "yes"
        try:
            case = operations.lodge_case(
                public_id, another=another, agreed=Fen(0), actor=actor_of(request), at=timezone.now()
            )
        except operations.FeeDiffers:
            return redirect("cases:pay", public_id=public_id)
        except (operations.NotWhole, operations.AlreadyLodged) as refusal:
            refused = refusal
        else:
            toasts.say(request, _("已提交，编号 %(number)s。") % {"number": case.number})
            return redirect("cases:case", number=case.number)
    draft, ready = _draft(request, public_id)
    language = reader_language()
    context = {
        "draft": draft,
        "service": ready.service.item.names.text(language),
        "answers": _answers(ready, draft),
        "known": shown.known_values(ready, [question.code for question in ready.questions]),
        "materials": [shown.met_row(met) for met in ready.materials],
        "due": ready.due,
        "others": others_shown(ready),
        "to_sign": ready.may_be_signed and any(not other.is_asked for other in ready.unsigned),
        "pre_reviewed": queries.find_pre_reviewed(draft, at=timezone.now()),
        "whole": ready.is_whole,
        "missing": [question.names.text(language) for question in ready.missing]
        + [met.need.material.names.text(language) for met in ready.open_materials]
        + [other.party.names.text(language) for other in ready.unnamed],
        "refused": refused.sentence(language) if refused else "",
        "again": isinstance(refused, operations.AlreadyLodged),
    }
    return render(request, "cases/check.html", context, status=refused.status if refused else 200)


def _answers(ready: Readiness, draft: Draft) -> list[Answer]:
    language = reader_language()
    return [
        Answer(
            question=question.names.text(language),
            answer=shown.answer_text(question, ready.answers[question.code]) if question.code in ready.answers else "",
            change_url=reverse("cases:section", args=[draft.public_id, section.code]),
        )
        for section, questions in sections_of(ready)
        for question in questions
    ]


@needs(APPLY)
@require_POST
def throw_away(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw a draft away."""
    operations.throw_away_draft(public_id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("草稿已放弃。"))
    return redirect("cases:mine")
