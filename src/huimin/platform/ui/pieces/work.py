"""What is due and who has it: the clock, the steps, the queue, long work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from huimin.platform.ui.pieces.lists import Empty
from huimin.platform.ui.pieces.values import Text


class ClockState(StrEnum):
    """What a clock says; each has its word and its mark."""

    RUNNING = "running"
    DUE = "due"
    LATE = "late"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Working time left (`{% clock c %}`).

    `left` working days left, negative when overdue, 0 on the last day · `total` working days allowed, for the bar ·
    `until` the last day · `stopped` why the clock stands still, e.g. 补正中 · `done_on` the day it ended ·
    `due_within` from how many days left it calls for attention.
    """

    left: int
    total: int
    until: date | None = None
    stopped: Text = ""
    done_on: date | None = None
    due_within: int = 2

    @property
    def state(self) -> ClockState:
        """The state, strongest first."""
        ladder = (
            (ClockState.DONE, self.done_on is not None),
            (ClockState.STOPPED, bool(self.stopped)),
            (ClockState.LATE, self.left < 0),
            (ClockState.DUE, self.left <= self.due_within),
        )
        return next((state for state, holds in ladder if holds), ClockState.RUNNING)

    @property
    def share_left(self) -> int:
        """Whole percent of the allowed time that is left, 0 to 100."""
        return round(100 * min(max(self.left, 0), self.total) / self.total) if self.total > 0 else 0

    @property
    def word(self) -> str:
        """The state in words, without the date: `还有 3 个工作日`, `补正中，已停表`, `超期 2 个工作日`."""
        days = abs(self.left)
        left = (
            ngettext("还有 %(n)d 个工作日", "还有 %(n)d 个工作日", days) % {"n": days} if self.left else _("今天到期")
        )
        words = {
            ClockState.DONE: _("已办结"),
            ClockState.STOPPED: _("%(reason)s，已停表") % {"reason": self.stopped},
            ClockState.LATE: ngettext("超期 %(n)d 个工作日", "超期 %(n)d 个工作日", days) % {"n": days},
        }
        return words.get(self.state, left)

    @property
    def day(self) -> date | None:
        """The date that goes with the word: when it ended, or the last day; none while it stands still."""
        return {ClockState.DONE: self.done_on, ClockState.STOPPED: None}.get(self.state, self.until)


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    STOPPED = "stopped"
    LATE = "late"
    NEXT = "next"


HOW_FAR: Final = gettext_lazy("办理进度")
STEP_WORDS: Final[dict[StepState, Promise]] = {
    StepState.DONE: gettext_lazy("已完成"),
    StepState.NOW: gettext_lazy("正在办"),
    StepState.STOPPED: gettext_lazy("已停表"),
    StepState.LATE: gettext_lazy("已超期"),
    StepState.NEXT: gettext_lazy("未开始"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what, who holds it, since when, and what it waits for."""

    name: Text
    state: StepState
    holder: Text = ""
    since: datetime | None = None
    waiting_for: Text = ""

    @property
    def word(self) -> str:
        """The state in a word."""
        return str(STEP_WORDS[self.state])


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Who has it (`{% steps s %}`): stages in order; the steps inside one stage run at the same time."""

    stages: Sequence[Sequence[Step]]
    label: Text = HOW_FAR


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One row of work (`{% queue_row r %}`): number, what, who, clock, and the next act that its link opens."""

    number: str
    url: str
    what: Text
    who: Text = ""
    clock: Clock | None = None
    next_act: Text = ""
    note: Text = ""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter chip or a saved view: a link that narrows the list; a chosen one leads back out."""

    label: Text
    url: str
    chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A list of work (`{% queue q %}`): rows, chips, saved views, and `more_url` where there is more (no page numbers)."""

    rows: Sequence[QueueRow]
    label: Text
    chips: Sequence[Chip] = ()
    views: Sequence[Chip] = ()
    more_url: str = ""
    empty: Empty | None = None


class ProgressState(StrEnum):
    """How long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


PROGRESS_WORDS: Final[dict[ProgressState, Promise]] = {
    ProgressState.WAITING: gettext_lazy("排队中"),
    ProgressState.RUNNING: pgettext_lazy("progress", "进行中"),
    ProgressState.DONE: gettext_lazy("已完成"),
    ProgressState.FAILED: gettext_lazy("没有完成"),
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Long work (`{% progress p %}`): `done` of `total` `unit`s; total 0 means the extent is not known yet.

    `name` makes the element's id, unique on the page. While it is waiting or running the element asks `poll_url` every two
    seconds for a page or fragment that holds the same id; without scripts the reader refreshes by a link to `page_url`.
    """

    name: str
    label: Text
    state: ProgressState
    done: int = 0
    total: int = 0
    unit: Text = ""
    detail: Text = ""
    poll_url: str = ""
    page_url: str = ""

    @property
    def word(self) -> str:
        """The state in words."""
        return str(PROGRESS_WORDS[self.state])

    @property
    def going(self) -> bool:
        """Whether asking again can bring news."""
        return self.state in (ProgressState.WAITING, ProgressState.RUNNING)

    @property
    def percent(self) -> int | None:
        """Whole percent done, or None while the extent is unknown."""
        return min(100, 100 * self.done // self.total) if self.total > 0 else None
