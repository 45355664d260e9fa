"""Facts about the businesses of a cell."""

from dataclasses import dataclass
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class BusinessInspected(Fact):
    """Somebody looked at a business on the spot; its subject is `organisation:<key>`."""

    zh: ClassVar[str] = "走访检查：{outcome}"
    en: ClassVar[str] = "Inspected on the spot: {outcome}"
    outcome: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class CellLookedInto(Fact):
    """Somebody opened a cell and saw the counts of its people and its businesses; its subject is `cell:<code>`."""

    zh: ClassVar[str] = "查看网格概况：{businesses} 家单位"
    en: ClassVar[str] = "Looked into the cell: {businesses} businesses"
    businesses: int
