"""What a city declares of its command centre: `incidents/command.yaml`."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from huimin.kernel.declarations import Declaration, load
from huimin.platform.incidents.declarations.local import declared_in

Minutes = Annotated[int, Field(ge=1, le=1440)]


class CommandFile(Declaration):
    """`command.yaml`: within how many minutes an alarm is to be taken and a called department is to come; from how long before its end
    a step is shown as due soon; how many weeks before a week are looked at for hot spots; the fewest incidents that a published figure
    speaks of; `centre`, the post of the city's command centre.
    """

    centre: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
    alarm_minutes: Minutes
    check_in_minutes: Minutes
    due_soon_minutes: Minutes
    hot_spot_weeks: Annotated[int, Field(ge=2, le=52)]
    smallest_published: Annotated[int, Field(ge=1, le=100)]

    @property
    def alarm(self) -> timedelta:
        """How long an alarm may sound before the city hears it."""
        return timedelta(minutes=self.alarm_minutes)

    @property
    def check_in(self) -> timedelta:
        """How long a called department may take."""
        return timedelta(minutes=self.check_in_minutes)

    @property
    def due_soon(self) -> timedelta:
        """How long before its end a step is due soon."""
        return timedelta(minutes=self.due_soon_minutes)


@lru_cache(maxsize=4)
def _command(path: Path) -> CommandFile:
    return load(CommandFile, path)


def command() -> CommandFile:
    """The city's. Raises DeclarationWrong."""
    return _command(declared_in("command.yaml"))
