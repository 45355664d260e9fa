"""The daily increments of social insurance: changes, withdrawals and late entries that arrive in another order than they happened."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from huimin.tooling.synth.cells import Sheet, dated
from huimin.tooling.synth.draws import NOBODY, Draw, Ints, Text, join, padded, take, words

DAYS: Final = 10
"""Increments, one for each day after the full file's; the last one is of the eve of the city's day."""

FULL: Final = -1 - DAYS
"""The day of the full file, counted from the city's."""

AGAIN: Final = 4
"""The increment of this day is delivered twice."""

REORDERED: Final = 6
"""The increment of this day has its columns in another order."""

COLUMNS_OF_REORDERED: Final = (
    *("cd_operation", "cd_time", "cd_batch", "data_source", "row_guid", "社会保障号码", "姓名"),
    *("单位统一社会信用代码", "单位名称", "手机号码", "出生日期", "性别", "文化程度", "变更日期"),
)

ARRIVALS: Final = (
    (1, -2, "03:15:00"), (2, -2, "04:15:00"), (5, -2, "05:15:00"), (3, -2, "06:15:00"),
    (4, -1, "03:15:00"), (7, -1, "04:15:00"), (6, -1, "05:15:00"), (4, -1, "06:15:00"),
    (10, 0, "03:15:00"), (8, 0, "04:15:00"), (9, 0, "05:15:00"),
)  # fmt: skip
"""Which day's increment arrives when, in the order of arrival: days counted from the city's, and the time of day."""

_CHANGED, _CHANGED_TWICE, _WITHDRAWN, _RESTORED, _NEW = 0.068, 0.022, 0.0125, 0.004, 0.026


@dataclass(frozen=True)
class Events:
    """What happened to which row of the full file, in the order of time: `operation` is I, U or D."""

    row: Ints
    day: Ints
    """after the full file's"""
    operation: list[str]
    second: Ints
    """of the day"""


def split_off_new(draw: Draw, sheet: Sheet) -> Ints:
    """The rows that are not in the full file because they were entered after it."""
    return draw.few(len(sheet), _NEW)


def make_events(draw: Draw, count: int, new: Ints) -> Events:
    """The events of the days after it for `count` rows, of which `new` are entered only now."""
    fate = draw.which(
        [_CHANGED - _CHANGED_TWICE, _CHANGED_TWICE, _WITHDRAWN, _RESTORED, 1 - _CHANGED - _WITHDRAWN - _RESTORED], count
    )
    fate[new] = 4
    first = draw.whole(1, DAYS, count)
    later = draw.whole(first + 1, DAYS + 1, count)
    once, twice, gone, back = (np.flatnonzero(fate == kind) for kind in range(4))
    entered = draw.whole(1, DAYS + 1, len(new))
    rows = [once, twice, twice, gone, back, back, new]
    days = [first[once], first[twice], later[twice], first[gone], first[back], first[back] + 1, entered]
    operations = "UUUDDII"
    row, on = np.concatenate(rows), np.concatenate(days)
    operation = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    second = draw.whole(8 * 3600, 21 * 3600, len(row))
    order = np.lexsort((second, on))
    return Events(
        row=row[order],
        day=on[order],
        operation=[operations[at] for at in operation[order].tolist()],
        second=second[order],
    )


def enveloped(sheet: Sheet, operation: Text, days: Ints, seconds: Ints) -> Sheet:
    """The rows in their exchange envelope (GB/T 39046): operation, batch, time; `days` are days since 1970."""
    clock = join(padded(seconds // 3600, 2), ":", padded(seconds // 60 % 60, 2), ":", padded(seconds % 60, 2))
    envelope = {"operation": operation, "batch": dated(days, "ymd"), "time": join(dated(days, "y-m-d"), " ", clock)}
    return replace(sheet, extra={**sheet.extra, **envelope})


def changed(sheet: Sheet, events: Events) -> Sheet:
    """The rows of the events, each as of its day; half of the changes are a change of employer."""
    block, draw = sheet.block, sheet.block.draw
    rows = sheet.rows(events.row)
    days = draw.today + FULL + events.day
    updated = np.asarray([operation == "U" for operation in events.operation], dtype=bool)
    moved = updated & (draw.stream.random(len(days)) < 0.5) & (block.work.employer[rows.who] >= 0)
    weights = np.where(block.organisations.weight > 0, block.organisations.weight, 0.0)
    fresh = draw.which(weights, len(days)) if len(weights) else np.full(len(days), NOBODY)
    whole = replace(
        rows,
        on=np.asarray(days, dtype=np.int64),
        extra={**rows.extra, "known": np.asarray(days, dtype=np.int64), "employer": np.where(moved, fresh, NOBODY)},
    )
    return enveloped(
        whole,
        take(words(["I", "U", "D"]), np.asarray(["IUD".index(one) for one in events.operation], dtype=np.int64)),
        days,
        events.second,
    )


def superseded(events: Events) -> list[bool]:
    """For each event, in order, whether a later one of the same row takes its place."""
    seen: set[int] = set()
    found: list[bool] = []
    for row in reversed(events.row.tolist()):
        found.append(row in seen)
        seen.add(row)
    return found[::-1]
