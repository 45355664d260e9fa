"""`domains/<domain>/licences/<code>.yaml`: a type of licence (电子证照, GB/T 36901–36906).

What stands on it, who holds it, how long it is valid.
"""

from typing import Literal

from pydantic import Field

from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.words import Name, Words


class LicenceField(Declaration):
    """Something that stands on the licence."""

    names: Words
    kind: Literal["text", "number", "date", "code", "truth"] = "text"
    codes: str | None = None
    shown: bool = Field(default=False, description="whether anybody who checks the printed code sees it")


class LicenceType(Declaration):
    """A licence type. `type_serial` are the three characters after the defining body's credit code (GB/T 36904)."""

    names: Words
    type_serial: str = Field(pattern=r"^[0-9A-Z]{3}$")
    holder: Literal["person", "organisation"]
    body: Name = Field(description="the function that issues it")
    valid_years: int | None = Field(default=None, ge=1, le=50, description="without it, as long as it is not revoked")
    renew_days: int = Field(default=30, ge=1, le=365, description="how long before its end its renewal is offered")
    fields: dict[Name, LicenceField] = Field(min_length=1)
