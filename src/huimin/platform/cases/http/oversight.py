"""What supervision reads of cases: the list of those that one oversees, and the whole trace of one of them on a page to be printed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huimin.platform.cases import queries
from huimin.platform.cases.events import CaseFact, CaseLookedAt, CaseMoved
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.desk import whole_path
from huimin.platform.cases.http.words import OUTCOMES
from huimin.platform.cases.models import Case
from huimin.platform.cases.permissions import OVERSEE
from huimin.platform.cases.queries import oversight
from huimin.platform.cases.queries.oversight import LONGEST_FIRST, NEWEST_FIRST, Shown
from huimin.platform.identity import queries as identity
from huimin.platform.identity.names import department_name, post_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.queries import entries_about
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process.declarations import supervision
from huimin.platform.process.queries import trace, work_calendar
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.process.rules.states import CardState, ItemKind
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Chip, Column, Empty, Queue, QueueRow, Table, Trail, TrailEntry

if TYPE_CHECKING:
    from huimin.platform.journal.models import Entry
    from huimin.platform.process.models import Card, ClockPause, WorkItem
    from huimin.platform.process.queries import Line, Trace

PAGE: Final = 30
FACTS: Final = 300
"""Facts of a case and of its processes that the page tells; the journal has all of them."""
VIEWS: Final = {
    Shown.OPEN: gettext_lazy("在办"),
    Shown.LATE: gettext_lazy("已超期"),
    Shown.DUE: gettext_lazy("将到期"),
    Shown.STOPPED: gettext_lazy("停表中"),
    Shown.ALL: gettext_lazy("全部"),
}
STANDINGS: Final = {
    "late": gettext_lazy("已超期"),
    "due": gettext_lazy("将到期"),
    "stopped": gettext_lazy("已停表"),
    "running": gettext_lazy("按时限办理中"),
    "none": gettext_lazy("不计时"),
}
CARDS: Final = {
    CardState.RAISED: gettext_lazy("等待部门说明"),
    CardState.EXPLAINED: gettext_lazy("等待督查认定"),
    CardState.UPHELD: gettext_lazy("已认定成立"),
    CardState.LIFTED: gettext_lazy("卡已撤销"),
}
PAUSES: Final = {
    "supplement": gettext_lazy("补正材料"),
    "special_procedure": gettext_lazy("特别程序"),
    "force_majeure": gettext_lazy("不可抗力"),
    "outage": gettext_lazy("系统停运"),
}
OTHERS: Final = {
    ItemKind.APPLICANT: gettext_lazy("申请人"),
    ItemKind.MACHINE: gettext_lazy("系统"),
    ItemKind.CALL: gettext_lazy("子流程"),
}
NARROWED: Final = ("department", "service", "division")


def _address(**asked: str) -> str:
    return f"{reverse('cases:overseen')}?{urlencode({name: value for name, value in asked.items() if value})}"


@needs(OVERSEE)
@require_GET
def overseen(request: HttpRequest) -> HttpResponse:
    """The cases that one oversees; those that have waited longest first, or the newest of all."""
    actor, at = actor_of(request), timezone.now()
    asked = request.GET.get("view", "")
    view = Shown(asked) if asked in list(Shown) else Shown.OPEN
    narrowed = {name: request.GET.get(name, "") for name in NARROWED}
    found = oversight.listed(actor, shown=view, **narrowed, on=timezone.localdate(at), at=at)
    order = NEWEST_FIRST if view is Shown.ALL else LONGEST_FIRST
    page = keyset_page(found, by=order, after=request.GET.get("after", ""), size=PAGE)
    queue = Queue(
        rows=[_row(case) for case in page.rows],
        label=_("监察办件"),
        chips=[
            Chip(label=label, url=_address(view=code, **narrowed), chosen=code is view) for code, label in VIEWS.items()
        ],
        more_url=_address(view=view, after=page.after, **narrowed) if page.after else "",
        empty=Empty(what=_("没有这样的办件。")),
    )
    context = {"queue": queue, "narrowed": _narrowed_in_words(narrowed), "all_url": _address(view=view)}
    return render(request, "cases/overseen.html", context)


def _narrowed_in_words(narrowed: dict[str, str]) -> str:
    """What the list is narrowed to."""
    language = reader_language()
    said = {
        "department": lambda code: department_name(code, language),
        "service": lambda code: oversight.service_named(code, language),
        "division": lambda code: oversight.division_named(code, language),
    }
    return " · ".join(said[name](code) for name, code in narrowed.items() if code)


def _row(case: Any) -> QueueRow:
    service = queries.service_of(case).item.names.text(reader_language())
    note = str(STANDINGS.get(case.standing, "")) if case.is_open else str(case.get_state_display())
    return QueueRow(
        number=case.number,
        url=reverse("cases:whole_trace", args=[case.number]),
        what=service,
        who=department_name(case.department, reader_language()),
        note=note,
        next_act=_("看全过程"),
    )


@needs(OVERSEE)
@require_GET
def whole_trace(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that happened in a case: steps, clocks, cards, letters, looks, licence, records. The look is journalled first."""
    actor, at = actor_of(request), timezone.now()
    case = oversight.access_overseen_case(number, actor, at=at)
    with transaction.atomic():
        publish(
            CaseLookedAt(subject=case.reference, service=case.service, applicant=case.applicant, case_ref=case.number),
            actor=actor,
            at=at,
        )
    service, language = queries.service_of(case), reader_language()
    story = trace(case.reference, facts_at_most=FACTS, at=at)
    own = list(entries_about([case.reference], at=at)[:FACTS])
    context = {
        "case": case,
        **whole_path(case, actor, at=at),
        "name": service.item.names.text(language),
        "department": department_name(case.department, language),
        "division": oversight.division_named(case.division, language),
        "due_on": story.lines[0].process.due_on if story.lines else None,
        "tables": [
            _steps(story, timezone.localdate(at)),
            _pauses(story),
            _cards(story),
            _results(case),
            _looks(own),
        ],
        "materials": shown.given_rows(case, service),
        "trail": _trail(story, own),
    }
    return render(request, "cases/whole_trace.html", context)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _office(item: "WorkItem") -> str:
    if item.post is None:
        return str(OTHERS.get(ItemKind(item.kind), ""))
    post = post_name(item.post.code, reader_language())
    return f"{post} · {item.holder}" if item.holder else post


