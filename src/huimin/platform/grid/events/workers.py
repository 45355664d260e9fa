"""Facts about who walks which cell, and when. A cell's subject is `cell:<code>`, a worker's `account:<public id>`."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class CellAssigned(Fact):
    """A worker walks a cell from a day on, as its first worker or beside him; `until_on` is exclusive."""

    zh: ClassVar[str] = "网格员 {worker} 从 {since_on} 起负责本网格"
    en: ClassVar[str] = "{worker} walks the cell from {since_on}"
    worker: str
    since_on: date
    until_on: date | None = None
    is_first: bool = False


@dataclass(frozen=True, kw_only=True)
class AssignmentEnded(Fact):
    """A worker no longer walks a cell, from a day on."""

    zh: ClassVar[str] = "网格员 {worker} 从 {until_on} 起不再负责本网格"
    en: ClassVar[str] = "{worker} no longer walks the cell from {until_on}"
    worker: str
    until_on: date


@dataclass(frozen=True, kw_only=True)
class CellsHandedOver(Fact):
    """All cells of a worker that the actor answers for went to another one, from a day on."""

    zh: ClassVar[str] = "{cells} 个网格从 {since_on} 起交给 {to}"
    en: ClassVar[str] = "{cells} cells went to {to} from {since_on}"
    to: str
    cells: int
    since_on: date


@dataclass(frozen=True, kw_only=True)
class ShiftsPlanned(Fact):
    """Shifts were planned for a worker, on days of this span."""

    zh: ClassVar[str] = "排班 {shifts} 个（{first_on} 至 {last_on}）"
    en: ClassVar[str] = "{shifts} shifts planned ({first_on} to {last_on})"
    shifts: int
    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True)
class ShiftDropped(Fact):
    """A shift that had not begun was taken out of the plan."""

    zh: ClassVar[str] = "取消 {day} 的班次"
    en: ClassVar[str] = "The shift of {day} was taken out of the plan"
    day: date


@dataclass(frozen=True, kw_only=True)
class WorkersTaken(Fact):
    """A roster of workers and their cells was taken over; `refused` rows were wrong and changed nothing."""

    zh: ClassVar[str] = "导入网格员名册：{rows} 行，{workers} 人，{cells} 个网格，退回 {refused} 行"
    en: ClassVar[str] = "Roster taken over: {rows} rows, {workers} workers, {cells} cells, {refused} rows refused"
    rows: int
    refused: int
    workers: int
    cells: int
    file: str
