"""From rows to the pieces of the page: queue rows, clocks, steps, trail."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from huimin.kernel.workdays import WorkCalendar
from huimin.platform.identity import queries as identity
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports, queries
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.rules.clocks import Standing, day_of, standing
from huimin.platform.process.rules.states import ItemKind, ItemState
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Clock, QueueRow, Step, Steps, StepState, Trail, TrailEntry

TRAIL_LENGTH: Final = 100
"""Facts of a process that its page shows; the journal has all of them."""


def outcomes_of(item: WorkItem) -> list[ports.Outcome]:
    """The ways to end a step, as its subject's app words them; by their codes where it says nothing."""
    worded = {outcome.code: outcome for outcome in ports.view_of(item.process.kind).outcomes(item.node)}
    return [
        worded.get(code, ports.Outcome(code, _("办结") if code == "done" else code)) for code in item.drawn.outcomes
    ]


def what_of(process: Process, title: str) -> str:
    """What a process is about, in one line: its kind, and its subject's title or reference."""
    kind = ports.view_of(process.kind).label or process.definition.graph.named(reader_language())
    return f"{kind} · {title or process.subject}"


def titles_of(processes: Iterable[Process], *, actor: Actor, at: datetime) -> dict[str, str]:
    """The titles of the subjects of processes, by reference: one call for each kind."""
    return _of_kinds(processes, lambda view, subjects: view.titles(subjects, actor=actor, at=at))


def briefs_of(processes: Iterable[Process], *, actor: Actor, at: datetime) -> dict[str, str]:
    """What one has to know of the subjects to decide several in one go, by reference: one call for each kind."""
    return _of_kinds(processes, lambda view, subjects: view.briefs(subjects, actor=actor, at=at))


