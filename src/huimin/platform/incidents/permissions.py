"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

FOLLOW: Final = "incidents.follow"
"""See the incidents that one has reported oneself."""

READ: Final = "incidents.read"
"""The list and page of incidents; which of them, the post's duty and divisions say (`queries.seen_by`)."""

COMMAND: Final = "incidents.command"
"""File, dispatch, close, void and join incidents of the post's divisions; decide on extensions and shelving."""

DISPOSE: Final = "incidents.dispose"
"""Deal with what one's own department takes part in."""

WALK: Final = "incidents.walk"
"""Report, verify and check in the cells that one walks."""

HOTLINE: Final = "incidents.hotline"
"""See what callers ask about, and report for them."""

ROUTE: Final = "incidents.routing"
"""Draft, try and publish editions of the routing table."""

WATCH: Final = "incidents.watch"
"""The command centre's board, hot spots, duty and evaluation, of one's own districts or as supervision of the city."""
