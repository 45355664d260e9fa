"""Counting a population on the engine, straight from the golden values of a build: only numbers of categories come back.

The statements are put together from declarations and quoted by `lake.engine`; no reader's input is ever part of their text.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

import duckdb
from django.conf import settings

from huimin.kernel.codes import code_list
from huimin.kernel.identifiers import divisions_within, present_codes
from huimin.platform.exchange.lake import engine
from huimin.platform.indicators.declarations import (
    UNKNOWN,
    Aged,
    Coded,
    Dimension,
    Divided,
    Listed,
    Monthly,
    Offered,
    Population,
    Statistics,
)
from huimin.platform.indicators.rules import Crossing, PopulationTables
from huimin.platform.registries.declarations import city

FORMER_NAMES_ON: Final = (date(2009, 6, 1), date(2015, 6, 1))
"""Departments' addresses bear the names of several generations of districts: today's, and those of these days."""


def count_population(declared: Statistics, name: str, *, golden: Path, reference_on: date) -> PopulationTables:
    """Everything that is released of one population, counted.

    `golden` is the build's file of the registry; ages are of `reference_on`. A population of nobody has tables full of zeros.
    """
    population = declared.populations[name]
    tabulated = [set(release.by) for release in declared.releases_of(name).values()]
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
        _categorise(connection, declared, population, golden, reference_on)
        totals = {
            dimension: dict.fromkeys(declared.category_names(dimension), 0) | _counted(connection, dimension)
            for dimension in population.chain
        }
        crossings = {}
        for one, two in pairwise(population.chain):
            parents = declared.parents(one, two)
            pairs = (
                [(parent, fine) for fine, parent in parents.items()]
                if parents
                else [(a, b) for a in totals[one] for b in totals[two]]
            )
            if parents or {one, two} in tabulated:
                cells = dict.fromkeys(pairs, 0) | _counted_pairs(connection, one, two)
                crossings[one, two] = Crossing(cells=cells, shown={one, two} in tabulated)
    return PopulationTables(
        totals=totals, crossings=crossings, shown=frozenset().union(*tabulated), headline=population.headline
    )


def count_averages(
    declared: Statistics, name: str, *, golden: Path, reference_on: date
) -> dict[tuple[str, ...], dict[tuple[str, ...], float]]:
    """The average of a population's averaged number in each cell and total of its releases, by their dimensions: a total's category is ''.

    Nothing where the population averages nothing. What is withheld of it is for the caller to leave out.
    """
    population = declared.populations[name]
    if population.average is None:
        return {}
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
        _categorise(connection, declared, population, golden, reference_on)
        return {release.by: _averaged(connection, release.by) for release in declared.releases_of(name).values()}


def _averaged(connection: duckdb.DuckDBPyConnection, by: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    names = ", ".join(map(engine.name, by))
    rows = connection.execute(
        f"SELECT {names}, sum(added) / sum(number) FROM counted GROUP BY CUBE ({names}) HAVING sum(added) IS NOT NULL"  # noqa: S608
    ).fetchall()
    return {tuple(category or "" for category in place): float(average) for *place, average in rows}


def _categorise(
    connection: duckdb.DuckDBPyConnection,
    declared: Statistics,
    population: Population,
    golden: Path,
    reference_on: date,
) -> None:
    """Make `counted`: for each combination of categories, how many there are."""
    dimensions = {name: declared.dimensions[name] for name in population.chain}
    averaged = {population.average.field} if population.average else set()
    fields = sorted(
        {field for each in dimensions.values() for field in each.fields} | set(population.without) | averaged
    )
    adding = f", sum({engine.name(population.average.field)}) AS added" if population.average else ""
    own = "".join(f", {engine.name(field)}" for field in sorted(averaged))
    columns = ", ".join(map(engine.name, fields))
    chosen = ", ".join(
        f"coalesce({_category(each, reference_on)}, {_quoted(UNKNOWN)}) AS {engine.name(name)}"
        for name, each in dimensions.items()
    )
    kept = " AND ".join(
        f"{engine.name(field)} IS DISTINCT FROM {_quoted(value)}" for field, value in population.without.items()
    )
    connection.execute(f"""
        CREATE TEMP TABLE counted AS SELECT {", ".join(map(engine.name, dimensions))}, count(*) AS number{adding} FROM (
            SELECT {chosen}{own} FROM (SELECT key, {columns} FROM read_parquet({_quoted(str(golden))}))
            WHERE {kept or "TRUE"}) GROUP BY ALL""")  # noqa: S608


def _counted(connection: duckdb.DuckDBPyConnection, dimension: str) -> dict[str, int]:
    rows = connection.execute(f"SELECT {engine.name(dimension)}, sum(number) FROM counted GROUP BY 1").fetchall()  # noqa: S608
    return {category: int(number) for category, number in rows}


def _counted_pairs(connection: duckdb.DuckDBPyConnection, one: str, two: str) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        f"SELECT {engine.name(one)}, {engine.name(two)}, sum(number) FROM counted GROUP BY ALL"  # noqa: S608
    ).fetchall()
    return {(a, b): int(number) for a, b, number in rows}


def _category(dimension: Dimension, reference_on: date) -> str:
    """The engine expression that gives the code of the category, NULL where there is none."""
    match dimension:
        case Coded():
            return _by_code(dimension)
        case Aged():
            return _by_age(dimension, reference_on)
        case Divided():
            return _by_division(dimension)
        case Listed():
            meaning = {value: code for code, listed in dimension.values.items() for value in listed.of}
            return _looked_up(engine.name(dimension.field), meaning)
        case Offered() | Monthly():
            return _looked_up(engine.name(dimension.field), {code: code for code in dimension.categories()})


def _by_code(dimension: Coded) -> str:
    codes, wanted = code_list(dimension.codes), dimension.categories()
    meaning = {word: codes.top(code) if dimension.top else code for word, code in codes.spellings().items()}
    return _looked_up(
        f"lower({engine.name(dimension.field)})", {word: code for word, code in meaning.items() if code in wanted}
    )


def _by_age(dimension: Aged, reference_on: date) -> str:
    """Completed years as `registries.rules.age_on` counts them: the birthday itself completes the year, 29 February's on 1 March."""
    born = f"TRY_CAST({engine.name(dimension.field)} AS DATE)"
    years = f"({reference_on.year} - year({born}) - CAST(strftime({born}, '%m%d') > '{reference_on:%m%d}' AS INTEGER))"
    whens = " ".join(
        f"WHEN {years} BETWEEN {band.first} AND {band.last or 999} THEN {_quoted(code)}"
        for code, band in dimension.bands.items()
    )
    return f"CASE {whens} END"


def _by_division(dimension: Divided) -> str:
    """The district that the address names, by its present or former name, as today's code."""
    prefecture = city().division
    codes: dict[str, str] = {}
    former = [division for day in FORMER_NAMES_ON for division in divisions_within(prefecture, on=day)]
    for division in (*former, *divisions_within(prefecture)):
        present = sorted(code for code in present_codes(division.code) if code.startswith(prefecture[:4]))
        if len(present) == 1:
            codes[division.zh] = present[0]
    address = f"coalesce({', '.join(map(engine.name, dimension.fields))})"
    whens = " ".join(f"WHEN contains({address}, {_quoted(zh)}) THEN {_quoted(code)}" for zh, code in codes.items())
    return f"CASE {whens} END"


def _looked_up(expression: str, meaning: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{_quoted(word)}: {_quoted(code)}" for word, code in meaning.items())
    return f"map_extract_value(MAP {{{pairs}}}, {expression})"


def _quoted(value: str) -> str:
    return f"'{engine.text(value)}'"
