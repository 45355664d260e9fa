"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

MY_LICENCES: Final = "licences.my_licences"
"""See one's own licences, show them, make copies of them, and see who used them."""

CHECK: Final = "licences.check"
"""Check a licence by its code, as an official at work or a department's system: the holder sees who did."""

REGISTER: Final = "licences.register"
"""Search the licences of one's own department and read one; its holder sees who did."""

CHANGE: Final = "licences.change"
"""Suspend, restore and reissue licences of one's own department."""

TAKE_AWAY: Final = "licences.take_away"
"""Revoke, withdraw and cancel licences of one's own department: for good, so by its head."""
