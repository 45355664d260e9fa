"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

APPLY: Final = "cases.apply"
"""Apply in one's own name or of whom one acts for; see one's own cases."""

INTAKE: Final = "cases.intake"
"""Take in an application at a window for somebody who stands there: any service of the whole city."""

HANDLE: Final = "cases.handle"
"""See the cases whose work one holds."""

OBJECT: Final = "cases.object"
"""Object to a case on public notice, in one's own name."""

OVERSEE: Final = "cases.oversee"
"""See how one's own department's cases go in numbers, and the whole trace of each: supervision."""

OVERSEE_CITY: Final = "cases.oversee_city"
"""The same of every department of the city."""

READ_RATINGS: Final = "cases.read_ratings"
"""See what ratings come to in figures; in the department that verifies them, also one after the other."""

STUCK: Final = "cases.stuck_matters"
"""See every matter that somebody could not get done: the city's counter for it, and supervision."""
