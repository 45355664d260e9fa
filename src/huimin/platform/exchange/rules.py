"""Pure decisions about deliveries: what sends a row back whole, what the three counts must add up to, what a fall in rows means,
how punctual a department is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

# The data agreement's section 2, in its order: the first rule that fits is the row's reason.
RETURNED_WHOLE: Final = MappingProxyType(
    {
        "truncated": (
            "行不完整：列数不足或内容被截断。请按原表重新导出这一行。",
            "The row is incomplete: columns are missing or it was cut off. Export this row again.",
        ),
        "control_character": (
            "行内有控制字符（NUL），内容可能已损坏。请重新导出。",
            "The row holds a control character (NUL); it may be damaged. Export it again.",
        ),
        "no_record_id": (
            "没有记录号，无法判断是哪一条记录。请补上本部门的记录号。",
            "The record number is missing, so nobody can tell which record this is. Add your record number.",
        ),
        "scientific_number": (
            "身份号码已变成科学计数法，末几位已丢失。请把该列设为文本后重新导出。",
            "The identity number was turned into scientific notation and lost its last digits. Set the column to text and export again.",
        ),
        "over_long_field": (
            "有字段超过约定长度（姓名、名称 100 字，地址 200 字，其余 500 字）。",
            "A field is longer than agreed (names 100, addresses 200, others 500 characters).",
        ),
        "dated_after_delivery": (
            "时点晚于交付基准日，请核对更新日期。",
            "The row is dated after the delivery's reference day. Check the date of update.",
        ),
    }
)

# What a file of returned rows is called after the delivered one, and by which it is known when it comes back.
RETURNED_MARK: Final = "_returned"

LONGEST: Final = MappingProxyType({"person_name": 100, "organisation_name": 100, "holder_name": 100, "address": 200})
LONGEST_OTHER: Final = 500

# A full delivery that loses more than this share of the current records waits for a person.
GREATEST_FALL: Final = 0.10


def longest(item_type: str) -> int:
    """Characters that a field of this item type may hold by the agreement."""
    return LONGEST.get(item_type, LONGEST_OTHER)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of the rows of one delivery. Every delivered row is in exactly one of the three."""

    delivered: int
    landed: int
    quarantined: int
    duplicates: int

    def __post_init__(self) -> None:
        if self.landed + self.quarantined + self.duplicates != self.delivered:
            raise ValueError(f"rows do not add up: {self}")


def falls_too_far(current: int, delivered: int) -> bool:
    """Whether a full delivery of `delivered` records, replacing `current` ones, must wait for a person."""
    return current > 0 and delivered < current * (1 - GREATEST_FALL)


def answered_rows(waiting: Sequence[tuple[int, str]], came: Sequence[str]) -> list[int]:
    """Which returned rows, given as (row, record number or blank), a file of corrected rows answers, by the record numbers that it brings.

    A row is answered by a record of its number; one whose number could not be read by any record that answers no other.
    """
    left = Counter(came)
    answered = []
    for row, record_id in waiting:
        if record_id and left[record_id]:
            left[record_id] -= 1
            answered.append(row)
    unnamed = [row for row, record_id in waiting if not record_id]
    return sorted([*answered, *unnamed[: left.total()]])


def is_stale(latest: date | None, today: date, cycle_days: int) -> bool:
    """Whether a resource is overdue: its latest reference day is more than one and a half update cycles ago."""
    return latest is None or (today - latest).days > cycle_days * 1.5


class Punctuality(StrEnum):
    """How a department that has agreed to deliver stands: on time with every resource, overdue with one, or never connected."""

    ON_TIME = "on_time"
    OVERDUE = "overdue"
    NEVER = "never"


def punctuality(resources: Iterable[tuple[date | None, bool]]) -> Punctuality:
    """How a department stands by its resources: of each the latest reference day (None: nothing stands) and whether it is overdue."""
    found = list(resources)
    if all(latest is None for latest, _ in found):
        return Punctuality.NEVER
    return Punctuality.OVERDUE if any(overdue for _, overdue in found) else Punctuality.ON_TIME


class Way(StrEnum):
    """How another department reads what was granted to it; who may read in a later way may in the earlier ones too."""

    LOOK_UP = "look_up"
    """One record at a time, by a number that is known."""
    READ = "read"
    """Row after row, on a page or by a system."""
    FILE = "file"
    """As a file that bears its mark in every row."""


def ways_giving(way: Way) -> tuple[Way, ...]:
    """The granted ways that let one read in this way."""
    every = tuple(Way)
    return every[every.index(way) :]


ROWS_A_PAGE: Final = 50
MOST_ROWS_A_FILE: Final = 2000
LONGEST_GRANT_DAYS: Final = 366
"""A need is looked at anew every year."""

_STRICTNESS: Final = ("open", "conditional", "withheld")


def strictest(shares: Iterable[str]) -> str:
    """The share type that decides a request for items of these share types."""
    return max(shares, key=_STRICTNESS.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRates:
    """Departments in numbers: that are to exchange data, that have agreed on a source, of which something stands, that are on time."""

    expected: int
    agreed: int
    connected: int
    on_time: int

    @property
    def access_percent(self) -> float | None:
        """接入率: of the departments that are to exchange data, those of which something stands. None where nobody is to."""
        return 100 * self.connected / self.expected if self.expected else None

    @property
    def on_time_percent(self) -> float | None:
        """按时率: of the departments that have agreed on a source, those on time with everything. None where none has."""
        return 100 * self.on_time / self.agreed if self.agreed else None
