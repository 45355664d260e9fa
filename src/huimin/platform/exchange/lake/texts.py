"""The delivered texts of some rows and what the engine reads in them.

A column of few texts is coded (Arrow's dictionary encoding) and the engine reads the dictionary; a column in which nearly every row
says something else, such as a number, is kept as it is. Either way the plain texts, which are their own values, are told first, and the
engine reads each of the others once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.lake.engine import name
from huimin.platform.exchange.lake.mapping import Reading
from huimin.platform.exchange.lake.plain import is_clean

# Up to so many texts a column is coded whatever it holds, and read together with the other small ones in one statement.
FEW: Final = 4096
# So many rows tell whether a column's texts are nearly all different.
SAMPLE: Final = 4096
# Of more texts than this the plain ones are told first.
MANY: Final = 256


@dataclass(frozen=True)
class Told:
    """What the rows say in one column: `values` in the order of the rows, or, with `places`, different values and each row's place among
    them (-1: none).
    """

    values: Any
    places: Any = None

    def of(self, rows: Any) -> Any:
        """An Arrow array of what these rows say; texts that have places stay coded."""
        if self.places is None:
            return self.values.take(pa.array(rows))
        places = self.places[rows]
        indices = pa.array(places, mask=places < 0)
        if pa.types.is_string(self.values.type):
            return pa.DictionaryArray.from_arrays(indices, self.values)
        return self.values.take(indices)

    def where(self, holds: Any) -> "Told":
        """The same, with nothing said in the rows where `holds` is not."""
        if self.places is None:
            return Told(pc.if_else(pa.array(holds), self.values, pa.scalar(None, self.values.type)))
        return Told(self.values, np.where(holds, self.places, np.int32(-1)))


def in_one(column: Any) -> Any:
    """A column of a table as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _encoded(values: Any, places: Any) -> Told:
    """Results for different texts, given to the rows by the texts' places: texts coded again, since two texts may say the same."""
    if not pa.types.is_string(values.type):
        return Told(values, places)
    coded = values.dictionary_encode()
    if coded.null_count == 0 and len(coded.dictionary) == len(values):
        return Told(values, places)
    return Told(coded.dictionary, np.asarray(pc.fill_null(coded.indices, -1))[places])


class Texts:
    """The delivered texts of some rows and what the engine reads in them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: Any, every: Iterable[Reading]) -> None:
        self.count = len(rows)
        self.zeros = np.zeros(self.count, np.int32)
        self._connection = connection
        self._readings = {reading.column: reading for reading in every if reading.column is not None}
        self._texts: dict[str, Told] = {}
        self._hashes: dict[str, tuple[Any, Any]] = {}
        self._results: dict[str, Told] = {}
        self._read(rows, [reading for reading in every if reading.column is None])

    # What it is asked. ------------------------------------------------------------------------------------------------
    def texts(self, column: str) -> Told:
        """The delivered texts of a column."""
        return self._texts[column]

    def told(self, result: str) -> Told:
        """What the rows' texts say of a result."""
        return self._results[result]

    def signs(self, of: str) -> Any:
        """Whether a sign holds, for each row."""
        told = self._results[of]
        found = told.values.to_numpy(zero_copy_only=False)
        return found if told.places is None else found[told.places]

    def rows_with(self, of: str) -> Any:
        """The rows in which a sign holds."""
        told = self._results[of]
        return self.rows_where(told, told.values)

    def rows_where(self, told: Told, holds: Any) -> Any:
        """The rows whose value in `told` is one for which `holds` (of the same length as the values)."""
        found = holds.to_numpy(zero_copy_only=False)
        if not found.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(found if told.places is None else found[told.places] & (told.places >= 0))

    def rows_too_long(self) -> Any:
        """The rows that hold a text longer than its column may be."""
        found = [np.zeros(0, np.int64)]
        for column, told in self._texts.items():
            limit = self._readings[column].longest
            if (pc.max(pc.binary_length(told.values)).as_py() or 0) > limit:
                longer = pc.fill_null(pc.greater(pc.utf8_length(told.values), limit), False)
                found.append(self.rows_where(told, longer))
        return np.concatenate(found)

    def content(self) -> Any:
        """A digest of each row's texts, 64 bits: equal rows have the same."""
        total = np.zeros(self.count, np.uint64)
        factor = 1
        for column in sorted(self._hashes):
            factor = factor * 0x9E3779B97F4A7C15 % (1 << 64)
            hashes, places = self._hashes[column]
            total += (hashes if places is None else hashes[places]) * np.uint64(factor)
        return total

    # How it is read. --------------------------------------------------------------------------------------------------
    def _read(self, rows: Any, constants: Sequence[Reading]) -> None:
        given = set(rows.schema.names)
        asked = [_Asked(constant, pa.array([constant.constant]), self.zeros) for constant in constants]
        for column, reading in self._readings.items():
            texts = in_one(rows[column]) if column in given else pa.nulls(self.count, pa.string())
            if reading.plain and _says_much(texts):
                asked.append(_Asked(reading, texts, None))
                self._texts[column] = Told(texts)
            else:
                coded = texts.dictionary_encode(null_encoding="encode")
                asked.append(_Asked(reading, coded.dictionary, places := np.asarray(coded.indices)))
                has_null = coded.dictionary.null_count
                self._texts[column] = (_encoded if has_null else Told)(coded.dictionary, places)
        for one in asked:
            one.set_plain_aside()
        for one, hashes in zip(asked, _hashed(self._connection, [one.texts for one in asked]), strict=True):
            if one.reading.column is not None:
                self._hashes[one.reading.column] = hashes, one.places
        for group in _groups(asked):
            answers = _answered(self._connection, [(one.unread, one.reading) for one in group])
            for one, answer in zip(group, answers, strict=True):
                for result, values in answer.items():
                    whole = one.spread(result, values)
                    self._results[result] = Told(whole) if one.places is None else _encoded(whole, one.places)


