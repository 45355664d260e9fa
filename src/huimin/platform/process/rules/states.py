"""States of a process and of a work item, the moves between them, and what the data of a process may hold."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from huimin.kernel.refusals import Refusal

LONGEST_TEXT: Final = 100
_CITIZEN_NUMBER_OR_PHONE = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class ProcessState(StrEnum):
    """Where a process stands."""

    RUNNING = "running"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """Where a work item stands. `open`: waits at its post; `held`: somebody does it; the others are closed."""

    OPEN = "open"
    HELD = "held"
    DONE = "done"
    RETURNED = "returned"
    ENDED = "ended"


class ItemKind(StrEnum):
    """Who acts, and whether a token rests there."""

    STEP = "step"
    """An official at a post takes the step."""
    APPLICANT = "applicant"
    """The applicant himself has to act."""
    MACHINE = "machine"
    """A registered step runs from the outbox."""
    CALL = "call"
    """Another process runs, and this one waits for it."""
    DELEGATED = "delegated"
    """委派: somebody does it for the holder, to whom the answer comes back."""
    COSIGN = "cosign"
    """加签: somebody signs besides the holder."""
    COPY = "copy"
    """抄送: to be read, nothing more."""


TOKENS: Final = frozenset({ItemKind.STEP, ItemKind.APPLICANT, ItemKind.MACHINE, ItemKind.CALL})
"""Kinds of work item in which a token rests; the others stand beside one."""

AT_A_POST: Final = frozenset({ItemKind.STEP, ItemKind.DELEGATED, ItemKind.COSIGN, ItemKind.COPY})
"""Kinds of work item that an official does."""

OPINIONS: Final = frozenset({ItemKind.DELEGATED, ItemKind.COSIGN})
"""Kinds of work item whose answer the holder of the step waits for."""


class CardState(StrEnum):
    """Where a card of electronic supervision stands."""

    RAISED = "raised"
    EXPLAINED = "explained"
    UPHELD = "upheld"
    LIFTED = "lifted"


CARD_MOVES: Final[Mapping[CardState, frozenset[CardState]]] = {
    CardState.RAISED: frozenset({CardState.EXPLAINED, CardState.UPHELD, CardState.LIFTED}),
    CardState.EXPLAINED: frozenset({CardState.UPHELD, CardState.LIFTED}),
    CardState.UPHELD: frozenset({CardState.LIFTED}),
    CardState.LIFTED: frozenset(),
}
"""A card that was upheld can still be lifted, in bulk, when the calendar turns out to have been wrong."""

CARDS_OPEN: Final = frozenset({CardState.RAISED, CardState.EXPLAINED})
"""States of a card that somebody still has to answer or decide."""


PROCESS_MOVES: Final[Mapping[ProcessState, frozenset[ProcessState]]] = {
    ProcessState.RUNNING: frozenset({ProcessState.ENDED, ProcessState.WITHDRAWN, ProcessState.CANCELLED}),
    ProcessState.ENDED: frozenset(),
    ProcessState.WITHDRAWN: frozenset(),
    ProcessState.CANCELLED: frozenset(),
}

ITEM_MOVES: Final[Mapping[ItemState, frozenset[ItemState]]] = {
    ItemState.OPEN: frozenset({ItemState.HELD, ItemState.DONE, ItemState.ENDED}),
    ItemState.HELD: frozenset({ItemState.OPEN, ItemState.DONE, ItemState.RETURNED, ItemState.ENDED}),
    # Who finished a step may take that back while nobody has gone on.
    ItemState.DONE: frozenset({ItemState.RETURNED}),
    ItemState.RETURNED: frozenset(),
    ItemState.ENDED: frozenset(),
}

LIVE: Final = frozenset({ItemState.OPEN, ItemState.HELD})
"""States of a work item that somebody still has to do."""


class DataNotFit(Refusal):
    """The data of a process would hold something else than codes, counts and truths, or something that looks like a
    person's number.
    """

    zh = "流程数据项“{name}”只能是代码、数量或是否，不能含有个人信息。"
    en = "The datum “{name}” of a process may only be a code, a count or a truth, never personal data."
    status = 422


def fit_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as they may be kept: flat, short, without personal numbers. Raises DataNotFit naming the first that
    is not.
    """
    for name, value in data.items():
        values = value if isinstance(value, list) else [value]
        if not _KEY.fullmatch(name) or not all(_is_fit(one) for one in values):
            raise DataNotFit(name=name[:64])
    return dict(data)


def _is_fit(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and not _CITIZEN_NUMBER_OR_PHONE.search(value)
    return value is None or isinstance(value, bool | int | float)
