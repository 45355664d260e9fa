"""From current records and golden addresses to houses with keys, as engine tables; and the files of a build."""

from pathlib import Path
from typing import Final

import duckdb

from huimin.kernel.identifiers import GridCellId, NotAGridCellId
from huimin.platform.exchange.declarations import ItemType, Resource, resources, sources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import current_select
from huimin.platform.registries import keys
from huimin.platform.registries.places.addresses import BUILDING, HOUSE, prepare
from huimin.platform.registries.places.declarations import GridPolicy
from huimin.platform.registries.records import golden_files

SQL: Final = Path(__file__).with_name("houses.sql")
LETTER: Final = "H"
"""The letter with which the key of a house begins."""
LIVES_AT, REGISTERED_AT, LOCATED_AT = "lives_at", "registered_at", "located_at"
BELIEVED: Final = {
    ("people", "residence_address"): LIVES_AT,
    ("people", "hukou_address"): REGISTERED_AT,
    ("organisations", "address"): LOCATED_AT,
}
"""Which golden value makes which relation of a person or organisation to a house."""
FILES: Final = {
    "places": "SELECT k.key AS place_key, h.* FROM house AS h JOIN house_linked_key AS k USING (number) ORDER BY 1",
    "places_keys": "SELECT key, number, merged_into FROM house_linked_ever ORDER BY 1",
    "place_relations": "SELECT k.key AS place_key, r.* EXCLUDE (house) FROM related AS r JOIN house_linked_key AS k ON k.number = r.house"
    " ORDER BY subject, kind",
    "buildings": """
        SELECT building_number AS number, any_value(division) AS division, min(hm_standard_address(division, town, community, road,
            CASE WHEN village = '' THEN street_number ELSE '' END, estate, building, '', '', village, team)) AS address,
            count(*) AS houses, CAST(sum(residents) AS BIGINT) AS residents
        FROM house WHERE building_number IS NOT NULL GROUP BY building_number ORDER BY address, number""",
    "address_coverage": "SELECT * FROM coverage ORDER BY ALL",
    "unplaced": "SELECT * FROM unplaced ORDER BY reason, resource, record_id, item",
}
"""What a build writes, beside the files of people and organisations of the same build."""


def settle_houses(connection: duckdb.DuckDBPyConnection, *, policy: GridPolicy, folder: Path) -> None:
    """Make `house`, `related`, `coverage` and `unplaced` (houses.sql) from the current records and the golden values in `folder`."""
    prepare(connection)
    gather_mentions(connection, policy)
    gather_believed(connection, folder)
    settle(connection, policy)


def settle(connection: duckdb.DuckDBPyConnection, policy: GridPolicy) -> None:
    """The same from the tables `mention` and `believed`."""
    sql = SQL.read_text(encoding="utf-8")
    for mark, text in {"$MAJORITY": str(policy.majority), "$HOUSE": HOUSE, "$BUILDING": BUILDING}.items():
        sql = sql.replace(mark, text)
    connection.execute(sql)


def gather_mentions(connection: duckdb.DuckDBPyConnection, policy: GridPolicy) -> None:
    """Make `mention`: every address that a current record states, as it was delivered, and the cell that it names for it."""
    nothing = "CAST(NULL AS VARCHAR)"
    parts = [
        f"SELECT {nothing} AS resource, {nothing} AS record_id, {nothing} AS item, {nothing} AS text, CAST(NULL AS TIMESTAMP) AS as_of,"
        f" {nothing} AS cell, 0 AS rank LIMIT 0"
    ]
    for resource in resources().values():
        parts += [part for item in _addresses(resource) if (part := _mentions(resource, item, policy))]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE mention AS ({') UNION ALL ('.join(parts)})")
    _drop_wrong_cells(connection)


def _addresses(resource: Resource) -> list[str]:
    return [code for code, item in resource.items.items() if item.type is ItemType.ADDRESS]


def _mentions(resource: Resource, item: str, policy: GridPolicy) -> str | None:
    source = sources().get(resource.code)
    column = source.column(item) if source else None
    if column is None or column.source is None:
        return None
    names_cells = resource.code in policy.believed
    cell = (
        f"hm_token({engine.name(resource.item_feeding('grid_cell') or '')})" if names_cells else "CAST(NULL AS VARCHAR)"
    )
    rank = policy.believed.index(resource.code) if names_cells else 0
    delivered = engine.name(f"={column.source}")  # the department's own text, as the lake keeps it
    select = current_select(resource, ["record_id", f"hm_text({delivered}) AS text", "as_of", f"{cell} AS cell"])
    return select and (
        f"SELECT '{engine.text(resource.code)}' AS resource, record_id, '{engine.text(item)}' AS item, text, as_of, cell, {rank} AS rank"
        f" FROM ({select}) WHERE text IS NOT NULL"
    )


def _drop_wrong_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """A code that is no cell's (GB/T 30428.1) says nothing."""
    codes = [
        code for (code,) in connection.execute("SELECT DISTINCT cell FROM mention WHERE cell IS NOT NULL").fetchall()
    ]
    wrong = [code for code in codes if not _is_cell(code)]
    if wrong:
        connection.execute("UPDATE mention SET cell = NULL WHERE cell IN (SELECT unnest($1))", [wrong])


def _is_cell(code: str) -> bool:
    try:
        GridCellId(code)
    except NotAGridCellId:
        return False
    return True


def gather_believed(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `believed` from the golden values of a build. Nobody who is believed to be dead lives or is registered anywhere."""
    parts: list[str] = []
    for table in dict.fromkeys(table for table, _ in BELIEVED):
        golden = f"read_parquet('{engine.text(golden_files(folder, table))}')"
        living = "deceased IS DISTINCT FROM 'true'" if table == "people" else "TRUE"
        parts += [
            f"SELECT key AS subject, '{kind}' AS kind, {field} AS text, {field}__source AS source, {field}__as_of AS day FROM {golden}"
            f" WHERE {field} IS NOT NULL AND {living}"
            for (own, field), kind in BELIEVED.items()
            if own == table
        ]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE believed AS {' UNION ALL '.join(parts)}")


def mint_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every house its key: the one it had before (needs `known`: every key ever minted), or a new one.

    A house is what its parts say, so a key never moves to another and none are merged.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE house_linked AS SELECT '' AS resource, number AS record_id, number FROM house;
        CREATE OR REPLACE TEMP TABLE before (resource VARCHAR, record_id VARCHAR, key VARCHAR)""")
    (last,) = engine.one(connection, "SELECT max(CAST(substr(key, 2) AS BIGINT)) FROM known")
    keys.assign(connection, linked="house_linked", letter=LETTER, next_serial=(last or 0) + 1)


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the build's files."""
    for name, query in FILES.items():
        aside = folder / f".{name}.parquet"
        connection.execute(f"COPY ({query}) TO '{engine.text(aside)}' (FORMAT parquet, ROW_GROUP_SIZE 20000)")
        aside.replace(folder / f"{name}.parquet")
