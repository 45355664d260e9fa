"""Patrols and visits. Where a person lives and what he is called stands with the visit, in no fact."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class PatrolRecorded(Fact):
    """A part of a patrol came in; its subject is `patrol:<number>`. Cells and points are counts of this part."""

    cells: int
    points: int

    zh = "记录巡查：{cells} 个网格"
    en = "Patrol recorded: {cells} cells"


@dataclass(frozen=True, kw_only=True)
class PatrolTracksForgotten(Fact):
    """Tracks older than the declared number of days were emptied; its subject is `grid:patrols`."""

    patrols: int

    zh = "清除过期巡查轨迹 {patrols} 条"
    en = "Emptied {patrols} old patrol tracks"


@dataclass(frozen=True, kw_only=True)
class HouseVisited(Fact):
    """A worker visited a house; its subject is `house:<key>`. Counts of what was found."""

    visit: str
    here: int
    moved: int
    changed: int
    new: int

    zh = "入户走访：仍在 {here}，搬走 {moved}，有变 {changed}，新发现 {new}"
    en = "House visited: {here} still here, {moved} moved away, {changed} changed, {new} new"
