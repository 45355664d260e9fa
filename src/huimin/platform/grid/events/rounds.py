"""Planned rounds. Who is visited, where he lives and what he answers stand with the visit, in no fact."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class RoundPlanned(Fact):
    """A slice of a round's visits was planned, or no longer needed ones were withdrawn; its subject is `round:<code>`."""

    zh: ClassVar[str] = "安排探访 {planned} 户次，取消 {withdrawn} 户次"
    en: ClassVar[str] = "{planned} visits planned, {withdrawn} withdrawn"
    on: date
    planned: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class RoundsLookedInto(Fact):
    """A worker opened the list of his visits and saw whom of his cells they look after; its subject is `account:<id>`."""

    zh: ClassVar[str] = "查看探访任务 {visits} 条"
    en: ClassVar[str] = "Looked at {visits} visits to make"
    visits: int


@dataclass(frozen=True, kw_only=True)
class RoundVisitRecorded(Fact):
    """A worker says what became of a visit; its subject is `round_visit:<number>`."""

    zh: ClassVar[str] = "记录探访：{outcome}"
    en: ClassVar[str] = "Visit recorded: {outcome}"
    round: str
    cell: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class HelpWanted(Fact):
    """Somebody who was visited needs help; its subject is `round_visit:<number>`. Incidents make an incident of it."""

    zh: ClassVar[str] = "探访发现需要帮助"
    en: ClassVar[str] = "Help is needed where a visit was made"
    round: str
    cell: str
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class RoundVisitsMissed(Fact):
    """Visits of a round in a district were not made in time; once for each visit. Its subject is `division:<code>`."""

    zh: ClassVar[str] = "探访逾期 {visits} 户次"
    en: ClassVar[str] = "{visits} visits missed"
    round: str
    visits: int


@dataclass(frozen=True, kw_only=True)
class RoundListChanged(Fact):
    """Somebody was put on a round's list by name, or taken off; its subject is `round_visit:<number>`, where it was done."""

    zh: ClassVar[str] = "调整探访名单：{round}"
    en: ClassVar[str] = "List of visits changed: {round}"
    round: str
    is_on: bool
