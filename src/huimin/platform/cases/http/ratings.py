"""Rating a case: on its own page by its applicant, by the code of a receipt, on a window's screen; adding to it, following the loop."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.events import BadRatingTaken, CaseRated, RaterAnswered, RatingFact
from huimin.platform.cases.http.progress import how_far
from huimin.platform.cases.http.rating_forms import LevelForm, RatingForm, WordsForm
from huimin.platform.cases.models import LEVELS, Case, Rating
from huimin.platform.cases.permissions import APPLY, INTAKE
from huimin.platform.identity.permissions import needs, public
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import post_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer, Trail, TrailEntry

FACTS: Final = 50


def _level(request: HttpRequest) -> int | None:
    """The level in the address, if it is one."""
    asked = request.GET.get("level", "")
    return int(asked) if asked in {str(level) for level in LEVELS} else None


def _ask(request: HttpRequest, case: Case, form: RatingForm | None, level: int | None, **more: Any) -> HttpResponse:
    """Ask how satisfied somebody is, then what fits that level."""
    language = reader_language()
    context = {
        "name": queries.service_of(case).item.names.text(language),
        "case": case,
        "levels": LEVELS.items(),
        "level": level,
        "level_name": LEVELS[level] if level else "",
        "form": form or (RatingForm(level=level, language=language) if level else None),
        **more,
    }
    return render(request, "cases/rating.html", context, status=400 if form and form.errors else 200)


def case_rating(case: Case) -> dict[str, Any]:
    """What a case's own page says of its rating: what was said and where that stands, or that it can be rated."""
    return {"rating": queries.find_rating_of(case), "may_rate": not case.is_open}


@needs(APPLY)
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate a case that has ended; once rated, what was said and where it stands."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_own_case(number, actor, at=at)
    rating = queries.find_rating_of(case)
    if rating is not None:
        return _show(request, case, rating, at=at)
    level = _level(request)
    form = (
        RatingForm(request.POST, level=level, language=reader_language())
        if request.method == "POST" and level
        else None
    )
    if form is None or level is None or not form.is_valid():
        return _ask(request, case, form, level)
    operations.rate_case(number, level=level, **form.cleaned_data, actor=actor, at=at)
    toasts.say(request, _("谢谢您的评价。"))
    return redirect("cases:rate", number=number)


def _show(request: HttpRequest, case: Case, rating: Rating, *, at: datetime, **forms: Any) -> HttpResponse:
    language = reader_language()
    marks = ratings().named_marks(rating.level, rating.marks, language)
    said = [
        Answer(question=_("满意度"), answer=rating.words_of_level),
        Answer(question=_("符合的情况"), answer="；".join(marks)),
        Answer(question=_("想说的话"), answer=rating.words),
    ]
    if rating.more_at:
        said.append(Answer(question=_("追加的话"), answer=rating.more))
    if rating.again:
        said.append(Answer(question=_("回访时的满意度"), answer=rating.words_of_again))
    context = {
        "case": case,
        "name": queries.service_of(case).item.names.text(language),
        "rating": rating,
        "said": said,
        "steps": how_far(rating.reference, at=at) if rating.process else None,
        "trail": _trail(rating, at),
        "more_form": None if rating.more_at else WordsForm(label=_("追加评价"), prefix="more"),
        "objection_form": WordsForm(label=_("为什么不同意"), prefix="object")
        if rating.step == Rating.Step.DISMISSED and queries.waits_for_rater(rating)
        else None,
        "level_form": LevelForm(initial={"level": rating.own_again}) if rating.step == Rating.Step.ANSWERED else None,
        **forms,
    }
    wrong = any(form is not None and form.errors for form in forms.values())
    return render(request, "cases/rated.html", context, status=400 if wrong else 200)


def _trail(rating: Rating, at: datetime) -> Trail:
    """What happened to the rating, in words; also who looked at which case it is about."""
    entries = entries_about([rating.reference], at=at)[:FACTS]
    return Trail(
        entries=[
            TrailEntry(at=entry.at, who=_who(entry.actor), act=_act(entry.fact))
            for entry in entries
            if isinstance(entry.fact, RatingFact)
        ]
    )


def _who(actor: Actor) -> str:
    if actor.ref == operations.RATER.ref:
        return _("您")
    return post_name(actor.post, reader_language()) if actor.post else _("系统")


def _act(fact: RatingFact) -> str:
    if isinstance(fact, BadRatingTaken):
        return str(Rating.Step(fact.step).label)
    if isinstance(fact, CaseRated | RaterAnswered):
        return _("选了“%(level)s”") % {"level": LEVELS[fact.level]}
    return fact.sentence(reader_language())


@needs(APPLY)
@require_POST
def add(request: HttpRequest, number: str) -> HttpResponse:
    """追评: add to one's rating, once."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_own_case(number, actor, at=at)
    form = WordsForm(request.POST, label=_("追加评价"), prefix="more")
    if not form.is_valid():
        return _show(request, case, queries.get_rating(case), at=at, more_form=form)
    operations.add_to_rating(number, words=form.cleaned_data["words"], actor=actor, at=at)
    toasts.say(request, _("已追加。"))
    return redirect("cases:rate", number=number)


@needs(APPLY)
@require_POST
def object_(request: HttpRequest, number: str) -> HttpResponse:
    """The rater does not agree that his rating was not taken."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_own_case(number, actor, at=at)
    form = WordsForm(request.POST, label=_("为什么不同意"), prefix="object")
    if not form.is_valid():
        return _show(request, case, queries.get_rating(case), at=at, objection_form=form)
    operations.object_to_dismissal(number, reason=form.cleaned_data["words"], actor=actor, at=at)
    toasts.say(request, _("已提出异议，会有人复核。"))
    return redirect("cases:rate", number=number)


@needs(APPLY)
@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The rater says how satisfied he is with the answer."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_own_case(number, actor, at=at)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _show(request, case, queries.get_rating(case), at=at, level_form=form)
    operations.answer_the_answer(number, level=form.cleaned_data["level"], actor=actor, at=at)
    toasts.say(request, _("已记下。回访时以您的选择为准。"))
    return redirect("cases:rate", number=number)


@public
@require_http_methods(["GET", "POST"])
def rate_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Rate with the code of a receipt, or on a window's screen: shows nothing of the case but its service and number."""
    number = queries.read_code(code)[0]
    case, level = queries.get_case(number), _level(request)
    form = (
        RatingForm(request.POST, level=level, language=reader_language())
        if request.method == "POST" and level
        else None
    )
    standing = {"by_code": True, "over": not case.is_open, "rated": queries.find_rating_of(case) is not None}
    if form is None or level is None or not form.is_valid():
        return _ask(request, case, form, level, **standing)
    operations.rate_by_code(code, level=level, **form.cleaned_data, at=timezone.now())
    return redirect("cases:rated_by_code", code=code)


@public
@require_GET
def rated_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks; what was said is not shown to whoever stands at the screen next."""
    queries.read_code(code)
    return render(request, "cases/rating_thanks.html")


@needs(INTAKE)
@require_POST
def rate_on_screen(request: HttpRequest, number: str) -> HttpResponse:
    """Open the rating page on the screen that is turned to the person at the window."""
    queries.access_taken_in(number, actor_of(request))
    code = queries.rating_code(number, Rating.Channel.SCREEN)
    return redirect(reverse("cases:rate_by_code", args=[code]))
