"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

MEDIATE: Final = "community.mediate"
"""Open, mediate and follow up disputes of one's own district."""
