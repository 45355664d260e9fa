"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

BOOK: Final = "bookings.book"
"""Book a slot for oneself or whom one acts for; cancel it."""

QUEUE: Final = "bookings.queue"
"""At a window: check people in, hand out tickets, call the next."""
