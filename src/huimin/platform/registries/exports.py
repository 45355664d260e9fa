"""What leaves the registries as files: one wide row a person or organisation with every field's source, day and standing; and the links."""

from pathlib import Path

import duckdb
from django.conf import settings

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.divisions import division_of
from huimin.platform.registries import records
from huimin.platform.registries.declarations import authority, city
from huimin.platform.registries.fields import fields_of
from huimin.platform.registries.models import Build, PlacesBuild
from huimin.platform.registries.questions import DIVISION_FIELDS, ENGINE_TYPE

TRUTHS = {"deceased"}
NUMBERS = {"registered_capital"}


class NotBuilt(Refusal):
    """No registry has been built yet."""

    zh = "登记库还没有生成。请先运行 huimin registry reconcile。"
    en = "The registries have not been built yet. Run huimin registry reconcile first."


def _folder() -> Path:
    latest = Build.objects.order_by("-number").first()
    if latest is None:
        raise NotBuilt
    return records.builds() / latest.folder


def _golden(table: str) -> str:
    return f"read_parquet('{engine.text(records.golden_files(_folder(), table))}')"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, out: Path) -> int:
    form = "(FORMAT parquet)" if out.suffix == ".parquet" else "(FORMAT csv, HEADER)"
    connection.execute(f"COPY ({query}) TO '{engine.text(out)}' {form}")
    (rows,) = engine.one(connection, f"SELECT count(*) FROM ({query})")
    return int(rows)


def export_registry(table: str, out: Path) -> int:
    """Write `people` or `organisations` to a .parquet or .csv file; returns the rows written. Raises NotBuilt.

    Columns: the key, the fields in the policy's order, and for each field F: F__source (resource code), F__as_of (date), F__disputed.
    """
    policies = getattr(authority(), table)
    columns = []
    for field, policy in policies.items():
        value = field
        if field in TRUTHS:
            value = f"coalesce(CAST({field} AS BOOLEAN), {policy.absent == 'true'}) AS {field}"
        elif field in NUMBERS:
            value = f"CAST({field} AS DOUBLE) AS {field}"
        columns.append(value)
    columns += [f"{field}__{said}" for field in policies for said in ("source", "as_of", "disputed")]
    query = f"SELECT key AS {records.KEY[table]}, {', '.join(columns)} FROM {_golden(table)} ORDER BY key"
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        return _copy(connection, query, out)


PLACE_COLUMNS = (
    "place_key, address, division, town, community, road, street_number AS number, estate, building, unit, room, village, team,"
    " nullif(cell, '') AS grid_cell, cell_source AS grid_cell__source, cell_as_of AS grid_cell__as_of, residents, registered,"
    " organisations, records"
)


def export_places(out: Path) -> int:
    """Write every house to a .parquet or .csv file; returns the rows written. Raises NotBuilt.

    Columns: the key; the address in standard form and its parts ('' where it has none); the grid cell with who says so, or why it is not
    known; how many live there, are registered there or have their seat there; how many records state the address.
    """
    latest = PlacesBuild.objects.select_related("build").order_by("-number").first()
    if latest is None:
        raise NotBuilt
    file = engine.text(records.builds() / latest.build.folder / "places.parquet")
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        return _copy(connection, f"SELECT {PLACE_COLUMNS} FROM read_parquet('{file}') ORDER BY place_key", out)


def export_links(out: Path) -> int:
    """Write every landed record's link: resource, record_id, person_key, org_key, method, score (keys empty where unresolved)."""
    query = f"SELECT * FROM read_parquet('{engine.text(_folder() / 'links.parquet')}') ORDER BY resource, record_id"
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        return _copy(connection, query, out)


def export_known(table: str, out: Path) -> int:
    """Write `people` or `organisations` as rules see them to a .parquet file; returns the rows written. Raises NotBuilt.

    Columns: `key`, every field in the type that rules compare (DATE, BOOLEAN, else VARCHAR), and `division`. A disputed value is NULL, as
    an unknown one is; a field with an absent value (a death register) has that.
    """
    policies = getattr(authority(), table)
    columns = []
    for field, policy in policies.items():
        kind = ENGINE_TYPE.get(fields_of(table)[field].kind, "VARCHAR")
        value = f"CASE WHEN NOT {field}__disputed THEN {field} END"
        if policy.absent is not None:
            value = f"CASE WHEN {field} IS NULL THEN '{engine.text(policy.absent)}' ELSE {value} END"
        columns.append(f"CAST({value} AS {kind}) AS {field}")
    # The field that the division is read from decides whether it stands: the first of them that anybody has spoken of.
    spoken = ", ".join(DIVISION_FIELDS[table])
    disputed = " ".join(f"WHEN {field} IS NOT NULL THEN {field}__disputed" for field in DIVISION_FIELDS[table])
    columns.append(f"coalesce({spoken}) AS address_of_division, CASE {disputed} END AS division_disputed")
    division = division_of("address_of_division", city().division)
    query = f"""
        SELECT * EXCLUDE (address_of_division, division_disputed),
               CASE WHEN address_of_division IS NULL OR division_disputed THEN NULL ELSE {division} END AS division
        FROM (SELECT key, {", ".join(columns)} FROM {_golden(table)})"""
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        return _copy(connection, query, out)
