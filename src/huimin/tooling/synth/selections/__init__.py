"""Which rows each department has: about whom, and of which day. What the rows then say is in `extracts`."""

from huimin.tooling.synth.selections.households import (
    metered,
    on_relief,
    organisations,
    owners,
    subscribers,
    visited,
    weddings,
)
from huimin.tooling.synth.selections.people import (
    archived,
    deceased,
    disabled,
    elders,
    insured_patients,
    insured_workers,
    newborn,
    newcomers,
    pupils,
    registered_here,
    savers,
)
from huimin.tooling.synth.selections.rows import heard_late, numbered, until

__all__ = [
    "archived",
    "deceased",
    "disabled",
    "elders",
    "heard_late",
    "insured_patients",
    "insured_workers",
    "metered",
    "newborn",
    "newcomers",
    "numbered",
    "on_relief",
    "organisations",
    "owners",
    "pupils",
    "registered_here",
    "savers",
    "subscribers",
    "until",
    "visited",
    "weddings",
]
