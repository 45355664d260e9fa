"""A published table as a value: what the store keeps, the page draws, and the open-data files say."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Any, Final

from huimin.platform.indicators.declarations import UNKNOWN, Names
from huimin.platform.indicators.rules import Figure

TOTAL: Final = Names(zh="合计", en="Total")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One dimension of a table: its code, its names, its categories in order."""

    code: str
    names: Names
    categories: Mapping[str, Names]


@dataclass(frozen=True, kw_only=True)
class PublishedTable:
    """A release: every cell and total of its one or two axes, None where withheld.

    `numbers` is keyed by the categories in the order of the axes; a missing axis of the key is its total: `("60-64",)` of the first
    axis alone is `("60-64", "")`, everybody is `("", "")`. `averages`, under the name `average`, has a number for published figures only.
    """

    code: str
    names: Names
    population: Names
    unit: Names
    source: Names
    axes: tuple[Axis, ...]
    smallest: int
    round_to: int
    build: int
    reference_on: date
    released_at: datetime
    numbers: Mapping[tuple[str, ...], int | None]
    average: Names | None = None
    averages: Mapping[tuple[str, ...], float] = field(default_factory=dict)

    def number(self, **categories: str) -> int | None:
        """The published number of these categories, by the codes of the axes; those left out are totals. None where withheld."""
        if lost := set(categories) - {axis.code for axis in self.axes}:
            raise LookupError(f"{self.code} has no axis {', '.join(sorted(lost))}")
        return self.numbers[tuple(categories.get(axis.code, "") for axis in self.axes)]

    def mean(self, **categories: str) -> float | None:
        """The published average of these categories, as `number`; None where there is none."""
        return self.averages.get(tuple(categories.get(axis.code, "") for axis in self.axes))

    def axis(self, code: str) -> Axis:
        """The axis of this code; raises LookupError."""
        for axis in self.axes:
            if axis.code == code:
                return axis
        raise LookupError(code)

    def known(self, code: str) -> dict[str, Names]:
        """The categories of an axis, but `unknown` where there is nobody of whom it is unknown."""
        totals = {category: self.number(**{code: category}) for category in self.axis(code).categories}
        return {
            category: names
            for category, names in self.axis(code).categories.items()
            if category != UNKNOWN or totals[category] != 0
        }

    @property
    def published(self) -> int:
        """How many figures are shown."""
        return sum(number is not None for number in self.numbers.values())

    @property
    def withheld(self) -> int:
        """How many are not."""
        return len(self.numbers) - self.published


def places(axes: tuple[Axis, ...]) -> Iterator[tuple[str, ...]]:
    """Every cell and total of a table: the total of an axis is the category ''."""
    return product(*(["", *axis.categories] for axis in axes))


def figure_at(place: tuple[str, ...], axes: tuple[Axis, ...], chain: tuple[str, ...]) -> Figure:
    """What the figure in a place of a table counts, in the words of the rules."""
    pairs = [(axis.code, category) for axis, category in zip(axes, place, strict=True) if category]
    return tuple(sorted(pairs, key=lambda pair: chain.index(pair[0])))


def stored(table: PublishedTable) -> str:
    """The table as text for the store; `read` gives the same table back."""
    return json.dumps(content(table) | {"build": table.build}, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> PublishedTable:
    """A stored table."""
    kept: dict[str, Any] = json.loads(text)
    axes = tuple(
        Axis(
            code=axis["code"],
            names=Names(**axis["names"]),
            categories={one["code"]: Names(**one["names"]) for one in axis["categories"]},
        )
        for axis in kept["dimensions"]
    )
    return PublishedTable(
        code=kept["code"],
        names=Names(**kept["names"]),
        population=Names(**kept["population"]),
        unit=Names(**kept["unit"]),
        source=Names(**kept["source"]),
        axes=axes,
        smallest=kept["smallest"],
        round_to=kept["round_to"],
        build=kept["build"],
        reference_on=date.fromisoformat(kept["reference_on"]),
        released_at=datetime.fromisoformat(kept["released_at"]),
        numbers={tuple(cell[axis.code] for axis in axes): cell["value"] for cell in kept["cells"]},
        average=Names(**kept["average"]) if kept.get("average") else None,
        averages={
            tuple(cell[axis.code] for axis in axes): cell["average"]
            for cell in kept["cells"]
            if cell.get("average") is not None
        },
    )


def content(table: PublishedTable) -> dict[str, Any]:
    """The table as plain values: what the open-data file and the API give.

    `cells` has one entry for each cell and total: a category code for each dimension ('' for its total), and `value`, null where withheld;
    where a number is averaged, `average` names it and each cell has its `average`, null where there is none.
    """
    return {
        "code": table.code,
        "names": table.names.model_dump(),
        "population": table.population.model_dump(),
        "unit": table.unit.model_dump(),
        "source": table.source.model_dump(),
        "reference_on": table.reference_on.isoformat(),
        "released_at": table.released_at.isoformat(),
        "smallest": table.smallest,
        "round_to": table.round_to,
        "average": table.average.model_dump() if table.average else None,
        "dimensions": [
            {
                "code": axis.code,
                "names": axis.names.model_dump(),
                "categories": [{"code": code, "names": names.model_dump()} for code, names in axis.categories.items()],
            }
            for axis in table.axes
        ],
        "cells": [
            dict(zip((axis.code for axis in table.axes), place, strict=True))
            | {"value": number}
            | _average(table, place)
            for place, number in table.numbers.items()
        ],
    }


def _average(table: PublishedTable, place: tuple[str, ...]) -> dict[str, float | None]:
    return {"average": table.averages.get(place)} if table.average else {}


def csv_rows(table: PublishedTable) -> Iterator[list[str]]:
    """The table as rows of text: for each axis its code and both names, the number, and `withheld` where it is not published."""
    heads = [[axis.code, f"{axis.code}_zh", f"{axis.code}_en"] for axis in table.axes]
    added = ["average"] if table.average else []
    yield [*(word for head in heads for word in head), "value", "status", "reference_on", *added]
    for place, number in table.numbers.items():
        words = [_csv_words(axis, category) for axis, category in zip(table.axes, place, strict=True)]
        standing = ["", "withheld"] if number is None else [str(number), "published"]
        average = [str(table.averages.get(place, "")) for _ in added]
        yield [*(word for three in words for word in three), *standing, table.reference_on.isoformat(), *average]


def _csv_words(axis: Axis, category: str) -> list[str]:
    names = axis.categories.get(category, TOTAL)
    return [category or "total", names.zh, names.en]
