"""A fact in the wrong room."""

from dataclasses import dataclass

from huimin.platform.journal import events


@dataclass(frozen=True, kw_only=True)
class WorkLost(events.Fact):
    """Forbidden here."""
