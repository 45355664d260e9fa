"""Pure decisions: bands of age, which figures are withheld so that none can be computed back, shares, ratios, the five rates."""

from huimin.platform.indicators.rules.ageing import OLD_FROM, WORKING_UNTIL, AgeingStage, AgeStructure, ageing_stage
from huimin.platform.indicators.rules.bands import AgeBand, age_bands
from huimin.platform.indicators.rules.disclosure import Crossing, Figure, PopulationTables, room, rounded, withheld
from huimin.platform.indicators.rules.rates import COUNTED, RATES, Counts, Rate, total
from huimin.platform.indicators.rules.satisfaction import Satisfaction, published_satisfaction

__all__ = [
    "COUNTED",
    "OLD_FROM",
    "RATES",
    "WORKING_UNTIL",
    "AgeBand",
    "AgeStructure",
    "AgeingStage",
    "Counts",
    "Crossing",
    "Figure",
    "PopulationTables",
    "Rate",
    "Satisfaction",
    "age_bands",
    "ageing_stage",
    "published_satisfaction",
    "room",
    "rounded",
    "total",
    "withheld",
]
