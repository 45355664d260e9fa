"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

APPLY: Final = "cases.apply"
"""Apply in one's own name or of whom one acts for; see one's own cases."""

INTAKE: Final = "cases.intake"
"""Take in an application at a window for somebody who stands there: any service of the whole city."""

HANDLE: Final = "cases.handle"
"""See the cases whose work one holds."""

OVERSEE: Final = "cases.oversee"
"""See how cases go in numbers, and the whole trace of each: supervision."""