def _outcome(item: "WorkItem") -> str:
    if item.closed_at is None:
        return _("正在办")
    word = next((str(one.label) for one in OUTCOMES if one.code == item.outcome), item.outcome)
    return _("%(outcome)s（到期自动）") % {"outcome": word} if item.unattended else word or _("未办结，已终止")


def _in_time(item: "WorkItem", today: date) -> str:
    if item.due_on is None or not item.own_clock:
        return _("停表中") if item.clock_stopped else "—"
    late = (day_of(item.closed_at) if item.closed_at else today) > item.due_on
    return _("超期，应在 %(day)s 前") % {"day": item.due_on} if late else _("按时（%(day)s 前）") % {"day": item.due_on}


def _steps(story: "Trace", today: date) -> Table:
    calendar = work_calendar()
    rows: list[list[Any]] = [
        [
            item.drawn.named(reader_language()),
            _office(item),
            _moment(item.opened_at),
            _moment(item.claimed_at),
            _moment(item.closed_at),
            calendar.between(day_of(item.opened_at), day_of(item.closed_at) if item.closed_at else today),
            _in_time(item, today),
            _outcome(item),
        ]
        for line in story.lines
        for item in line.items
    ]
    return Table(
        caption=_("环节：谁在什么时候办了什么"),
        columns=[
            Column(heading=_("环节")),
            Column(heading=_("岗位")),
            Column(heading=_("到达时间")),
            Column(heading=_("领取时间")),
            Column(heading=_("办结时间")),
            Column(heading=_("用时（工作日）"), numeric=True),
            Column(heading=_("时限")),
            Column(heading=_("结果")),
        ],
        rows=rows,
        empty=Empty(what=_("还没有环节。")),
    )


def _pauses(story: "Trace") -> Table:
    rows: list[list[Any]] = [
        [
            _of(line, pause),
            PAUSES.get(pause.reason, pause.reason),
            pause.basis or "—",
            _moment(pause.stopped_at),
            _moment(pause.resumed_at),
        ]
        for line in story.lines
        for pause in line.pauses
    ]
    headings = (_("时限"), _("原因"), _("依据"), _("停表时间"), _("恢复时间"))
    return _table(_("停表：哪些时间不计"), headings, rows, _("没有停过表。"))


