"""One delivery into the lake: judged, split into landed, returned and duplicate rows, and written as one Parquet file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huimin.platform.exchange.declarations import Resource, Source
from huimin.platform.exchange.lake import files
from huimin.platform.exchange.lake.judging import RULES, Judge, Judged
from huimin.platform.exchange.lake.mapping import delivered_as
from huimin.platform.exchange.lake.texts import Told, in_one
from huimin.platform.exchange.rules import Tally

BUCKETS: Final = 16
# Rows that are judged and written together: memory grows with it, and a row group of the lake file is one piece.
ROWS_A_PIECE: Final = 1 << 18
# A dictionary stands once in a piece, however long.
_DICTIONARY_BYTES: Final = 1 << 26


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A row sent back whole: where it stood, by which rule, and everything that could be read of it."""

    line: int
    record_id: str
    rule: str
    raw: str
    columns: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Landed:
    """What one delivery became: the lake file (None when no row landed), the three counts and the returned rows."""

    file: str | None
    tally: Tally
    returned: list[Returned]
    doubted: int


def _buckets(judged: Judged, rows: Any, resource: Resource) -> Any:
    """Which of the buckets each record lies in: by its subject's number where it has one, else by its own number.

    Of a number the last four digits before its check characters decide, of a record number the sum of its bytes: the same in every
    run and with every version of the engine, since a bucket that moves would scatter a person's records over the lake.
    """
    found = np.full(len(judged.lines), -1, np.int64)
    for evidence, last in (("citizen_id", 17), ("uscc", 16)):
        item = resource.item_feeding(evidence)
        if item is not None:
            told = judged.columns[item]
            own = _last_digits(told.values, last)
            own = own if told.places is None else np.where(told.places < 0, -1, np.append(own, -1)[told.places])
            found = np.where(found < 0, own, found)
    found = found[rows]
    if len(without := np.flatnonzero(found < 0)):
        found[without] = _sums(judged.columns["record_id"], rows[without])
    return (found % BUCKETS).astype(np.uint8)


def _last_digits(numbers: Any, last: int) -> Any:
    """The four characters up to place `last` (from 1) of 18-character numbers, read as a decimal; -1 where there is none."""
    found = np.full(len(numbers), -1, np.int64)
    whole = numbers.drop_null()
    if len(whole):
        data = np.frombuffer(whole.buffers()[2], np.uint8)[_offsets(whole)[0] :][: 18 * len(whole)].reshape(-1, 18)
        digits = data[:, last - 4 : last].astype(np.int64) - ord("0")
        found[np.flatnonzero(pc.is_valid(numbers))] = digits @ np.array([1000, 100, 10, 1])
    return found


def _sums(told: Told, rows: Any) -> Any:
    """The sum of the bytes of these rows' texts."""
    texts = told.of(rows)
    texts = texts.dictionary_decode() if isinstance(texts, pa.DictionaryArray) else texts
    ends = _offsets(texts)
    sums = np.concatenate(([0], np.cumsum(np.frombuffer(texts.buffers()[2] or b"", np.uint8), dtype=np.int64)))
    return sums[ends[1:]] - sums[ends[:-1]]


def _offsets(texts: Any) -> Any:
    """Where each text begins in the array's bytes, and where the last one ends."""
    return np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[Any]:
    """The rows in tables of about ROWS_A_PIECE; a column that a batch does not have is null in it."""
    gathered: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        gathered.append(pa.Table.from_batches([batch]))
        count += len(batch)
        if count >= ROWS_A_PIECE:
            yield pa.concat_tables(gathered, promote_options="default")
            gathered, count = [], 0
    if gathered:
        yield pa.concat_tables(gathered, promote_options="default")


def judge(
    connection: duckdb.DuckDBPyConnection,
    batches: Iterator[pa.RecordBatch],
    *,
    resource: Resource,
    source: Source,
    reference_on: date,
) -> tuple[Any, list[str]]:
    """Delivered rows as records with their `rule` (NULL where one lands) and `raw`, all in one table, and the delivered columns' names: for
    trials and tests.
    """
    judging = Judge(connection, resource=resource, source=source, reference_on=reference_on)
    tables = [judged.with_reasons(np.arange(len(judged.lines))) for judged in map(judging.judge, _pieces(batches))]
    return pa.concat_tables(tables).unify_dictionaries() if tables else pa.table({}), judging.delivered


