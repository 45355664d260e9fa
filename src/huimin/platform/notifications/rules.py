"""Pure rules of notices: channels, moves, when something may be sent, how long a text message is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

LONGEST_SMS: Final = 70
"""Characters of one text message in UCS-2 (GSM 03.38): a longer one is sent, and paid, in parts."""
CODE_LASTS: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODES_A_DAY: Final = 10
GATHERS: Final = timedelta(seconds=30)
"""How long a message waits for others to the same person, so that what happens at once comes in one."""

_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_SEPARATORS: Final = re.compile(r"[\s-]+")


class Channel(StrEnum):
    """How somebody is reached beside the pages."""

    EMAIL = "email"
    SMS = "sms"


PAGES: Final = "pages"
"""The one way that needs no address: the notice in the pages. Official ones lie there whatever their reader wishes."""


class Stand(StrEnum):
    """How a message that goes out stands.

    KEPT: nothing sends here (a demonstration), so it was kept and is shown as such. DROPPED: its reader took the address away.
    """

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


MOVES: Final[Mapping[Stand, frozenset[Stand]]] = {
    Stand.WAITING: frozenset({Stand.SENT, Stand.KEPT, Stand.GIVEN_UP, Stand.DROPPED}),
}
"""The legal moves: whatever is over stays so."""


def may_move(before: Stand, after: Stand) -> bool:
    """Whether the one may follow the other."""
    return after in MOVES.get(before, frozenset())


def find_mobile(text: str) -> str | None:
    """The eleven digits of a mobile number of the mainland, however it is written; None when it is none."""
    digits = _SEPARATORS.sub("", text).removeprefix("+86")
    return digits if _MOBILE.fullmatch(digits) else None


def masked(channel: Channel, value: str) -> str:
    """An address as its own holder sees it on the page: enough to recognise, too little to copy."""
    if channel is Channel.SMS:
        return f"{value[:3]}****{value[-4:]}"
    name, _, host = value.partition("@")
    return f"{name[:2]}***@{host}"


def fitting_sms(text: str) -> str:
    """The text, cut to one message where it is longer."""
    return text if len(text) <= LONGEST_SMS else f"{text[: LONGEST_SMS - 1]}…"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours at night, local time, in which nobody's telephone rings."""

    begins: time
    ends: time

    def covers(self, moment: time) -> bool:
        """Whether it is quiet now; over midnight too."""
        if self.begins <= self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends

    def over_after(self, local: datetime) -> datetime:
        """The instant from which on one may ring again: this one, outside of the hours."""
        if not self.covers(local.timetz().replace(tzinfo=None)):
            return local
        end = local.replace(hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages to one person in a stretch of time."""

    most: int
    within: timedelta

    def free_from(self, sent: Sequence[datetime], at: datetime) -> datetime:
        """From when one more may be sent, given when the latest were: `at` while there is room."""
        recent = sorted(moment for moment in sent if moment > at - self.within)
        return recent[-self.most] + self.within if len(recent) >= self.most else at
