"""Ratings on the desk: what who works on a bad one sees of it, the supervisor's list, the figures."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.http.rating_forms import FiguresForm
from huimin.platform.cases.http.stuck import said_of, service_name
from huimin.platform.cases.models import LEVELS, Rating, StuckMatter
from huimin.platform.cases.permissions import READ_RATINGS
from huimin.platform.cases.queries.ratings import BY, NEWEST_FIRST, Figures
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Answer, Cell, Chip, Column, Empty, Queue, QueueRow, Table

PAGE: Final = 30
A_YEAR: Final = timedelta(days=365)
BEFORE_ITS_WORDS: Final = frozenset({Rating.Step.OPEN, Rating.Step.DISMISSED, Rating.Step.OBJECTED})
"""While a bad rating is not verified, only who verifies or reviews reads what was written."""

LEVEL_OUTCOMES: Final = (
    *(ports.Outcome(f"level_{level}", words) for level, words in LEVELS.items()),
    ports.Outcome("unreached", gettext_lazy("联系不上本人")),
)
MENDING: Final = (
    ports.Outcome("mended", gettext_lazy("已整改，答复如下"), needs_reason=True),
    ports.Outcome("explained", gettext_lazy("依法依规不能改，说明如下"), needs_reason=True),
)
VERIFYING: Final = (
    ports.Outcome("valid", gettext_lazy("情况属实，请部门整改（说明要改什么）"), needs_reason=True),
    ports.Outcome("dismissed", gettext_lazy("误评或恶意评价，不采纳"), needs_reason=True),
)
OUTCOMES: Final[Mapping[str, Sequence[ports.Outcome]]] = {
    "verify": VERIFYING,
    "review": VERIFYING,
    "mend": MENDING,
    "mend_again": MENDING,
    "call_back": LEVEL_OUTCOMES,
    "call_back_again": LEVEL_OUTCOMES,
}
"""How the steps of the loop end, in the words of the desk."""

STUCK_OUTCOMES: Final[Mapping[str, Sequence[ports.Outcome]]] = {
    "take": (
        ports.Outcome("passed_on", gettext_lazy("请部门办理（说明要办什么）"), needs_reason=True),
        ports.Outcome("answered", gettext_lazy("当场答复本人"), needs_reason=True),
    ),
    "settle": (
        ports.Outcome("done", gettext_lazy("已办成（说明办了什么）"), needs_reason=True),
        ports.Outcome("cannot", gettext_lazy("依法不能办（说明依据）"), needs_reason=True),
    ),
    "tell": (ports.Outcome("answered", gettext_lazy("答复本人"), needs_reason=True),),
    "review": (ports.Outcome("answered", gettext_lazy("答复本人"), needs_reason=True),),
}


def titles(references: Sequence[str]) -> Mapping[str, str]:
    """The service and the level of ratings: nothing of the case."""
    return {
        reference: f"{service_name(one.service)} · {one.words_of_level}"
        for reference, one in queries.ratings_called(references).items()
    }


def panel(reference: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What a bad rating says. Which case it is about is shown to who holds it at the post that verifies, and that is journalled first."""
    rating = queries.ratings_called([reference])[reference]
    knows = queries.may_know_the_case(rating, actor, at=at)
    language = reader_language()
    rows = [
        Answer(question=_("事项"), answer=service_name(rating.service)),
        Answer(question=_("被评价的部门"), answer=department_name(rating.department, language)),
        Answer(question=_("满意度"), answer=rating.words_of_level),
        Answer(question=_("符合的情况"), answer="；".join(ratings().named_marks(rating.level, rating.marks, language))),
    ]
    if queries.may_read_ratings(actor) or rating.step not in BEFORE_ITS_WORDS:
        rows.append(Answer(question=_("想说的话"), answer=rating.words))
        rows += [Answer(question=_("追加的话"), answer=rating.more)] if rating.more_at else []
    if knows:
        rows.append(Answer(question=_("回访电话"), answer=_phone(rating)))
        operations.note_rated_case_shown(rating, actor=actor, at=at)
    return {
        "rows": rows,
        "case": rating.case.number if knows else "",
        "applicant": rating.case.applicant_name if knows else "",
        "own_again": LEVELS[rating.own_again] if rating.own_again else "",
    }


