"""Public numbers of incidents: `WG-340202-26-0001234X`: district, year, serial and a check character (ISO 7064 MOD 37,36)."""

import re
from typing import Final

from huimin.kernel.identifiers.check_digits import mod_37_36

_NUMBER: Final = re.compile(r"WG-(\d{6})-(\d{2})-(\d{7,})([0-9A-Z])")


_PROCESS: Final = re.compile(r"HM-\d{2}(\d{2})-(\d{7,})[0-9A-Z]")


def incident_number(division: str, process: str) -> str:
    """The number of an incident of a district (or of the city, where no place is known): year and serial of its first process."""
    found = _PROCESS.fullmatch(process)
    assert found is not None, process
    body = f"{division[:6]}{found[1]}{found[2]}"
    return f"WG-{body[:6]}-{body[6:8]}-{body[8:]}{mod_37_36(f'WG{body}')}"


def is_incident_number(text: str) -> bool:
    """Whether the text is the number of an incident with a right check character."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return found is not None and mod_37_36(f"WG{''.join(found.groups()[:3])}") == found[4]
