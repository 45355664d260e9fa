"""What is declared of incidents: the classes of both standards, and a city's limits, area grades and first routing table."""

from huimin.platform.incidents.declarations.classes import (
    ClassOf,
    NoSuchClass,
    NoSuchStandard,
    Standard,
    class_of,
    standard,
    standards,
)
from huimin.platform.incidents.declarations.local import (
    AreasFile,
    LimitsFile,
    RouteRow,
    RoutingFile,
    areas,
    limits,
    routing,
)

__all__ = [
    "AreasFile",
    "ClassOf",
    "LimitsFile",
    "NoSuchClass",
    "NoSuchStandard",
    "RouteRow",
    "RoutingFile",
    "Standard",
    "areas",
    "class_of",
    "limits",
    "routing",
    "standard",
    "standards",
]
