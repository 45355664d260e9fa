"""Which district an address names: as an engine expression over a column of addresses."""

from datetime import date
from typing import Final

from huimin.kernel.identifiers import divisions_within, present_codes
from huimin.platform.exchange.lake.engine import text

# Divisions bear the names of three generations in departments' addresses: today's, and those before and between the mergers of the 2010s.
_EARLIER_NAMES: Final = (date(2009, 6, 1), date(2015, 6, 1))


def division_of(address: str, prefecture: str) -> str:
    """The district that an address names, by its present or former name, as today's GB/T 2260 code; '' for elsewhere."""
    codes: dict[str, str] = {}
    earlier = [division for day in _EARLIER_NAMES for division in divisions_within(prefecture, on=day)]
    for division in (*earlier, *divisions_within(prefecture)):
        present = sorted(code for code in present_codes(division.code) if code.startswith(prefecture[:4]))
        if len(present) == 1:
            codes[division.zh] = present[0]
    whens = " ".join(f"WHEN contains({address}, '{text(zh)}') THEN '{text(code)}'" for zh, code in codes.items())
    return f"CASE {whens} ELSE '' END"
