"""What one extract declares, and the codes and habits that several of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from huimin.tooling.synth.block import Block
from huimin.tooling.synth.cells import Cell, Sheet
from huimin.tooling.synth.noise import NameHabits, NumberHabits

GB_MARITAL: Final = {10: "10", 20: "20", 30: "30", 40: "40"}
GB_LEVELS: Final = {80: "80", 70: "70", 60: "60", 40: "40", 30: "30", 20: "20", 10: "10"}
PEOPLES: Final = {
    "01": "汉", "02": "蒙古", "03": "回", "04": "藏", "05": "维吾尔", "06": "苗", "07": "彝",
    "08": "壮", "11": "满", "15": "土家", "18": "畲",
}  # fmt: skip

AUTHORITY: Final = NumberHabits(decorated=0.0012, wrong=0.0004, another=0, former=0, fifteen=0)
AUTHORITY_NAMES: Final = NameHabits(misheard=0, traditional=0, markup=0.0006, rare_lost=0.04)


@dataclass(frozen=True)
class Extract:
    """One resource's file: who is in it, what each column says, when it arrives.

    `arrives` is a time of day; `names_in` is the column that damage to a row spoils; `shuffled` files are not in the order of their
    record numbers; `spreadsheet` says that identity numbers passed through one and may have become numbers; `sheet_by` names the
    column of the selection that tells on which sheet of the workbook a row stands.
    """

    select: Callable[[Block], Sheet]
    columns: Mapping[str, Cell]
    arrives: str
    names_in: str
    shuffled: bool = False
    spreadsheet: bool = False
    sheet_by: str = ""
    twice: float = 0.004
    behind: int = 0
    """days before the city's day on which the office delivered last: a file as it was then, and overdue since"""
    late: float = 0.0
    """of the rows that were touched without asking again how the person lives now"""
