"""How a case goes, for its applicant: the clock of the whole, who has it now, what it waits for from him, what happened."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huimin.kernel.money import Fen
from huimin.platform.cases import queries
from huimin.platform.cases.events import (
    CaseFact,
    CaseMoved,
    CasePublicised,
    FeeGivenBack,
    PaymentOrdered,
    ResultSent,
)
from huimin.platform.cases.http.words import ADVERSE, outcome_word, own_word
from huimin.platform.cases.models import Case, Channel, Payment
from huimin.platform.cases.queries.letters import FACTS_READ, said_since_he_acted
from huimin.platform.cases.rules import State
from huimin.platform.catalogue.declarations.items import Part
from huimin.platform.catalogue.library import department_of
from huimin.platform.catalogue.rules.answers import data_of
from huimin.platform.catalogue.rules.situations import parameters_of, parts_of
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import trace
from huimin.platform.process.queries.calendar import work_calendar
from huimin.platform.process.rules.clocks import Standing, day_of, standing
from huimin.platform.process.rules.states import ItemKind
from huimin.platform.registries.fields import department_name, post_name
from huimin.platform.ui.dates import full_day
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Clock, Step, Steps, StepState, Trail, TrailEntry

if TYPE_CHECKING:
    from huimin.platform.process.models import Process, WorkItem

SUPPLIED: Final = "supplied"
REFUSING: Final = frozenset({"objected", "returned", "refused", "failed"})
"""Outcomes by which a body did not do its part."""
STATES: Final = {Standing.LATE: StepState.LATE, Standing.STOPPED: StepState.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A step that waits for the applicant, and the ways to finish it.

    `supplies`: it asks for papers; `offered`: he did not apply, and confirms what was prepared for him; `said`: what officials wrote
    with what led here.
    """

    name: str
    said: Sequence[str]
    supplies: bool
    offered: bool
    outcomes: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class PartShown:
    """One part of a life event: whose it is, how it stands in a word and a mark, its own clock while it runs, when it was done, and where
    its own page is for this reader, if it has one.
    """

    name: str
    department: str
    word: str
    mark: str
    clock: Clock | None = None
    done_at: datetime | None = None
    number: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the applicant sees of how his case goes; `parts` where it is one thing of several bodies (一件事)."""

    clock: Clock | None
    parts: Sequence[PartShown]
    steps: Steps
    wanted: Sequence[Wanted]
    trail: Trail


def progress_of(case: Case, *, at: datetime) -> Progress:
    """Read it all, in a fixed number of reads."""
    story = trace(case.reference, facts_at_most=FACTS_READ, at=at)
    today = timezone.localdate(at)
    items = [item for line in story.lines for item in line.items if item.parent_id is None]
    steps = [item for item in items if not (case.has_parts and item.kind == ItemKind.CALL)]
    stages = groupby(steps, key=lambda item: item.opened_at)
    return Progress(
        clock=_clock(story.lines[0].process, case, today) if story.lines else None,
        parts=parts_of_case(case, items, today, page="cases:case"),
        steps=Steps(stages=[[_step(item, today) for item in same] for _opened, same in stages]),
        wanted=[
            Wanted(
                name=item.drawn.named(reader_language()),
                said=said_since_he_acted(story, adverse=ADVERSE),
                supplies=SUPPLIED in item.drawn.outcomes,
                offered=case.channel == Channel.PROACTIVE,
                outcomes=[(code, own_word(code)) for code in item.drawn.outcomes],
            )
            for item in story.waiting
            if item.kind == ItemKind.APPLICANT
        ],
        trail=_trail(case, at),
    )


def parts_of_case(
    case: Case, items: Sequence["WorkItem"], on: date, *, page: str = "", among: Collection[str] | None = None
) -> list[PartShown]:
    """The parts of a life event that this situation has: each by the newest case of its own, or by the newest round of its task at its own
    body where it is a step. `page` names the page of a part's case, for those `among` the numbers (None: all).
    """
    service = queries.service_of(case)
    if service.item.life_event is None:
        return []
    own = {glance.case.service: glance for glance in queries.glances_of_parts(case, language=reader_language(), on=on)}
    latest = {(item.node, item.post.department.code): item for item in items if item.post}
    data = data_of(service.form, case.answers, parameters_of(service.item))
    shown = []
    for part in parts_of(service.item, data):
        department = department_of(part.body, case.division)
        glance = own.get(f"{service.code}.{part.code}")
        if glance is None:
            shown.append(_part(part, department, latest.get((part.task, department)), case, on))
            continue
        number = glance.case.number
        linked = page and (among is None or number in among)
        shown.append(_own_part(part, glance, url=reverse(page, args=[number]) if linked else ""))
    return shown


def _own_part(part: Part, glance: queries.Glance, *, url: str) -> PartShown:
    case, language = glance.case, reader_language()
    if case.is_open:
        stopped = glance.clock is not None and bool(glance.clock.stopped)
        word, mark = (
            (_("等申请人补正"), "stopped") if glance.waits else (_("正在办"), "stopped" if stopped else "running")
        )
    else:
        word, mark = case.words_of_state, "good" if case.state == State.GRANTED else "due"
    return PartShown(
        name=part.names.text(language),
        department=department_name(case.department, language),
        word=word,
        mark=mark,
        clock=glance.clock if case.is_open else None,
        done_at=case.decided_at,
        number=case.number,
        url=url,
    )


def _part(part: Part, department: str, item: "WorkItem | None", case: Case, on: date) -> PartShown:
    language = reader_language()
    told = partial(PartShown, name=part.names.text(language), department=department_name(department, language))
    if item is None:
        word = _("还没开始") if case.is_open else _("没有办理")
        return told(word=word, mark="next")
    if item.closed_at is None:
        clock = None
        if item.due_on is not None and not item.clock_stopped:
            calendar = work_calendar()
            left, total = calendar.between(on, item.due_on), calendar.between(day_of(item.opened_at), item.due_on)
            clock = Clock(left=left, total=max(total, 1), until=item.due_on)
        return told(word=_("正在办"), mark="stopped" if item.clock_stopped else "running", clock=clock)
    if not item.outcome:
        return told(word=_("没有办完"), mark="due", done_at=item.closed_at)
    refused = item.outcome in REFUSING
    return told(word=outcome_word(item.outcome), mark="due" if refused else "good", done_at=item.closed_at)


def how_far(reference: str, *, at: datetime) -> Steps:
    """Who has something now, and who had it before: for its own person, of a rating or a matter that could not be got done."""
    today = timezone.localdate(at)
    items = [item for line in trace(reference, facts_at_most=0, at=at).lines for item in line.items]
    taken = [item for item in items if item.parent_id is None and item.kind != ItemKind.COPY]
    return Steps(stages=[[_step(item, today)] for item in taken])


def _clock(process: "Process", case: Case, on: date) -> Clock | None:
    if process.due_on is None:
        return Clock(left=0, total=0, stopped=_("等待中")) if process.clock_stopped else None
    calendar = work_calendar()
    return Clock(
        left=calendar.between(on, process.due_on),
        total=max(calendar.between(day_of(process.started_at), process.due_on), 1),
        until=process.due_on,
        done_on=day_of(process.ended_at) if process.ended_at else None,
    )


def _step(item: "WorkItem", on: date) -> Step:
    live = item.closed_at is None
    says = standing(item.due_on, item.turn_on, stopped=item.clock_stopped, on=on)
    return Step(
        name=item.drawn.named(reader_language()),
        state=STATES.get(says, StepState.NOW) if live else StepState.DONE,
        holder=_("您") if item.kind == ItemKind.APPLICANT else _office(item),
        since=item.closed_at or item.claimed_at or item.opened_at,
    )


def _office(item: "WorkItem") -> str:
    return department_name(item.post.department.code, reader_language()) if item.post else _("系统")


def _trail(case: Case, at: datetime) -> Trail:
    """What happened to the case: its own facts, in words."""
    entries = entries_about([case.reference], at=at)[:50]
    return Trail(
        entries=[
            TrailEntry(at=entry.at, who=_who(entry.actor), act=_act(entry.fact))
            for entry in entries
            if isinstance(entry.fact, CaseFact)
        ]
    )


def _act(fact: CaseFact) -> str:
    words = _WORDS.get(type(fact))
    return words(fact) if words else fact.sentence(reader_language())


def _moved(fact: Any) -> str:
    return str(Case.States(fact.state).label)


def _paid(fact: Any) -> str:
    words = _("缴费 %(amount)s") if fact.direction == Payment.Direction.IN else _("支付单 %(amount)s")
    return words % {"amount": Fen(fact.amount)}


def _paid_back(fact: Any) -> str:
    return _("费用已退回 %(amount)s") % {"amount": Fen(fact.amount)}


def _sent(fact: Any) -> str:
    words: str = fact.sentence(reader_language())
    return words + _("（模拟快递，没有真的寄出）") if fact.simulated else words


def _publicised(fact: Any) -> str:
    last = date.fromisoformat(fact.until) - timedelta(days=1)
    return _("公示到 %(day)s") % {"day": full_day(last)}


_WORDS: Final[Mapping[type[CaseFact], Callable[[Any], str]]] = {
    CaseMoved: _moved,
    PaymentOrdered: _paid,
    FeeGivenBack: _paid_back,
    ResultSent: _sent,
    CasePublicised: _publicised,
}
"""What is said of a fact to its applicant where its own sentence has codes and fen in it."""


def _who(actor: Actor) -> str:
    if actor.post:
        return post_name(actor.post, reader_language())
    return _("系统") if actor.kind == "system" else _("申请人")
