"""Facts, good and bad."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class WorkClaimed(Fact):
    """Allowed: an official took the work."""


@dataclass(frozen=True, kw_only=True)
class WorkReleased(WorkClaimed):
    pass


@dataclass(kw_only=True)
class WorkDone(Fact):
    """Forbidden: can be changed."""


@dataclass(frozen=True)
class Count:
    pass
