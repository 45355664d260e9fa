"""Bands of age: consecutive, in completed years, the last one open."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Completed years from `first` up to and including `last`; no `last` is "and over"."""

    first: int
    last: int | None

    @property
    def code(self) -> str:
        """`60-64`, or `100+` for the open band."""
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"

    def holds(self, age: int) -> bool:
        """Whether somebody of this age belongs here."""
        return self.first <= age and (self.last is None or age <= self.last)

    def is_within(self, other: "AgeBand") -> bool:
        """Whether everybody of this band belongs to the other."""
        return other.first <= self.first and (other.last is None or (self.last is not None and self.last <= other.last))


def age_bands(starts: Sequence[int]) -> tuple[AgeBand, ...]:
    """The bands that begin at these ages, youngest first; raises ValueError unless they begin at 0 and rise."""
    if not starts or starts[0] != 0 or any(later <= earlier for earlier, later in pairwise(starts)):
        raise ValueError("bands of age begin at 0 and rise")
    ends = [*(start - 1 for start in starts[1:]), None]
    return tuple(AgeBand(first, last) for first, last in zip(starts, ends, strict=True))
