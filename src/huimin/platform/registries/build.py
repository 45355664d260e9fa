"""One build of the registries on the engine: links, keys and golden values as files of a build folder, the serving rows beside them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from huimin.platform.exchange.declarations import Resource, resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.divisions import division_of
from huimin.platform.registries import golden, keys
from huimin.platform.registries.declarations import Authority, LinkageModel, authority
from huimin.platform.registries.linkage import linking
from huimin.platform.registries.reading import EVERYTHING, Reading, Select, read_current

# Which registry: its links by number (a view), the letter of its keys, the field that holds its number.
REGISTRIES = {"people": ("linked", "P", "citizen_id"), "organisations": ("org_linked", "E", "uscc")}

# So many links are read to find those of one key.
LINKED_TOGETHER = 16_384


def numbered() -> list[Resource]:
    """Every resource in the order in which links number them."""
    return list(resources().values())


def link(connection: duckdb.DuckDBPyConnection, *, policy: Authority, model: LinkageModel) -> Reading:
    """Make the links of all current records, by record (`linked`, `org_linked`) and as `linking.link` leaves them, and `household`."""
    every = numbered()
    reading = read_current(connection, every)
    first = {source for policies in (policy.people, policy.organisations) for source in policies["name"].authority}
    linking.link(connection, resources=every, reading=reading, model=model, authorities=sorted(first))
    codes = ", ".join(_quoted(resource.code) for resource in every)
    for table, (linked, _, _) in REGISTRIES.items():
        connection.execute(f"""
            CREATE OR REPLACE TEMP VIEW {linked} AS
            SELECT [{codes}][source + 1] AS resource, record_id, number, method, score
            FROM {table}_link JOIN {table}_subject USING (subject)""")
    gather_households(connection, reading.select)
    set_apart(connection, reading)
    return reading


def gather_households(connection: duckdb.DuckDBPyConnection, select: Select) -> None:
    """Make `household`(subject, household): the one that the register of residence puts somebody in (a household of some programme is
    not one), by the latest of his records.
    """
    parts = ["SELECT 0 AS subject, '' AS household, CAST(NULL AS TIMESTAMP) AS as_of LIMIT 0"]
    for source, resource in enumerate(numbered()):
        household, hukou = resource.item_feeding("household"), resource.item_feeding("hukou_address")
        if household and hukou:
            records = select(resource, ["record_id", f"{household} AS household", "as_of", f"{hukou}_key AS hukou_key"])
            if records:
                parts.append(f"""
                    SELECT l.subject, c.household, c.as_of FROM ({records}) AS c JOIN people_link AS l
                    ON l.source = {source} AND l.record_id = c.record_id
                    WHERE c.household IS NOT NULL AND c.hukou_key IS NOT NULL""")
    latest = "{'as_of': coalesce(as_of, TIMESTAMP '0001-01-01'), 'household': household}"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE household AS
        SELECT subject, arg_max(household, {latest}) AS household FROM (({") UNION ALL (".join(parts)})) GROUP BY subject""")


def set_apart(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Where the lake is read in shares: make `away_<source>` of the records that lie in another share than whom they speak of (strays,
    and those under a former number), so that a share's people can be told from that share and these.
    """
    count = len(reading.shares)
    if count == 1:
        return
    policy = authority().people
    for source, resource in enumerate(numbered()):
        columns = golden.columns_said(resource, policy) if resource.subject != "organisation" else []
        records = columns and reading.select(resource, [*columns, f"bucket % {count} AS own_share"])
        if records:
            connection.execute(f"""
                CREATE OR REPLACE TEMP TABLE away_{source} AS SELECT c.* EXCLUDE (own_share), l.share FROM ({records}) AS c
                JOIN (SELECT record_id, share FROM people_link JOIN people_subject USING (subject) WHERE source = {source}
                    AND (method <> 'number' OR number IN (SELECT number FROM moved))) AS l USING (record_id)
                WHERE own_share <> l.share""")


def shares(table: str, reading: Reading) -> range:
    """The shares in which a registry is worked on; there are few organisations."""
    return range(len(reading.shares) if table == "people" else 1)


def believe(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    *,
    policy: Authority,
    reference_on: date,
    reading: Reading,
    share: int = 0,
) -> None:
    """Make `table`: the golden values of a share of the people, or of all organisations, from the records that `reading` gives and
    their links.
    """
    other = {"people": "organisation", "organisations": "person"}[table]
    every = numbered()
    whole = len(shares(table, reading)) == 1
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table}_now AS SELECT subject, number FROM {table}_subject{"" if whole else f" WHERE share = {share}"};
        CREATE OR REPLACE TEMP TABLE {table}_linked_now AS
        SELECT source, record_id, subject FROM {table}_link{"" if whole else f" SEMI JOIN {table}_now USING (subject)"}""")
    select = reading.select if whole else _of_share(every, reading, share)
    golden.build(
        connection,
        table=table,
        resources={source: resource for source, resource in enumerate(every) if resource.subject != other},
        policies=getattr(policy, table),
        select=select,
        number_field=REGISTRIES[table][2],
        reference_on=reference_on,
    )


