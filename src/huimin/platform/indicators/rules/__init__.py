"""Pure decisions: bands of age, which figures are withheld so that none can be computed back, shares, ratios."""

from huimin.platform.indicators.rules.ageing import OLD_FROM, WORKING_UNTIL, AgeingStage, AgeStructure, ageing_stage
from huimin.platform.indicators.rules.bands import AgeBand, age_bands
from huimin.platform.indicators.rules.disclosure import Crossing, Figure, PopulationTables, room, rounded, withheld

__all__ = [
    "OLD_FROM",
    "WORKING_UNTIL",
    "AgeBand",
    "AgeStructure",
    "AgeingStage",
    "Crossing",
    "Figure",
    "PopulationTables",
    "age_bands",
    "ageing_stage",
    "room",
    "rounded",
    "withheld",
]