def _of_kinds(
    processes: Iterable[Process], told: Callable[[ports.SubjectView, Sequence[str]], Mapping[str, str]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    ordered = sorted(processes, key=lambda process: process.kind)
    for kind, same in groupby(ordered, key=lambda process: process.kind):
        found.update(told(ports.view_of(kind), sorted({process.subject for process in same})))
    return found


def clock_of(item: WorkItem, calendar: WorkCalendar, on: date) -> Clock | None:
    """The clock of an item; None for one without limit."""
    if item.due_on is None:
        return Clock(left=0, total=0, stopped=_("等待中")) if item.clock_stopped else None
    return Clock(
        left=calendar.between(on, item.due_on),
        total=calendar.between(day_of(item.opened_at), item.due_on),
        until=item.due_on,
        done_on=day_of(item.closed_at) if item.closed_at else None,
        due_within=calendar.between(item.turn_on, item.due_on),
    )


def post_of(item: WorkItem) -> str:
    """The post at which an item is done, in the reader's language."""
    post = item.post
    if post is None:
        return str(_BY_OTHERS.get(ItemKind(item.kind), ""))
    return f"{post.department.name_en}, {post.title_en}" if reader_language() == "en" else str(post)


_BY_OTHERS: Final = {
    ItemKind.APPLICANT: gettext_lazy("申请人"),
    ItemKind.MACHINE: gettext_lazy("系统"),
    ItemKind.CALL: gettext_lazy("子流程"),
}
_BESIDE: Final = {
    ItemKind.DELEGATED: gettext_lazy("委派"),
    ItemKind.COSIGN: gettext_lazy("加签"),
    ItemKind.COPY: gettext_lazy("抄送"),
}


def name_of(item: WorkItem) -> str:
    """What a piece of work is called: its step, and how it stands beside one."""
    name, beside = item.drawn.named(reader_language()), _BESIDE.get(ItemKind(item.kind))
    return _("%(step)s（%(beside)s）") % {"step": name, "beside": beside} if beside else name


def who_has(item: WorkItem) -> str:
    """The post, and the name of whoever holds the item there."""
    return f"{post_of(item)} · {item.holder}" if item.holder else post_of(item)


def _next_act(item: WorkItem) -> str:
    if item.kind == ItemKind.COPY:
        return _("阅知")
    return {ItemState.OPEN: _("领取"), ItemState.HELD: _("办理")}.get(ItemState(item.state), _("查看"))


def _notes(item: WorkItem) -> str:
    urged = ngettext("已催办 %(n)d 次", "已催办 %(n)d 次", item.urged) % {"n": item.urged} if item.urged else ""
    awaited = (
        ngettext("等 %(n)d 份意见", "等 %(n)d 份意见", item.awaiting) % {"n": item.awaiting} if item.awaiting else ""
    )
    return " · ".join(note for note in (_("加急") if item.urgent else "", urged, awaited) if note)


def queue_rows(items: Sequence[WorkItem], *, actor: Actor, on: date, at: datetime) -> list[QueueRow]:
    """The rows of the inbox: what, who, clock, next act."""
    titles = titles_of([item.process for item in items], actor=actor, at=at)
    calendar = queries.work_calendar()
    return [
        QueueRow(
            number=item.number,
            url=reverse("process:item", args=[item.number]),
            what=f"{name_of(item)} · {what_of(item.process, titles.get(item.process.subject, ''))}",
            who=who_has(item),
            clock=clock_of(item, calendar, on),
            next_act=_next_act(item),
            note=_notes(item),
        )
        for item in items
    ]


_STATES: Final = {Standing.LATE: StepState.LATE, Standing.STOPPED: StepState.STOPPED}


def _step(item: WorkItem, on: date) -> Step:
    says = standing(item.due_on, item.turn_on, stopped=item.clock_stopped, on=on)
    is_live = item.closed_at is None
    return Step(
        name=name_of(item),
        state=_STATES.get(says, StepState.NOW) if is_live else StepState.DONE,
        holder=who_has(item),
        since=item.closed_at or item.claimed_at or item.opened_at,
        waiting_for=_("有人领取") if item.state == ItemState.OPEN else "",
    )


def steps_of(items: Sequence[WorkItem], on: date) -> Steps:
    """Who has it: items in the order of opening; those opened in one moment run side by side."""
    taken = [item for item in items if item.kind != ItemKind.COPY]
    stages = groupby(taken, key=lambda item: item.opened_at)
    return Steps(stages=[[_step(item, on) for item in same] for _opened_at, same in stages])


# Who acts besides officials: a citizen is an applicant here; the subject's own panel says who he is to those who may know.
_OTHERS: Final = {"system": gettext_lazy("系统"), "account": gettext_lazy("申请人")}


def trail_shown(process: Process, items: Sequence[WorkItem], *, at: datetime) -> Trail:
    """What happened, newest first."""
    return Trail(entries=list(story_shown(process, items, at=at).values()), open_count=8)


def story_shown(process: Process, items: Sequence[WorkItem], *, at: datetime) -> dict[str, TrailEntry]:
    """What happened, newest first, in words, by the number of the entry: who did it, at which step, with what outcome and why."""
    entries = list(queries.trail_of(process, at=at)[:TRAIL_LENGTH])
    names = identity.names_of_officials(sorted({entry.actor_ref for entry in entries}))
    remarks = queries.remarks_of(process)
    by_number = {item.number: item for item in items}
    shown = {}
    for entry in entries:
        fact = entry.fact
        item = by_number.get(getattr(fact, "item", ""))
        step = item.drawn.named(reader_language()) if item else ""
        labels = {outcome.code: str(outcome.label) for outcome in outcomes_of(item)} if item else {}
        outcome = getattr(fact, "outcome", "")
        done = fact.sentence(reader_language())
        act = _("%(step)s：%(done)s") % {"step": step, "done": done} if step else done
        shown[entry.number] = TrailEntry(
            at=entry.at,
            who=names.get(entry.actor_ref) or str(_OTHERS.get(entry.actor_kind, entry.actor_ref)),
            act=_("%(act)s（%(outcome)s）") % {"act": act, "outcome": labels.get(outcome, outcome)} if outcome else act,
            why=remarks.get(getattr(fact, "remark", ""), ""),
        )
    return shown
