"""Clocks, the calendar by which they are counted, and the cards of electronic supervision."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huimin.platform.journal.events import Fact
from huimin.platform.journal.rules import Digest
from huimin.platform.process.events.running import ProcessFact
from huimin.platform.process.events.work import WorkFact


@dataclass(frozen=True, kw_only=True)
class ClockStopped(WorkFact):
    """The clock of a work item, or (without `item`) of the whole, was stopped; `reason` is a code such as `supplement`. The law
    that allows it stands with the pause.
    """

    reason: str

    zh: ClassVar[str] = "停表"
    en: ClassVar[str] = "Clock stopped"


@dataclass(frozen=True, kw_only=True)
class ClockResumed(WorkFact):
    """The clock of a work item, or of the whole, goes on; `due_on` is its new last day, None when only a timer ran."""

    due_on: date | None

    zh: ClassVar[str] = "恢复计时"
    en: ClassVar[str] = "Clock resumed"


@dataclass(frozen=True, kw_only=True)
class LimitExtended(WorkFact):
    """延期: a step got so many more `unit`s of its own limit; `due_on` is its new last day, None while its clock stands."""

    amount: int
    unit: str
    due_on: date | None

    zh: ClassVar[str] = "延长时限"
    en: ClassVar[str] = "More time was given"


@dataclass(frozen=True, kw_only=True)
class CalendarDeclared(Fact):
    """The working days of a year were written into the city's calendar; the subject is `calendar:<year>`."""

    days: int
    announced: bool
    content: Digest

    zh: ClassVar[str] = "工作日历已更新：与平常不同的日子 {days} 天。"
    en: ClassVar[str] = "The working calendar was updated: {days} days differ from the week's rule."


@dataclass(frozen=True, kw_only=True)
class DeadlinesRecounted(Fact):
    """A slice of the open deadlines was counted again by the city's calendar; the subject is `calendar:<year>`.

    `changed` of them moved; `last` is where the next slice begins, `more` whether there is one.
    """

    changed: int
    last: int
    more: bool

    zh: ClassVar[str] = "按新日历重算期限，{changed} 项有变。"
    en: ClassVar[str] = "Deadlines were counted again; {changed} moved."


@dataclass(frozen=True, kw_only=True)
class OutageDeclared(Fact):
    """The systems stood still for a while, for which no clock counts; the subject is `outage:<code>`."""

    stopped: int
    last: int
    more: bool

    zh: ClassVar[str] = "系统停运期间不计时，{stopped} 项时限顺延。"
    en: ClassVar[str] = "An outage does not count; {stopped} clocks were put back."


@dataclass(frozen=True, kw_only=True)
class CardRaised(ProcessFact):
    """A clock came near its end or ran over it, or a rule found a violation: `rule` is its code, `evidence` the numbers of the entries
    that show it. `level` is a declared one, `department` answers for it.
    """

    card: str
    level: str
    item: str
    node: str
    department: str
    rule: str = ""
    evidence: tuple[str, ...] = ()

    zh: ClassVar[str] = "电子监察亮牌"
    en: ClassVar[str] = "Card raised"


@dataclass(frozen=True, kw_only=True)
class CardExplained(ProcessFact):
    """The department explained itself."""

    card: str
    remark: str

    zh: ClassVar[str] = "监察卡已说明"
    en: ClassVar[str] = "Card explained"


@dataclass(frozen=True, kw_only=True)
class CardUpheld(ProcessFact):
    """A supervisor found that the card stands."""

    card: str
    remark: str

    zh: ClassVar[str] = "监察卡认定成立"
    en: ClassVar[str] = "Card upheld"


@dataclass(frozen=True, kw_only=True)
class CardLifted(ProcessFact):
    """A supervisor lifted the card."""

    card: str
    remark: str

    zh: ClassVar[str] = "监察卡撤销"
    en: ClassVar[str] = "Card lifted"


@dataclass(frozen=True, kw_only=True)
class CardsLifted(Fact):
    """A slice of cards was lifted after a correction; the subject is its cause, `cards` a digest of their numbers, `last` where
    the next slice begins.
    """

    count: int
    cards: Digest
    last: int
    more: bool

    zh: ClassVar[str] = "更正后批量撤销监察卡 {count} 张"
    en: ClassVar[str] = "{count} cards were lifted after a correction"