class _Asked:
    """The different texts of a column (with `places`; else the rows' texts), and those among them that the engine must read."""

    def __init__(self, reading: Reading, texts: Any, places: Any) -> None:
        self.reading = reading
        self.texts = texts
        self.places = places
        self.unread = texts
        self._not_plain: Any = None
        self._unread_places: Any = None

    def set_plain_aside(self) -> None:
        """Leave the texts that are plain out of what is to be read, and of the others name each once."""
        if not self.reading.plain or len(self.texts) <= MANY:
            return
        plain = np.logical_and.reduce([told(self.texts) for told in self.reading.plain])
        self._not_plain = np.flatnonzero(~plain)
        coded = self.texts.take(pa.array(self._not_plain)).dictionary_encode(null_encoding="encode")
        self.unread, self._unread_places = coded.dictionary, coded.indices

    def spread(self, result: str, values: Any) -> Any:
        """The results for the texts that were read, put among those that are plain."""
        if self._not_plain is None:
            return values
        if result in self.reading.same:
            whole = self.texts
        elif pa.types.is_boolean(values.type):
            whole = pa.array(np.zeros(len(self.texts), bool))
        else:
            whole = pa.nulls(len(self.texts), values.type)
        if not len(self._not_plain):
            return whole
        mask = np.zeros(len(self.texts), bool)
        mask[self._not_plain] = True
        return pc.replace_with_mask(whole, pa.array(mask), values.take(self._unread_places))


def _says_much(texts: Any) -> bool:
    """Whether nearly every row of a column says something else."""
    count = len(texts)
    if count <= FEW:
        return False
    sample = texts.take(pa.array(np.arange(0, count, max(1, count // SAMPLE))))
    return len(pc.unique(sample)) * 2 > len(sample)


def _groups(asked: Sequence[_Asked]) -> list[list[_Asked]]:
    """All short columns together, a long one by itself: a statement costs something however little it is asked."""
    short = [one for one in asked if len(one.unread) <= FEW]
    long = [[one] for one in asked if len(one.unread) > FEW]
    return [short, *long] if short else long


def _filled(columns: Sequence[Any]) -> list[Any]:
    """The columns, the shorter ones filled up to the length of the longest."""
    longest = max(map(len, columns), default=0)
    return [
        pa.concat_arrays([texts, pa.nulls(longest - len(texts), pa.string())]) if len(texts) < longest else texts
        for texts in columns
    ]


def _hashed(connection: duckdb.DuckDBPyConnection, columns: Sequence[Any]) -> list[Any]:
    """A hash of each text, by column."""
    wanted = ", ".join(f"hash(x{at}) AS x{at}" for at in range(len(columns)))
    table = _selected(connection, f"SELECT {wanted} FROM texts", dict(_named(_filled(columns))))
    return [in_one(table[f"x{at}"]).to_numpy()[: len(texts)] for at, texts in enumerate(columns)]


def _answered(connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple[Any, Reading]]) -> list[dict[str, Any]]:
    """The results of each reading for its texts, in one statement."""
    filled = _filled([texts for texts, _ in asked])
    given = dict(_named(filled))
    for at, (_, reading) in enumerate(asked):
        if any("{clean}" in expression for step in reading.steps for expression in step.values()):
            given[f"clean{at}"] = pa.array(is_clean(filled[at]))
    query = "texts"
    for level in range(max(len(reading.steps) for _, reading in asked)):
        added = [
            f"{expression.replace('{x}', f'x{at}').replace('{clean}', f'clean{at}')} AS {name(result)}"
            for at, (_, reading) in enumerate(asked)
            if level < len(reading.steps)
            for result, expression in reading.steps[level].items()
        ]
        query = f"(SELECT *, {', '.join(added)} FROM {query})" if added else query
    wanted = [name(result) for _, reading in asked for result in reading.results]
    if not wanted:
        return [{} for _ in asked]
    table = _selected(connection, f"SELECT {', '.join(wanted)} FROM {query}", given)
    return [{result: in_one(table[result])[: len(texts)] for result in reading.results} for texts, reading in asked]


def _named(columns: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """The columns as the engine's statements name them."""
    return ((f"x{at}", texts) for at, texts in enumerate(columns))


def _selected(connection: duckdb.DuckDBPyConnection, query: str, given: Mapping[str, Any]) -> Any:
    """The answer to a query over `texts` (these columns), in their order."""
    connection.register("texts", pa.table(dict(given)))
    try:
        return connection.sql(query).to_arrow_table()
    finally:
        connection.unregister("texts")