class _Repeats:
    """Which rows of a delivery say exactly what an earlier one said."""

    def __init__(self) -> None:
        self._known = np.zeros(0, np.uint64)

    def among(self, content: Any, landing: Any) -> Any:
        """For each of the rows `landing` whether it repeats an earlier row of this piece or of a piece before it."""
        own = content[landing]
        ordered = np.sort(own)
        known = np.zeros(len(own), bool)
        if len(self._known):
            at = np.minimum(np.searchsorted(self._known, ordered), len(self._known) - 1)
            known = self._known[at] == ordered
        twice = np.append(ordered[1:] == ordered[:-1], False)
        repeated = np.zeros(len(own), bool)
        if (several := np.unique(ordered[known | twice])).size:
            rows = np.flatnonzero(several[np.minimum(np.searchsorted(several, own), len(several) - 1)] == own)
            _, first = np.unique(own[rows], return_index=True)
            repeated[rows] = True
            repeated[rows[first]] = np.isin(own[rows[first]], ordered[known])
        # Two sorted runs are merged, not sorted anew.
        self._known = np.sort(np.concatenate([self._known, ordered]), kind="stable")
        return repeated


def land(
    connection: duckdb.DuckDBPyConnection,
    batches: Iterator[pa.RecordBatch],
    *,
    resource: Resource,
    source: Source,
    reference_on: date,
    lake: Path,
    report: Callable[[int], None] = lambda rows: None,
) -> Landed:
    """Judge the rows and write those that land to `lake/<resource>/<content name>.parquet`, synced; nothing else is touched.

    Of exactly equal rows the first lands and the others are duplicates. The delivered, landed, returned and duplicate rows add up.
    `report` is told the rows read so far.
    """
    folder = lake / resource.code
    folder.mkdir(parents=True, exist_ok=True)
    judging, repeats = Judge(connection, resource=resource, source=source, reference_on=reference_on), _Repeats()
    delivered = landed = doubted = 0
    returned: list[Returned] = []
    with _LakeFile(folder) as file:
        for piece in _pieces(batches):
            judged = judging.judge(piece)
            returned += _returned(judged)
            landing = np.flatnonzero(judged.reasons == 0)
            landing = landing[~repeats.among(judged.content, landing)]
            if len(landing):
                buckets = _buckets(judged, landing, resource)
                order = np.argsort(buckets, kind="stable")
                file.write(judged.table(landing[order], also={"bucket": pa.array(buckets[order])}))
            delivered += len(piece)
            landed += len(landing)
            doubted += int(judged.is_doubted[landing].sum())
            report(delivered)
        tally = Tally(
            delivered=delivered, landed=landed, quarantined=len(returned), duplicates=delivered - landed - len(returned)
        )
        kept = file.keep()
    return Landed(file=kept, tally=tally, returned=returned, doubted=doubted)


class _LakeFile:
    """A Parquet file in the making: hidden until it is kept, gone if it is not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / f".{uuid4().hex}.parquet"
        self._writer: Any = None

    def __enter__(self) -> "_LakeFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
        self._aside.unlink(missing_ok=True)

    def write(self, table: Any) -> None:
        """Add rows as a row group."""
        if self._writer is None:
            coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
            self._writer = pq.ParquetWriter(
                self._aside,
                table.schema,
                compression="snappy",
                use_dictionary=coded,
                write_statistics=["record_id", "event_at", "bucket"],
                dictionary_pagesize_limit=_DICTIONARY_BYTES,
                store_schema=False,
            )
        self._writer.write_table(_as_begun(table, self._writer.schema), row_group_size=len(table))

    def keep(self) -> str | None:
        """Finish the file and give its content name; None where nothing was written."""
        if self._writer is None:
            return None
        self._writer.close()
        self._writer = None
        return files.keep(self._aside, self._folder)


def _as_begun(table: Any, schema: Any) -> Any:
    """The table in the types of the file's first piece: what was coded in one piece may not be in the next, and the other way round."""
    columns = {}
    for field in schema:
        column = in_one(table[field.name])
        if column.type != field.type:
            column = column.dictionary_encode() if pa.types.is_dictionary(field.type) else column.dictionary_decode()
        columns[field.name] = column
    return pa.table(columns, schema=schema)


def _returned(judged: Judged) -> list[Returned]:
    """The rows of a piece that go back whole, in the order of their lines."""
    rows = np.flatnonzero(judged.reasons)
    rows = rows[np.argsort(judged.lines[rows], kind="stable")]
    if not len(rows):
        return []
    names = {column: judged.columns[delivered_as(column)].of(rows).to_pylist() for column in judged.delivered}
    record_ids = judged.columns["record_id"].of(rows).to_pylist()
    raws = judged.raws.take(pa.array(rows)).to_pylist()
    return [
        Returned(
            line=int(judged.lines[row]),
            record_id=record_ids[at] or "",
            rule=RULES[judged.reasons[row]],
            raw=raws[at] or "",
            columns={column: values[at] for column, values in names.items() if values[at] is not None},
        )
        for at, row in enumerate(rows)
    ]
