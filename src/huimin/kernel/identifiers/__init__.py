"""Identifiers that are types: a text of one of these kinds has passed its standard's checks.

`CitizenId("…")` takes the exact form; `CitizenId.parse("…")` recovers what typing did to it; `CitizenId.recognise("…")`
gives None where that raises. A program that holds a `CitizenId` need not check it again.
Not for: whether anybody bears the number, which registers know.
"""

from huimin.kernel.identifiers.certificate import CertificateId, CertificateIdMistyped, NotACertificateId
from huimin.kernel.identifiers.citizen import (
    CitizenId,
    CitizenIdBirthImpossible,
    CitizenIdDigitsLost,
    CitizenIdMistyped,
    MaskedCitizenId,
    NotACitizenId,
    NotAMaskedCitizenId,
)
from huimin.kernel.identifiers.division import (
    Division,
    DivisionCode,
    NotADivisionCode,
    UnknownDivision,
    division_of,
    divisions_within,
    find_division,
    full_name,
    present_codes,
)
from huimin.kernel.identifiers.grid import GridCellId, NotAGridCellId
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.identifiers.organisation import (
    NotAnOrganisationCode,
    NotAUscc,
    OrganisationCode,
    Uscc,
    UsccMistyped,
)

__all__ = [
    "CertificateId",
    "CertificateIdMistyped",
    "CitizenId",
    "CitizenIdBirthImpossible",
    "CitizenIdDigitsLost",
    "CitizenIdMistyped",
    "Division",
    "DivisionCode",
    "GridCellId",
    "Identifier",
    "MaskedCitizenId",
    "NotACertificateId",
    "NotACitizenId",
    "NotADivisionCode",
    "NotAGridCellId",
    "NotAMaskedCitizenId",
    "NotAUscc",
    "NotAnOrganisationCode",
    "OrganisationCode",
    "UnknownDivision",
    "Uscc",
    "UsccMistyped",
    "division_of",
    "divisions_within",
    "find_division",
    "full_name",
    "present_codes",
]
