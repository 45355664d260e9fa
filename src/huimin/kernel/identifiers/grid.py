"""The code of a unit grid cell 单元网格 (GB/T 30428.1; GB/T 47678.3-2026)."""

import re
from typing import Final

from huimin.kernel.identifiers.division import DivisionCode, is_division_code
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.refusals import BadInput

_SHAPE: Final = re.compile(r"[0-9]{6}[0-9A-Z]{9}", re.ASCII)


class NotAGridCellId(BadInput):
    """The text is not the code of a grid cell."""

    zh = "单元网格标识码应为 15 位：区划 6 位、街道 3 位、社区 3 位、顺序 3 位。"
    en = "A grid cell code has 15 characters: division 6, street 3, community 3, sequence 3."


class GridCellId(Identifier):
    """A unit grid cell code of 15 characters: division 6, street 3, community 3, sequence 3.

    GB/T 30428.1 writes digits; GB/T 47678.3-2026 admits capital letters after the division.
    """

    __slots__ = ()

    example = "340202002017001"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotAGridCellId`."""
        if not _SHAPE.fullmatch(text) or not is_division_code(text[:6]):
            raise NotAGridCellId

    @property
    def division(self) -> DivisionCode:
        """The division that the cell lies in."""
        return DivisionCode(self[:6])

    @property
    def street(self) -> str:
        """Division and street: the first nine characters."""
        return str(self[:9])

    @property
    def community(self) -> str:
        """Division, street and community: the first twelve characters."""
        return str(self[:12])
