"""Which department writes what about whom, and how carelessly: one declaration for each resource.

The physical form of every file, its columns and their order are the city's (`cities/<slug>/sources`); here stands what each column says.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from huimin.tooling.synth.extracts.benefits import BENEFITS
from huimin.tooling.synth.extracts.declared import Extract
from huimin.tooling.synth.extracts.places import PLACES
from huimin.tooling.synth.extracts.registers import REGISTERS

EXTRACTS: Final[Mapping[str, Extract]] = MappingProxyType({**REGISTERS, **BENEFITS, **PLACES})
"""Every resource's extract."""

__all__ = ["EXTRACTS", "Extract"]
