"""Facts about components. Their subject is `component:<code>`."""

from dataclasses import dataclass
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class ComponentMoved(Fact):
    """A component went from one state to another: intact, broken, lost, abandoned, removed."""

    zh: ClassVar[str] = "部件状态由 {before} 变为 {after}"
    en: ClassVar[str] = "The component went from {before} to {after}"
    before: str
    after: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class ComponentsTaken(Fact):
    """A survey of components was taken over; `refused` rows were wrong and changed nothing."""

    zh: ClassVar[str] = "导入部件普查：{rows} 行，新增 {made}，更新 {changed}，退回 {refused} 行"
    en: ClassVar[str] = "Survey of components taken over: {rows} rows, {made} new, {changed} changed, {refused} refused"
    rows: int
    refused: int
    made: int
    changed: int
    file: str
