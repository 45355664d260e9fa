"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

MY_DATA: Final = "registries.my_data"
"""See one's own data, where it comes from and who looked."""

CORRECT_MY_DATA: Final = "registries.correct_my_data"
"""Ask for one's own data to be corrected, and appeal."""

QUICK_QUERY: Final = "registries.quick_query"
"""Ask real-name questions with a purpose."""

ASK_YES_NO: Final = "registries.ask_yes_no"
"""Ask questions that are answered yes or no."""

RECONCILE: Final = "registries.reconcile"
"""Rebuild the registries; open correction tickets for what is disputed."""

FIND_PLACES: Final = "registries.find_places"
"""Search addresses and open houses with a purpose."""

PLACES_COVERAGE: Final = "registries.places_coverage"
"""See how far the city's addresses were read, and which name no house."""