def _phone(rating: Rating) -> str:
    """The telephone number that the case has."""
    case = rating.case
    known = case.known.get("phone") or {}
    return str(case.answers.get("phone") or known.get("value") or "")


def stuck_titles(references: Sequence[str]) -> Mapping[str, str]:
    """The service of matters: nothing of the person."""
    return {one: service_name(found.service) for one, found in queries.matters_called(references).items()}


def stuck_panel(reference: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """What somebody could not get done, and who he is; the look is journalled before it is shown."""
    with transaction.atomic():
        matter = queries.access_matter_in_hand(reference, actor, at=at)
        operations.note_matter_look(matter, actor=actor, at=at)
    return {"rows": [*_who(matter), *said_of(matter)], "matter": matter}


def _who(matter: StuckMatter) -> list[Answer]:
    return [Answer(question=_("反映人"), answer=matter.applicant_name)]


def _share(share: int | None) -> str:
    return "—" if share is None else f"{share}%"


def _named(by: str, of: Any) -> str:
    if by == "service":
        return service_name(of)
    if by == "department":
        return department_name(of, reader_language())
    return str(Rating.Channel(of).label) if by == "channel" else f"{of:%Y-%m}"


WAYS: Final = {
    "department": gettext_lazy("按部门"),
    "service": gettext_lazy("按事项"),
    "channel": gettext_lazy("按渠道"),
    "month": gettext_lazy("按月"),
}


def figures_table(by: str, rows: Sequence[Figures]) -> Table:
    """The figures as a table."""
    shown: list[list[Cell]] = [
        [
            _named(by, row.of),
            row.rated,
            _share(row.good_share),
            row.bad,
            _share(row.mended_share),
            _share(row.in_time_share),
            _share(row.content_share),
        ]
        for row in rows
    ]
    heads = (_("评价数"), _("好评率"), _("差评数"), _("差评整改率"), _("按期整改率"), _("回访满意率"))
    return Table(
        caption=_("近一年的评价"),
        columns=[Column(heading=WAYS[by]), *(Column(heading=head, numeric=True) for head in heads)],
        rows=shown,
        empty=Empty(what=_("还没有评价。"), do=_("办结的事有人评价后，这里显示各部门、各事项的好评率和差评整改情况。")),
    )


@needs(READ_RATINGS)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The figures of a year; in the department that verifies, every bad rating and where its loop stands. No case is named."""
    actor, at = actor_of(request), timezone.now()
    by = FiguresForm(request.GET, ways=list(BY)).chosen("department")
    reads = queries.may_read_ratings(actor)
    fewest = 1 if reads else ratings().smallest
    page = keyset_page(
        queries.ratings_for(actor, bad=True), by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE
    )
    queue = Queue(
        rows=[_row(one) for one in page.rows],
        label=_("差评"),
        more_url=f"?by={by}&after={page.after}" if page.after else "",
        empty=Empty(what=_("还没有差评。"), do=_("差评一提交，就进入核实岗位的待办。")),
    )
    context = {
        "chips": [Chip(label=label, url=f"?by={way}", chosen=way == by) for way, label in WAYS.items()],
        "table": figures_table(by, queries.figures(by, since=at - A_YEAR, fewest=fewest)),
        "queue": queue if reads else None,
        "fewest": fewest,
    }
    return render(request, "cases/ratings_desk.html", context)


def _row(one: Rating) -> QueueRow:
    answered = {True: _("按时答复"), False: _("超时答复"), None: ""}[one.in_time]
    again = _("回访：%(level)s") % {"level": one.words_of_again} if one.again else ""
    return QueueRow(
        number=one.public_id,
        url=reverse("process:inbox") + f"?number={one.process}",
        what=f"{service_name(one.service)} · {one.words_of_level}",
        who=department_name(one.department, reader_language()),
        note=" · ".join(part for part in (one.get_step_display(), answered, again) if part),
        next_act=_("查看"),
    )
