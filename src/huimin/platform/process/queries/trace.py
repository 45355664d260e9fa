"""The whole story of a subject, for one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from huimin.platform.journal import queries as journal
from huimin.platform.process.models import Card, ClockPause, Deadline, Process, WorkItem
from huimin.platform.process.models.work import Remark
from huimin.platform.process.queries.cards import cards_of

if TYPE_CHECKING:
    from huimin.platform.journal.models import Entry


@dataclass(frozen=True, kw_only=True)
class Line:
    """One process in the story: its items in the order of opening, its clocks with their pauses, its cards."""

    process: Process
    items: Sequence[WorkItem]
    clocks: Sequence[Deadline]
    pauses: Sequence[ClockPause]
    cards: Sequence[Card]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Everything that happened about a subject: its processes (the called ones after those that called them), every fact newest
    first, and what was written, by the reference that facts give.
    """

    lines: Sequence[Line]
    facts: "Sequence[Entry]"
    remarks: Mapping[str, str]

    @property
    def waiting(self) -> list[WorkItem]:
        """Who has it now: the live items in which a token rests."""
        return [item for line in self.lines for item in line.items if item.closed_at is None and item.parent_id is None]


def trace(subject: str, *, facts_at_most: int = 500, at: datetime) -> Trace:
    """The whole story of a subject, in seven reads however long it is. The app whose subject it is has asked for the right to it."""
    processes = Process.objects.filter(subject=subject).select_related("definition", "department")
    found = list(processes.defer("definition__text").order_by("started_at", "pk"))
    keys = [process.pk for process in found]
    items = WorkItem.objects.filter(process__in=keys).select_related(
        "post__department", "holder", "process__definition"
    )
    clocks = Deadline.objects.filter(process__in=keys).order_by("started_at", "pk")
    pauses = ClockPause.objects.filter(deadline__process__in=keys).select_related("deadline").order_by("stopped_at")
    opened = list(items.defer("process__definition__text").order_by("opened_at", "pk"))
    started, stood, cards = list(clocks), list(pauses), cards_of(keys)
    lines = [
        Line(
            process=process,
            items=[item for item in opened if item.process_id == process.pk],
            clocks=[clock for clock in started if clock.process_id == process.pk],
            pauses=[pause for pause in stood if pause.deadline.process_id == process.pk],
            cards=[card for card in cards if card.process_id == process.pk],
        )
        for process in found
    ]
    facts = (
        list(journal.entries_about([process.reference for process in found], at=at)[:facts_at_most]) if found else []
    )
    remarks = dict(Remark.objects.filter(process__in=keys).values_list("reference", "text"))
    return Trace(lines=lines, facts=facts, remarks=remarks)
