"""The "1" of 1+10: one unified city platform, a stack of apps in which each imports only what stands below it."""

from typing import Final

STACK: Final = (
    ("journal",),
    ("identity",),
    ("ui",),
    ("notifications",),
    ("process",),
    ("exchange",),
    ("registries",),
    ("catalogue",),
    ("licences", "bookings", "ledger"),
    ("grid",),
    ("cases", "incidents"),
    ("indicators",),
)
"""The apps from the bottom up, those of one height together; the import contract holds the imports to it."""