def _of(line: "Line", pause: "ClockPause") -> str:
    node = line.process.definition.graph.nodes.get(pause.deadline.node)
    return node.named(reader_language()) if node else _("全程")


def _cards(story: "Trace") -> Table:
    rows: list[list[Any]] = [
        [
            _card_kind(card),
            department_name(card.department.code, reader_language()) if card.department else "—",
            _moment(card.raised_at),
            CARDS[CardState(card.state)],
            card.number,
        ]
        for line in story.lines
        for card in line.cards
    ]
    headings = (_("卡的种类"), _("承办部门"), _("亮牌时间"), _("状态"), _("编号"))
    return _table(_("监察卡情况"), headings, rows, _("没有监察卡。"))


def _card_kind(card: "Card") -> str:
    declared, language = supervision(), reader_language()
    violation = declared.find_violation(card.rule)
    level = declared.named(card.level, language)
    return f"{level} · {violation.names.said(language)}" if violation else level


def _results(case: Case) -> Table:
    """What went out of the case: letters by kind, never their text; licences, payments, records given back."""
    rows: list[list[Any]] = [
        [_("通知"), letter.kind, _moment(letter.sent_at), ""] for letter in case.letters.order_by("sent_at", "id")
    ]
    rows += [
        [_("电子证照"), licence.number, _moment(licence.issued_at), licence.get_state_display()]
        for licence in licences_of_case(case.reference)
    ]
    rows += [
        [
            payment.get_direction_display(),
            str(payment.yuan),
            _moment(payment.ordered_at),
            _("模拟") if payment.simulated else "",
        ]
        for payment in case.payments.all()
    ]
    rows += [
        [_("回写部门数据"), record.resource, record.decided_on, _("已入库") if record.delivery else _("等待入库")]
        for record in case.records.all()
    ]
    headings = (_("结果"), _("内容"), _("发生时间"), _("情况"))
    return _table(_("通知、证照、支付、回写"), headings, rows, _("还没有结果。"))


def _looks(entries: Sequence["Entry"]) -> Table:
    rows: list[list[Any]] = [
        [post_name(entry.actor_post, reader_language()) if entry.actor_post else _("工作人员"), _moment(entry.at)]
        for entry in entries
        if entry.kind == CaseLookedAt.kind
    ]
    return _table(_("谁看过这件事"), (_("岗位"), _("发生时间")), rows, _("没有人看过。"))


def _table(caption: str, headings: Iterable[str], rows: list[list[Any]], empty: str) -> Table:
    return Table(caption=caption, columns=[Column(heading=one) for one in headings], rows=rows, empty=Empty(what=empty))


def _trail(story: "Trace", own: Sequence["Entry"]) -> Trail:
    """Every fact of the case and of its processes, newest first, in words; looks have a table of their own."""
    entries = sorted((*own, *story.facts), key=lambda entry: (entry.at, entry.pk), reverse=True)
    names = identity.names_of_officials(sorted({entry.actor_ref for entry in entries}))
    return Trail(
        entries=[
            TrailEntry(
                at=entry.at,
                who=_who(entry, names),
                act=_act(entry, story),
                why=story.remarks.get(getattr(entry.fact, "remark", ""), ""),
            )
            for entry in entries
            if entry.kind != CaseLookedAt.kind
        ],
        label=_("全部事实"),
        open_count=FACTS,
    )


def _who(entry: "Entry", names: dict[str, str]) -> str:
    if entry.actor_post:
        return " · ".join(
            part for part in (post_name(entry.actor_post, reader_language()), names.get(entry.actor_ref, "")) if part
        )
    return names.get(entry.actor_ref) or (_("系统") if entry.actor_kind == "system" else _("申请人"))


def _act(entry: "Entry", story: "Trace") -> str:
    fact = entry.fact
    if isinstance(fact, CaseMoved):
        return str(Case.States(fact.state).label)
    said = fact.sentence(reader_language())
    if isinstance(fact, CaseFact):
        return said
    number = getattr(fact, "item", "")
    item = (
        next((item for line in story.lines for item in line.items if item.number == number), None) if number else None
    )
    step = _("%(step)s：%(done)s") % {"step": item.drawn.named(reader_language()), "done": said} if item else said
    outcome = getattr(fact, "outcome", "")
    word = next((str(one.label) for one in OUTCOMES if one.code == outcome), outcome)
    return _("%(act)s（%(outcome)s）") % {"act": step, "outcome": word} if outcome else step
