"""网上预审: the applicant asks a window to look at his draft before he lodges it; the window sees it and says what is missing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huimin.platform.cases import operations, queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.desk import file_answer
from huimin.platform.cases.models import Upload
from huimin.platform.cases.permissions import APPLY, HANDLE
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import access_process
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer


@needs(APPLY)
@require_POST
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for a look at a draft."""
    operations.ask_pre_review(public_id, actor=actor_of(request), at=timezone.now())
    toasts.say(request, _("已请窗口预审，一个工作日内答复；期间可以接着修改。"))
    return redirect("cases:check", public_id=public_id)


@needs(HANDLE)
@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A file of a draft that the official was asked to look at."""
    return file_answer(queries.access_reviewed_file(public_id, actor_of(request), at=timezone.now()))


def titles(subjects: Sequence[str]) -> Mapping[str, str]:
    """The service of each, in one read."""
    language = reader_language()
    found = queries.pre_reviews_by_reference(subjects)
    return {one: queries.service_of_draft(review.draft).item.names.text(language) for one, review in found.items()}


def panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """The draft before the one who was asked to look; the look at the applicant's data is journalled before anything is shown."""
    review = queries.get_pre_review(subject)
    access_process(actor, review.process, at=at)
    draft = review.draft
    ready = queries.readiness(draft, on=timezone.localdate(at))
    operations.note_look(draft, ready, actor=actor, at=at)
    language = reader_language()
    return {
        "name": ready.service.item.names.text(language),
        "applicant": ready.facts.name or draft.account.name,
        "known": shown.known_values(ready, [question.code for question in ready.questions]),
        "answers": [
            Answer(
                question=question.names.text(language), answer=shown.answer_text(question, ready.answers[question.code])
            )
            for question in ready.questions
            if question.code in ready.answers
        ],
        "materials": [{"row": shown.met_row(met), "url": _url(met.upload)} for met in ready.materials],
        "missing": [question.names.text(language) for question in ready.missing],
        "changed": review.digest != queries.digest_of(draft),
        "over": bool(draft.lodged),
    }


def _url(upload: Upload | None) -> str:
    return reverse("cases:pre_review_file", args=[upload.public_id]) if upload else ""
