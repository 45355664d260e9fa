"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

CATALOGUE: Final = "exchange.catalogue"
"""Browse and search the resource catalogue."""

DELIVER: Final = "exchange.deliver"
"""Upload, try a mapping, see and withdraw deliveries: of one's own department."""

QUARANTINE: Final = "exchange.quarantine"
"""Correct or let go returned rows: of one's own department."""

PUSH: Final = "exchange.push"
"""Push records of one's own department: for departments' systems."""

OVERSEE: Final = "exchange.oversee"
"""Do all of this for every department, and see how each of them delivers: the data office."""

REQUEST: Final = "exchange.request"
"""Ask for other departments' data, for a post or a system of one's own department, and follow what was asked of it and by it."""

READ_SHARED: Final = "exchange.read_shared"
"""Read what was granted to one's post or system."""
