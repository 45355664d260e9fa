"""Chance and columns: one random stream, and the few column operations that everything here is written with.

Days are whole days since 1970-01-01 in int64 arrays; NEVER stands for no day; NOBODY for no person, dwelling or firm.
Text lives in Arrow string arrays, because Python objects would be ten times the memory and the time.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints: TypeAlias = npt.NDArray[np.int64]
Reals: TypeAlias = npt.NDArray[np.float64]
Truths: TypeAlias = npt.NDArray[np.bool_]
Text: TypeAlias = Any  # pa.StringArray; pyarrow carries no types

NOBODY: Final = -1
NEVER: Final = np.int64(10**6)
YEAR: Final = 365.2425


def day(text: str) -> int:
    """The day number of an ISO date."""
    return int(np.datetime64(text, "D").astype(np.int64))


REFERENCE: Final = day("2026-06-30")
"""The day as of which a city is made unless another is asked for: a fixed one, so that tests and benchmarks get the same bytes."""


class Draw:
    """A random stream, and the day up to which it draws: nothing in the city happens after `today`. Every method gives an array of `n`."""

    def __init__(self, *seed: int, today: int = REFERENCE) -> None:
        self.today = today
        self.stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))

    def chance(self, n: int, share: float | Reals) -> Truths:
        """True with the given probability, each on its own."""
        return np.asarray(self.stream.random(n) < share)

    def whole(self, low: int | Ints, high: int | Ints, n: int) -> Ints:
        """Whole numbers from low up to but not including high; an empty range gives low."""
        return np.asarray(self.stream.integers(low, np.maximum(high, np.asarray(low) + 1), n), dtype=np.int64)

    def real(self, low: float, high: float, n: int) -> Reals:
        """Evenly spread real numbers."""
        return np.asarray(self.stream.uniform(low, high, n))

    def peaked(self, low: float, peak: float, high: float, n: int) -> Reals:
        """Triangular."""
        return np.asarray(self.stream.triangular(low, peak, high, n))

    def normal(self, mean: float, spread: float, n: int) -> Reals:
        """Normally distributed."""
        return np.asarray(self.stream.normal(mean, spread, n))

    def which(self, weights: Sequence[float] | Reals, n: int) -> Ints:
        """Indices by weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        found = np.searchsorted(edges, self.stream.random(n) * edges[-1], side="right")
        return np.asarray(np.minimum(found, len(edges) - 1), dtype=np.int64)

    def before(self, latest: int | Ints, mean_days: float, n: int, *, earliest: int | Ints = 0) -> Ints:
        """Days that thin out into the past from `latest`, never before `earliest`."""
        back = self.stream.exponential(mean_days, n).astype(np.int64)
        floor = np.minimum(earliest, latest)
        return np.asarray(np.maximum(latest - back, floor), dtype=np.int64)

    def between(self, first: int | Ints, last: int | Ints, n: int) -> Ints:
        """Days from first to last, both possible; where last is earlier, first."""
        return np.asarray(
            first + (self.stream.random(n) * (np.maximum(last, first) - first + 1)).astype(np.int64), dtype=np.int64
        )

    def few(self, n: int, share: float, among: Truths | None = None) -> Ints:
        """Row numbers, in order, of a share of `n` rows, or of those rows of `among` that are true."""
        candidates = np.arange(n) if among is None else np.flatnonzero(among)
        return np.asarray(candidates[self.stream.random(len(candidates)) < share], dtype=np.int64)


def words(options: Sequence[str]) -> Text:
    """A short list of words as a column to `take` from."""
    return pa.array(options, pa.string())


def take(options: Text, index: Ints) -> Text:
    """The words at these places; nulls where there are no words to choose from."""
    if not len(options):
        return pa.nulls(len(index), options.type)
    return options.take(pa.array(index))


def join(*parts: Any) -> Text:
    """Columns (or single texts) put together, row by row."""
    return pc.binary_join_element_wise(*parts, "")


def text(numbers: Ints) -> Text:
    """Whole numbers as text."""
    return pc.cast(pa.array(numbers), pa.string())


def padded(numbers: Ints, width: int) -> Text:
    """Whole numbers as text with leading zeros."""
    return pc.utf8_lpad(text(numbers), width, "0")


def where(condition: Truths, yes: Any, no: Any) -> Text:
    """One column or the other, row by row."""
    return pc.if_else(pa.array(condition), yes, no)


def put(column: Text, rows: Ints, values: Sequence[str | None] | Text) -> Text:
    """The column with the values at these rows (in rising order) exchanged."""
    if len(rows) == 0:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    new = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return pc.replace_with_mask(column, pa.array(mask), new)


def calendar(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month."""
    dates = days.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    months = dates.astype("datetime64[M]")
    return (
        years.astype(np.int64) + 1970,
        (months - years).astype(np.int64) + 1,
        (dates - months).astype(np.int64) + 1,
    )


def age_on(birth: Ints, on: int | Ints) -> Ints:
    """Completed years of age, with a day's grace at leap years."""
    return np.floor((on - birth) / YEAR).astype(np.int64)


def spread(place: Ints, space: int, seed: int) -> Ints:
    """A fixed shuffle of the whole numbers below `space`: another number for every place below it, the same one every time."""
    step = int(space * 0.6180339887) | 1
    while np.gcd(step, space) != 1:
        step += 2
    return np.asarray((place * step + seed * 7919) % space, dtype=np.int64)
