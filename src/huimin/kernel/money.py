"""Money: a whole number of fen."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from huimin.kernel.refusals import BadInput
from huimin.kernel.text import without_spaces

_WRITTEN: Final = re.compile(r"(-?)[¥￥]?(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?元?", re.ASCII)


class NotAnAmount(BadInput):
    """The text is not an amount in yuan."""

    zh = "金额应为数字，最多两位小数，例如 1,234.50。"
    en = "An amount is a number with at most two decimals, such as 1,234.50."


@total_ordering
@dataclass(frozen=True, slots=True)
class Fen:
    """An amount of renminbi in whole fen (1 yuan = 100 fen); negative is owed.

    Amounts add, subtract, negate and multiply by whole numbers; all give amounts. There are no floats:
    a share or a rate is taken with `portion`, which says how it rounds, and `split` loses nothing.
    """

    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("an amount is a whole number of fen")

    @classmethod
    def of_yuan(cls, yuan: int | Decimal) -> Self:
        """The amount of so many yuan; raises `NotAnAmount` if it is no whole number of fen."""
        if isinstance(yuan, bool | float):
            raise TypeError("yuan come as int or Decimal")
        fen = Fraction(yuan) * 100
        if fen.denominator != 1:
            raise NotAnAmount
        return cls(fen.numerator)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The amount that a typed text means: `1,234.5`, `¥1,234.50`, full width; raises `NotAnAmount`."""
        written = _WRITTEN.fullmatch(without_spaces(text))
        if written is None or (written[1] and written[2]):
            raise NotAnAmount
        fen = int(written[3].replace(",", "")) * 100 + int((written[4] or "0").ljust(2, "0"))
        return cls(-fen if written[1] or written[2] else fen)

    @property
    def yuan(self) -> Decimal:
        """The amount in yuan, exact, with two decimals."""
        return Decimal(self.amount).scaleb(-2)

    def portion(self, rate: Fraction | Decimal) -> Self:
        """The amount times a rate, rounded to the nearest fen, halves away from nothing (四舍五入)."""
        exact = abs(self.amount * Fraction(rate))
        rounded = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
        return type(self)(rounded if (self.amount < 0) == (rate < 0) else -rounded)

    def split(self, shares: int) -> tuple[Self, ...]:
        """As many amounts as shares, that add up to this one and differ by a fen at most, the larger first."""
        if shares < 1:
            raise ValueError("an amount is split into one share or more")
        each, over = divmod(self.amount, shares)
        return tuple(type(self)(each + (1 if place < over else 0)) for place in range(shares))

    def __add__(self, other: "Fen") -> "Fen":
        return Fen(self.amount + other.amount) if isinstance(other, Fen) else NotImplemented

    def __radd__(self, other: int) -> "Fen":
        # So that sum() needs no start value; any other number is not money.
        return self if type(other) is int and other == 0 else NotImplemented

    def __sub__(self, other: "Fen") -> "Fen":
        return Fen(self.amount - other.amount) if isinstance(other, Fen) else NotImplemented

    def __mul__(self, times: int) -> "Fen":
        return Fen(self.amount * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> "Fen":
        return Fen(-self.amount)

    def __abs__(self) -> "Fen":
        return Fen(abs(self.amount))

    def __lt__(self, other: "Fen") -> bool:
        return self.amount < other.amount if isinstance(other, Fen) else NotImplemented

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        """As a reader sees it: `¥1,234.50`, `-¥0.05`."""
        yuan, fen = divmod(abs(self.amount), 100)
        return f"{'-' if self.amount < 0 else ''}¥{yuan:,}.{fen:02d}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a declaration: a whole number of fen."""
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.int_schema(strict=True),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda fen: fen.amount),
        )