def _of_share(every: Sequence[Resource], reading: Reading, share: int) -> Select:
    """The records of a share, and those of its people that lie elsewhere."""
    sources = {resource.code: source for source, resource in enumerate(every)}

    def select(resource: Resource, columns: list[str], where: str = EVERYTHING) -> str | None:
        here = reading.select(resource, columns, reading.shares[share])
        return (
            here
            and f"{here} UNION ALL SELECT * EXCLUDE (share) FROM away_{sources[resource.code]} WHERE share = {share}"
        )

    return select


def mint_keys(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give every cluster of `table` its key (see `keys.assign`; needs `known` and `before`)."""
    linked, letter, _ = REGISTRIES[table]
    (last,) = engine.one(
        connection,
        "SELECT max(CAST(substr(key, 2) AS BIGINT)) FROM (SELECT key FROM known UNION ALL SELECT key FROM before)",
    )
    keys.assign(connection, linked=linked, letter=letter, next_serial=(last or 0) + 1)


def serving_rows(connection: duckdb.DuckDBPyConnection, table: str, *, prefecture: str) -> None:
    """Make `<table>_row`(key, number, name_key, division, birth_date, household, disputed, digest, values): what the serving store holds
    of the subjects in `table`. `digest` tells whether two rows differ.
    """
    linked, _, _ = REGISTRIES[table]
    is_people = table == "people"
    address = "coalesce(residence_address, hukou_address)" if is_people else "address"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table}_row AS
        SELECT *, CAST(hash(number, name_key, division, birth_date, household, disputed, "values") >> 1 AS BIGINT) AS digest FROM (
            SELECT k.key, g.number, name_key, {division_of(address, prefecture)} AS division,
                   {"CAST(birth_date AS DATE)" if is_people else "CAST(NULL AS DATE)"} AS birth_date,
                   {"coalesce(h.household, '')" if is_people else "''"} AS household, disputed, "values"
            FROM {table} AS g JOIN {linked}_key AS k USING (number)
            {"LEFT JOIN household AS h USING (subject)" if is_people else ""})""")


def _quoted(value: str) -> str:
    return f"'{engine.text(value)}'"


def write_golden(connection: duckdb.DuckDBPyConnection, table: str, folder: Path, share: int) -> None:
    """Write a share's golden values: the key, and of each field F its value, F__source, F__as_of and F__disputed."""
    linked, _, _ = REGISTRIES[table]
    connection.execute(f"""
        COPY (SELECT k.key, g.* EXCLUDE (subject, number, name_key, disputed, "values")
            FROM {table} AS g JOIN {linked}_key AS k USING (number))
        TO '{engine.text(folder / f"{table}_golden-{share:02}.parquet")}' (FORMAT parquet)""")


def write_links(connection: duckdb.DuckDBPyConnection, reading: Reading, folder: Path) -> tuple[int, int]:
    """Write `links.parquet` (every current record with its key, none where unresolved), `linked.parquet` (who has a key, in the order of
    keys: whose records these are is read from a few row groups, however large the city) and `<table>_keys.parquet` (every key ever
    minted); returns how many records there are and how many of them are unresolved.
    """
    parts = [
        f"""SELECT '{engine.text(resource.code)}' AS resource, r.record_id, p.key AS person_key, o.key AS org_key,
            coalesce(CAST(coalesce(p.method, o.method) AS VARCHAR), 'unresolved') AS method, coalesce(p.score, o.score) AS score
            FROM ({records}) AS r {_keyed("people", source, "p")} {_keyed("organisations", source, "o")}"""
        for source, resource in enumerate(numbered())
        if (records := reading.select(resource, ["record_id"]))
    ]
    links = engine.text(folder / "links.parquet")
    connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{links}' (FORMAT parquet)")
    connection.execute(f"""
        COPY (SELECT coalesce(person_key, org_key) AS key, resource, record_id FROM read_parquet('{links}')
              WHERE coalesce(person_key, org_key) IS NOT NULL ORDER BY key)
        TO '{engine.text(folder / "linked.parquet")}' (FORMAT parquet, ROW_GROUP_SIZE {LINKED_TOGETHER})""")
    for table, (linked, _, _) in REGISTRIES.items():
        connection.execute(f"""
            COPY (SELECT key, number, merged_into FROM {linked}_ever)
            TO '{engine.text(folder / f"{table}_keys.parquet")}' (FORMAT parquet)""")
    records, unresolved = engine.one(
        connection,
        f"SELECT count(*), count(*) FILTER (person_key IS NULL AND org_key IS NULL) FROM read_parquet('{links}')",
    )
    return records, unresolved


def _keyed(table: str, source: int, alias: str) -> str:
    return f"""LEFT JOIN (
        SELECT record_id, key, method, score
        FROM {table}_link JOIN {table}_subject USING (subject) JOIN {REGISTRIES[table][0]}_key USING (number)
        WHERE source = {source}) AS {alias} ON {alias}.record_id = r.record_id"""
