"""What is declared of patrols and household visits: `walking.yaml`."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from huimin.kernel.declarations import Declaration, load

DECLARED: Final = Path(__file__).with_name("walking.yaml")

Few = Annotated[int, Field(ge=1, le=400)]


class PatrolRules(Declaration):
    """How finely a track is kept, and for how long."""

    metres: Few
    seconds: Annotated[int, Field(ge=10, le=3_600)]
    track_days: Few
    late_days: Annotated[int, Field(ge=1, le=31)]


class VisitRules(Declaration):
    """For which purpose residents are shown at the door, what is compared, how long a handset may hold it."""

    purpose: str
    fields: tuple[str, ...]
    prepared_hours: Few
    most_prepared: Few


class Walking(Declaration):
    """All of it."""

    patrol: PatrolRules
    visit: VisitRules


@lru_cache(maxsize=1)
def walking() -> Walking:
    """The declaration. Raises what `kernel.declarations.load` raises, with file and line."""
    return load(Walking, DECLARED)
