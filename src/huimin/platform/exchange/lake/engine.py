"""The column engine (DuckDB): connections that know the normalisation macros and stay within a declared share of the machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from opencc import OpenCC

from huimin.kernel.text import half_width

# A delivery is judged in pieces of one size: an allocator that keeps the blocks of one piece for the next need not ask for them anew.
if "jemalloc" in pa.supported_memory_backends():
    pa.set_memory_pool(pa.jemalloc_memory_pool())
    pa.jemalloc_set_decay_ms(5000)

KEPT_MEMORY = "512MB"
MACROS = Path(__file__).with_name("normalise.sql")
# The blocks in which traditional forms occur; a name's script is decided character by character.
TRADITIONAL_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))


@cache
def simplified_pairs() -> tuple[str, str]:
    """Two texts of equal length: each traditional character and, in the same place, its simplified form."""
    convert = OpenCC("t2s").convert
    pairs = [
        (chr(point), convert(chr(point))) for first, last in TRADITIONAL_BLOCKS for point in range(first, last + 1)
    ]
    differing = [(old, new) for old, new in pairs if old != new and len(new) == 1]
    return "".join(old for old, _ in differing), "".join(new for _, new in differing)


@cache
def _narrow() -> tuple[str, str]:
    """As `simplified_pairs`: full-width signs and all blanks with their half-width form; signs without a width, last, have none."""
    points = [chr(point) for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF]
    pairs = [(sign, " " if sign.isspace() else half_width(sign)) for sign in points]
    differing = sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: not pair[1])
    return "".join(old for old, _ in differing), "".join(new for _, new in differing)


def _translating(macro: str, old: str, new: str) -> str:
    """A macro that exchanges signs. The engine's translate is slow, and few texts hold any of them: the others are let through."""
    old, new = text(old), text(new)
    return f"CREATE MACRO {macro}(s) AS CASE WHEN regexp_matches(s, '[{old}]') THEN translate(s, '{old}', '{new}') ELSE s END"


def connect(
    spill: Path, *, memory: str | None = None, threads: int | None = None, macros: bool = True
) -> duckdb.DuckDBPyConnection:
    """A private in-memory connection, with the `hm_…` macros unless the caller only looks something up.

    `spill` is the folder for what does not fit into `memory` (such as "2GB"; default: HUIMIN_ENGINE_MEMORY or 2GB,
        whatever the city's size).
    """
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{memory or os.environ.get('HUIMIN_ENGINE_MEMORY', '2GB')}'")
    connection.execute(f"SET threads = {threads or len(os.sched_getaffinity(0))}")
    connection.execute(f"SET temp_directory = '{text(spill)}'")
    connection.execute("SET preserve_insertion_order = false")
    if not macros:
        return connection
    connection.execute(_translating("hm_simplified", *simplified_pairs()))
    connection.execute(_translating("hm_half", *_narrow()))
    connection.execute(MACROS.read_text(encoding="utf-8"))
    return connection


@lru_cache(maxsize=2)
def _kept(spill: Path) -> duckdb.DuckDBPyConnection:
    """The engine that this process keeps: one thread for each who asks, and what files say of themselves remembered."""
    connection = connect(spill, memory=KEPT_MEMORY, threads=1)
    connection.execute("SET parquet_metadata_cache = true")
    return connection


@contextmanager
def borrowed(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session of an engine that this process keeps, with the macros: for work on a few records, which is over before an engine of its
    own would have begun. What it makes is to be temporary, so that it is nobody else's and ends with it.
    """
    session = _kept(spill).cursor()
    try:
        yield session
    finally:
        session.close()


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of a query's answer, fetched whole: an unfinished answer would hold the connection."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def text(value: object) -> str:
    """A value as the inside of an SQL string literal."""
    return str(value).replace("'", "''")


def name(value: str) -> str:
    """A value as a quoted SQL identifier (department columns are called what departments call them)."""
    return '"' + value.replace('"', '""') + '"'
