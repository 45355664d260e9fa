"""Delivered rows judged: what a delivery's texts say, read once each (`texts`), put together row by row.

What is gathered by row are places and signs, not texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange.declarations import Resource, Source
from huimin.platform.exchange.forms import Defect
from huimin.platform.exchange.lake.mapping import (
    Reading,
    delivered_as,
    doubted_items,
    lake_columns_of,
    readings,
    sign,
)
from huimin.platform.exchange.lake.texts import Texts, Told, in_one
from huimin.platform.exchange.rules import RETURNED_WHOLE

RULES: Final = ("", *RETURNED_WHOLE)
_ARROW_TYPE: Final = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
}
_MOMENT: Final = pa.timestamp("us")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Judged rows. `reasons` holds places in RULES (0: the row lands), `content` a digest of everything that a row says, `doubts` pairs of
    arrays (rows, item).
    """

    columns: Mapping[str, Told]
    delivered: Sequence[str]
    lines: Any
    ordinals: Any
    raws: Any
    reasons: Any
    content: Any
    doubts: Sequence[tuple[Any, str]]

    @property
    def is_doubted(self) -> Any:
        """For each row whether any of its texts is in doubt."""
        found = np.zeros(len(self.lines), bool)
        for rows, _ in self.doubts:
            found[rows] = True
        return found

    def table(self, rows: Any, *, also: Mapping[str, Any] | None = None) -> Any:
        """These rows as the lake keeps them, with further columns `also`."""
        found = {
            "line": pa.array(self.lines[rows]),
            "ordinal": pa.array(self.ordinals[rows]),
            **{column: self.columns[column].of(rows) for column in ("record_id", "as_of", "event_at", "operation")},
            "doubts": self._doubts(rows),
            **{
                column: told.of(rows)
                for column, told in self.columns.items()
                if column not in ("record_id", "as_of", "event_at", "operation")
            },
            **(also or {}),
        }
        return pa.table(found)

    def with_reasons(self, rows: Any) -> Any:
        """The same table with each row's `rule` (NULL where it lands) and its delivered text `raw`."""
        reasons = self.reasons[rows]
        rules = pa.DictionaryArray.from_arrays(pa.array(reasons.astype(np.int8), mask=reasons == 0), pa.array(RULES))
        return self.table(rows, also={"rule": rules.dictionary_decode(), "raw": self.raws.take(pa.array(rows))})

    def _doubts(self, rows: Any) -> Any:
        """For each of the rows the list of its doubted items, in their order."""
        lists: list[tuple[Any, int]] = []
        for item, (doubted, _) in enumerate(self.doubts):
            marked = np.zeros(len(self.lines), bool)
            marked[doubted] = True
            lists.append((np.flatnonzero(marked[rows]), item))
        at = np.concatenate([found for found, _ in lists]) if lists else np.zeros(0, np.int64)
        items = np.concatenate([np.full(len(found), item) for found, item in lists]) if lists else at
        order = np.argsort(at, kind="stable")
        offsets = np.concatenate(([0], np.cumsum(np.bincount(at, minlength=len(rows)))))
        names = pa.array([item for _, item in self.doubts], pa.string()).take(pa.array(items[order].astype(np.int64)))
        return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), names)


