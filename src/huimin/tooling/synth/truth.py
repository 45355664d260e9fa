"""Labels: which record is whose, what becomes of every delivered row, and the golden values; in the shape of the reviewed set."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Source
from huimin.tooling.synth import damage, reading
from huimin.tooling.synth.golden import golden_organisations, golden_people

_PLACED: Final = frozenset(
    {
        "water.accounts",
        "power.accounts",
        "gas.accounts",
        "grid.visits",
        "housing.property",
        "market.entities",
        "staffing.institutions",
    }
)
"""Resources whose every address is that of the dwelling which the row is about."""
_PARTIAL: Final = {
    "water.accounts": "meter_address",
    "power.accounts": "meter_address",
    "gas.accounts": "meter_address",
    "grid.visits": "residence_address",
}
"""Resources whose rows may identify nobody, and their item with the address."""


class LinesDiffer(Exception):
    """A file, read back, has another number of rows than were written."""


def person_uid(who: int) -> str:
    """The label of a person."""
    return f"P{who + 1:07d}"


def organisation_uid(which: int) -> str:
    """The label of an organisation."""
    return f"E{which + 1:06d}"


def lines(path: Path, form: forms.AnyForm, count: int) -> list[int]:
    """Where each row stands in the file, in the order of the rows: line, sheet row, row id or place.

    Raises: LinesDiffer.
    """
    found: list[tuple[int, int]] = []
    sheets = list(getattr(form, "sheets", ()))
    for batch in forms.read(path, form):
        places = batch.column(forms.LINE).to_pylist()
        on = batch.column(forms.SHEET).to_pylist() if sheets else [None] * len(places)
        found += [(sheets.index(sheet) if sheet in sheets else 0, line) for sheet, line in zip(on, places, strict=True)]
    if len(found) != count:
        raise LinesDiffer
    return [line for _, line in sorted(found)]


def deliveries(resource: str, file: str, table: Any, places: list[int]) -> Any:
    """What becomes of every row of a file."""
    bad = pc.equal(table[damage.KIND], "bad")
    lost = pc.fill_null(pc.equal(table[damage.RULE], damage.NO_ID), False)
    return pa.table(
        {
            "resource": _same(resource, table.num_rows),
            "file": _same(file, table.num_rows),
            "line": pa.array(places, pa.int64()),
            "record_id": pc.if_else(lost, None, table[damage.RECORD]),
            "kind": table[damage.KIND],
            "must_quarantine": bad,
            "rule": table[damage.RULE],
        }
    )


def _same(word: str, count: int) -> Any:
    return pa.repeat(pa.scalar(word, pa.string()), count)


def current(table: Any) -> Any:
    """The rows that count: neither damaged nor repeated nor replaced nor withdrawn."""
    return table.filter(pc.equal(table[damage.KIND], "row"))


def links(resource: str, source: Source, table: Any) -> Any:
    """Whose each landed record is; a withdrawn one is nobody's."""
    landed = table.filter(pc.is_in(table[damage.KIND], pa.array(["row", "delete"])))
    deleted = pc.equal(landed[damage.KIND], "delete")
    who, org = landed[damage.WHO].to_pylist(), landed[damage.ORGANISATION].to_pylist()
    gone = deleted.to_pylist()
    return pa.table(
        {
            "resource": _same(resource, landed.num_rows),
            "record_id": landed[damage.RECORD],
            "person_uid": pa.array(
                [None if off or one < 0 else person_uid(one) for one, off in zip(who, gone, strict=True)], pa.string()
            ),
            "org_uid": pa.array(
                [None if off or one < 0 else organisation_uid(one) for one, off in zip(org, gone, strict=True)],
                pa.string(),
            ),
            "deleted": deleted,
            "resolvable": pc.and_(pc.invert(deleted), pa.array(_resolvable(resource, source, landed), pa.bool_())),
        }
    )


def dwellings(resource: str, table: Any) -> Any:
    """Which dwelling each landed record speaks of: equal numbers are the same one, however it is written."""
    placed = current(table).filter(pc.greater_equal(current(table)[damage.DWELLING], 0))
    return pa.table(
        {
            "resource": _same(resource, placed.num_rows),
            "record_id": placed[damage.RECORD],
            "dwelling": placed[damage.DWELLING],
        }
    )


def _resolvable(resource: str, source: Source, table: Any) -> list[bool]:
    """Whether anything in a row says who it is about: a number or its end, a phone, or a name at that person's own address."""
    if resource not in _PARTIAL:
        return [True] * int(table.num_rows)
    columns = [source.column(item) for item in ("citizen_id", "id_tail", "phone")]
    marks = [table[column.source].to_pylist() for column in columns if column is not None and column.source]
    name, place = source.column("name"), source.column(_PARTIAL[resource])
    named = [bool(text and reading.name(text)) for text in table[name.source if name else ""].to_pylist()]
    placed = [bool(text and reading.address(text)) for text in table[place.source if place else ""].to_pylist()]
    home = table[damage.AT_HOME].to_pylist()
    firm = [one >= 0 for one in table[damage.ORGANISATION].to_pylist()]
    return [
        firm[at] or any(mark[at] for mark in marks) or (named[at] and placed[at] and home[at])
        for at in range(int(table.num_rows))
    ]


def write_labels(
    folder: Path,
    delivered: Iterable[tuple[str, str, Any, list[int]]],
    sources: Mapping[str, Source],
    numbers: Mapping[int, str],
    *,
    today: int,
) -> None:
    """Write the labels: `delivered` has resource, file, rows and their places for every file; `numbers` are people's own."""
    tables: dict[str, list[Any]] = {}
    rows = []
    for resource, file, table, places in delivered:
        rows.append(deliveries(resource, file, table, places))
        common = [*sources[resource].form.names, *damage.OURS]
        tables.setdefault(resource, []).append(table.select(common))
    whole = {resource: pa.concat_tables(parts) for resource, parts in tables.items()}
    now = {resource: current(table) for resource, table in whole.items()}
    label = {
        "links": pa.concat_tables([links(resource, sources[resource], table) for resource, table in whole.items()]),
        "deliveries": pa.concat_tables(rows),
        "dwellings": pa.concat_tables(
            [dwellings(resource, table) for resource, table in whole.items() if resource in _PLACED]
        ),
        "golden_people": golden_people(now, sources, numbers, person_uid, today=today),
        "golden_orgs": golden_organisations(now, sources, organisation_uid, today=today),
    }
    for name, table in label.items():
        pq.write_table(table, folder / f"{name}.parquet")
