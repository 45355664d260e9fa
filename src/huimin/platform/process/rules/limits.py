"""Limits as data say them: `PT4H`, `P5D`, `officeHours:4`, `workingDays:5`. For drawings whose limits depend on the matter."""

import re
from typing import Final

from huimin.platform.process.rules.graph import Limit, LimitUnit
from huimin.platform.process.rules.states import DataNotFit

_SAID: Final = re.compile(
    r"PT(?P<hours>[1-9]\d{0,3})H|P(?P<days>[1-9]\d{0,2})D"
    r"|officeHours:(?P<office_hours>[1-9]\d{0,2})|workingDays:(?P<working_days>[1-9]\d{0,2})"
)


def limit_said(text: object, *, name: str = "limit") -> Limit:
    """The limit that a datum of this name says. Raises DataNotFit where it says none."""
    match = _SAID.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise DataNotFit(name=name)
    unit = str(match.lastgroup)
    return Limit(int(match[unit]), LimitUnit(unit))
