"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

INBOX: Final = "process.inbox"
"""See one's own inbox and the items in it."""

WORK: Final = "process.work"
"""Act on work items: claim, complete, put back, transfer, return, hand over."""

DECIDE_CARDS: Final = "process.decide_cards"
"""Uphold or lift a card of electronic supervision: for those whose own departments are not the ones that it speaks of."""

SUPERVISE: Final = "process.supervise"
"""See and urge every work item of processes in which one's own department takes part, hand over for others, cancel a process."""

SUPERVISE_CITY: Final = "process.supervise_city"
"""The same for the processes of the whole city."""