class Judge:
    """Judges the rows of one delivery, piece by piece."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, resource: Resource, source: Source, reference_on: date
    ) -> None:
        # Answers are put beside their texts by their order.
        connection.execute("SET preserve_insertion_order = true")
        self._connection = connection
        self._resource = resource
        self._source = source
        self._reference_on = reference_on
        self._delivered: list[str] | None = None
        self._readings: list[Reading] = []
        self._read = 0

    @property
    def delivered(self) -> list[str]:
        """The columns of the delivery: those of its first rows, and what the source declares."""
        return self._delivered or _declared(self._source)

    def judge(self, rows: Any) -> Judged:
        """What becomes of these rows (a table with the columns of `forms.read`)."""
        if self._delivered is None:
            own = [column for column in rows.schema.names if not column.startswith("_")]
            self._delivered = list(dict.fromkeys([*own, *_declared(self._source)]))
            self._readings = readings(self._resource, self._source, self._delivered, self._reference_on)
        count = len(rows)
        said = Texts(self._connection, rows, self._readings)
        # Several rows may stand on one line (an SQL dump, XML) or on equal lines of several sheets: the ordinal tells them apart.
        ordinals = np.arange(self._read, self._read + count, dtype=np.int64)
        self._read += count
        columns = self._roles(said) | self._items(said)
        columns |= {delivered_as(column): said.texts(column) for column in self._delivered}
        return Judged(
            columns=columns,
            delivered=self._delivered,
            lines=in_one(rows["_line"]).to_numpy(),
            ordinals=ordinals,
            raws=in_one(rows["_raw"]),
            reasons=self._reasons(said, columns, in_one(rows["_defect"])),
            content=said.content(),
            doubts=[
                (rows_doubted, codes[0])
                for column, codes in doubted_items(self._resource, self._source).items()
                if len(rows_doubted := said.rows_with(sign(column, "doubt")))
            ],
        )

    def _roles(self, said: Texts) -> dict[str, Told]:
        records = self._source.records
        found = {"record_id": said.told(sign(records.id, "id")), "as_of": said.told(sign(records.as_of, "as_of"))}
        if records.event_at:
            # An envelope whose time cannot be read speaks at least as of its row's own day.
            every = np.arange(said.count)
            both = (said.told(sign(records.event_at, "event")).of(every), found["as_of"].of(every))
            found["event_at"] = Told(pc.coalesce(*both))
        else:
            moment = datetime.combine(self._reference_on, time(23, 59, 59))
            found["event_at"] = Told(pa.array([moment], _MOMENT), said.zeros)
        found["operation"] = (
            said.told(sign(records.operation, "operation")) if records.operation else Told(pa.array(["I"]), said.zeros)
        )
        return found

    def _items(self, said: Texts) -> dict[str, Told]:
        found = {}
        for code, item in self._resource.items.items():
            column = self._source.column(code)
            for lake_column, engine_type in lake_columns_of(code, item).items():
                if column is None:
                    found[lake_column] = Told(pa.array([], _ARROW_TYPE[engine_type]), said.zeros - np.int32(1))
                    continue
                told = said.told(lake_column)
                for other, value in ((column.when or {}) if column.constant is None else {}).items():
                    told = told.where(said.signs(sign(other, f"is {value}")))
                found[lake_column] = told
        return found

    def _reasons(self, said: Texts, columns: Mapping[str, Told], defects: Any) -> Any:
        """Each row's reason to go back, the first that fits; a row with undecodable bytes lands: the damaged values are none."""
        reasons = np.zeros(said.count, np.uint8)
        next_day = pa.scalar(datetime.combine(self._reference_on + timedelta(days=1), time()), _MOMENT)
        late = pc.fill_null(pc.greater_equal(columns["as_of"].values, next_day), False)
        reasons[said.rows_where(columns["as_of"], late)] = RULES.index("dated_after_delivery")
        reasons[said.rows_too_long()] = RULES.index("over_long_field")
        for column in self._source.form.identity_columns:
            if column in self.delivered:
                reasons[said.rows_with(sign(column, "scientific"))] = RULES.index("scientific_number")
        reasons[_rows_without(columns["record_id"])] = RULES.index("no_record_id")
        if defects.null_count < said.count:
            for defect in pc.unique(defects).to_pylist():
                if defect and defect != Defect.UNDECODABLE:
                    reasons[np.flatnonzero(pc.fill_null(pc.equal(defects, defect), False))] = RULES.index(defect)
        return reasons


def _declared(source: Source) -> list[str]:
    records = source.records
    columns = [records.id, records.as_of, records.event_at, records.operation]
    columns += [column.source for code in source.columns if (column := source.column(code))]
    columns += [other for code in source.columns if (column := source.column(code)) for other in column.when or {}]
    return [column for column in dict.fromkeys(columns) if column]


def _rows_without(told: Told) -> Any:
    if told.places is None:
        return np.flatnonzero(pc.is_null(told.values)) if told.values.null_count else np.zeros(0, np.int64)
    return np.flatnonzero(told.places < 0)
