"""How a case goes, for its applicant: the clock of the whole, who has it now, what it waits for from him, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from huimin.kernel.money import Fen
from huimin.platform.cases.events import CaseFact, CaseMoved, PaymentOrdered
from huimin.platform.cases.http.words import own_word
from huimin.platform.cases.models import Case, Channel
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import trace
from huimin.platform.process.queries.calendar import work_calendar
from huimin.platform.process.rules.clocks import Standing, day_of, standing
from huimin.platform.process.rules.states import ItemKind
from huimin.platform.registries.fields import department_name, post_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Clock, Step, Steps, StepState, Trail, TrailEntry

if TYPE_CHECKING:
    from huimin.platform.process.models import Process, WorkItem

SUPPLIED: Final = "supplied"
STATES: Final = {Standing.LATE: StepState.LATE, Standing.STOPPED: StepState.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A step that waits for the applicant, and the ways to finish it.

    `supplies`: it asks for papers; `offered`: he did not apply, and confirms what was prepared for him.
    """

    name: str
    supplies: bool
    offered: bool
    outcomes: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the applicant sees of how his case goes."""

    clock: Clock | None
    steps: Steps
    wanted: Sequence[Wanted]
    trail: Trail


def progress_of(case: Case, *, at: datetime) -> Progress:
    """Read it all, in a fixed number of reads."""
    story = trace(case.reference, facts_at_most=0, at=at)
    today = timezone.localdate(at)
    items = [item for line in story.lines for item in line.items if item.parent_id is None]
    stages = groupby(items, key=lambda item: item.opened_at)
    return Progress(
        clock=_clock(story.lines[0].process, case, today) if story.lines else None,
        steps=Steps(stages=[[_step(item, today) for item in same] for _opened, same in stages]),
        wanted=[
            Wanted(
                name=item.drawn.named(reader_language()),
                supplies=SUPPLIED in item.drawn.outcomes,
                offered=case.channel == Channel.PROACTIVE,
                outcomes=[(code, own_word(code)) for code in item.drawn.outcomes],
            )
            for item in story.waiting
            if item.kind == ItemKind.APPLICANT
        ],
        trail=_trail(case, at),
    )


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
    if isinstance(fact, CaseMoved):
        return str(Case.States(fact.state).label)
    if isinstance(fact, PaymentOrdered):
        return _("支付单 %(amount)s") % {"amount": Fen(fact.amount)}
    return fact.sentence(reader_language())


def _who(actor: Actor) -> str:
    if actor.post:
        return post_name(actor.post, reader_language())
    return _("系统") if actor.kind == "system" else _("申请人")
